/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_waiting.h - articles that may enter the results and wait to be looked at, the
 * best first: most never are.
 *
 * There are two ways to let them wait.  Usually, when as many wait as may, a batch of the best is
 * looked at, which raises the threshold that the others must beat.  While a threshold is guessed,
 * nothing is looked at: as many as may wait are kept, those with the highest bounds, and the lowest
 * of these is taken for the threshold. */
#ifndef QUIRE_POSTINGS_EVALUATE_ARTICLE_WAITING_H
#define QUIRE_POSTINGS_EVALUATE_ARTICLE_WAITING_H

#include "postings/evaluate_article_one.h"

typedef struct {
    float bound;    /* while guessing negated, so that the lowest is first */
    uint32_t first; /* passage of the article */
} waiting_article;

/* A zeroed one, but for v, is one of none. */
typedef struct {
    article_evaluation *v;
    waiting_article *heap; /* the highest bound first */
    size_t n;
    size_t room;
    size_t most; /* so many wait at most */
    bool is_guessing;
    waiting_article *batch;
    uint32_t batch_size; /* of the next one */
} articles_waiting;

/* Begin with none, all being let wait where looks_late, so that none is looked at before
 * evaluate_article_waiting_look.  False: memory is out, as v then tells. */
bool evaluate_article_waiting_begin(articles_waiting *w, bool looks_late);

/* The same, to guess the threshold by so many, which are more than none. */
bool evaluate_article_waiting_begin_guess(articles_waiting *w, size_t most);

/* Let the article wait that begins with a passage, which scores no more than bound. */
void evaluate_article_waiting_add(articles_waiting *w, uint32_t first, float bound);

/* Let v begin anew, without the threshold that was guessed: those that wait still do, and can be
 * looked at.  What was guessed. */
float evaluate_article_waiting_end_guess(articles_waiting *w);

/* Look at all that may enter; none waits any more. */
void evaluate_article_waiting_look(articles_waiting *w);

void evaluate_article_waiting_free(articles_waiting *w);

#endif
