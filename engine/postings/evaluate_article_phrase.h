/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_phrase.h - the articles in which a phrase may stand that every match has. */
#ifndef QUIRE_POSTINGS_EVALUATE_ARTICLE_PHRASE_H
#define QUIRE_POSTINGS_EVALUATE_ARTICLE_PHRASE_H

#include "postings/evaluate_article_one.h"
#include "postings/evaluate_meet.h"
#include "postings/evaluate_plan.h"

/* A zeroed one has no phrase.  It has a plan of its own, for articles are looked at behind where it
 * is. */
typedef struct {
    article_evaluation *v;
    bool may_match; /* something does; not where what it must have is nowhere */
    bool is_there;  /* there is such a phrase */
    evaluation e;   /* of passages with all words of it, none of which is passed over */
    evaluate_plan plan;
    evaluate_leaf *leaf;
    evaluate_meeting meeting;
    uint32_t at; /* the last passage that was found */
} article_phrase;

/* Begin with the phrase that every match has, if there is one, on a zeroed p: with the passages in
 * which all its words are, whose articles alone can match.  False: it failed, as v then did. */
bool evaluate_article_phrase_begin(article_phrase *p, article_evaluation *v);

/* The first such passage from target on, which ascends; POSTING_NONE: there is none, or it failed,
 * as v then did. */
uint32_t evaluate_article_phrase_seek(article_phrase *p, uint32_t target);

/* What its words add at most to the article of the passage that was found last. */
float evaluate_article_phrase_bound(const article_phrase *p);

/* Does the phrase stand in that passage? */
bool evaluate_article_phrase_stands(article_phrase *p);

/* Is it all of the query? */
bool evaluate_article_phrase_is_all(const article_phrase *p);

/* Back to the first passage; false: it failed, as v then did. */
bool evaluate_article_phrase_rewind(article_phrase *p);

void evaluate_article_phrase_end(article_phrase *p);

#endif
