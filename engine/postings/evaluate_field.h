/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_field.h - what a query says of articles, as sets of passages. */
#ifndef QUIRE_POSTINGS_EVALUATE_FIELD_H
#define QUIRE_POSTINGS_EVALUATE_FIELD_H

#include "postings/evaluate_stem.h"

/* A bit a passage: those of the articles of a field.  NULL: memory is out, which e tells. */
uint64_t *evaluate_field_passages(evaluation *e, const query_node *field);

/* The first passage at target or behind it whose bit is set; POSTING_NONE: there is none before
 * end. */
uint32_t evaluate_field_next(const uint64_t *passages, uint32_t end, uint32_t target);

/* Narrow e's passages by the fields that the root requires or excludes.  The root without them,
 * where that is one node that it requires, else the root.  NULL: memory is out. */
const query_node *evaluate_field_narrow(evaluation *e, const query_node *root);

/* What evaluate_field_narrow returns where it does not fail. */
const query_node *evaluate_field_rest(const query_node *root);

#endif
