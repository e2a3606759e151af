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

#include "base/buffer.h"
#include "copies/article_words.h"
#include "copies/overlap.h" /* for what is short */

#define SKETCH_LEAST 12
#define SKETCH_PART 16
#define SKETCH_MOST 512
#define SKETCH_BITS 26   /* of a hash */
#define SKETCH_ROOM 4096 /* hashes at most: of a text made for it to have more, the first */

/* A sketch; the hashes are somebody else's. */
typedef struct {
    int64_t seconds; /* of its date; INT64_MIN where it has none */
    uint32_t nwords; /* of its text */
    uint32_t nhashes;
    uint32_t title;         /* of a short text, SKETCH_TITLE_BITS of article_words.title; else 0 */
    const uint32_t *hashes; /* ascending */
} sketch;

#define SKETCH_TITLE_BITS 16

/* Make an article's sketch; its hashes are in scratch, until that is changed.  False when memory is
 * out. */
bool sketch_make(const article_words *words, int64_t seconds, buffer *scratch, sketch *out);

/* Hashes of an article of so many words are kept up to here. */
uint32_t sketch_bound(uint32_t nwords);

/* How much of an article is in another, in sixteenths, as their sketches have it: of the one with
 * fewer hashes up to both bounds, which has so many, ncommon are in the other.  For copies in part
 * it is half of what is asked of the words, since runs are lost at every edit, and a sample errs;
 * for copies in the main it is to be enough to look at once. */
#define SKETCH_SHARE_PART 3
#define SKETCH_SHARE_LIKELY 6
#define SKETCH_SHARE_MAIN 12

static inline uint32_t
sketch_share(uint32_t ncommon, uint32_t fewer)
{
    return ncommon > 0 ? (uint32_t)((uint64_t)ncommon * 16 / fewer) : 0;
}

/* The most that the one with fewer may have, where they have that share. */
static inline uint64_t
sketch_most_hashes(uint32_t ncommon, uint32_t share)
{
    return (uint64_t)ncommon * 16 / share;
}

/* Append the stored form to out:
 *
 *   words     varint
 *   hashes    varint: their number, twice, and one more where the article has a date
 *   date      where it has one: varint, seconds since that of the article before it, zigzag
 *   title     of a short text: u16
 *   the hashes, each less the one before and 1, the first as it is, in as many bits as
 *   the mean of such differences has, what is above them before them as so many zeros and a one;
 * lowest bit first, filled up to a byte
 *
 * *seconds is the date of the article before, and becomes this one's; 0 at first.  False when
 * memory is out. */
bool sketch_pack(const sketch *s, int64_t *seconds, buffer *out);

/* Read a stored form from bytes up to end; the hashes go to room, SKETCH_ROOM of them.  Returns
 * where it ends; NULL where it makes no sense. */
const uint8_t *sketch_unpack(const uint8_t *bytes, const uint8_t *end, int64_t *seconds,
                             uint32_t *room, sketch *out);

#endif
