/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_articles.h - what ranking by article asks of a segment, worked out when it is first asked
 * for: whose each passage is, how long articles are, and in how many articles a stem occurs. */
#ifndef QUIRE_POSTINGS_SEGMENT_ARTICLES_H
#define QUIRE_POSTINGS_SEGMENT_ARTICLES_H

#include "postings/article_impacts.h"
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

/* The first passage of each article, from 0, and of one more behind the last: the passages of
 * article i begin at firsts[i] and end before firsts[i + 1]. */
const uint32_t *segment_articles_firsts(const segment_articles *a);

/* Articles in order, cut into windows of ARTICLE_WINDOW passages or somewhat less, or of a single
 * longer article: the ends of all of them, *n_out.  They ascend. */
#define ARTICLE_WINDOW 1024
const uint32_t *segment_articles_windows(const segment_articles *a, uint32_t *n_out);

/* By passage, what bounds take of it. */
const article_code *segment_articles_codes(const segment_articles *a);

/* With which passages articles begin. */
const article_starts *segment_articles_starts(const segment_articles *a);

/* In how many articles that count a stem occurs; the whole list is walked, unless it was among the
 * last ones asked for. */
quire_status segment_articles_frequency(segment_articles *a, const char *stem, size_t stem_bytes,
                                        uint32_t *out, quire_error *err);

/* Begin a search, which asks for impacts by this scoring; its norms, until the next begins. */
const article_norms *segment_articles_begin(segment_articles *a, const article_scoring *s);

/* The impacts of a stem, whose frequency was asked for; without blocks, and with the largest most,
 * where they are not known.  The whole list is read where that pays, which it does for a stem that
 * was asked for before, and for any that is_read says would be read anyway.  They stay until the
 * next call of segment_articles_begin or segment_articles_frequency. */
quire_status segment_articles_impacts(segment_articles *a, const char *stem, size_t stem_bytes,
                                      const posting_info *info, bool is_read, article_impacts *out,
                                      quire_error *err);

#endif
