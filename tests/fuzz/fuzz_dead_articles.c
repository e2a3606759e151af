/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the dead articles of a segment, under checksums that hold: as many articles are dead
 * as it says, and what is found of stems lies within the file. */

#include "postings/little_endian.h"
#include "store/dead_articles.h"
#include "store/dead_format.h"

#include "fuzz.h"

static memory_path path;

static void
read_articles(const dead_articles *d)
{
    const uint32_t step = d->narticles / 1000 + 1;
    uint32_t ndead = 0;

    for (uint32_t i = 1; i <= d->narticles && i >= step; i += step)
        ndead += dead_articles_has(d, i);
    require(ndead <= d->ndead && dead_articles_counts(d).narticles == d->ndead);
    require(!dead_articles_has(d, 0) && !dead_articles_has(d, d->narticles + 1));
}

static void
read_stem(const dead_articles *d, unsigned set, uint64_t ordinal)
{
    const dead_stem stem = dead_articles_stem(d, set, ordinal);
    uint64_t sum = 0;

    require(stem.nforms <= d->sets[set].nforms);
    for (uint32_t i = 0; i < stem.nforms && i < 100; i++)
        sum += dead_stem_occurrences(&stem, i);
    require(stem.forms != NULL || sum == 0);
}

/* The stems that it has, and a few others. */
static void
read_stems(const dead_articles *d, unsigned set)
{
    for (uint32_t i = 0; i < d->sets[set].nstems && i < 100; i++)
        read_stem(d, set, load_u32(d->sets[set].stems + (size_t)i * DEAD_STEM_BYTES));
    for (uint32_t i = 0; i < 10; i++)
        read_stem(d, set, i);
    read_stem(d, set, UINT64_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint32_t narticles =
        size >= DEAD_FOOTER_BYTES ? load_u32(data + size - DEAD_FOOTER_BYTES) : 0;
    dead_articles d;

    write_checked(path, CHECKED_DEAD, data, size);
    if (dead_articles_open(path, narticles, &d, NULL) == QUIRE_OK) {
        read_articles(&d);
        for (unsigned i = 0; i < DEAD_SETS; i++)
            read_stems(&d, i);
        dead_articles_close(&d);
    }
    return 0;
}
