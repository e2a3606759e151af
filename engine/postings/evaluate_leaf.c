/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_leaf.c - does a leaf stand in a passage?
 *
 * Words stand next to each other, in one sentence, where their positions follow on one another.
 * Word by word, the places where the leaf may begin are thinned out, until none is left or all
 * words agree. */
#include "postings/evaluate_leaf.h"

#include <stdlib.h>

#include "base/error.h"

/* No passage has more words than this; a list that claims more is damaged. */
#define MAX_OCCURRENCES (1u << 24)

/* Up to this many need no memory from the heap. */
#define FEW_OCCURRENCES 256

static int
compare_units(const void *a, const void *b)
{
    const evaluate_unit *first = *(evaluate_unit *const *)a;
    const evaluate_unit *second = *(evaluate_unit *const *)b;

    if (first->df != second->df)
        return first->df < second->df ? -1 : 1;
    return (first->number > second->number) - (first->number < second->number);
}

static int
compare_slots(const void *a, const void *b)
{
    const evaluate_slot *first = a;
    const evaluate_slot *second = b;
    int order = compare_units(&first->unit, &second->unit);

    return order != 0 ? order : (first->offset > second->offset) - (first->offset < second->offset);
}

void
evaluate_leaf_order(evaluate_leaf *leaf)
{
    qsort(leaf->slots, leaf->nslots, sizeof *leaf->slots, compare_slots);
    for (uint32_t i = 0; i < leaf->nslots; i++)
        if (i == 0 || leaf->slots[i].unit != leaf->slots[i - 1].unit)
            leaf->units[leaf->nunits++] = leaf->slots[i].unit;
    qsort(leaf->units, leaf->nunits, sizeof(evaluate_unit *), compare_units);
}

bool
evaluate_leaf_has_units(const evaluate_leaf *leaf, uint32_t number)
{
    if (leaf->is_nowhere)
        return false;
    for (uint32_t i = 0; i < leaf->nunits; i++)
        if (evaluate_unit_seek(leaf->units[i], number) != number)
            return false;
    return true;
}

/* ---- Titles ---- */

/* Only an article's first passage has its title.  How far that reaches is known where the segment
 * has what is to be known of articles. */
static bool
find_title(evaluate_leaf *leaf, uint32_t number)
{
    evaluation *e = leaf->slots[0].unit->stems[0]->e;
    const segment *s = e->segment;
    const uint32_t article = segment_article(s, number);
    quire_status status = QUIRE_OK;
    uint32_t first = 0;
    uint32_t end = 0;

    segment_articles_passages(s, article, article, &first, &end);
    leaf->end = number == first ? UINT32_MAX : 0;
    if (number != first || !s->has_articles)
        return number == first;
    status = article_columns_title(&s->articles, article - 1, &leaf->end, e->err);
    if (status != QUIRE_OK) {
        evaluate_fail(e, status);
        return false;
    }
    if (leaf->end == UINT16_MAX) /* or more */
        leaf->end = UINT32_MAX;
    return leaf->end > 0;
}

/* ---- Positions ---- */

static bool
make_room(evaluate_leaf *leaf, size_t room)
{
    evaluate_scratch *scratch = leaf->scratch;
    evaluation *e = leaf->slots[0].unit->stems[0]->e;

    if (room <= scratch->room)
        return true;
    free(scratch->numbers);
    scratch->room = 0;
    scratch->numbers = calloc(room, sizeof *scratch->numbers);
    if (scratch->numbers == NULL) {
        evaluate_fail(e, error_nomem(e->err));
        return false;
    }
    scratch->room = room;
    return true;
}

/* Find the positions of a stem, which is in the passage at hand. */
static bool
find_positions(evaluate_stem *s)
{
    quire_status status = QUIRE_OK;

    if (!s->is_pair && (s->list.occurrence_block != s->list.block || !s->list.has_frequencies))
        status = posting_list_find_positions(&s->list, s->e->err);
    if (status != QUIRE_OK)
        evaluate_fail(s->e, status);
    return status == QUIRE_OK;
}

/* Add how often a stem stands in the passage at hand; false where that is damaged. */
static bool
count_occurrences(const evaluate_stem *s, uint32_t *n)
{
    const uint32_t added = s->list.frequencies[s->at];

    if (added <= MAX_OCCURRENCES - *n) {
        *n += added;
        return true;
    }
    evaluate_fail(s->e, error_set(s->e->err, QUIRE_ECORRUPT,
                                  "a posting list is damaged: a passage has %u words of a stem",
                                  (unsigned)added));
    return false;
}

/* Is occurrence k of a stem one of the surfaces? */
static inline bool
is_word(const evaluate_ranks *ranks, const posting_list *l, uint32_t k)
{
    uint32_t rank = 0;

    if (ranks == NULL || ranks->is_all)
        return true;
    rank = posting_list_rank(l, k);
    return rank < ranks->nranks && (ranks->set[rank / 64] >> (rank % 64) & 1) != 0;
}

/* ---- One stem a slot ---- */

/* Where the leaf may begin, going by its first slot; starts has room for all occurrences. */
static uint32_t
find_starts(const evaluate_slot *slot, uint32_t *starts)
{
    const evaluate_stem *s = slot->unit->stems[0];
    const posting_list *l = &s->list;
    const uint32_t end = l->occurrences[s->at + 1];
    uint32_t nstarts = 0;

    for (uint32_t k = l->occurrences[s->at]; k < end; k++) {
        const uint32_t position = posting_list_position(l, k);

        starts[nstarts] = position - slot->offset;
        nstarts += position >= slot->offset && is_word(slot->ranks, l, k);
    }
    return nstarts;
}

/* Keep the starts behind which the word stands; they ascend, as positions do. */
static uint32_t
thin_starts(const evaluate_slot *slot, uint32_t *starts, uint32_t nstarts)
{
    const evaluate_stem *s = slot->unit->stems[0];
    const posting_list *l = &s->list;
    const uint32_t end = l->occurrences[s->at + 1];
    uint32_t k = l->occurrences[s->at];
    uint32_t position = posting_list_position(l, k);
    uint32_t nkept = 0;

    for (uint32_t j = 0; j < nstarts; j++) {
        const uint64_t wanted = (uint64_t)starts[j] + slot->offset;

        while (position < wanted) {
            if (++k == end)
                return nkept;
            position = posting_list_position(l, k);
        }
        if (position == wanted && is_word(slot->ranks, l, k))
            starts[nkept++] = starts[j];
    }
    return nkept;
}

/* Does the leaf begin anywhere, early enough? starts ascend. */
static bool
is_within(const evaluate_leaf *leaf, const uint32_t *starts, uint32_t nstarts)
{
    return nstarts > 0 && (uint64_t)starts[0] + leaf->width < leaf->end;
}

/* Do the words follow on one another in the passage where all their stems are? */
static bool
occurs(evaluate_leaf *leaf)
{
    uint32_t few[FEW_OCCURRENCES];
    uint32_t *starts = few;
    uint32_t nstarts = 0;

    for (uint32_t i = 0; i < leaf->nunits; i++)
        if (!find_positions(leaf->units[i]->stems[0]))
            return false;
    if (!count_occurrences(leaf->slots[0].unit->stems[0], &nstarts))
        return false;
    if (nstarts > FEW_OCCURRENCES) {
        if (!make_room(leaf, nstarts))
            return false;
        starts = leaf->scratch->numbers;
    }
    nstarts = find_starts(&leaf->slots[0], starts);
    for (uint32_t i = 1; i < leaf->nslots && nstarts > 0; i++)
        nstarts = thin_starts(&leaf->slots[i], starts, nstarts);
    return is_within(leaf, starts, nstarts);
}

/* ---- Several stems a slot ---- */

static const evaluate_ranks *
ranks_of(const evaluate_slot *slot, uint32_t stem)
{
    return slot->ranks == NULL ? NULL : &slot->ranks[stem];
}

/* Is any surface of one of these stems a word of the slot? */
static bool
has_whole_stem(const evaluate_slot *slot, const uint32_t *found, uint32_t nfound)
{
    for (uint32_t i = 0; i < nfound; i++)
        if (slot->ranks == NULL || slot->ranks[found[i]].is_all)
            return true;
    return false;
}

/* How often the stems of a slot stand in the passage, whose positions are then found. */
static bool
count_slot(const evaluate_slot *slot, uint32_t number, uint32_t *n_out)
{
    uint32_t nfound = 0;
    const uint32_t *found = evaluate_unit_found(slot->unit, number, &nfound);

    *n_out = 0;
    for (uint32_t i = 0; i < nfound; i++) {
        evaluate_stem *s = slot->unit->stems[found[i]];

        if (!find_positions(s) || !count_occurrences(s, n_out))
            return false;
    }
    return true;
}

static int
compare_numbers(const void *a, const void *b)
{
    const uint32_t first = *(const uint32_t *)a;
    const uint32_t second = *(const uint32_t *)b;

    return (first > second) - (first < second);
}

/* Where the leaf would begin, going by a slot, ascending; out has room for all its occurrences. */
static uint32_t
list_starts(const evaluate_slot *slot, uint32_t number, uint32_t *out)
{
    uint32_t nfound = 0;
    const uint32_t *found = evaluate_unit_found(slot->unit, number, &nfound);
    uint32_t n = 0;

    for (uint32_t i = 0; i < nfound; i++) {
        const evaluate_stem *s = slot->unit->stems[found[i]];
        const posting_list *l = &s->list;
        const uint32_t end = l->occurrences[s->at + 1];

        for (uint32_t k = l->occurrences[s->at]; k < end; k++) {
            const uint32_t position = posting_list_position(l, k);

            if (position >= slot->offset && is_word(ranks_of(slot, found[i]), l, k))
                out[n++] = position - slot->offset;
        }
    }
    if (nfound > 1 && n > 1)
        qsort(out, n, sizeof *out, compare_numbers);
    return n;
}

/* Keep those of numbers that are among others, too; both ascend. */
static uint32_t
keep_common(uint32_t *numbers, uint32_t n, const uint32_t *others, uint32_t nothers)
{
    uint32_t nkept = 0;
    uint32_t at = 0;

    for (uint32_t i = 0; i < n; i++) {
        while (at < nothers && others[at] < numbers[i])
            at++;
        if (at < nothers && others[at] == numbers[i])
            numbers[nkept++] = numbers[i];
    }
    return nkept;
}

/* occurs, of any leaf. */
static bool
occurs_anyhow(evaluate_leaf *leaf, uint32_t number)
{
    uint32_t nfound = 0;
    const uint32_t *found = evaluate_unit_found(leaf->slots[0].unit, number, &nfound);
    uint32_t nstarts = 0;
    uint32_t nfirst = 0;
    uint32_t most = 0;

    if (leaf->nslots == 1 && leaf->slots[0].offset == 0 && !leaf->in_title &&
        has_whole_stem(&leaf->slots[0], found, nfound))
        return true;
    for (uint32_t i = 0; i < leaf->nslots; i++) {
        uint32_t n = 0;

        if (!count_slot(&leaf->slots[i], number, &n))
            return false;
        if (i == 0)
            nfirst = n;
        else if (n > most)
            most = n;
    }
    if (!make_room(leaf, (size_t)nfirst + most + 1))
        return false;

    uint32_t *const starts = leaf->scratch->numbers;
    uint32_t *const others = starts + nfirst;

    nstarts = list_starts(&leaf->slots[0], number, starts);
    for (uint32_t i = 1; i < leaf->nslots && nstarts > 0; i++)
        nstarts =
            keep_common(starts, nstarts, others, list_starts(&leaf->slots[i], number, others));
    return is_within(leaf, starts, nstarts);
}

/* ---- Either ---- */

static bool
stands(evaluate_leaf *leaf, uint32_t number)
{
    if (leaf->passages != NULL)
        return (leaf->passages[number / 64] >> (number % 64) & 1) != 0;
    if (!evaluate_leaf_has_units(leaf, number))
        return false;
    if (leaf->in_title && !find_title(leaf, number))
        return false;
    if (!leaf->needs_positions)
        return true;
    return leaf->has_alternatives ? occurs_anyhow(leaf, number) : occurs(leaf);
}

bool
evaluate_leaf_holds(evaluate_leaf *leaf, uint32_t number)
{
    if (leaf->tested != number + 1) {
        leaf->tested = number + 1;
        leaf->holds = stands(leaf, number);
    }
    return leaf->holds;
}
