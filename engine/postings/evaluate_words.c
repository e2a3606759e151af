/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_words.c - MaxScore in windows, with the bounds of blocks.
 *
 * Passages are taken WINDOW at a time.  In a window each list has a bound, the largest of its
 * blocks there.  Where all bounds together do not beat the threshold, the window is passed over.
 * Otherwise the lists with the lowest bounds that together do not beat it cannot bring a passage
 * in by themselves: the others are "essential" and are read, the weights of their postings added
 * up in an array with an element for each passage of the window; what then may still beat the
 * threshold is looked up in the rest, list after list, the highest bound first.  A single essential
 * list needs no array: its blocks are passed over, or read, one by one; nor has a list any windows
 * that is alone.
 *
 * The threshold starts high: each block of a list has a posting that reaches the block's bound, so
 * that the n-th largest bound of a list is reached by n passages. */
#include "postings/evaluate_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/error.h"
#include "postings/intersect.h"

#define WINDOW 2048

/* So many weights of a block are not worth computing all of it for. */
#define FEW_WEIGHTS 24

/* A word's list in the window at hand; of several stems, the lists of all of them: of those that a
 * passage has, the largest weight counts. */
typedef struct {
    evaluate_unit *unit;
    evaluate_stem *stem; /* its only one; NULL: it has several */
    bool supports;
    uint32_t *blocks;    /* by stem: the first that reaches into the window */
    int64_t bound;       /* on its postings in the window */
    int64_t bound_up_to; /* of it and all lists before it together */
} word_list;

typedef struct {
    evaluation *e;
    word_list *lists; /* those at their ends are no more */
    uint32_t nlists;
    uint32_t nessential; /* the last ones of lists */
    uint32_t base;       /* first passage of the window */
    uint32_t end;        /* the passage behind it */
    uint64_t count;
    uint32_t candidates[WINDOW]; /* passages that may enter, ascending */
    int64_t sums[WINDOW];        /* of what they have in the lists looked at so far */
    uint32_t ncandidates;
    int64_t scores[WINDOW]; /* 0 but while a window is at work */
    int64_t best[WINDOW];   /* 0 but while a list of several stems is at work: of those so far */
    uint64_t found[WINDOW / 64];
} evaluator;

/* ---- Bounds of a window ---- */

/* *from: the first block that may reach into the window, which is brought up to date. */
static int64_t
find_stem_bound(evaluate_stem *s, uint32_t *from, uint32_t base, uint32_t end)
{
    int64_t bound = 0;

    if (s->passage >= end)
        return 0;
    if (s->bounds == NULL)
        return s->limit;
    while (*from + 1 < s->list.nblocks && posting_list_block_last(&s->list, *from) < base)
        ++*from;
    for (uint32_t i = *from; i < s->list.nblocks; i++) {
        int64_t of_block = evaluate_stem_bound(s, i);

        if (of_block > bound)
            bound = of_block;
        if (posting_list_block_last(&s->list, i) >= end - 1)
            break;
    }
    return bound;
}

static int64_t
find_bound(word_list *l, uint32_t base, uint32_t end)
{
    int64_t bound = 0;

    for (uint32_t i = 0; i < l->unit->nstems; i++) {
        const int64_t of_stem = find_stem_bound(l->unit->stems[i], &l->blocks[i], base, end);

        if (of_stem > bound)
            bound = of_stem;
    }
    return bound;
}

static bool
is_at_end(const word_list *l)
{
    bool is = true;

    for (uint32_t i = 0; i < l->unit->nstems && is; i++)
        is = l->unit->stems[i]->passage == POSTING_NONE;
    return is;
}

/* Lists that only support first, then those with the lowest bounds. */
static bool
goes_before(const word_list *a, const word_list *b)
{
    return a->supports != b->supports ? a->supports : a->bound < b->bound;
}

static int
compare(const void *a, const void *b)
{
    return goes_before(a, b) ? -1 : goes_before(b, a);
}

static void
sort_lists(evaluator *w)
{
    if (w->nlists > 16) {
        qsort(w->lists, w->nlists, sizeof *w->lists, compare);
        return;
    }
    for (uint32_t i = 1; i < w->nlists; i++) {
        word_list list = w->lists[i];
        uint32_t at = i;

        for (; at > 0 && goes_before(&list, &w->lists[at - 1]); at--)
            w->lists[at] = w->lists[at - 1];
        w->lists[at] = list;
    }
}

static bool
allows_any(const evaluator *w)
{
    const uint64_t *allowed = w->e->allowed;
    uint64_t any = 0;

    if (allowed == NULL)
        return true;
    for (uint32_t i = w->base / 64; i <= (w->end - 1) / 64; i++)
        any |= allowed[i];
    return any != 0;
}

/* Bound the lists in the window, and tell which are essential; false where none is. */
static bool
plan_window(evaluator *w)
{
    int64_t threshold = evaluate_threshold(w->e);
    int64_t sum = 0;
    uint32_t nlists = 0;

    for (uint32_t i = 0; i < w->nlists; i++) {
        word_list *l = &w->lists[i];

        if (is_at_end(l))
            continue;
        l->bound = find_bound(l, w->base, w->end);
        sum = evaluate_add(sum, l->bound);
        w->lists[nlists++] = *l;
    }
    w->nlists = nlists;
    if (sum <= threshold || !allows_any(w))
        return false;
    sort_lists(w);
    sum = 0;
    w->nessential = 0;
    for (uint32_t i = 0; i < nlists; i++) {
        word_list *l = &w->lists[i];

        sum = evaluate_add(sum, l->bound);
        l->bound_up_to = sum;
        if (!l->supports && sum > threshold)
            w->nessential++;
    }
    return w->nessential > 0;
}

/* ---- Passages that may enter ---- */

/* Keep the candidates that enter if that much is added. */
static void
drop_candidates(evaluator *w, int64_t more)
{
    const int64_t threshold = w->e->top.threshold;
    uint32_t n = 0;

    for (uint32_t i = 0; i < w->ncandidates; i++) {
        w->candidates[n] = w->candidates[i];
        w->sums[n] = w->sums[i];
        n += evaluate_add(w->sums[i], more) > threshold;
    }
    w->ncandidates = n;
}

/* Add what a stem's block at hand has of the candidates from first up to end, a block's postings at
 * most, all of which it reaches; rest: what other lists may add.  False where it failed. */
static bool
add_from_block(evaluator *w, evaluate_stem *s, uint32_t first, uint32_t end, int64_t rest)
{
    const int64_t bound = s->bounds != NULL ? evaluate_stem_bound(s, s->list.block) : s->limit;
    const int64_t more = evaluate_add(bound, rest);
    const int64_t *weights = NULL;
    uint8_t places[POSTING_BLOCK]; /* of candidates, from first on */
    uint8_t at[POSTING_BLOCK];
    uint32_t n = 0;

    /* Those that do not enter even with the block's bound are dropped later. */
    for (uint32_t i = first; i < end; i++) {
        places[n] = (uint8_t)(i - first);
        n += evaluate_add(w->sums[i], more) > w->e->top.threshold;
    }
    if (n == 0)
        return true;
    if (!s->list.is_decoded) {
        if (!evaluate_stem_decode(s))
            return false;
        s->passage = s->list.passages[0];
    }
    n = intersect(w->candidates + first, places, n, s->list.passages, s->at, at);
    if (n == 0)
        return true;
    if (!evaluate_stem_decode_frequencies(s))
        return false;
    if (n > FEW_WEIGHTS || s->weighed_block == s->list.block + 1)
        weights = evaluate_stem_weigh_block(s);
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t in_block = at[places[i]];

        w->sums[first + places[i]] +=
            weights != NULL ? weights[in_block] : evaluate_stem_weigh(s, in_block);
    }
    s->at = at[places[n - 1]];
    s->passage = s->list.passages[s->at];
    return true;
}

static void
add_stem_to_candidates(evaluator *w, evaluate_stem *s, int64_t rest)
{
    const uint32_t n = w->ncandidates;
    uint32_t end = 0;

    for (uint32_t i = 0; i < n && evaluate_stem_skip(s, w->candidates[i]); i = end) {
        const uint32_t last = s->list.last;

        for (end = i + 1; end < n && end - i < POSTING_BLOCK && w->candidates[end] <= last;)
            end++;
        if (!add_from_block(w, s, i, end, rest))
            return;
    }
}

static void
add_unit_to_candidates(evaluator *w, evaluate_unit *u)
{
    for (uint32_t i = 0; i < w->ncandidates; i++)
        if (evaluate_unit_seek(u, w->candidates[i]) == w->candidates[i])
            w->sums[i] += evaluate_unit_best(u, w->candidates[i]);
}

static void
add_candidate(evaluator *w, uint32_t number, int64_t score)
{
    w->candidates[w->ncandidates] = number;
    w->sums[w->ncandidates++] = score;
}

/* Add what the lists that are not essential have for the candidates, as long as these may enter,
 * and have those enter that do. */
static void
complete(evaluator *w)
{
    for (uint32_t i = w->nlists - w->nessential; i-- > 0 && w->ncandidates > 0;) {
        word_list *l = &w->lists[i];

        drop_candidates(w, l->bound_up_to);
        if (l->stem != NULL)
            add_stem_to_candidates(w, l->stem, i > 0 ? w->lists[i - 1].bound_up_to : 0);
        else
            add_unit_to_candidates(w, l->unit);
    }
    for (uint32_t i = 0; i < w->ncandidates; i++)
        evaluate_top_add(&w->e->top, w->candidates[i], w->sums[i]);
    w->ncandidates = 0;
}

/* What the lists that are not essential may add. */
static int64_t
bound_of_others(const evaluator *w)
{
    uint32_t nothers = w->nlists - w->nessential;

    return nothers > 0 ? w->lists[nothers - 1].bound_up_to : 0;
}

/* ---- One essential list ---- */

/* Are there more than a few postings of the block at hand in the window, or are all weighed? */
static bool
pays_to_weigh(const evaluator *w, const evaluate_stem *s)
{
    const posting_list *l = &s->list;

    return s->weighed_block == l->block + 1 ||
           (s->at + FEW_WEIGHTS < l->npostings && l->passages[s->at + FEW_WEIGHTS] < w->end);
}

/* The postings of the block at hand that lie in the window. */
static void
read_block(evaluator *w, evaluate_stem *s, int64_t others)
{
    const posting_list *l = &s->list;
    const int64_t *weights = NULL;

    if (!evaluate_stem_decode_frequencies(s))
        return;
    if (pays_to_weigh(w, s))
        weights = evaluate_stem_weigh_block(s);
    for (uint32_t i = s->at; i < l->npostings && l->passages[i] < w->end; i++) {
        const uint32_t number = l->passages[i];
        const int64_t weight = weights != NULL ? weights[i] : evaluate_stem_weigh(s, i);

        if (evaluate_add(weight, others) <= evaluate_threshold(w->e) ||
            !evaluate_is_allowed(w->e, number))
            continue;
        w->count++;
        if (w->e->request->matched != NULL)
            bits_set_range(w->e->request->matched, number, number + 1);
        add_candidate(w, number, weight);
    }
    complete(w);
}

static void
read_single(evaluator *w)
{
    evaluate_stem *s = w->lists[w->nlists - 1].stem;
    int64_t others = bound_of_others(w);
    uint32_t target = w->base;

    while (target < w->end && evaluate_stem_skip(s, target)) {
        uint32_t last = posting_list_block_last(&s->list, s->list.block);
        int64_t bound = s->bounds != NULL ? evaluate_stem_bound(s, s->list.block) : s->limit;

        if (evaluate_add(bound, others) > evaluate_threshold(w->e)) {
            if (evaluate_stem_seek(s, target) >= w->end)
                return;
            read_block(w, s, others);
        }
        target = last + 1;
    }
}

/* ---- Several essential lists ---- */

/* Add the block's postings in the window to scores and note those that come above limit; how many
 * postings that were. */
static uint32_t
add_block(evaluator *w, evaluate_stem *s, int64_t limit)
{
    const posting_list *l = &s->list;
    const int64_t *weights = evaluate_stem_weigh_block(s);
    uint16_t above[POSTING_BLOCK];
    uint32_t nabove = 0;
    uint32_t i = s->at;

    for (; i < l->npostings && l->passages[i] < w->end; i++) {
        uint32_t number = l->passages[i];
        uint32_t slot = number - w->base;
        int64_t score = w->scores[slot] + weights[i];

        w->scores[slot] = score;
        above[nabove] = (uint16_t)slot;
        nabove += score > limit;
    }
    for (uint32_t j = 0; j < nabove; j++)
        w->found[above[j] / 64] |= (uint64_t)1 << (above[j] % 64);
    return i - s->at;
}

/* The same of one of several stems: what it weighs more than those before. */
static uint32_t
raise_block(evaluator *w, evaluate_stem *s, int64_t limit)
{
    const posting_list *l = &s->list;
    const int64_t *weights = evaluate_stem_weigh_block(s);
    uint32_t i = s->at;

    for (; i < l->npostings && l->passages[i] < w->end; i++) {
        const uint32_t slot = l->passages[i] - w->base;

        if (weights[i] > w->best[slot]) {
            w->scores[slot] += weights[i] - w->best[slot];
            w->best[slot] = weights[i];
        }
        if (w->scores[slot] > limit)
            w->found[slot / 64] |= (uint64_t)1 << (slot % 64);
    }
    return i - s->at;
}

static void
add_stem(evaluator *w, evaluate_stem *s, bool is_only, int64_t limit)
{
    while (evaluate_stem_seek(s, w->base) < w->end && evaluate_stem_decode_frequencies(s)) {
        uint32_t nadded = is_only ? add_block(w, s, limit) : raise_block(w, s, limit);

        if (s->at + nadded < s->list.npostings) {
            s->at += nadded;
            s->passage = s->list.passages[s->at];
            return;
        }
        evaluate_stem_move(s, s->list.passages[s->list.npostings - 1] + 1);
    }
}

static void
add_list(evaluator *w, const word_list *l, int64_t limit)
{
    for (uint32_t i = 0; i < l->unit->nstems; i++)
        add_stem(w, l->unit->stems[i], l->stem != NULL, limit);
    if (l->stem == NULL)
        memset(w->best, 0, sizeof w->best);
}

static void
take_found(evaluator *w)
{
    const uint64_t *allowed = w->e->allowed;
    int64_t others = bound_of_others(w);

    for (uint32_t i = 0; i < WINDOW / 64; i++) {
        uint64_t bits = w->found[i];

        if (bits == 0)
            continue;
        w->found[i] = 0;
        if (allowed != NULL)
            bits &= allowed[w->base / 64 + i];
        if (w->e->request->count)
            w->count += (uint64_t)__builtin_popcountll(bits);
        for (; bits != 0; bits &= bits - 1) {
            uint32_t slot = i * 64 + (uint32_t)__builtin_ctzll(bits);

            if (w->e->request->matched != NULL)
                bits_set_range(w->e->request->matched, w->base + slot, w->base + slot + 1);
            if (evaluate_add(w->scores[slot], others) > w->e->top.threshold)
                add_candidate(w, w->base + slot, w->scores[slot]);
        }
    }
    complete(w);
}

static void
read_several(evaluator *w)
{
    int64_t limit = evaluate_threshold(w->e) - bound_of_others(w);

    for (uint32_t i = w->nlists - w->nessential; i < w->nlists; i++)
        add_list(w, &w->lists[i], limit);
    take_found(w);
    memset(w->scores, 0, sizeof w->scores);
}

/* ---- All windows ---- */

/* Bounds of blocks, for the lists for which they pay: a very frequent function word adds little. */
static void
survey(evaluation *e, const evaluate_word *word)
{
    const uint32_t nbest = word->supports ? 0 : e->request->max_hits;
    evaluate_unit *u = word->unit;

    if (word->supports && u->limit < (int64_t)1 << 32)
        return;
    u->limit = 0;
    for (uint32_t i = 0; i < u->nstems; i++) {
        const int64_t reached = evaluate_stem_survey(u->stems[i], nbest);

        if (!evaluate_is_filtered(e))
            evaluate_top_expect(&e->top, reached);
        if (u->stems[i]->limit > u->limit)
            u->limit = u->stems[i]->limit;
    }
}

/* Of so large a thing only what must be is zeroed. */
static evaluator *
make_evaluator(evaluation *e, const evaluate_word *words, uint32_t nwords)
{
    evaluator *w = arena_raw(e->a, sizeof *w);
    bool has_several = false;

    if (w == NULL)
        return NULL;
    w->e = e;
    w->lists = arena_array(e->a, nwords, sizeof *w->lists);
    w->nlists = nwords;
    w->nessential = 0;
    w->base = w->end = 0;
    w->count = 0;
    w->ncandidates = 0;
    memset(w->scores, 0, sizeof w->scores);
    memset(w->found, 0, sizeof w->found);
    for (uint32_t i = 0; i < nwords; i++)
        has_several = has_several || words[i].unit->nstems != 1;
    if (has_several)
        memset(w->best, 0, sizeof w->best);
    return w->lists != NULL ? w : NULL;
}

static bool
make_list(evaluation *e, const evaluate_word *word, word_list *to)
{
    evaluate_unit *u = word->unit;

    *to = (word_list){.unit = u, .supports = word->supports};
    if (u->nstems == 1)
        to->stem = u->stems[0];
    to->blocks = arena_array(e->a, u->nstems, sizeof *to->blocks);
    if (to->blocks == NULL) {
        evaluate_fail(e, error_nomem(e->err));
        return false;
    }
    survey(e, word);
    return true;
}

/* Begin the next window.  A list that is alone is bounded block by block. */
static void
begin_window(evaluator *w)
{
    const bool is_alone = w->nlists == 1 && w->lists[0].stem != NULL;

    w->base = w->end;
    w->end = is_alone || w->e->end - w->base <= WINDOW ? w->e->end : w->base + WINDOW;
}

uint64_t
evaluate_words(evaluation *e, const evaluate_word *words, uint32_t nwords)
{
    evaluator *w = make_evaluator(e, words, nwords);

    if (w == NULL) {
        evaluate_fail(e, error_nomem(e->err));
        return 0;
    }
    for (uint32_t i = 0; i < nwords; i++)
        if (!make_list(e, &words[i], &w->lists[i]))
            return 0;
    /* Windows begin where a word of the bitmap does, which has no bits before the first. */
    w->end = e->allowed != NULL ? e->first / 64 * 64 : e->first;
    while (w->end < e->end && e->status == QUIRE_OK) {
        begin_window(w);
        if (!plan_window(w))
            continue;
        if (w->nessential == 1 && w->lists[w->nlists - 1].stem != NULL)
            read_single(w);
        else
            read_several(w);
    }
    return w->count;
}
