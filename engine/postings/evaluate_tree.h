/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_tree.h - the best passages for any query tree. */
#ifndef QUIRE_POSTINGS_EVALUATE_TREE_H
#define QUIRE_POSTINGS_EVALUATE_TREE_H

#include "postings/evaluate_plan.h"

/* Put the best passages into e->top; returns how many match, where they are to be counted. */
uint64_t evaluate_tree(evaluation *e, evaluate_plan *plan);

#endif
