/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_plan.h - a query tree with the lists of a segment in the place of words. */
#ifndef QUIRE_POSTINGS_EVALUATE_PLAN_H
#define QUIRE_POSTINGS_EVALUATE_PLAN_H

#include "postings/evaluate_leaf.h"
#include "query/intern.h"

typedef struct evaluate_node evaluate_node;

struct evaluate_node {
    query_role role;
    evaluate_leaf *leaf; /* NULL: a list */
    evaluate_node *children;
    uint32_t nchildren;
    bool has_required;
    bool has_optional;
    bool has_excluded;
    int64_t limit; /* it adds no more to a score */

    uint32_t tested; /* passage + 1 for which holds is known; of a list */
    bool holds;
};

typedef struct {
    intern_table keys;      /* stems; the tree's terms come first, in their order */
    evaluate_stem **stems;  /* by number; NULL: it is not in the segment */
    evaluate_leaf *leaves;  /* by clause, from 0 */
    evaluate_leaf **scored; /* those that may add to a score, the required ones first */
    uint32_t nscored;
    uint32_t npairs; /* lists of pairs, of all leaves */
    evaluate_node *root;
    evaluate_scratch scratch;
} evaluate_plan;

/* Make the plan for e->request->tree, which has a root; false where it failed. */
bool evaluate_plan_make(evaluation *e, evaluate_plan *plan);
void evaluate_plan_free(evaluate_plan *plan); /* a zeroed one is fine */

#endif
