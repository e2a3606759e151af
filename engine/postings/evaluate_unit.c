/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_unit.c - alternative stems as one cursor. */
#include "postings/evaluate_unit.h"

#include "base/error.h"

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
    return u;
}

uint32_t
evaluate_unit_move(evaluate_unit *u, uint32_t target)
{
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
        gather(u, 0, number);
    }
    *n_out = u->nfound;
    return u->found;
}

int64_t
evaluate_unit_best(evaluate_unit *u, uint32_t number)
{
    uint32_t n = 0;
    const uint32_t *found = evaluate_unit_found(u, number, &n);
    int64_t best = 0;

    for (uint32_t i = 0; i < n; i++) {
        const int64_t weight = evaluate_stem_weight(u->stems[found[i]]);

        if (weight > best)
            best = weight;
    }
    return best;
}
