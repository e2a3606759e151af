/* SPDX-License-Identifier: GPL-3.0-or-later */
/* problems.c - keeping count of what was skipped or damaged, so that the next run can tell what is
 * new from what its owner has been told already. */
#include "build/problems.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "base/hash.h"

/* Two problems are the same when place and words are. */
static uint64_t
hash_of(const char *where, const char *what)
{
    return hash_bytes(where, strlen(where)) * 31 + hash_bytes(what, strlen(what));
}

static int
compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

quire_status
problems_know(problems *p, const manifest *live, quire_error *err)
{
    if (live->nproblems == 0)
        return QUIRE_OK;
    p->known = malloc(live->nproblems * sizeof *p->known);
    if (p->known == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < live->nproblems; i++)
        p->known[i] = hash_of(live->problems[i].where, live->problems[i].what);
    p->nknown = live->nproblems;
    qsort(p->known, p->nknown, sizeof *p->known, compare_hashes);
    return QUIRE_OK;
}

/* Problems beyond those that are kept cannot be compared: they pass as known where the live index
 * had more than it kept, too. */
static bool
is_known(const problems *p, const char *where, const char *what)
{
    uint64_t hash = hash_of(where, what);

    if (p->nknown == 0)
        return false;
    if (p->nskipped + p->ndamaged > PROBLEMS_KEPT && p->nknown > PROBLEMS_KEPT)
        return true;
    return bsearch(&hash, p->known, p->nknown, sizeof hash, compare_hashes) != NULL;
}

bool
problems_add(problems *p, const char *where, const char *what, bool skipped)
{
    bool is_new;

    if (skipped)
        p->nskipped++;
    else
        p->ndamaged++;
    is_new = !is_known(p, where, what);
    p->nnew += is_new;

    if (p->nitems < PROBLEMS_KEPT) {
        manifest_problem item = {
            .where = arena_copy(p->arena, where, strlen(where)),
            .what = arena_copy(p->arena, what, strlen(what)),
            .skipped = skipped,
        };
        if (item.where == NULL || item.what == NULL || !ARRAY_GROW(p->items, p->nitems, &p->room))
            p->out_of_memory = true;
        else
            p->items[p->nitems++] = item;
    }
    return is_new;
}

size_t
problems_count(const problems *p)
{
    return p->nitems + (p->nskipped + p->ndamaged > p->nitems);
}

quire_status
problems_list(problems *p, const manifest_problem **items_out, size_t *nitems_out, quire_error *err)
{
    uint64_t nrest = p->nskipped + p->ndamaged - p->nitems;

    if (p->out_of_memory)
        return error_nomem(err);
    if (nrest > 0) {
        const char *what = arena_printf(p->arena, "%llu more inputs skipped or damaged",
                                        (unsigned long long)nrest);
        if (what == NULL || !ARRAY_GROW(p->items, p->nitems, &p->room))
            return error_nomem(err);
        p->items[p->nitems++] = (manifest_problem){.where = "", .what = what, .skipped = true};
    }
    *items_out = p->items;
    *nitems_out = p->nitems;
    return QUIRE_OK;
}

void
problems_free(problems *p)
{
    free(p->items);
    free(p->known);
}
