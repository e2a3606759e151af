/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_articles.h - what ranking by article asks of a segment, worked out when it is first asked
 * for: whose each passage is, how long articles are, and in how many articles a stem occurs. */
#ifndef QUIRE_POSTINGS_SEGMENT_ARTICLES_H
#define QUIRE_POSTINGS_SEGMENT_ARTICLES_H

#include "postings/segment.h"

typedef struct segment_articles segment_articles;

/* The segment must outlive it.  alive: a bit a passage, of the articles that count, or NULL for
 * all; it must outlive it too. */
quire_status segment_articles_new(const segment *s, const uint64_t *alive, segment_articles **out,
                                  quire_error *err);
void segment_articles_free(segment_articles *a); /* NULL is fine */

/* Articles that count and have passages, those passages, and their words. */
void segment_articles_count(const segment_articles *a, uint64_t *narticles_out,
                            uint64_t *npassages_out, uint64_t *nwords_out);

/* By article, from 0: words; and by passage: its article, from 0. */
const uint32_t *segment_articles_lengths(const segment_articles *a);
const uint32_t *segment_articles_of_passages(const segment_articles *a);

/* Room for a number of each article, all 0: whoever fills it leaves it so. */
float *segment_articles_bounds(const segment_articles *a);

/* In how many articles that count a stem occurs; the whole list is walked, unless it was among the
 * last ones asked for. */
quire_status segment_articles_frequency(segment_articles *a, const char *stem, size_t stem_bytes,
                                        uint32_t *out, quire_error *err);

#endif
