/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch.h - a few numbers for an article, of which copies have many in common.
 *
 * Of the hashes of all runs of WORD_RUN words of an article those are kept that are below a bound,
 * which is lower the more words there are: about SKETCH_LEAST for a short article, one in
 * SKETCH_PART for a longer one, SKETCH_MOST for a very long one.  This is MinHash with a bound
 * instead of a number of permutations: what two articles keep below the lower of their bounds is
 * the same sample of the runs of each, so the share that is in both estimates how much of one text
 * stands in the other, also where one is much longer. */
#ifndef QUIRE_COPIES_SKETCH_H
#define QUIRE_COPIES_SKETCH_H

#include <string.h>

#include "base/buffer.h"
#include "copies/article_words.h"
#include "copies/overlap.h"

#define SKETCH_LEAST 16
#define SKETCH_PART 8
#define SKETCH_MOST 512

/* A sketch; it points into its stored form, which is
 *
 *   title u64, seconds i64 (INT64_MIN: no date), words u32, hashes u32, then the hashes, u32 each,
 *   ascending
 *
 * all little-endian. */
typedef struct {
    uint64_t title;  /* article_words.title */
    int64_t seconds; /* of its date; INT64_MIN where it has none */
    uint32_t nwords; /* of its text */
    uint32_t nhashes;
    const uint8_t *hashes;
} sketch;

#define SKETCH_HEAD_BYTES 24

/* Append the stored form of an article's sketch to out.  scratch is kept from one to the next.
 * False when memory is out. */
bool sketch_write(const article_words *words, int64_t seconds, buffer *scratch, buffer *out);

/* Read a stored form of nbytes, any bytes; false where it makes no sense. */
bool sketch_read(const uint8_t *bytes, size_t nbytes, sketch *out);

/* The same, of the first of several. */
bool sketch_read_first(const uint8_t *bytes, size_t nbytes, sketch *out);

static inline size_t
sketch_bytes(const sketch *s)
{
    return SKETCH_HEAD_BYTES + (size_t)s->nhashes * sizeof(uint32_t);
}

static inline uint32_t
sketch_hash(const sketch *s, uint32_t i)
{
    uint32_t hash;

    memcpy(&hash, s->hashes + (size_t)i * sizeof hash, sizeof hash);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    hash = __builtin_bswap32(hash);
#endif
    return hash;
}

/* Hashes of an article of so many words are kept up to here. */
uint32_t sketch_bound(uint32_t nwords);

/* What these may be at most: OVERLAP_NONE only where few of the hashes below both bounds are in
 * both, OVERLAP_IN_PART where less than about half of them are. */
overlap_degree sketch_judge(const sketch *a, const sketch *b);

#endif
