/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_results.h - results that are articles, each with its best passages. */
#ifndef QUIRE_RESULT_ARTICLE_RESULTS_H
#define QUIRE_RESULT_ARTICLE_RESULTS_H

#include "query/match.h"
#include "result/search.h"

/* What a search has at hand. */
typedef struct {
    store *store;
    const store_request *request;
    matcher *matcher; /* NULL with rank */
    stemmer *stemmer;
    arena *arena;
    bool explain;
    bool show_copies;      /* else the articles of a group of copies are one result */
    uint32_t named_copies; /* of each result, at most */

    /* Make a hit of a passage of the article that the matcher has just decided on
     * (matcher_article_spans). */
    quire_status (*fill)(void *closure, const store_hit *passage, quire_hit *hit, quire_error *err);
    const passage_words *words; /* of the passage that it was last called for */

    /* Make a hit of an article's best passage, with what a ranking has; NULL: hits are whole. */
    quire_status (*rank)(void *closure, const store_hit *passage, quire_hit *hit,
                         uint32_t *article_out, quire_error *err);

    /* Make a hit of what cannot be shown, as why says. */
    quire_status (*fill_damaged)(void *closure, double score, const quire_error *why,
                                 quire_hit *hit, quire_error *err);
    void *closure;
} article_results_request;

/* Ask the store, and make hits of what it names.  Statuses as for quire_search. */
quire_status article_results_find(const article_results_request *request, search_results *out,
                                  quire_error *err);

#endif
