/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_one.h - the evaluation of a query by article, and one article of it. */
#ifndef QUIRE_POSTINGS_EVALUATE_ARTICLE_ONE_H
#define QUIRE_POSTINGS_EVALUATE_ARTICLE_ONE_H

#include "postings/article_norms.h"
#include "postings/evaluate_article.h"
#include "postings/evaluate_plan.h"

/* A term of the query that is in the segment. */
typedef struct {
    evaluate_stem *read;  /* the cursor for bounds */
    evaluate_stem *exact; /* the cursor for articles that are looked at */
    uint32_t term;
    bool drives;      /* an article without any that does cannot match */
    bool is_required; /* one without it cannot match */
    float scale;      /* what norms give is multiplied by it */
    float limit;      /* it adds no more to a score */
    float unit;       /* of impacts */
    article_impacts impacts;
    const evaluate_stem *met; /* where the words of a phrase meet, if it is one and impacts are
                                 known */

    /* Of the window at hand. */
    uint32_t at; /* the first block that reaches into it; in a list of one block the posting */
    float bound;
    float bound_up_to; /* of it and all terms before it together */
} article_term;

/* What is kept of an article that entered the results. */
typedef struct {
    uint32_t article; /* from 0 */
    article_best best;
} article_kept;

typedef struct {
    evaluation *e;
    const evaluate_article_request *request;
    const uint32_t *lengths; /* of articles */
    const uint32_t *of_passages;
    const article_starts *starts;
    const uint32_t *firsts;    /* passages of articles */
    const article_code *codes; /* by passage */
    const article_norms *norms;
    const query_node *root; /* of what evaluate_field_narrow left of the tree */
    evaluate_plan plan;     /* where a match is more than a word */
    bool is_words;          /* an article that has a driver matches, and all its units score */
    bool is_sure;           /* so does one that is looked at: it is known to have the phrase that is
                               all of the query */
    article_term *terms;
    uint32_t nterms;
    float beat; /* bounds up to it are of articles that cannot enter */
    uint64_t count;

    /* Of the article at hand. */
    uint32_t *total;       /* by term of the tree */
    uint32_t *frequencies; /* by passage, then term of the tree */
    size_t frequencies_room;
    bool *leaf_holds;  /* by clause, from 0 */
    bool *unit_scores; /* by unit */

    uint32_t next; /* passage behind the last article that was looked at */
    article_kept *kept;
    size_t nkept;
    size_t kept_room;
} article_evaluation;

/* Make the plan by which articles match, anew where there was one; false where it failed. */
bool evaluate_article_plan(article_evaluation *v);

/* Begin with no results; so many as are wanted are known to reach a score, -1: none is known. */
void evaluate_article_begin(article_evaluation *v, int64_t reached);

/* May an article with this bound enter, or is it to be counted? */
static inline bool
evaluate_article_may_enter(const article_evaluation *v, float bound)
{
    return bound > v->beat;
}

/* Look at an article, from 0, which scores no more than bound, each at most once.  Those that
 * follow in ascending order take less. */
void evaluate_article_look(article_evaluation *v, uint32_t article, float bound);

#endif
