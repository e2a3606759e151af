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
    leaf->nstems = 0;
    for (uint32_t i = leaf->nwords; i-- > 0;) {
        evaluate_leaf_word *word = &leaf->words[i];

        leaf->has_ranks = leaf->has_ranks || word->ranks != NULL;
        word->reads_ranks = word->ranks != NULL || (i + 1 < leaf->nwords && word[1].reads_ranks &&
                                                    word[1].stem == word->stem);
    }
    for (uint32_t i = 0; i < leaf->nwords; i++)
        if (i == 0 || leaf->words[i].stem != leaf->words[i - 1].stem)
            leaf->stems[leaf->nstems++] = leaf->words[i].stem;
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

typedef struct {
    uint32_t *starts; /* where the leaf may begin */
    uint32_t nstarts;
    uint32_t *positions; /* of the stem that was read last */
    uint32_t *ranks;
    uint32_t npositions;
} places;

static bool
make_room(evaluate_scratch *scratch, size_t room)
{
    uint32_t *numbers = NULL;

    if (room <= scratch->room)
        return true;
    numbers = calloc(3 * room, sizeof *numbers);
    if (numbers == NULL)
        return false;
    free(scratch->numbers);
    scratch->numbers = numbers;
    scratch->room = room;
    return true;
}

/* The most occurrences that a stem of the leaf has in the passage where all are; 0: it failed. */
static uint32_t
most_occurrences(const evaluate_leaf *leaf)
{
    uint32_t most = 0;

    for (uint32_t i = 0; i < leaf->nstems; i++) {
        evaluate_stem *s = leaf->stems[i];

        if (!evaluate_stem_decode_frequencies(s))
            return 0;
        if (s->list.frequencies[s->at] > most)
            most = s->list.frequencies[s->at];
    }
    return most;
}

static bool
start_places(const evaluate_leaf *leaf, evaluation *e, places *p)
{
    evaluate_scratch *scratch = leaf->scratch;
    uint32_t most = most_occurrences(leaf);

    if (most == 0)
        return false;
    if (most > MAX_OCCURRENCES) {
        evaluate_fail(e, error_set(e->err, QUIRE_ECORRUPT,
                                   "a posting list is damaged: a passage has %u words of a stem",
                                   (unsigned)most));
        return false;
    }
    if (!make_room(scratch, most < 256 ? 256 : most)) {
        evaluate_fail(e, error_nomem(e->err));
        return false;
    }
    *p = (places){.starts = scratch->numbers,
                  .positions = scratch->numbers + scratch->room,
                  .ranks = scratch->numbers + 2 * scratch->room};
    return true;
}

static bool
read_positions(evaluate_stem *s, bool reads_ranks, places *p)
{
    quire_status status = posting_list_positions(&s->list, s->at, p->positions,
                                                 reads_ranks ? p->ranks : NULL, s->e->err);

    p->npositions = s->list.frequencies[s->at];
    evaluate_fail(s->e, status);
    return status == QUIRE_OK;
}

/* Is occurrence number i of its stem the word?  ranks: of the occurrences, or NULL where any will
 * do. */
static bool
is_word(const evaluate_leaf_word *word, const uint32_t *ranks, uint32_t i)
{
    return ranks == NULL || word->ranks == NULL ||
           (ranks[i] < word->nranks && (word->ranks[ranks[i] / 64] >> (ranks[i] % 64) & 1) != 0);
}

static void
find_starts(const evaluate_leaf_word *word, const uint32_t *ranks, places *p)
{
    p->nstarts = 0;
    for (uint32_t i = 0; i < p->npositions; i++)
        if (p->positions[i] >= word->offset && is_word(word, ranks, i))
            p->starts[p->nstarts++] = p->positions[i] - word->offset;
}

/* Keep the starts behind which the word stands; both arrays ascend. */
static void
thin_starts(const evaluate_leaf_word *word, const uint32_t *ranks, places *p)
{
    uint32_t nkept = 0;
    uint32_t i = 0;

    for (uint32_t j = 0; j < p->nstarts; j++) {
        uint64_t wanted = (uint64_t)p->starts[j] + word->offset;

        while (i < p->npositions && p->positions[i] < wanted)
            i++;
        if (i < p->npositions && p->positions[i] == wanted && is_word(word, ranks, i))
            p->starts[nkept++] = p->starts[j];
    }
    p->nstarts = nkept;
}

/* Do the words follow on one another, as stems or as the surfaces that they are? */
static bool
follow(const evaluate_leaf *leaf, bool by_surface, places *p)
{
    for (uint32_t i = 0; i < leaf->nwords; i++) {
        const evaluate_leaf_word *word = &leaf->words[i];
        bool reads_ranks = by_surface && word->reads_ranks;

        if ((i == 0 || word->stem != leaf->words[i - 1].stem) &&
            !read_positions(word->stem, reads_ranks, p))
            return false;
        if (i == 0)
            find_starts(word, reads_ranks ? p->ranks : NULL, p);
        else
            thin_starts(word, reads_ranks ? p->ranks : NULL, p);
        if (p->nstarts == 0)
            return false;
    }
    return true;
}

/* Most often stems do not even follow on one another, so ranks are not read at first. */
static bool
occurs(const evaluate_leaf *leaf)
{
    places p;

    return start_places(leaf, leaf->stems[0]->e, &p) &&
           (leaf->nwords == 1 || follow(leaf, false, &p)) &&
           (!leaf->has_ranks || follow(leaf, true, &p));
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
