/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_stem.h - a stem of a query: its posting list as a cursor that moves forward, the weights
 * of its postings, and bounds on them.
 *
 * Bounds are those of the lists' Pareto pairs, plus one unit of 2^-32: the formula in doubles grows
 * with the frequency and falls with the length but for the last bit, which moves a rounded weight
 * by one unit at most. */
#ifndef QUIRE_POSTINGS_EVALUATE_STEM_H
#define QUIRE_POSTINGS_EVALUATE_STEM_H

#include "base/arena.h"
#include "postings/evaluate.h"
#include "postings/evaluate_top.h"
#include "postings/evaluate_weight.h"

/* One evaluation.  What goes wrong sticks in status; cursors then are at their ends. */
typedef struct {
    const segment *segment;
    const evaluate_request *request;
    quire_error *err;
    quire_status status;
    arena *a;
    evaluate_top top;
    evaluate_weights weights;

    /* What is looked at: the request's, narrowed by fields. */
    const uint64_t *allowed;
    uint32_t first;
    uint32_t end;
    size_t nmerged; /* postings of units that were merged */
} evaluation;

typedef struct {
    evaluation *e;
    posting_list list;
    uint32_t at;      /* in the block of the list, where that is decoded */
    uint32_t passage; /* the posting at hand; POSTING_NONE behind the end.  The list may be further
                         on, at a block that was looked at and not decoded */
    uint32_t number;  /* among the stems of the query */
    bool scores;      /* it is of a unit of the tree */
    bool is_pair;     /* it is no stem but a pair of them */
    bool by_article;  /* its weights are what it adds at most to articles */
    const uint8_t *impacts; /* then, by posting: what it adds to the article, where it is the first
                               one of it, else 0; NULL: not known */
    const uint8_t *block_impacts; /* by block, the largest */
    int64_t impact_weight;        /* of an impact of 1 */
    double idf;                   /* times what its weight is multiplied by */
    int64_t limit;                /* no posting weighs more */
    int64_t *bounds;        /* of each block, plus 1; 0: not known yet; NULL: none was asked for */
    uint32_t weighed_block; /* block of the list, plus 1, whose weights are known */
    int64_t weights[POSTING_BLOCK];

    /* Of the passage at hand. */
    uint32_t weighed; /* passage + 1 for which weight is known */
    int64_t weight;
} evaluate_stem;

/* The sum of two bounds, neither negative, or the largest number where it is too large. */
static inline int64_t
evaluate_add(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* What must be beaten by a bound, or there is no need to look. */
static inline int64_t
evaluate_threshold(const evaluation *e)
{
    return e->request->count ? -1 : e->top.threshold;
}

/* Does a filter leave some passages out? */
static inline bool
evaluate_is_filtered(const evaluation *e)
{
    return e->allowed != NULL || e->first > 0 || e->end < e->segment->npassages;
}

static inline bool
evaluate_is_allowed(const evaluation *e, uint32_t number)
{
    return e->allowed == NULL || (e->allowed[number / 64] >> (number % 64) & 1) != 0;
}

/* Note a failure, the first of which stays. */
void evaluate_fail(evaluation *e, quire_status status);

/* The stem of a list, at its first posting; idf: 0 where it does not score.  NULL: it failed. */
evaluate_stem *evaluate_stem_open(evaluation *e, const posting_info *info, bool scores, double idf);

/* The same of the list of a pair of stems, which is walked as if it were a stem of its own, but
 * has no weights and no positions. */
evaluate_stem *evaluate_stem_open_pair(evaluation *e, const posting_info *info);

/* Have it weigh what it adds at most to articles: impacts, and the largest of all
 * (article_impacts.h, NULL: not known), times a weight. */
void evaluate_stem_weigh_articles(evaluate_stem *s, const uint8_t *impacts,
                                  const uint8_t *block_impacts, uint8_t most, int64_t weight);

/* Back to the first posting; false where it failed. */
bool evaluate_stem_rewind(evaluate_stem *s);

/* Move to the first posting at passage target or behind it, never backwards; its passage. */
uint32_t evaluate_stem_move(evaluate_stem *s, uint32_t target);

static inline uint32_t
evaluate_stem_seek(evaluate_stem *s, uint32_t target)
{
    const posting_list *l = &s->list;

    if (s->passage >= target)
        return s->passage;
    /* Most often the next one is it. */
    if (l->is_decoded && s->at + 1 < l->npostings && l->passages[s->at + 1] >= target) {
        s->passage = l->passages[++s->at];
        return s->passage;
    }
    return evaluate_stem_move(s, target);
}

/* Move to the block that holds that posting, and decode nothing; false behind the end. */
bool evaluate_stem_skip(evaluate_stem *s, uint32_t target);

/* Unpack the block at hand; false where it failed. */
bool evaluate_stem_decode(evaluate_stem *s);
bool evaluate_stem_decode_frequencies(evaluate_stem *s);

/* Unpack of it what weights take. */
static inline bool
evaluate_stem_decode_weights(evaluate_stem *s)
{
    return s->by_article || evaluate_stem_decode_frequencies(s);
}

/* What it adds at most to the article that the block's posting at is of. */
static inline int64_t
evaluate_stem_weigh_article(const evaluate_stem *s, uint32_t at)
{
    uint32_t i = s->list.block * POSTING_BLOCK + at;

    if (s->impacts == NULL)
        return s->limit;
    while (i > 0 && s->impacts[i] == 0)
        i--;
    return s->impact_weight * s->impacts[i];
}

/* Of posting at of the block at hand, what weights take of which is unpacked. */
static inline int64_t
evaluate_stem_weigh(const evaluate_stem *s, uint32_t at)
{
    const evaluate_weights *w = &s->e->weights;

    if (s->by_article)
        return evaluate_stem_weigh_article(s, at);
    return evaluate_weight(w, s->idf, s->list.frequencies[at],
                           evaluate_weights_length(w, s->list.passages[at]));
}

/* The weights of all postings of the block at hand; NULL where it failed. */
const int64_t *evaluate_stem_weigh_block(evaluate_stem *s);

/* The weight of the posting at hand; 0 where it failed. */
int64_t evaluate_stem_weight(evaluate_stem *s);

/* No posting of block number i weighs more. */
int64_t evaluate_stem_bound(evaluate_stem *s, uint32_t i);

/* Find the bounds of all blocks, and with them a tighter limit.  Returns a score that the best n
 * passages reach by this stem alone, as far as bounds tell; -1 where they do not. */
int64_t evaluate_stem_survey(evaluate_stem *s, uint32_t n);

#endif
