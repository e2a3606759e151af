/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch.c - making sketches of articles, and comparing them. */
#include "copies/sketch.h"

#include <stdlib.h>

#include "copies/word_runs.h"

uint32_t
sketch_bound(uint32_t nwords)
{
    const uint64_t all = UINT64_C(1) << SKETCH_BITS;
    uint64_t bound = all / SKETCH_PART;

    if (nwords <= SKETCH_LEAST)
        return (uint32_t)(all - 1);
    if (nwords < SKETCH_LEAST * SKETCH_PART)
        bound = all * SKETCH_LEAST / nwords;
    if (nwords > SKETCH_MOST * SKETCH_PART)
        bound = all * SKETCH_MOST / nwords;
    return (uint32_t)(bound > 0 ? bound - 1 : 0);
}

static bool
keep(buffer *kept, uint64_t sum, uint32_t bound)
{
    const uint32_t hash = (uint32_t)(word_run_hash(sum) >> (64 - SKETCH_BITS));

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

static void
sort_few(uint32_t *hashes, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const uint32_t hash = hashes[i];
        size_t j = i;

        for (; j > 0 && hashes[j - 1] > hash; j--)
            hashes[j] = hashes[j - 1];
        hashes[j] = hash;
    }
}

/* Sort them and drop repeats; how many are left. */
static size_t
sort(uint32_t *hashes, size_t nhashes)
{
    size_t n = 0;

    if (nhashes > 64)
        qsort(hashes, nhashes, sizeof *hashes, compare_hashes);
    else
        sort_few(hashes, nhashes);
    for (size_t i = 0; i < nhashes; i++)
        if (n == 0 || hashes[n - 1] != hashes[i])
            hashes[n++] = hashes[i];
    return n;
}

bool
sketch_make(const article_words *words, int64_t seconds, buffer *scratch, sketch *out)
{
    const uint32_t nwords = words->nwords < UINT32_MAX ? (uint32_t)words->nwords : UINT32_MAX;
    size_t nhashes;

    if (!collect(words, sketch_bound(nwords), scratch))
        return false;
    uint32_t *const hashes = (uint32_t *)(void *)scratch->bytes;

    nhashes = sort(hashes, scratch->size / sizeof *hashes);
    *out = (sketch){
        .seconds = seconds,
        .nwords = nwords,
        .nhashes = nhashes < SKETCH_ROOM ? (uint32_t)nhashes : SKETCH_ROOM,
        .title = nwords < OVERLAP_SHORT ? (uint32_t)(words->title >> (64 - SKETCH_TITLE_BITS)) : 0,
        .hashes = hashes};
    return true;
}
