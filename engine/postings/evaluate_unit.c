/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_unit.c - alternative stems as one cursor. */
#include "postings/evaluate_unit.h"

#include <stdlib.h>

#include "base/error.h"

#define MANY_STEMS 16
#define MERGED_MOST ((size_t)1 << 22) /* of a query: 48 MB, and one unit's more */

static void
sink(evaluate_unit *u, uint32_t at, evaluate_place place)
{
    for (;;) {
        uint32_t child = 2 * at + 1;

        if (child >= u->nstems)
            break;
        if (child + 1 < u->nstems && u->heap[child + 1].passage < u->heap[child].passage)
            child++;
        if (u->heap[child].passage >= place.passage)
            break;
        u->heap[at] = u->heap[child];
        at = child;
    }
    u->heap[at] = place;
}

static bool
make_heap(evaluation *e, evaluate_unit *u)
{
    u->heap = arena_array(e->a, u->nstems, sizeof *u->heap);
    u->found = arena_array(e->a, u->nstems, sizeof *u->found);
    if (u->heap == NULL || u->found == NULL)
        return false;
    for (uint32_t i = 0; i < u->nstems; i++)
        u->heap[i] = (evaluate_place){.passage = u->stems[i]->passage, .stem = i};
    for (uint32_t i = u->nstems / 2; i-- > 0;)
        sink(u, i, u->heap[i]);
    return true;
}

/* Note of each passage of a stem the largest weight so far, plus 1. */
static bool
note_stem(evaluate_stem *s, int64_t *best, uint32_t *n)
{
    while (s->passage != POSTING_NONE) {
        const int64_t *weights = evaluate_stem_weigh_block(s);
        const posting_list *l = &s->list;

        if (weights == NULL)
            return false;
        for (uint32_t i = 0; i < l->npostings; i++) {
            int64_t *to = &best[l->passages[i]];

            *n += *to == 0;
            if (weights[i] >= *to)
                *to = weights[i] + 1;
        }
        evaluate_stem_move(s, l->passages[l->npostings - 1] + 1);
    }
    return s->e->status == QUIRE_OK;
}

static bool
take_merged(evaluation *e, evaluate_unit *u, const int64_t *best, uint32_t n)
{
    u->merged = arena_array(e->a, (size_t)n + 1, sizeof *u->merged);
    u->weights = arena_array(e->a, (size_t)n + 1, sizeof *u->weights);
    if (u->merged == NULL || u->weights == NULL)
        return false;
    u->limit = 0;
    for (uint32_t i = 0; i < e->segment->npassages; i++) {
        if (best[i] == 0)
            continue;
        u->merged[u->nmerged] = i;
        u->weights[u->nmerged++] = best[i] - 1;
        if (best[i] - 1 > u->limit)
            u->limit = best[i] - 1;
    }
    u->merged[n] = POSTING_NONE;
    return true;
}

static bool
merge(evaluation *e, evaluate_unit *u)
{
    int64_t *best = calloc((size_t)e->segment->npassages + 1, sizeof *best);
    uint32_t n = 0;
    bool is_fine = best != NULL;

    for (uint32_t i = 0; i < u->nstems && is_fine; i++)
        is_fine = note_stem(u->stems[i], best, &n);
    is_fine = is_fine && take_merged(e, u, best, n);
    e->nmerged += n;
    free(best);
    if (!is_fine && e->status == QUIRE_OK)
        evaluate_fail(e, error_nomem(e->err));
    return is_fine;
}

/* To count is to look at the positions of all, which the heap's stems are at already. */
static bool
is_to_be_merged(const evaluation *e, const evaluate_unit *u)
{
    return u->nstems >= MANY_STEMS && u->stems[0]->scores && !e->request->count &&
           e->nmerged < MERGED_MOST;
}

evaluate_unit *
evaluate_unit_new(evaluation *e, evaluate_stem **stems, uint32_t nstems, uint32_t number)
{
    evaluate_unit *u = arena_alloc(e->a, sizeof *u);

    if (u != NULL) {
        *u = (evaluate_unit){.stems = stems, .nstems = nstems, .number = number};
        for (uint32_t i = 0; i < nstems; i++) {
            u->df += stems[i]->list.info.df;
            if (stems[i]->limit > u->limit)
                u->limit = stems[i]->limit;
        }
    }
    if (u == NULL || (nstems > 1 && !make_heap(e, u))) {
        evaluate_fail(e, error_nomem(e->err));
        return NULL;
    }
    return !is_to_be_merged(e, u) || merge(e, u) ? u : NULL;
}

/* The first of the merged passages at target or behind it. */
static uint32_t
move_merged(evaluate_unit *u, uint32_t target)
{
    uint32_t low = u->at;
    uint32_t high = low;

    for (uint32_t step = 1; high < u->nmerged && u->merged[high] < target; step *= 2) {
        low = high + 1;
        high = u->nmerged - high > step ? high + step : u->nmerged;
    }
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (u->merged[middle] < target)
            low = middle + 1;
        else
            high = middle;
    }
    u->at = low;
    return u->merged[low];
}

uint32_t
evaluate_unit_move(evaluate_unit *u, uint32_t target)
{
    if (u->merged != NULL)
        return move_merged(u, target);
    while (u->heap[0].passage < target) {
        evaluate_place first = u->heap[0];

        first.passage = evaluate_stem_seek(u->stems[first.stem], target);
        sink(u, 0, first);
    }
    return u->heap[0].passage;
}

/* As deep as the heap.  What is below a later passage is later too. */
static void
gather(evaluate_unit *u, uint32_t at, uint32_t number)
{
    if (at >= u->nstems || u->heap[at].passage != number)
        return;
    u->found[u->nfound++] = u->heap[at].stem;
    gather(u, 2 * at + 1, number);
    gather(u, 2 * at + 2, number);
}

/* The same, stem by stem. */
static void
gather_merged(evaluate_unit *u, uint32_t number)
{
    for (uint32_t i = 0; i < u->nstems; i++) {
        evaluate_stem *s = u->stems[i];

        if ((u->is_rewound || evaluate_stem_rewind(s)) && evaluate_stem_seek(s, number) == number)
            u->found[u->nfound++] = i;
    }
    u->is_rewound = true;
}

const uint32_t *
evaluate_unit_found(evaluate_unit *u, uint32_t number, uint32_t *n_out)
{
    static const uint32_t only[] = {0};

    if (u->nstems == 1) {
        *n_out = 1;
        return only;
    }
    if (u->found_at != number + 1) {
        u->found_at = number + 1;
        u->nfound = 0;
        if (u->merged != NULL)
            gather_merged(u, number);
        else
            gather(u, 0, number);
    }
    *n_out = u->nfound;
    return u->found;
}

int64_t
evaluate_unit_best(evaluate_unit *u, uint32_t number)
{
    uint32_t n = 0;
    const uint32_t *found = NULL;
    int64_t best = 0;

    if (u->merged != NULL)
        return u->weights[u->at];
    found = evaluate_unit_found(u, number, &n);
    for (uint32_t i = 0; i < n; i++) {
        const int64_t weight = evaluate_stem_weight(u->stems[found[i]]);

        if (weight > best)
            best = weight;
    }
    return best;
}
