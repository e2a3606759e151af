/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch.c - making sketches of articles, reading and comparing them. */
#include "copies/sketch.h"

#include <stdlib.h>

#include "copies/overlap.h"
#include "copies/word_runs.h"

uint32_t
sketch_bound(uint32_t nwords)
{
    const uint64_t all = UINT64_C(1) << 32;
    uint64_t bound = all / SKETCH_PART;

    if (nwords <= SKETCH_LEAST)
        return UINT32_MAX;
    if (nwords < SKETCH_LEAST * SKETCH_PART)
        bound = all / nwords * SKETCH_LEAST;
    if (nwords > SKETCH_MOST * SKETCH_PART)
        bound = all / nwords * SKETCH_MOST;
    return (uint32_t)(bound - 1);
}

static bool
keep(buffer *kept, uint64_t sum, uint32_t bound)
{
    const uint32_t hash = (uint32_t)(word_run_hash(sum) >> 32);

    return hash > bound || buffer_add(kept, &hash, sizeof hash);
}

/* Collect the hashes below the bound; a text shorter than a run is one run. */
static bool
collect(const article_words *w, uint32_t bound, buffer *kept)
{
    const size_t nfirst = w->nwords < WORD_RUN ? w->nwords : WORD_RUN;
    uint64_t sum = 0;

    buffer_clear(kept);
    if (w->nwords == 0)
        return true;
    for (size_t i = 0; i < nfirst; i++)
        sum = word_run_enter(sum, w->words[i]);
    if (!keep(kept, sum, w->nwords <= WORD_RUN ? UINT32_MAX : bound))
        return false;
    for (size_t i = WORD_RUN; i < w->nwords; i++) {
        sum = word_run_move(sum, w->words[i], w->words[i - WORD_RUN]);
        if (!keep(kept, sum, bound))
            return false;
    }
    return true;
}

static int
compare_hashes(const void *x, const void *y)
{
    const uint32_t a = *(const uint32_t *)x;
    const uint32_t b = *(const uint32_t *)y;

    return (a > b) - (a < b);
}

/* Sort them and drop repeats; how many are left. */
static size_t
sort(uint32_t *hashes, size_t nhashes)
{
    size_t n = 0;

    if (nhashes > 1)
        qsort(hashes, nhashes, sizeof *hashes, compare_hashes);
    for (size_t i = 0; i < nhashes; i++)
        if (n == 0 || hashes[n - 1] != hashes[i])
            hashes[n++] = hashes[i];
    return n;
}

static bool
put(buffer *out, uint64_t number, size_t nbytes)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < nbytes; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    return buffer_add(out, bytes, nbytes);
}

bool
sketch_write(const article_words *words, int64_t seconds, buffer *scratch, buffer *out)
{
    const uint32_t nwords = words->nwords < UINT32_MAX ? (uint32_t)words->nwords : UINT32_MAX;
    size_t nhashes;

    if (!collect(words, sketch_bound(nwords), scratch))
        return false;
    uint32_t *const hashes = (uint32_t *)(void *)scratch->bytes;

    nhashes = sort(hashes, scratch->size / sizeof *hashes);
    if (!buffer_reserve(out, SKETCH_HEAD_BYTES + nhashes * sizeof *hashes) ||
        !put(out, words->title, 8) || !put(out, (uint64_t)seconds, 8) || !put(out, nwords, 4) ||
        !put(out, nhashes, 4))
        return false;
    for (size_t i = 0; i < nhashes; i++)
        if (!put(out, hashes[i], 4))
            return false;
    return true;
}

static uint32_t
get_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static uint64_t
get_u64(const uint8_t *bytes)
{
    return get_u32(bytes) | (uint64_t)get_u32(bytes + 4) << 32;
}

bool
sketch_read_first(const uint8_t *bytes, size_t nbytes, sketch *out)
{
    if (nbytes < SKETCH_HEAD_BYTES)
        return false;
    *out = (sketch){.title = get_u64(bytes),
                    .seconds = (int64_t)get_u64(bytes + 8),
                    .nwords = get_u32(bytes + 16),
                    .nhashes = get_u32(bytes + 20),
                    .hashes = bytes + SKETCH_HEAD_BYTES};
    return nbytes >= sketch_bytes(out);
}

bool
sketch_read(const uint8_t *bytes, size_t nbytes, sketch *out)
{
    return sketch_read_first(bytes, nbytes, out) && nbytes == sketch_bytes(out);
}

/* How many hashes there are up to the bound. */
static uint32_t
count_within(const sketch *s, uint32_t bound)
{
    uint32_t low = 0;
    uint32_t high = s->nhashes;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (sketch_hash(s, middle) <= bound)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t
count_common(const sketch *a, uint32_t na, const sketch *b, uint32_t nb)
{
    uint32_t i = 0;
    uint32_t j = 0;
    uint32_t n = 0;

    while (i < na && j < nb) {
        const uint32_t x = sketch_hash(a, i);
        const uint32_t y = sketch_hash(b, j);

        n += x == y;
        i += x <= y;
        j += y <= x;
    }
    return n;
}

/* For copies in part half of what is asked of the words, and not much more for those in the main:
 * shingles are lost at every edit, and a sample errs. */
overlap_degree
sketch_judge(const sketch *a, const sketch *b)
{
    const uint32_t bound_a = sketch_bound(a->nwords);
    const uint32_t bound_b = sketch_bound(b->nwords);
    const uint32_t bound = bound_a < bound_b ? bound_a : bound_b;
    const uint32_t na = bound < bound_a ? count_within(a, bound) : a->nhashes;
    const uint32_t nb = bound < bound_b ? count_within(b, bound) : b->nhashes;
    const uint32_t fewer = na < nb ? na : nb;
    uint32_t ncommon;

    if ((a->nwords < OVERLAP_SHORT || b->nwords < OVERLAP_SHORT) && a->title != b->title)
        return OVERLAP_NONE;
    ncommon = count_common(a, na, b, nb);
    if (ncommon == 0 || (fewer > 12 && ncommon == 1) || (uint64_t)ncommon * 16 < fewer * 3)
        return OVERLAP_NONE;
    return (uint64_t)ncommon * 16 < fewer * 7 ? OVERLAP_IN_PART : OVERLAP_IN_THE_MAIN;
}
