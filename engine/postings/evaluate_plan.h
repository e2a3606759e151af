/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_plan.h - a query tree with the lists of a segment in the place of words.
 *
 * Where the text decides, a node says that a passage may match; so below an exclusion what takes
 * the text to decide is said not to be there: it must not keep a passage out. */
#ifndef QUIRE_POSTINGS_EVALUATE_PLAN_H
#define QUIRE_POSTINGS_EVALUATE_PLAN_H

#include "postings/evaluate_leaf.h"
#include "query/intern.h"

typedef struct evaluate_node evaluate_node;

/* The alternatives of a list: where each may be, so that thousands cost a passage little but for
 * those that it may have. */
typedef struct {
    evaluate_node **nodes;
    uint32_t n;
    uint32_t *next;          /* by alternative: it holds in no passage before that one */
    evaluate_node **present; /* those that may hold in passage present_at - 1 */
    uint32_t npresent;
    uint32_t present_at;
} evaluate_alternatives;

struct evaluate_node {
    query_role role;     /* of a window's sides: required */
    evaluate_leaf *leaf; /* NULL: a list or a window */
    evaluate_node *children;
    uint32_t nchildren;
    bool has_required;
    bool has_optional;
    bool has_excluded;
    bool is_nowhere;             /* it holds in no passage */
    int64_t limit;               /* it adds no more to a score */
    evaluate_alternatives *many; /* its optional children, where they are many; else NULL */

    uint32_t tested; /* passage + 1 for which holds is known; of a list */
    bool holds;
};

typedef struct {
    intern_table keys;       /* stems; the tree's terms come first, in their order */
    evaluate_unit **singles; /* by number of a stem: the unit that is it alone, where one is asked
                                for and it is in the segment */
    evaluate_unit **units;   /* by tree->units; NULL: none of it is in the segment */
    evaluate_leaf *leaves;   /* by clause, from 0 */
    evaluate_leaf **scored;  /* those that may add to a score, the required ones first */
    uint32_t nscored;
    uint32_t nall; /* units, of all leaves */
    evaluate_node *root;
    evaluate_scratch scratch;
} evaluate_plan;

/* Make the plan for e->request->tree, whose root is taken to be this; false where it failed. */
bool evaluate_plan_make(evaluation *e, const query_node *root, evaluate_plan *plan);
void evaluate_plan_free(evaluate_plan *plan); /* a zeroed one is fine */

#endif
