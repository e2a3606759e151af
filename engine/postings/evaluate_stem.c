/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_stem.c - a stem of a query: cursor, weights, bounds. */
#include "postings/evaluate_stem.h"

#include <math.h>

#include "base/error.h"
#include "postings/intersect.h"

void
evaluate_fail(evaluation *e, quire_status status)
{
    if (e->status == QUIRE_OK)
        e->status = status;
}

static bool
fail(evaluate_stem *s, quire_status status)
{
    evaluate_fail(s->e, status);
    s->passage = POSTING_NONE;
    return false;
}

static bool
fail_damaged(evaluate_stem *s)
{
    return fail(s, error_set(s->e->err, QUIRE_ECORRUPT,
                             "a posting list is damaged: it names passages that do not exist"));
}

/* ---- The cursor ---- */

bool
evaluate_stem_decode(evaluate_stem *s)
{
    posting_list *l = &s->list;
    quire_status status = QUIRE_OK;

    if (l->is_decoded)
        return true;
    status = posting_list_decode(l, s->e->err);
    if (status != QUIRE_OK)
        return fail(s, status);
    /* Passages are used as numbers of elements: all of them must exist.  They ascend. */
    if (l->passages[l->npostings - 1] >= s->e->segment->npassages)
        return fail_damaged(s);
    for (uint32_t i = l->npostings; i < POSTING_BLOCK; i++)
        l->passages[i] = POSTING_NONE;
    s->at = 0;
    return true;
}

bool
evaluate_stem_decode_frequencies(evaluate_stem *s)
{
    quire_status status = QUIRE_OK;

    if (s->list.has_frequencies)
        return true;
    status = posting_list_decode_frequencies(&s->list, s->e->err);
    return status == QUIRE_OK || fail(s, status);
}

bool
evaluate_stem_skip(evaluate_stem *s, uint32_t target)
{
    posting_list *l = &s->list;

    if (s->passage == POSTING_NONE)
        return false;
    if (l->block < l->nblocks && target > l->last)
        posting_list_skip_to(l, target);
    if (l->block >= l->nblocks)
        s->passage = POSTING_NONE;
    return l->block < l->nblocks;
}

uint32_t
evaluate_stem_move(evaluate_stem *s, uint32_t target)
{
    posting_list *l = &s->list;

    if (!evaluate_stem_skip(s, target) || !evaluate_stem_decode(s))
        return POSTING_NONE;
    s->at = intersect_find(l->passages, s->at, target);
    if (s->at < l->npostings) {
        s->passage = l->passages[s->at];
    } else {
        /* Only of the last block is it not known where it ends. */
        if (l->block + 1 < l->nblocks)
            fail_damaged(s);
        s->passage = POSTING_NONE;
    }
    return s->passage;
}

static evaluate_stem *
open_list(evaluation *e, const checked_file *postings, const checked_file *positions,
          const posting_info *info)
{
    evaluate_stem *s = arena_alloc(e->a, sizeof *s);
    quire_status status = QUIRE_OK;

    if (s == NULL) {
        evaluate_fail(e, error_nomem(e->err));
        return NULL;
    }
    s->e = e;
    status = posting_list_open(postings, positions, info, &s->list, e->err);
    if (status != QUIRE_OK) {
        evaluate_fail(e, status);
        return NULL;
    }
    if (!evaluate_stem_decode(s))
        return NULL;
    s->passage = s->list.passages[0];
    return s;
}

bool
evaluate_stem_rewind(evaluate_stem *s)
{
    const posting_info info = s->list.info;
    quire_status status = posting_list_open(s->list.postings_file, s->list.positions_file, &info,
                                            &s->list, s->e->err);

    s->weighed_block = 0;
    if (status != QUIRE_OK)
        return fail(s, status);
    if (!evaluate_stem_decode(s))
        return false;
    s->passage = s->list.passages[0];
    return true;
}

evaluate_stem *
evaluate_stem_open_pair(evaluation *e, const posting_info *info)
{
    evaluate_stem *s = open_list(e, &e->segment->pairs.lists, NULL, info);

    if (s != NULL)
        s->is_pair = true;
    return s;
}

evaluate_stem *
evaluate_stem_open(evaluation *e, const posting_info *info, bool scores, double idf)
{
    evaluate_stem *s = open_list(e, &e->segment->postings, &e->segment->positions, info);
    const bm25 *model = e->request->scoring->model;

    if (s == NULL)
        return NULL;
    s->scores = scores;
    if (scores) {
        s->idf = idf;
        s->limit = llrint(s->idf * (model->k1 + 1) * 4294967296.0) + 1;
    }
    return s;
}

void
evaluate_stem_weigh_articles(evaluate_stem *s, const uint8_t *impacts, const uint8_t *block_impacts,
                             uint8_t most, int64_t weight)
{
    s->by_article = true;
    s->impacts = impacts;
    s->block_impacts = block_impacts;
    s->impact_weight = weight;
    s->limit = weight * most;
}

/* ---- Weights ---- */

/* An article's impact is that of all its postings. */
static void
weigh_articles(evaluate_stem *s)
{
    const uint8_t *impacts = s->impacts;
    int64_t weight = evaluate_stem_weigh_article(s, 0);

    if (impacts != NULL)
        impacts += s->list.block * POSTING_BLOCK;
    for (uint32_t i = 0; i < s->list.npostings; i++) {
        if (impacts != NULL && impacts[i] != 0)
            weight = s->impact_weight * impacts[i];
        s->weights[i] = weight;
    }
}

const int64_t *
evaluate_stem_weigh_block(evaluate_stem *s)
{
    const posting_list *l = &s->list;

    if (!evaluate_stem_decode_weights(s))
        return NULL;
    if (s->weighed_block != l->block + 1 && s->by_article) {
        weigh_articles(s);
        s->weighed_block = l->block + 1;
    } else if (s->weighed_block != l->block + 1) {
        evaluate_weigh(&s->e->weights, s->idf, l->passages, l->frequencies, l->npostings,
                       s->weights);
        s->weighed_block = l->block + 1;
    }
    return s->weights;
}

int64_t
evaluate_stem_weight(evaluate_stem *s)
{
    if (s->passage == POSTING_NONE || s->is_pair || !evaluate_stem_decode_weights(s))
        return 0;
    if (s->weighed != s->passage + 1) {
        s->weight = evaluate_stem_weigh(s, s->at);
        s->weighed = s->passage + 1;
    }
    return s->weight;
}

/* ---- Bounds ---- */

/* The largest weight of some Pareto pairs, plus 1; *reached_out is what a posting does reach, -1
 * where that is not known: clipped numbers and thinned sets are bounds only. */
static int64_t
bound_of_pairs(const evaluate_stem *s, const posting_pair *pairs, unsigned npairs,
               int64_t *reached_out)
{
    const evaluate_weights *w = &s->e->weights;
    double most = 0; /* what weights grow with */
    bool is_exact = npairs > 0 && npairs < POSTING_PAIRS;
    int64_t bound = 0;

    *reached_out = -1;
    for (unsigned i = 0; i < npairs; i++) {
        const double part = evaluate_weight_part(w, pairs[i].frequency, pairs[i].length);

        if (pairs[i].frequency == UINT8_MAX || pairs[i].frequency == 0)
            return s->limit;
        is_exact = is_exact && pairs[i].length < UINT8_MAX;
        most = part > most ? part : most;
    }
    bound = evaluate_weight_of(w, s->idf, most);
    if (bound < 0)
        return s->limit;
    if (is_exact)
        *reached_out = bound;
    return npairs == 0 || bound + 1 > s->limit ? s->limit : bound + 1;
}

/* The bound of the only block of a list, whose pairs are not stored. */
static int64_t
bound_of_block(evaluate_stem *s)
{
    int64_t bound = 0;

    if (s->list.block > 0 || !evaluate_stem_decode(s) || !evaluate_stem_decode_frequencies(s))
        return s->limit;
    for (uint32_t i = 0; i < s->list.npostings; i++) {
        int64_t weight = evaluate_stem_weigh(s, i);

        if (weight > bound)
            bound = weight;
    }
    return bound;
}

static int64_t
find_bound(evaluate_stem *s, uint32_t i, int64_t *reached_out)
{
    posting_pair pairs[POSTING_PAIRS];

    *reached_out = -1;
    if (s->list.nblocks == 1)
        return bound_of_block(s);
    return bound_of_pairs(s, pairs, posting_list_pairs(&s->list, i, pairs), reached_out);
}

int64_t
evaluate_stem_bound(evaluate_stem *s, uint32_t i)
{
    int64_t reached = -1;

    if (s->limit == 0)
        return 0;
    if (s->by_article)
        return s->block_impacts != NULL ? s->impact_weight * s->block_impacts[i] : s->limit;
    if (s->bounds == NULL)
        s->bounds = arena_array(s->e->a, s->list.nblocks, sizeof *s->bounds);
    if (s->bounds == NULL)
        return s->limit;
    if (s->bounds[i] == 0)
        s->bounds[i] = find_bound(s, i, &reached) + 1;
    return s->bounds[i] - 1;
}

/* The n-th largest of what it was shown, n being small: a heap, the smallest first. */
typedef struct {
    int64_t *numbers;
    uint32_t size;
    uint32_t n;
} largest;

static void
show(largest *l, int64_t number)
{
    size_t at = 0;

    if (l->size < l->n) {
        for (at = l->size++; at > 0 && l->numbers[(at - 1) / 2] > number; at = (at - 1) / 2)
            l->numbers[at] = l->numbers[(at - 1) / 2];
        l->numbers[at] = number;
        return;
    }
    if (number <= l->numbers[0])
        return;
    for (;;) {
        size_t child = 2 * at + 1;

        if (child + 1 < l->n && l->numbers[child + 1] < l->numbers[child])
            child++;
        if (child >= l->n || l->numbers[child] >= number)
            break;
        l->numbers[at] = l->numbers[child];
        at = child;
    }
    l->numbers[at] = number;
}

int64_t
evaluate_stem_survey(evaluate_stem *s, uint32_t n)
{
    largest best = {.n = n};
    int64_t limit = 0;

    if (n > 0 && n <= s->list.nblocks)
        best.numbers = arena_array(s->e->a, n, sizeof *best.numbers);
    if (best.numbers == NULL)
        best.n = 0;
    if (s->bounds == NULL)
        s->bounds = arena_array(s->e->a, s->list.nblocks, sizeof *s->bounds);
    if (s->bounds == NULL)
        return -1;
    for (uint32_t i = 0; i < s->list.nblocks; i++) {
        int64_t reached = -1;
        int64_t bound = find_bound(s, i, &reached);

        s->bounds[i] = bound + 1;
        if (bound > limit)
            limit = bound;
        /* Blocks are of different passages, so these are passages that reach so much. */
        if (reached >= 0 && best.n > 0)
            show(&best, reached);
    }
    if (limit < s->limit)
        s->limit = limit;
    return best.n > 0 && best.size == best.n ? best.numbers[0] : -1;
}
