/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain_article.h - how the score of an article came about, as lines of text. */
#ifndef QUIRE_RESULT_EXPLAIN_ARTICLE_H
#define QUIRE_RESULT_EXPLAIN_ARTICLE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "query/article_scoring.h"
#include "store/store.h"

/* What the scores of one query are made of; it does not move. */
typedef struct {
    article_collection collection;
    uint64_t *frequencies; /* of tree->terms, in articles */
    article_scoring scoring;
} explain_articles;

/* Look up what the scores of request are made of; what it holds lives in arena a.  Statuses as for
 * store_search_articles. */
quire_status explain_articles_prepare(store *st, const store_request *request, arena *a,
                                      explain_articles *out, quire_error *err);

/* The query as it was understood and its words; in arena a. */
quire_status explain_articles_query(const query_tree *tree, const explain_articles *from, arena *a,
                                    const char **out, quire_error *err);

/* What was counted of an article. */
typedef struct {
    const bool *unit_scores;
    uint32_t npassages;
    const uint32_t *frequencies; /* by passage, then term */
    const uint32_t *lengths;     /* by passage */
    uint32_t *total;             /* by term */
    uint32_t length;
} explain_article_counts;

/* How the score of an article came about, unit by unit; in arena a.  QUIRE_ECORRUPT where the units
 * do not come to score. */
quire_status explain_article(const query_tree *tree, const explain_articles *from,
                             const explain_article_counts *counts, int64_t score, arena *a,
                             const char **out, quire_error *err);

#endif
