/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comparing.h - pairs of articles that have hashes in common are compared, and connected where they
 * are copies, by several threads.
 *
 * The threads take articles in turn, count what each one shares with those that are not longer, and
 * compare it with those that have enough of it: so its runs are hashed once for all that it is
 * compared with.  Pairs in large bunches are collected before, as many as memory allows.  It is
 * done twice: first for copies in the main, which are few; then, when it is known what is
 * boilerplate, for copies in part, of which that leaves few.  A pair within one set need not be
 * compared: whether it is one of copies or not, the sets stay the same, in whatever order pairs
 * come. */
#ifndef QUIRE_COPIES_COMPARING_H
#define QUIRE_COPIES_COMPARING_H

#include "copies/bunches.h"
#include "copies/overlap.h"

typedef struct comparing comparing;

/* memory_bytes is about what is used, besides a few bytes for each article.  b may be NULL where
 * only single pairs are to be judged.  QUIRE_ENOMEM. */
quire_status comparing_new(grouped *articles, const bunches *b, size_t memory_bytes,
                           unsigned nthreads, const grouping_stop *stop, comparing **comparing_out,
                           quire_error *err);
void comparing_free(comparing *c); /* NULL is fine */

/* Connect all copies in the main.  QUIRE_ENOMEM, QUIRE_ECANCELED, and the statuses of the segments'
 * functions, as below. */
quire_status comparing_connect_main(comparing *c, quire_error *err);

/* Are there pairs that may be copies in part? */
bool comparing_has_partial(const comparing *c);

/* Connect those that are, and that boilerplate leaves copies: it is asked first, for it costs less.
 */
quire_status comparing_connect_partial(comparing *c, quire_error *err);

/* The share that sketches tell of a pair, as sketch_share has it; 0 where that is too little for
 * copies. */
uint32_t comparing_share(const grouped *g, uint32_t x, uint32_t y);

/* Compare the words of a pair; quickest where pairs of the same longer article come one after
 * another. */
quire_status comparing_judge(comparing *c, uint32_t x, uint32_t y, overlap_degree *out,
                             quire_error *err);

uint64_t comparing_count(const comparing *c); /* pairs whose words were compared */

#endif
