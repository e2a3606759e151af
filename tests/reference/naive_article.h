/* SPDX-License-Identifier: GPL-3.0-or-later */
/* naive_article.h - the naive searcher of articles: every article is looked at, every word of it
 * compared.  What matches and what it scores is said in docs/ranking.md. */
#ifndef QUIRE_TESTS_REFERENCE_NAIVE_ARTICLE_H
#define QUIRE_TESTS_REFERENCE_NAIVE_ARTICLE_H

#include "naive.h"
#include "weights.h"

#define NAIVE_BEST_PASSAGES 3

typedef struct {
    int64_t score; /* units of 2^-32 */
    size_t npassages;
    naive_hit passages[NAIVE_BEST_PASSAGES]; /* in reading order; score: as a part of the article */
} naive_article_hit;

typedef struct naive_articles {
    naive_article_hit *hits; /* at most options->max_hits, best first */
    size_t nhits;
    uint64_t count; /* all that match */
} naive_articles;

/* Answer a query whose meaning was read, with the passages of a naive searcher, those of an article
 * one behind the other, and the words that there are; the answer lives in m's arena. */
void naive_article_search(const naive_passage *passages, size_t npassages, const known_words *known,
                          meaning *m, const quire_search_options *options, naive_articles *answer);

/* What is different about a hit; NULL: nothing. */
const char *naive_article_compare(const naive_article_hit *wanted, const quire_hit *got);

#endif
