/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_leaf.h - a leaf of a query: does it stand in a passage?  First its stems are asked for,
 * the rarest first; positions are read only where that is not enough.
 *
 * Of leaves that take the text to decide (slop, gaps, case, titles) it is told whether they may
 * stand there. */
#ifndef QUIRE_POSTINGS_EVALUATE_LEAF_H
#define QUIRE_POSTINGS_EVALUATE_LEAF_H

#include "postings/evaluate_unit.h"

/* Which surfaces of a stem will do. */
typedef struct {
    bool is_all;
    const uint64_t *set; /* a bit for each of nranks */
    uint32_t nranks;
} evaluate_ranks;

/* A slot of a leaf that is no gap: its place, its stems, and which surfaces of them will do. */
typedef struct {
    uint32_t offset;
    evaluate_unit *unit;
    const evaluate_ranks *ranks; /* by stem of the unit; NULL: all of all */
} evaluate_slot;

/* Memory for positions, shared by the leaves of a query. */
typedef struct {
    uint32_t *numbers;
    size_t room;
} evaluate_scratch;

typedef struct {
    evaluate_unit **units; /* distinct, and pairs of stems for which there are lists; the rarest
                              first */
    uint32_t nunits;
    evaluate_slot *slots; /* those of the rarest units first */
    uint32_t nslots;
    bool is_nowhere;          /* a slot has no word in the segment */
    bool needs_positions;     /* it is not enough that all units are there */
    bool has_alternatives;    /* a slot has several stems */
    bool is_exact;            /* it takes no text to decide */
    bool in_title;            /* it stands in headlines only */
    uint32_t width;           /* offset of its last slot */
    uint32_t end;             /* in the passage at hand its positions are below this */
    const uint64_t *passages; /* of a field: a bit a passage */
    int64_t limit;            /* it adds no more to a score; 0 where it is excluded */
    evaluate_scratch *scratch;

    uint32_t tested; /* passage + 1 for which holds is known */
    bool holds;
} evaluate_leaf;

/* Order slots and units by their lists, once all are there; the units beside those of slots, nunits
 * so far, stay. */
void evaluate_leaf_order(evaluate_leaf *leaf);

/* Are all its units in a passage? Their cursors move there, never beyond. */
bool evaluate_leaf_has_units(const evaluate_leaf *leaf, uint32_t number);

/* Does it stand in a passage? */
bool evaluate_leaf_holds(evaluate_leaf *leaf, uint32_t number);

#endif
