/* SPDX-License-Identifier: GPL-3.0-or-later */
/* boilerplate_hashes.c - hashes that are boilerplate, as a list. */
#include "copies/boilerplate_hashes.h"

#include <stdlib.h>

#include "base/array.h"
#include "copies/boilerplate.h"

void
boilerplate_hashes_free(boilerplate_hashes *list)
{
    free(list->hashes);
    *list = (boilerplate_hashes){0};
}

bool
boilerplate_hashes_add(boilerplate_hashes *list, uint32_t hash)
{
    if (!ARRAY_GROW(list->hashes, list->n, &list->room))
        return false;
    list->hashes[list->n++] = hash;
    return true;
}

static bool
tells(const boilerplate_hashes *boilerplate, uint32_t hash)
{
    size_t low = 0;
    size_t high = boilerplate->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (boilerplate->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low == boilerplate->n || boilerplate->hashes[low] != hash;
}

/* The hashes up to the bound that are no boilerplate. */
static uint32_t
count_telling(const grouped *g, uint32_t article, uint32_t bound,
              const boilerplate_hashes *boilerplate)
{
    const uint32_t first = g->firsts[article];
    const uint32_t nhashes = grouped_count_within(g, article, bound);
    uint32_t n = 0;

    for (uint32_t i = first; i < first + nhashes; i++)
        n += tells(boilerplate, g->hashes[i]);
    return n;
}

static uint32_t
count_telling_common(const grouped *g, uint32_t x, uint32_t y,
                     const boilerplate_hashes *boilerplate)
{
    uint32_t i = g->firsts[x];
    uint32_t j = g->firsts[y];
    uint32_t n = 0;

    while (i < g->firsts[x + 1] && j < g->firsts[y + 1]) {
        const uint32_t of_x = g->hashes[i];
        const uint32_t of_y = g->hashes[j];

        n += of_x == of_y && tells(boilerplate, of_x);
        i += of_x <= of_y;
        j += of_y <= of_x;
    }
    return n;
}

bool
boilerplate_hashes_leave_copies(const boilerplate_hashes *boilerplate, const grouped *g, uint32_t x,
                                uint32_t y)
{
    const uint32_t bound = g->bounds[x] < g->bounds[y] ? g->bounds[x] : g->bounds[y];
    const uint32_t ncommon = count_telling_common(g, x, y, boilerplate);

    return ncommon > 0 && boilerplate_is_enough(ncommon, count_telling(g, x, bound, boilerplate),
                                                count_telling(g, y, bound, boilerplate));
}
