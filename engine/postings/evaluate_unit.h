/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_unit.h - alternative stems as one cursor: what a slot of a query looks for, and what
 * scores once.  Most have one stem.
 *
 * Of several, a heap knows where each stands.  It may be behind: a stem that others ask for too is
 * then further on, at the passage that the heap will learn of when it is asked to go there.
 *
 * The postings of very many stems are merged once, where that does not take too much memory: a heap
 * of hundreds takes ten steps for each of them. */
#ifndef QUIRE_POSTINGS_EVALUATE_UNIT_H
#define QUIRE_POSTINGS_EVALUATE_UNIT_H

#include "postings/evaluate_stem.h"

typedef struct {
    uint32_t passage;
    uint32_t stem;
} evaluate_place;

typedef struct {
    evaluate_stem **stems; /* those that are in the segment, by their numbers */
    uint32_t nstems;
    uint32_t number; /* tells it from others */
    uint64_t df;     /* of its stems together */
    int64_t limit;   /* it adds no more to a score; 0 where it does not score */
    bool is_must;    /* every match has it */

    uint32_t *merged; /* passages of many stems, ascending, POSTING_NONE behind them; else NULL */
    int64_t *weights; /* the largest in each */
    uint32_t nmerged;
    uint32_t at;
    bool is_rewound; /* its stems follow, for their positions */

    evaluate_place *heap; /* of several stems: by passage, the first on top */
    uint32_t *found;      /* its stems in passage found_at - 1 */
    uint32_t nfound;
    uint32_t found_at;

    /* Of the passage at hand. */
    uint32_t bounded; /* passage + 1 for which the weight is in the bound on its score */
    uint32_t summed;  /* passage + 1 for which the weight is in its score */
} evaluate_unit;

/* Make a cursor of stems, all at their first postings; those of several are its own.  NULL: memory
 * is out, which e tells. */
evaluate_unit *evaluate_unit_new(evaluation *e, evaluate_stem **stems, uint32_t nstems,
                                 uint32_t number);

uint32_t evaluate_unit_move(evaluate_unit *u, uint32_t target);

/* The first passage at target or behind it that has one of its stems; never backwards. */
static inline uint32_t
evaluate_unit_seek(evaluate_unit *u, uint32_t target)
{
    return u->nstems == 1 ? evaluate_stem_seek(u->stems[0], target) : evaluate_unit_move(u, target);
}

/* Which of its stems are in the passage where it stands: *n_out numbers of stems. */
const uint32_t *evaluate_unit_found(evaluate_unit *u, uint32_t number, uint32_t *n_out);

int64_t evaluate_unit_best(evaluate_unit *u, uint32_t number);

/* The largest weight of its stems in the passage where it stands. */
static inline int64_t
evaluate_unit_weight(evaluate_unit *u, uint32_t number)
{
    return u->nstems == 1 ? evaluate_stem_weight(u->stems[0]) : evaluate_unit_best(u, number);
}

#endif
