/* SPDX-License-Identifier: GPL-3.0-or-later */
/* searching.h - a query with all that it is asked with: the options as the store takes them, and
 * what is made once for all its hits. */
#ifndef QUIRE_RESULT_SEARCHING_H
#define QUIRE_RESULT_SEARCHING_H

#include "query/match.h"
#include "query/parse.h"
#include "result/explain.h"
#include "result/search.h"
#include "text/passage_words.h"

/* What is needed while one query is answered.  What it points to lives as long as the results, or
 * is the caller's. */
typedef struct {
    const char *text; /* of the query; where that is corrected, as it is answered */
    size_t text_bytes;
    query_options how; /* it is read */
    bool correct;
    bool show_copies;
    uint32_t named_copies;
    store *store;
    stemmer *stemmer;
    arena *arena; /* the results' */
    store_request request;
    explain_scores scores; /* only with explain */
    bool explain;
    bool by_article;
    bool find_k1; /* the request's is to be that for the number of words */
    bool find_b;
    quire_parts parts; /* of each hit */
    uint32_t expand;   /* words of feedback */
    matcher *matcher;
    stem_filter filter; /* of the query's stems */
    passage_words words;
    store_hit *found; /* by the store */
    uint64_t count;   /* of all that match, where that was asked for */
} searching;

/* What the options say that needs no check. */
searching searching_begin(store *st, stemmer *stem, const char *text, size_t text_bytes,
                          const quire_search_options *options);

/* Have all that a search is asked with in s, and room for what it finds; the search is to be ended
 * by searching_end, whatever the status.  QUIRE_EUSAGE: an option makes no sense; QUIRE_ENOMEM. */
quire_status searching_open(searching *s, const query_tree *tree,
                            const quire_search_options *options, search_results *out,
                            quire_error *err);

/* Give out its notes, and end s; with another status than QUIRE_OK, *out is cleared. */
void searching_end(searching *s, quire_status status, const query_notes *notes,
                   search_results *out);

/* The parameters of articles that the caller left to the query, of so many words. */
void searching_find_parameters(searching *s, uint32_t nwords);

/* Give wildcards and the like their words, and fields their articles. */
quire_status searching_complete_tree(searching *s, query_tree *tree, query_notes *notes,
                                     quire_error *err);

#endif
