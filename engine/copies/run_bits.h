/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_bits.h - a bit for each run of words of an article, by its hash: a closer look than a sketch
 * gives, at a hundredth of what it costs to compare words.
 *
 * It tells copies from articles that have a sentence in common, of which there may be many. */
#ifndef QUIRE_COPIES_RUN_BITS_H
#define QUIRE_COPIES_RUN_BITS_H

#include "copies/article_words.h"

#define RUN_BITS 512
#define RUN_BITS_OF_100 22 /* of the runs of the one with fewer bits, that must be in the other */

/* A zeroed one is that of no words. */
typedef struct {
    uint64_t words[RUN_BITS / 64];
} run_bits;

void run_bits_fill(run_bits *bits, const article_words *w);

/* May these be of copies?  True where there are too many runs to tell. */
bool run_bits_may_be_copies(const run_bits *a, const run_bits *b);

#endif
