/* SPDX-License-Identifier: GPL-3.0-or-later */
/* naive_internal.h - what the naive searchers of passages and of articles share. */
#ifndef QUIRE_TESTS_REFERENCE_NAIVE_INTERNAL_H
#define QUIRE_TESTS_REFERENCE_NAIVE_INTERNAL_H

#include "naive.h"

/* Find out of all nodes whether they match in a passage, and where; does this one? */
bool naive_match(node *n, const naive_passage *p);

/* Going by what matched, find which nodes take part. */
void naive_find_takers(node *n);

/* Mark in hit->passage, which was matched last, what takes part. */
void naive_mark(const node *root, naive_hit *hit, arena *a);

/* Do the filters of options let it through? */
bool naive_passes(const naive_passage *p, const quire_search_options *options);

/* The order of results, hits of articles by any of their passages. */
int naive_compare_hits(const void *left, const void *right);

#endif
