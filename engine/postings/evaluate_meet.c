/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_meet.c - where stems meet.
 *
 * The rarest stem leads.  Its blocks whose bounds do not beat the threshold, with the limits of the
 * other stems, are passed over; so are the postings of the others whose weights do not.  From its
 * next posting that is left, a range reaches as far as the blocks that all lists have there; the
 * bounds of these blocks must beat the threshold, or the range is passed over with nothing but skip
 * entries read.  In a range, list after list thins out the leading one's postings: those that the
 * list does not have go, and those whose weights so far, with the bounds on the rest, do not beat
 * the threshold.
 *
 * Lists that are many times as long do not take part in that: they would cut ranges to a few
 * postings each.  They are looked up for each passage that is left. */
#include "postings/evaluate_meet.h"

#include <string.h>

#include "base/error.h"
#include "postings/intersect.h"

/* So many weights of a block are not worth computing all of it for. */
#define FEW_WEIGHTS 24

/* Of a stem that has so many times as many postings as the rarest, a block holds but a few of that
 * one's. */
#define MANY_TIMES 8

/* Nor are the bounds of a stem's blocks where it adds less than such a part of what all may. */
#define WEAK_PART 16

bool
evaluate_meeting_init(evaluate_meeting *m, evaluation *e, evaluate_stem **stems, uint32_t nstems,
                      int64_t others)
{
    int64_t sum = 0;

    *m = (evaluate_meeting){.e = e, .stems = stems, .nstems = nstems, .others = others};
    m->rest = arena_array(e->a, (size_t)nstems + 1, sizeof *m->rest);
    m->at = arena_array(e->a, nstems, sizeof *m->at);
    if (m->rest == NULL || m->at == NULL) {
        evaluate_fail(e, error_nomem(e->err));
        return false;
    }
    for (uint32_t i = 0; i < POSTING_BLOCK; i++)
        m->at[0][i] = (uint8_t)i;
    m->rest[nstems] = m->limit_behind = others;
    for (uint32_t i = nstems; i-- > 0;) {
        m->rest[i] = evaluate_add(m->rest[i + 1], stems[i]->limit);
        sum = evaluate_add(sum, stems[i]->limit);
        if (i > 0)
            m->limit_behind = evaluate_add(m->limit_behind, stems[i]->limit);
    }
    m->nearly = 1;
    while (m->nearly < nstems &&
           stems[m->nearly]->list.info.df / MANY_TIMES < stems[0]->list.info.df)
        m->nearly++;
    m->weak = sum / WEAK_PART;
    return true;
}

/* ---- Ranges ---- */

/* What a stem adds in its block at hand. */
static int64_t
bound(const evaluate_meeting *m, evaluate_stem *s)
{
    return s->limit <= m->weak ? s->limit : evaluate_stem_bound(s, s->list.block);
}

/* May the leading list's block at hand have a passage that enters, as far as is known without
 * looking at the others? */
static bool
may_lead(const evaluate_meeting *m)
{
    return evaluate_add(m->limit_behind, bound(m, m->stems[0])) > m->e->top.threshold;
}

/* Find the places of the leading list's block at hand that beat what is left to beat. */
static bool
find_hopeful(evaluate_meeting *m)
{
    evaluate_stem *lead = m->stems[0];
    const int64_t *weights = evaluate_stem_weigh_block(lead);
    int64_t least = m->e->top.threshold - m->limit_behind;
    uint32_t n = 0;

    if (weights == NULL)
        return false;
    for (uint32_t i = 0; i < lead->list.npostings; i++) {
        m->hopeful[n] = (uint8_t)i;
        n += weights[i] > least;
    }
    memcpy(m->sums, weights, sizeof m->sums);
    m->nhopeful = n;
    m->next_hopeful = 0;
    m->hopeful_block = lead->list.block + 1;
    return true;
}

/* Move the leading list, which is in the block that holds target, to the first posting there or
 * behind it that may enter; false where the block has none, or it failed. */
static bool
seek_hopeful(evaluate_meeting *m, uint32_t target)
{
    evaluate_stem *lead = m->stems[0];
    const int64_t least = m->e->top.threshold - m->limit_behind;

    if (!m->prunes || !lead->scores)
        return evaluate_stem_seek(lead, target) != POSTING_NONE;
    if (!evaluate_stem_decode(lead) ||
        (m->hopeful_block != lead->list.block + 1 && !find_hopeful(m)))
        return false;
    for (; m->next_hopeful < m->nhopeful; m->next_hopeful++) {
        const uint8_t place = m->hopeful[m->next_hopeful];

        if (lead->list.passages[place] >= target && lead->weights[place] > least) {
            lead->at = place;
            lead->passage = lead->list.passages[place];
            return true;
        }
    }
    return false;
}

/* Begin a range at a passage of the leading list; false where a list has ended. */
static bool
begin_range(evaluate_meeting *m, uint32_t number)
{
    m->end = POSTING_NONE - 1;
    m->has_range = true;
    for (uint32_t i = m->nearly; i-- > 0;) {
        evaluate_stem *s = m->stems[i];

        if (!evaluate_stem_skip(s, number))
            return false;
        if (i > 0)
            posting_list_prefetch(&s->list);
        if (s->list.last < m->end)
            m->end = s->list.last;
        if (m->prunes)
            m->rest[i] = evaluate_add(m->rest[i + 1], bound(m, s));
    }
    return true;
}

/* ---- Meeting ---- */

/* Add the weights of a stem and keep the places that may enter. */
static bool
weigh(evaluate_meeting *m, uint32_t which)
{
    evaluate_stem *s = m->stems[which];
    const uint8_t *at = m->at[which];
    const int64_t least = m->e->top.threshold - m->rest[which + 1];
    const int64_t *weights = NULL;
    uint32_t nkept = 0;

    if (!s->scores)
        return true;
    if (!evaluate_stem_decode_weights(s))
        return false;
    if (m->nplaces > FEW_WEIGHTS || s->weighed_block == s->list.block + 1)
        weights = evaluate_stem_weigh_block(s);
    for (uint32_t i = 0; i < m->nplaces; i++) {
        const uint8_t place = m->places[i];

        m->sums[place] += weights != NULL ? weights[at[place]] : evaluate_stem_weigh(s, at[place]);
        m->places[nkept] = place;
        nkept += m->sums[place] > least;
    }
    m->nplaces = nkept;
    return true;
}

/* Keep the places that a stem has. */
static bool
thin(evaluate_meeting *m, uint32_t which)
{
    evaluate_stem *s = m->stems[which];

    if (!s->list.is_decoded) {
        if (!evaluate_stem_decode(s))
            return false;
        s->passage = s->list.passages[0];
    }
    m->nplaces = intersect(m->stems[0]->list.passages, m->places, m->nplaces, s->list.passages,
                           s->at, m->at[which]);
    return true;
}

/* Begin with the leading list's hopeful postings from the one at hand to the end of the range,
 * whose sums are their weights so far. */
static void
take_hopeful(evaluate_meeting *m)
{
    const evaluate_stem *lead = m->stems[0];
    const int64_t least = m->e->top.threshold - m->rest[1];
    uint32_t i = m->next_hopeful;
    uint32_t n = 0;

    for (; i < m->nhopeful && lead->list.passages[m->hopeful[i]] <= m->end; i++) {
        m->places[n] = m->hopeful[i];
        n += lead->weights[m->hopeful[i]] > least;
    }
    m->next_hopeful = i; /* a range is left behind for good */
    m->nplaces = n;
}

/* Begin with all of its postings there, whose weights are not asked for. */
static void
take_all(evaluate_meeting *m)
{
    const evaluate_stem *lead = m->stems[0];
    const uint32_t end = intersect_find(lead->list.passages, lead->at, m->end + 1);

    m->nplaces = end - lead->at;
    memcpy(m->places, m->at[0] + lead->at, m->nplaces);
    if (m->prunes)
        memset(m->sums + lead->at, 0, m->nplaces * sizeof *m->sums);
}

/* Positions wait for memory longer than all else: have those fetched that will be asked for. */
static void
prefetch_positions(const evaluate_meeting *m)
{
    for (uint32_t i = 0; i < m->nearly; i++)
        posting_list_prefetch_positions(&m->stems[i]->list);
}

/* Find where they meet in the range, from the leading list's posting at hand on. */
static void
meet(evaluate_meeting *m)
{
    m->next = 0;
    if (m->prunes && m->stems[0]->scores)
        take_hopeful(m);
    else
        take_all(m);
    for (uint32_t i = 1; i < m->nearly && m->nplaces > 0; i++) {
        if (!thin(m, i))
            m->nplaces = 0;
        if (m->reads_positions && i + 1 == m->nearly && m->nplaces > 0)
            prefetch_positions(m);
        if (m->prunes && m->nplaces > 0 && !weigh(m, i))
            m->nplaces = 0;
    }
}

/* Find the first range, from target on, in which some passage has all and may enter; false where
 * there is none. */
static bool
find_range(evaluate_meeting *m, uint32_t target)
{
    evaluate_stem *lead = m->stems[0];

    for (;; target = m->end + 1) {
        m->prunes = evaluate_threshold(m->e) >= 0;
        if (!evaluate_stem_skip(lead, target))
            return false;
        m->nplaces = 0;
        if ((m->prunes && !may_lead(m)) || !seek_hopeful(m, target)) {
            m->end = lead->list.last;
        } else {
            if (!begin_range(m, lead->passage))
                return false;
            if (!m->prunes || m->rest[0] > m->e->top.threshold)
                meet(m);
            if (m->nplaces > 0)
                return true;
        }
        if (m->end >= POSTING_NONE - 1 || m->e->status != QUIRE_OK)
            return false;
    }
}

/* Have the blocks fetched in which the stems that are looked up have a passage, if they have it;
 * false where one is at its end. */
static bool
prefetch_looked_up(const evaluate_meeting *m, uint32_t number)
{
    for (uint32_t i = m->nearly; i < m->nstems; i++) {
        evaluate_stem *s = m->stems[i];

        if (!evaluate_stem_skip(s, number))
            return false;
        posting_list_prefetch(&s->list);
    }
    return true;
}

/* Move the cursors to a place; false where a stem that is looked up is not there, or cannot bring
 * the passage in. */
static bool
move_to(evaluate_meeting *m, uint32_t place)
{
    const uint32_t number = m->stems[0]->list.passages[place];

    for (uint32_t i = 0; i < m->nearly; i++) {
        m->stems[i]->at = m->at[i][place];
        m->stems[i]->passage = number;
    }
    if (!prefetch_looked_up(m, number))
        return false;
    for (uint32_t i = m->nearly; i < m->nstems; i++) {
        evaluate_stem *s = m->stems[i];

        if (evaluate_stem_seek(s, number) != number)
            return false;
        if (m->reads_positions)
            posting_list_prefetch_positions(&s->list);
        if (m->prunes && s->scores)
            m->sums[place] = evaluate_add(m->sums[place],
                                          s->limit <= m->weak ? s->limit : evaluate_stem_weight(s));
        if (m->prunes && evaluate_add(m->sums[place], m->rest[i + 1]) <= evaluate_threshold(m->e))
            return false;
    }
    return true;
}

uint32_t
evaluate_meeting_next(evaluate_meeting *m, uint32_t target)
{
    for (;;) {
        while (m->next < m->nplaces) {
            const uint8_t place = m->places[m->next++];
            const uint32_t number = m->stems[0]->list.passages[place];

            if (number >= target &&
                (!m->prunes ||
                 evaluate_add(m->sums[place], m->rest[m->nearly]) > evaluate_threshold(m->e)) &&
                move_to(m, place))
                return number;
        }
        if (m->has_range && target <= m->end) {
            if (m->end >= POSTING_NONE - 1)
                return POSTING_NONE;
            target = m->end + 1;
        }
        m->next = m->nplaces = 0;
        if (target == POSTING_NONE || !find_range(m, target))
            return POSTING_NONE;
    }
}
