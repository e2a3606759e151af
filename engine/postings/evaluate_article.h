/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article.h - the best articles of a segment for a query tree, exactly. */
#ifndef QUIRE_POSTINGS_EVALUATE_ARTICLE_H
#define QUIRE_POSTINGS_EVALUATE_ARTICLE_H

#include "postings/evaluate.h"
#include "postings/segment_articles.h"
#include "query/article_scoring.h"

/* Read the text of an article, passages [first, end): does it match, and which units score? */
typedef quire_status evaluate_article_verifier(void *closure, uint32_t first, uint32_t end,
                                               bool *matched_out, const bool **unit_scores_out,
                                               quire_error *err);

typedef struct {
    const query_tree *tree; /* as in evaluate_request */
    const article_scoring *scoring;
    segment_articles *articles; /* which remembers more by it */
    const uint64_t *allowed;    /* of an article all passages, or none */
    uint32_t first;
    uint32_t end;
    uint32_t first_article; /* as in evaluate_request */
    uint32_t max_hits;
    bool count;
    uint64_t
        *matched; /* with count: the bit of each article that matches, from 0, is set; or NULL */
    evaluate_article_verifier *verify; /* asked where tree->needs_text */
    void *closure;
} evaluate_article_request;

typedef struct {
    uint32_t article; /* from 1 */
    int64_t score;    /* units of 2^-32 */
    article_best best;
} evaluate_article_hit;

/* Fill hits (room for max_hits): best score first, then article number.  *count_out: all that
 * match, where request->count, else 0.  The same answer as query/match.h and
 * query/article_scoring.h give for every article.  QUIRE_ECORRUPT, QUIRE_ENOMEM, and what verify
 * returns. */
quire_status evaluate_articles(const segment *s, const evaluate_article_request *request,
                               evaluate_article_hit *hits, uint32_t *nhits_out, uint64_t *count_out,
                               quire_error *err);

#endif
