/* SPDX-License-Identifier: GPL-3.0-or-later */
/* boilerplate.c - hashes of runs of words that stand in many texts. */
#include "copies/boilerplate.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/error.h"

typedef struct {
    uint32_t (*set_of)(void *closure, uint32_t number);
    void *closure;
    boilerplate *found;
} finding;

static quire_status
visit_bunch(void *closure, uint32_t hash, const uint32_t *articles, size_t n, quire_error *err)
{
    finding *f = closure;
    uint32_t sets[BOILERPLATE_TEXTS + 1];
    size_t nsets = 0;

    for (size_t i = 0; i < n && nsets <= BOILERPLATE_TEXTS; i++) {
        const uint32_t set = f->set_of(f->closure, articles[i]);
        size_t j = 0;

        while (j < nsets && sets[j] != set)
            j++;
        if (j == nsets)
            sets[nsets++] = set;
    }
    if (nsets <= BOILERPLATE_TEXTS)
        return QUIRE_OK;
    if (!ARRAY_GROW(f->found->hashes, f->found->nhashes, &f->found->room))
        return error_nomem(err);
    f->found->hashes[f->found->nhashes++] = hash;
    return QUIRE_OK;
}

quire_status
boilerplate_find(const bunches_source *source, size_t memory_bytes,
                 uint32_t (*set_of)(void *closure, uint32_t number), void *closure,
                 boilerplate *out, quire_error *err)
{
    finding f = {.set_of = set_of, .closure = closure, .found = out};

    *out = (boilerplate){0};
    return bunches_visit(source, memory_bytes, visit_bunch, &f, err);
}

void
boilerplate_free(boilerplate *b)
{
    free(b->hashes);
    *b = (boilerplate){0};
}

static bool
has_hash(const boilerplate *b, uint32_t hash)
{
    size_t low = 0;
    size_t high = b->nhashes;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (b->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < b->nhashes && b->hashes[low] == hash;
}

bool
boilerplate_leaves_copies(const boilerplate *b, const sketch *x, const sketch *y)
{
    const uint32_t bound_x = sketch_bound(x->nwords);
    const uint32_t bound_y = sketch_bound(y->nwords);
    const uint32_t bound = bound_x < bound_y ? bound_x : bound_y;
    uint32_t nx = 0;
    uint32_t ny = 0;
    uint32_t ncommon = 0;
    uint32_t i = 0;
    uint32_t j = 0;

    while (i < x->nhashes || j < y->nhashes) {
        const uint32_t of_x = i < x->nhashes ? sketch_hash(x, i) : UINT32_MAX;
        const uint32_t of_y = j < y->nhashes ? sketch_hash(y, j) : UINT32_MAX;
        const uint32_t hash = of_x < of_y ? of_x : of_y;
        const bool in_x = i < x->nhashes && of_x == hash;
        const bool in_y = j < y->nhashes && of_y == hash;

        if (hash > bound)
            break;
        i += in_x;
        j += in_y;
        if (has_hash(b, hash))
            continue;
        nx += in_x;
        ny += in_y;
        ncommon += in_x && in_y;
    }
    return ncommon > 0 && (uint64_t)ncommon * 5 >= (nx < ny ? nx : ny);
}
