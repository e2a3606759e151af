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

/* So that a hash is looked for among few. */
static bool
note_starts(boilerplate *b)
{
    const size_t n = (UINT32_MAX >> BOILERPLATE_SHIFT) + 1;
    size_t i = 0;

    b->starts = calloc(n + 1, sizeof *b->starts);
    if (b->starts == NULL)
        return false;
    for (size_t part = 0; part <= n; part++) {
        while (i < b->nhashes && b->hashes[i] >> BOILERPLATE_SHIFT < part)
            i++;
        b->starts[part] = i;
    }
    return true;
}

quire_status
boilerplate_find(const bunches_source *source, size_t memory_bytes,
                 uint32_t (*set_of)(void *closure, uint32_t number), void *closure,
                 boilerplate *out, quire_error *err)
{
    finding f = {.set_of = set_of, .closure = closure, .found = out};
    quire_status status;

    *out = (boilerplate){0};
    status = bunches_visit(source, memory_bytes, visit_bunch, &f, err);
    return status == QUIRE_OK && !note_starts(out) ? error_nomem(err) : status;
}

void
boilerplate_free(boilerplate *b)
{
    free(b->hashes);
    free(b->starts);
    *b = (boilerplate){0};
}

static bool
has_hash(const boilerplate *b, uint32_t hash)
{
    size_t low = b->starts[hash >> BOILERPLATE_SHIFT];
    size_t high = b->starts[(hash >> BOILERPLATE_SHIFT) + 1];

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (b->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < b->starts[(hash >> BOILERPLATE_SHIFT) + 1] && b->hashes[low] == hash;
}

/* The hashes up to the bound that are no boilerplate. */
static uint32_t
count_telling(const boilerplate *b, const sketch *s, uint32_t bound)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < s->nhashes && sketch_hash(s, i) <= bound; i++)
        n += !has_hash(b, sketch_hash(s, i));
    return n;
}

/* Those of them that are in both. */
static uint32_t
count_telling_common(const boilerplate *b, const sketch *x, const sketch *y)
{
    uint32_t i = 0;
    uint32_t j = 0;
    uint32_t n = 0;

    while (i < x->nhashes && j < y->nhashes) {
        const uint32_t of_x = sketch_hash(x, i);
        const uint32_t of_y = sketch_hash(y, j);

        i += of_x <= of_y;
        j += of_y <= of_x;
        if (of_x == of_y)
            n += !has_hash(b, of_x);
    }
    return n;
}

bool
boilerplate_leaves_copies(const boilerplate *b, const sketch *x, const sketch *y)
{
    const uint32_t bound_x = sketch_bound(x->nwords);
    const uint32_t bound_y = sketch_bound(y->nwords);
    const uint32_t bound = bound_x < bound_y ? bound_x : bound_y;
    const uint64_t ncommon = count_telling_common(b, x, y);

    return ncommon > 0 &&
           (ncommon * 5 >= count_telling(b, x, bound) || ncommon * 5 >= count_telling(b, y, bound));
}
