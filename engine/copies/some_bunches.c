/* SPDX-License-Identifier: GPL-3.0-or-later */
/* some_bunches.c - see some_bunches.h.  The hashes that are wanted are bits of a table, small
 * enough for the processor's caches, and all hashes are held against it. */
#include "copies/some_bunches.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"

#define BITS_EACH 128 /* of a hash that is wanted: hardly any other passes */
#define LEAST_BITS 12 /* of the number of a bit */
#define MOST_BITS 26
#define DIGIT_BITS 10
#define NDIGITS (1U << DIGIT_BITS)

typedef struct {
    uint64_t *bits;
    unsigned shift;
} hash_filter;

static uint32_t
bit_of(const hash_filter *f, uint32_t hash)
{
    return hash * UINT32_C(0x9E3779B1) >> f->shift;
}

static bool
make_filter(const grouped *g, const bool *is_wanted, hash_filter *out)
{
    uint64_t nhashes = 0;
    unsigned nbits = LEAST_BITS;

    for (uint32_t i = 0; i < g->narticles; i++)
        nhashes += is_wanted[i] ? g->firsts[i + 1] - g->firsts[i] : 0;
    while (nbits < MOST_BITS && UINT64_C(1) << nbits < nhashes * BITS_EACH)
        nbits++;
    out->shift = 32 - nbits;
    out->bits = calloc((size_t)1 << (nbits - 6), sizeof *out->bits);
    if (out->bits == NULL)
        return false;
    for (uint32_t i = 0; i < g->narticles; i++)
        for (uint32_t j = g->firsts[i]; is_wanted[i] && j < g->firsts[i + 1]; j++) {
            const uint32_t bit = bit_of(out, g->hashes[j]);

            out->bits[bit / 64] |= UINT64_C(1) << bit % 64;
        }
    return true;
}

static bool
is_any_wanted(const grouped *g, const bool *is_wanted)
{
    return g->narticles > 0 && memchr(is_wanted, 1, g->narticles * sizeof *is_wanted) != NULL;
}

static bool
is_in_filter(const hash_filter *f, uint32_t hash)
{
    const uint32_t bit = bit_of(f, hash);

    return (f->bits[bit / 64] >> bit % 64 & 1) != 0;
}

/* Nearly all pass by, so they are gone through without regard to whose they are. */
static bool
collect(const grouped *g, const hash_filter *f, some_bunches *out)
{
    const uint32_t end = g->firsts[g->narticles];
    uint32_t article = 0;

    for (uint32_t i = 0; i < end; i++) {
        if (!is_in_filter(f, g->hashes[i]))
            continue;
        while (g->firsts[article + 1] <= i)
            article++;
        if (!ARRAY_GROW(out->entries, out->nentries, &out->room))
            return false;
        out->entries[out->nentries++] = (uint64_t)g->hashes[i] << 32 | article;
    }
    return true;
}

/* Sort by hash; articles stay in order. */
static bool
sort(some_bunches *b)
{
    uint64_t *scratch = malloc((b->nentries + 1) * sizeof *scratch);

    if (scratch == NULL)
        return false;
    for (unsigned shift = 32; shift < 32 + SKETCH_BITS; shift += DIGIT_BITS) {
        size_t ends[NDIGITS + 1] = {0};
        uint64_t *const swap = b->entries;

        for (size_t i = 0; i < b->nentries; i++)
            ends[(b->entries[i] >> shift & (NDIGITS - 1)) + 1]++;
        for (size_t i = 0; i < NDIGITS; i++)
            ends[i + 1] += ends[i];
        for (size_t i = 0; i < b->nentries; i++)
            scratch[ends[b->entries[i] >> shift & (NDIGITS - 1)]++] = b->entries[i];
        b->entries = scratch;
        scratch = swap;
    }
    free(scratch);
    return true;
}

quire_status
some_bunches_find(const grouped *g, const bool *is_wanted, some_bunches *out, quire_error *err)
{
    hash_filter filter = {.bits = NULL};
    bool ok;

    *out = (some_bunches){.nentries = 0};
    if (!is_any_wanted(g, is_wanted))
        return QUIRE_OK;
    ok = make_filter(g, is_wanted, &filter) && collect(g, &filter, out) && sort(out);
    free(filter.bits);
    if (ok) {
        out->articles = malloc((out->nentries + 1) * sizeof *out->articles);
        ok = out->articles != NULL;
    }
    for (size_t i = 0; i < out->nentries && ok; i++)
        out->articles[i] = (uint32_t)out->entries[i];
    return ok ? QUIRE_OK : error_nomem(err);
}

void
some_bunches_free(some_bunches *b)
{
    free(b->entries);
    free(b->articles);
    *b = (some_bunches){.nentries = 0};
}

bool
some_bunches_next(const some_bunches *b, size_t *place, some_bunch *out)
{
    const size_t first = *place;
    size_t end = first;

    if (first >= b->nentries)
        return false;
    while (end < b->nentries && b->entries[end] >> 32 == b->entries[first] >> 32)
        end++;
    *out = (some_bunch){.hash = (uint32_t)(b->entries[first] >> 32),
                        .nmembers = (uint32_t)(end - first),
                        .members = b->articles + first};
    *place = end;
    return true;
}
