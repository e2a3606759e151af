/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_top.c - the best passages so far. */
#include "postings/evaluate_top.h"

static bool
is_worse(const evaluate_hit *a, const evaluate_hit *b)
{
    return a->score < b->score || (a->score == b->score && a->passage > b->passage);
}

void
evaluate_top_init(evaluate_top *top, evaluate_hit *hits, uint32_t max_hits)
{
    *top = (evaluate_top){.hits = hits, .max_hits = max_hits, .threshold = -1};
    if (max_hits == 0)
        top->threshold = INT64_MAX;
}

void
evaluate_top_expect(evaluate_top *top, int64_t score)
{
    if (score - 1 > top->threshold)
        top->threshold = score - 1;
}

/* Let hit sink from slot at of a heap of size hits to where it belongs. */
static void
sink(evaluate_hit *hits, uint32_t size, uint32_t at, evaluate_hit hit)
{
    for (;;) {
        size_t child = 2 * (size_t)at + 1;

        if (child >= size)
            break;
        if (child + 1 < size && is_worse(&hits[child + 1], &hits[child]))
            child++;
        if (!is_worse(&hits[child], &hit))
            break;
        hits[at] = hits[child];
        at = (uint32_t)child;
    }
    hits[at] = hit;
}

static void
rise(evaluate_hit *hits, uint32_t at, evaluate_hit hit)
{
    for (; at > 0 && is_worse(&hit, &hits[(at - 1) / 2]); at = (at - 1) / 2)
        hits[at] = hits[(at - 1) / 2];
    hits[at] = hit;
}

static void
add(evaluate_top *top, evaluate_hit hit)
{
    if (top->nhits < top->max_hits)
        rise(top->hits, top->nhits++, hit);
    else
        sink(top->hits, top->nhits, 0, hit);
    if (top->nhits == top->max_hits && top->hits[0].score > top->threshold)
        top->threshold = top->hits[0].score;
}

void
evaluate_top_add(evaluate_top *top, uint32_t number, int64_t score)
{
    if (score > top->threshold)
        add(top, (evaluate_hit){.passage = number, .score = score});
}

bool
evaluate_top_add_any(evaluate_top *top, uint32_t number, int64_t score)
{
    const evaluate_hit hit = {.passage = number, .score = score};
    const bool is_full = top->max_hits > 0 && top->nhits == top->max_hits;
    const bool enters = score > top->threshold || (is_full && is_worse(&top->hits[0], &hit));

    if (enters)
        add(top, hit);
    return enters;
}

void
evaluate_top_sort(evaluate_top *top)
{
    for (uint32_t size = top->nhits; size > 1; size--) {
        evaluate_hit last = top->hits[size - 1];

        top->hits[size - 1] = top->hits[0];
        sink(top->hits, size - 1, 0, last);
    }
}
