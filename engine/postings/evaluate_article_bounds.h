/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_bounds.h - what a term of the query adds at most to the score of an article.
 *
 * It is known to about one of a hundred where the impacts of the term's list are
 * (article_impacts.h).  Else it is bounded, rather too much than too little: the words of a first
 * passage count as if all stood in the headline.  Each term's best passage counts as if it were the
 * article's. */
#ifndef QUIRE_POSTINGS_EVALUATE_ARTICLE_BOUNDS_H
#define QUIRE_POSTINGS_EVALUATE_ARTICLE_BOUNDS_H

#include "postings/evaluate_article_one.h"

/* The first passage of the article that a posting is of. */
static inline uint32_t
evaluate_article_bounds_first(const article_evaluation *v, uint32_t number)
{
    return article_starts_first(v->starts, number);
}

/* The postings of one article in the block at hand, whose frequencies are decoded, from at on: what
 * they add at most.  *at_out: the first posting behind them.  An article that goes on in the next
 * block has its sum in two parts, which is never less.  Inline, for every posting that is read
 * without impacts goes through it. */
static inline float
evaluate_article_bounds_add(const article_evaluation *v, const article_term *t, uint32_t at,
                            uint32_t *at_out)
{
    const posting_list *l = &t->read->list;
    const uint32_t first = evaluate_article_bounds_first(v, l->passages[at]);
    const article_code code = v->codes[l->passages[at]];
    float total = (float)l->frequencies[at];
    float best = 0;

    if (l->passages[at] == first)
        total *= (float)ARTICLE_TITLE_WEIGHT;
    best = article_norms_saturate(total, v->norms->parts[code.part]);
    for (at++; at < l->npostings && evaluate_article_bounds_first(v, l->passages[at]) == first;
         at++) {
        const float frequency = (float)l->frequencies[at];
        const float part =
            article_norms_saturate(frequency, v->norms->parts[v->codes[l->passages[at]].part]);

        total += frequency;
        best = part > best ? part : best;
    }
    *at_out = at;
    return t->scale * article_norms_sum(total, v->norms->wholes[code.whole], best);
}

/* What a term adds at most to the article that begins with a passage, which may be nothing; less
 * than 0 where the article does not have it.  Articles are asked for in ascending order. */
float evaluate_article_bounds_look_up(article_evaluation *v, const article_term *t, uint32_t first);

/* What a term whose impacts are known adds at most to the article of the posting at hand, which may
 * be any of the article, of any cursor of the term. */
static inline float
evaluate_article_bounds_near(const article_term *t, const evaluate_stem *s)
{
    uint32_t i = s->list.block * POSTING_BLOCK + s->at;

    while (i > 0 && t->impacts.postings[i] == 0)
        i--;
    return t->unit * (float)t->impacts.postings[i];
}

/* What a term adds at most to an article of passages [base, end); less than 0 where it is not
 * there.  Windows are asked for in ascending order, t->at being 0 for the first. */
float evaluate_article_bounds_window(article_term *t, uint32_t base, uint32_t end);

#endif
