/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_scoring.h - the score of an article: BM25 of the whole of it, and half of what its best
 * passage weighs.  docs/ranking.md says why.
 *
 *   N, df     articles that have passages; those of them in whose passages a term occurs
 *   tf        of an article the sum over its passages; a word of the headline counts
 *             ARTICLE_TITLE_WEIGHT times
 *   length    words, each once: of the article, those of its passages together
 *   whole     the sum over units of bm25_weight(k1, b, mean length of articles; idf, tf, length)
 *   part      of a passage: the same with its own tf and length, and the mean length of passages
 *   score     whole + the largest part / 2, in integers
 *
 * The units are those that score in the article: see matcher_article_end.  idf is that of
 * query/scoring.h, of articles, times the unit's emphasis:
 *
 *   (k3 + 1) n / (k3 + n), k3 7   where the query asks for it n times
 *   a quarter                     where nothing asks for it but words that support
 *   1                             where only feedback does */
#ifndef QUIRE_QUERY_ARTICLE_SCORING_H
#define QUIRE_QUERY_ARTICLE_SCORING_H

#include "query/scoring.h"

#define ARTICLE_TITLE_WEIGHT 3

/* By how many words a query has: few want long articles held back little, and what is said again to
 * count little; many want more of both. */
typedef struct {
    double k1;
    double b;
} article_parameters;

article_parameters article_scoring_defaults(uint32_t nwords);

/* How many words, each once, the tree asks for by what does not only support. */
uint32_t article_scoring_words(const query_tree *tree);

/* Of what is searched. */
typedef struct {
    uint64_t narticles; /* that have passages */
    uint64_t npassages;
    uint64_t total_length; /* words */
} article_collection;

typedef struct {
    bm25 of_articles;
    bm25 of_passages;
    scoring whole;
    scoring parts;
} article_scoring;

/* Prepare the scoring of a tree's units; article_frequencies of tree->terms.  What it holds lives
 * in arena a and in *s itself, which must not move; the tree must outlive it.  False when memory is
 * out. */
bool article_scoring_init(article_scoring *s, const query_tree *tree, double k1, double b,
                          const article_collection *collection, const uint64_t *article_frequencies,
                          arena *a);

/* The sum of the weights of units that score (a bool for each) whose terms occur so often
 * (term_frequency by tree->terms) in an article or a passage of length words. */
int64_t article_scoring_sum(const scoring *s, const bool *unit_scores,
                            const uint32_t *term_frequency, uint32_t length);

static inline int64_t
article_scoring_score(int64_t whole, int64_t best_part)
{
    return whole + best_part / 2;
}

/* ---- The passages that are shown of an article ---- */

#define ARTICLE_BEST_PASSAGES 3

typedef struct {
    uint32_t number;
    int64_t part; /* what it weighs */
} article_passage;

/* A zeroed one is empty. */
typedef struct {
    uint32_t npassages;
    article_passage passages[ARTICLE_BEST_PASSAGES];
} article_best;

/* Add the next passage of the article, in reading order. */
void article_best_add(article_best *best, uint32_t number, int64_t part);

/* Leave those that weigh at least half of what the best one does, or the first where none weighs
 * anything, in reading order. */
void article_best_finish(article_best *best);

#endif
