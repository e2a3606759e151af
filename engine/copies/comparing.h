/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comparing.h - pairs of articles that were proposed are compared, and connected where they are
 * copies, by several threads.
 *
 * Pairs are collected, as many as memory allows, and put in order of the article with more words:
 * so its runs are hashed once for all that it is compared with, and a pair that was proposed for
 * several hashes is looked at once.  Threads take articles in turn.  A pair within one set need not
 * be compared: whether it is one of copies or not, the sets stay the same, in whatever order pairs
 * come. */
#ifndef QUIRE_COPIES_COMPARING_H
#define QUIRE_COPIES_COMPARING_H

#include "copies/boilerplate.h"
#include "copies/grouped.h"

typedef struct comparing comparing;

/* memory_bytes is about what is used, besides a few bytes for each article.  QUIRE_ENOMEM and the
 * statuses of the segments' functions. */
quire_status comparing_new(grouped *articles, size_t memory_bytes, unsigned nthreads,
                           const grouping_stop *stop, comparing **comparing_out, quire_error *err);
void comparing_free(comparing *c); /* NULL is fine */

/* A candidate_visitor: compare a pair, now or later. */
quire_status comparing_propose(void *closure, uint32_t a, uint32_t b, quire_error *err);

/* Compare those that are left.  Then all copies in the main are connected. */
quire_status comparing_finish(comparing *c, quire_error *err);

/* Are there pairs that may be copies in part? */
bool comparing_has_partial(const comparing *c);

/* Connect those of them that are, and that boilerplate leaves copies: it is asked first, for it
 * costs less. */
quire_status comparing_connect_partial(comparing *c, const boilerplate *common, quire_error *err);

uint64_t comparing_count(const comparing *c); /* pairs whose words were compared */

#endif
