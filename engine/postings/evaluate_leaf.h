/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_leaf.h - a leaf of a query: does it stand in a passage?  First its stems are asked for,
 * the rarest first; positions are read only where that is not enough. */
#ifndef QUIRE_POSTINGS_EVALUATE_LEAF_H
#define QUIRE_POSTINGS_EVALUATE_LEAF_H

#include "postings/evaluate_stem.h"

/* A word of a leaf: its place in the leaf, its stem, and which surfaces of it will do. */
typedef struct {
    uint32_t offset;
    evaluate_stem *stem;
    const uint64_t *ranks; /* a bit set; NULL: all */
    uint32_t nranks;
} evaluate_leaf_word;

/* Memory for positions, shared by the leaves of a query. */
typedef struct {
    uint32_t *numbers;
    size_t room;
} evaluate_scratch;

typedef struct {
    evaluate_stem **stems; /* distinct, and the pairs of them for which there are lists; the rarest
                              first */
    uint32_t nstems;
    evaluate_leaf_word *words; /* those of the rarest stems first */
    uint32_t nwords;
    bool is_nowhere;      /* a word of it is not in the segment */
    bool needs_positions; /* it is not enough that all stems are there */
    int64_t limit;        /* it adds no more to a score; 0 where it is excluded */
    evaluate_scratch *scratch;

    uint32_t tested; /* passage + 1 for which holds is known */
    bool holds;
} evaluate_leaf;

/* Order words and stems by their lists, once all are there; the stems beside those of words, nstems
 * so far, stay. */
void evaluate_leaf_order(evaluate_leaf *leaf);

/* Are all its stems in a passage? Their cursors move there, never beyond. */
bool evaluate_leaf_has_stems(const evaluate_leaf *leaf, uint32_t number);

/* Does it stand in a passage? */
bool evaluate_leaf_holds(evaluate_leaf *leaf, uint32_t number);

#endif
