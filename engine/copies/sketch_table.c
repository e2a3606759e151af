/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch_table.c - see sketch_table.h. */
#include "copies/sketch_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/large.h"

#define FIRST_HASHES 4096

/* Make a column longer; it stays as it is where that fails. */
static bool
grow(uint32_t **column, size_t n)
{
    uint32_t *grown = reallocarray(*column, n, sizeof *grown);

    if (grown != NULL)
        *column = grown;
    return grown != NULL;
}

static bool
grow_others(sketch_table *t, size_t n)
{
    uint16_t *titles = reallocarray(t->titles, n, sizeof *titles);
    int64_t *seconds = reallocarray(t->seconds, n, sizeof *seconds);

    if (titles != NULL)
        t->titles = titles;
    if (seconds != NULL)
        t->seconds = seconds;
    return titles != NULL && seconds != NULL;
}

bool
sketch_table_reserve(sketch_table *t, size_t narticles)
{
    const size_t n = narticles + 1;

    if (narticles <= t->room && t->firsts != NULL)
        return true;
    if (!grow(&t->firsts, n) || !grow(&t->nwords, n) || !grow(&t->bounds, n) || !grow_others(t, n))
        return false;
    if (t->narticles == 0)
        t->firsts[0] = 0;
    t->room = narticles;
    return true;
}

static bool
reserve_hashes(sketch_table *t, size_t end)
{
    const size_t room = end + end / 2 + FIRST_HASHES;

    if (end >= UINT32_MAX)
        return false;
    if (end <= t->hashes_room)
        return true;
    if (!grow(&t->hashes, room))
        return false;
    large_hint(t->hashes, room * sizeof *t->hashes);
    t->hashes_room = room;
    return true;
}

bool
sketch_table_add(sketch_table *t, const sketch *s)
{
    static const sketch none = {.nhashes = 0};
    const sketch *const of = s != NULL ? s : &none;
    const uint32_t i = t->narticles;
    const size_t end = (size_t)t->firsts[i] + of->nhashes;

    if (!reserve_hashes(t, end))
        return false;
    if (of->nhashes > 0)
        memcpy(t->hashes + t->firsts[i], of->hashes, of->nhashes * sizeof *of->hashes);
    t->firsts[i + 1] = (uint32_t)end;
    t->nwords[i] = of->nwords;
    t->bounds[i] = s != NULL ? sketch_bound(of->nwords) : 0;
    t->titles[i] = (uint16_t)of->title;
    t->seconds[i] = of->seconds;
    t->narticles++;
    return true;
}

sketch
sketch_table_get(const sketch_table *t, uint32_t i)
{
    return (sketch){.hashes = t->hashes + t->firsts[i],
                    .nhashes = t->firsts[i + 1] - t->firsts[i],
                    .nwords = t->nwords[i],
                    .title = t->titles[i],
                    .seconds = t->seconds[i]};
}

void
sketch_table_free(sketch_table *t)
{
    free(t->firsts);
    free(t->hashes);
    free(t->nwords);
    free(t->bounds);
    free(t->titles);
    free(t->seconds);
    *t = (sketch_table){.narticles = 0};
}
