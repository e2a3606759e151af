/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grouped.c - articles of several segments, and the sets that they are connected to. */
#include "copies/grouped.h"

#include <stdlib.h>

bool
grouped_init(grouped *g, const grouping_segment *segments, size_t nsegments)
{
    *g = (grouped){.segments = segments, .nsegments = nsegments};
    for (size_t i = 0; i < nsegments; i++)
        g->narticles += segments[i].narticles;
    g->parents = calloc((size_t)g->narticles + 1, sizeof *g->parents);
    if (g->parents == NULL)
        return false;
    for (uint32_t i = 0; i < g->narticles; i++)
        atomic_init(&g->parents[i], i);
    return true;
}

void
grouped_free(grouped *g)
{
    free((void *)g->parents);
    *g = (grouped){0};
}

const grouping_segment *
grouped_find(const grouped *g, uint32_t number, uint32_t *in_segment_out)
{
    const grouping_segment *segment = g->segments;

    for (; number >= segment->narticles; segment++)
        number -= segment->narticles;
    *in_segment_out = number + 1;
    return segment;
}

quire_status
grouped_sketch(void *closure, uint32_t number, sketch *out, bool *is_there_out, quire_error *err)
{
    uint32_t in_segment;
    const grouping_segment *segment = grouped_find(closure, number, &in_segment);

    *is_there_out = segment->is_alive == NULL || segment->is_alive(segment->closure, in_segment);
    return *is_there_out ? segment->sketch(segment->closure, in_segment, out, err) : QUIRE_OK;
}

/* Ways to the root are halved as they are gone.  What another thread writes there meanwhile is
 * another article on the same way, so nothing has to be in order but each number itself. */
uint32_t
grouped_root(void *closure, uint32_t number)
{
    const grouped *g = closure;
    uint32_t parent;

    while ((parent = atomic_load_explicit(&g->parents[number], memory_order_relaxed)) != number) {
        const uint32_t next = atomic_load_explicit(&g->parents[parent], memory_order_relaxed);

        if (next != parent)
            atomic_compare_exchange_weak_explicit(&g->parents[number], &(uint32_t){parent}, next,
                                                  memory_order_relaxed, memory_order_relaxed);
        number = parent;
    }
    return number;
}

void
grouped_connect(grouped *g, uint32_t a, uint32_t b)
{
    for (;;) {
        uint32_t root;
        uint32_t first;

        a = grouped_root(g, a);
        b = grouped_root(g, b);
        if (a == b)
            return;
        first = a < b ? a : b;
        root = a < b ? b : a;
        /* It fails where another thread put the root below another one meanwhile. */
        if (atomic_compare_exchange_strong_explicit(&g->parents[root], &(uint32_t){root}, first,
                                                    memory_order_relaxed, memory_order_relaxed))
            return;
    }
}
