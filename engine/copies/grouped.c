/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grouped.c - the sketches of articles of several segments, and the sets that these are connected
 * to. */
#include "copies/grouped.h"

#include <stdlib.h>

#include "base/error.h"

static bool
make_room(grouped *g, sketch_table *sketches)
{
    const size_t n = (size_t)g->narticles + 1;
    bool has_before = false;

    for (size_t i = 0; i < g->nsegments; i++)
        has_before = has_before || g->segments[i].before != NULL;
    g->states = calloc(n, sizeof *g->states);
    g->parents = malloc(n * sizeof *g->parents);
    if (has_before)
        g->before = malloc(n * sizeof *g->before);
    return sketch_table_reserve(sketches, n) && g->states != NULL && g->parents != NULL &&
           (g->before != NULL || !has_before);
}

/* Read the sketch of article number in_segment, unless it was taken with others. */
static quire_status
read_sketch(sketch_table *sketches, const grouping_segment *segment, uint32_t in_segment,
            uint32_t number, article_state state, quire_error *err)
{
    quire_status status = QUIRE_OK;
    sketch s;

    if (number < sketches->narticles)
        return QUIRE_OK;
    if (state != ARTICLE_DEAD)
        status = segment->sketch(segment->closure, in_segment, &s, err);
    if (status == QUIRE_OK && !sketch_table_add(sketches, state != ARTICLE_DEAD ? &s : NULL))
        status = error_nomem(err);
    return status;
}

/* Read article number in_segment of a segment. */
static quire_status
read_article(grouped *g, sketch_table *sketches, const grouping_segment *segment,
             uint32_t in_segment, uint32_t number, quire_error *err)
{
    const article_state state =
        segment->state != NULL ? segment->state(segment->closure, in_segment) : ARTICLE_NEW;
    quire_status status;

    g->states[number] = (uint8_t)state;
    atomic_init(&g->parents[number], number);
    if (g->before != NULL)
        g->before[number] = (grouping_place){GROUPING_ALONE, GROUPING_ALONE};
    status = read_sketch(sketches, segment, in_segment, number, state, err);
    if (status == QUIRE_OK && state != ARTICLE_DEAD && state != ARTICLE_NEW &&
        segment->before != NULL)
        status = segment->before(segment->closure, in_segment, &g->before[number], err);
    return status;
}

static quire_status
read_all(grouped *g, sketch_table *sketches, quire_error *err)
{
    quire_status status = QUIRE_OK;
    uint32_t number = 0;

    if (!make_room(g, sketches))
        return error_nomem(err);
    for (size_t i = 0; i < g->nsegments; i++)
        for (uint32_t j = 1; j <= g->segments[i].narticles && status == QUIRE_OK; j++)
            status = read_article(g, sketches, &g->segments[i], j, number++, err);
    return status;
}

quire_status
grouped_init(grouped *g, const grouping_segment *segments, size_t nsegments, quire_error *err)
{
    sketch_table sketches = {.narticles = 0};
    quire_status status;

    *g = (grouped){.segments = segments, .nsegments = nsegments};
    for (size_t i = 0; i < nsegments; i++)
        g->narticles += segments[i].narticles;
    if (nsegments > 0 && segments->table != NULL) {
        sketches = *segments->table;
        *segments->table = (sketch_table){.narticles = 0};
    }
    status = read_all(g, &sketches, err);
    g->firsts = sketches.firsts;
    g->hashes = sketches.hashes;
    g->nwords = sketches.nwords;
    g->bounds = sketches.bounds;
    g->titles = sketches.titles;
    g->seconds = sketches.seconds;
    return status;
}

void
grouped_free(grouped *g)
{
    free(g->firsts);
    free(g->hashes);
    free(g->nwords);
    free(g->bounds);
    free(g->titles);
    free(g->seconds);
    free(g->states);
    free(g->before);
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

uint32_t
grouped_count_within(const grouped *g, uint32_t number, uint32_t bound)
{
    const uint32_t *hashes = g->hashes + g->firsts[number];
    uint32_t n = g->firsts[number + 1] - g->firsts[number];

    if (g->bounds[number] <= bound)
        return n;
    while (n > 0 && hashes[n - 1] > bound)
        n--;
    return n;
}

/* Ways to the root are halved as they are gone.  What another thread writes there meanwhile is
 * another article on the same way, so nothing has to be in order but each number itself. */
uint32_t
grouped_root(const grouped *g, uint32_t number)
{
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
