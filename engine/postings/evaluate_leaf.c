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
compare_stems(const void *a, const void *b)
{
    const evaluate_stem *first = *(evaluate_stem *const *)a;
    const evaluate_stem *second = *(evaluate_stem *const *)b;

    if (first->list.info.df != second->list.info.df)
        return first->list.info.df < second->list.info.df ? -1 : 1;
    return (first->number > second->number) - (first->number < second->number);
}

static int
compare_words(const void *a, const void *b)
{
    const evaluate_leaf_word *first = a;
    const evaluate_leaf_word *second = b;
    int order = compare_stems(&first->stem, &second->stem);

    return order != 0 ? order : (first->offset > second->offset) - (first->offset < second->offset);
}

void
evaluate_leaf_order(evaluate_leaf *leaf)
{
    qsort(leaf->words, leaf->nwords, sizeof *leaf->words, compare_words);
    for (uint32_t i = 0; i < leaf->nwords; i++)
        if (i == 0 || leaf->words[i].stem != leaf->words[i - 1].stem)
            leaf->stems[leaf->nstems++] = leaf->words[i].stem;
    qsort(leaf->stems, leaf->nstems, sizeof(evaluate_stem *), compare_stems);
}

bool
evaluate_leaf_has_stems(const evaluate_leaf *leaf, uint32_t number)
{
    if (leaf->is_nowhere)
        return false;
    for (uint32_t i = 0; i < leaf->nstems; i++)
        if (evaluate_stem_seek(leaf->stems[i], number) != number)
            return false;
    return true;
}

/* ---- Positions ---- */

static bool
make_room(evaluate_scratch *scratch, size_t room)
{
    if (room <= scratch->room)
        return true;
    free(scratch->numbers);
    scratch->room = 0;
    scratch->numbers = calloc(room, sizeof *scratch->numbers);
    if (scratch->numbers == NULL)
        return false;
    scratch->room = room;
    return true;
}

/* Find the positions of all stems; they are in the passage at hand. */
static bool
find_positions(const evaluate_leaf *leaf)
{
    for (uint32_t i = 0; i < leaf->nstems; i++) {
        evaluate_stem *s = leaf->stems[i];

        if (!s->is_pair &&
            (s->list.occurrence_block != s->list.block || !s->list.has_frequencies)) {
            quire_status status = posting_list_find_positions(&s->list, s->e->err);

            if (status != QUIRE_OK) {
                evaluate_fail(s->e, status);
                return false;
            }
        }
    }
    return true;
}

/* Is occurrence k of its stem the word? */
static inline bool
is_word(const evaluate_leaf_word *word, const posting_list *l, uint32_t k)
{
    uint32_t rank = 0;

    if (word->ranks == NULL)
        return true;
    rank = posting_list_rank(l, k);
    return rank < word->nranks && (word->ranks[rank / 64] >> (rank % 64) & 1) != 0;
}

/* Where the leaf may begin, going by its first word; starts has room for all occurrences. */
static uint32_t
find_starts(const evaluate_leaf_word *word, uint32_t *starts)
{
    const posting_list *l = &word->stem->list;
    const uint32_t end = l->occurrences[word->stem->at + 1];
    uint32_t nstarts = 0;

    for (uint32_t k = l->occurrences[word->stem->at]; k < end; k++) {
        const uint32_t position = posting_list_position(l, k);

        starts[nstarts] = position - word->offset;
        nstarts += position >= word->offset && is_word(word, l, k);
    }
    return nstarts;
}

/* Keep the starts behind which the word stands; they ascend, as positions do. */
static uint32_t
thin_starts(const evaluate_leaf_word *word, uint32_t *starts, uint32_t nstarts)
{
    const posting_list *l = &word->stem->list;
    const uint32_t end = l->occurrences[word->stem->at + 1];
    uint32_t k = l->occurrences[word->stem->at];
    uint32_t position = posting_list_position(l, k);
    uint32_t nkept = 0;

    for (uint32_t j = 0; j < nstarts; j++) {
        const uint64_t wanted = (uint64_t)starts[j] + word->offset;

        while (position < wanted) {
            if (++k == end)
                return nkept;
            position = posting_list_position(l, k);
        }
        if (position == wanted && is_word(word, l, k))
            starts[nkept++] = starts[j];
    }
    return nkept;
}

/* Do the words follow on one another in the passage where all their stems are? */
static bool
occurs(const evaluate_leaf *leaf)
{
    const evaluate_stem *first = leaf->words[0].stem;
    uint32_t few[FEW_OCCURRENCES];
    uint32_t *starts = few;
    uint32_t nstarts = 0;

    if (!find_positions(leaf))
        return false;
    nstarts = first->list.frequencies[first->at];
    if (nstarts > MAX_OCCURRENCES) {
        evaluate_fail(first->e, error_set(first->e->err, QUIRE_ECORRUPT,
                                          "a posting list is damaged: a passage has %u words of a "
                                          "stem",
                                          (unsigned)nstarts));
        return false;
    }
    if (nstarts > FEW_OCCURRENCES) {
        if (!make_room(leaf->scratch, nstarts)) {
            evaluate_fail(first->e, error_nomem(first->e->err));
            return false;
        }
        starts = leaf->scratch->numbers;
    }
    nstarts = find_starts(&leaf->words[0], starts);
    for (uint32_t i = 1; i < leaf->nwords && nstarts > 0; i++)
        nstarts = thin_starts(&leaf->words[i], starts, nstarts);
    return nstarts > 0;
}

bool
evaluate_leaf_holds(evaluate_leaf *leaf, uint32_t number)
{
    if (leaf->tested != number + 1) {
        leaf->tested = number + 1;
        leaf->holds =
            evaluate_leaf_has_stems(leaf, number) && (!leaf->needs_positions || occurs(leaf));
    }
    return leaf->holds;
}
