/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_top.h - the best passages so far, and what a score must beat to be among them. */
#ifndef QUIRE_POSTINGS_EVALUATE_TOP_H
#define QUIRE_POSTINGS_EVALUATE_TOP_H

#include "postings/evaluate.h"

/* A heap in the caller's array, the worst hit first: of equal scores the higher passage. */
typedef struct {
    evaluate_hit *hits;
    uint32_t nhits;
    uint32_t max_hits;
    int64_t threshold; /* a score that is not above it does not enter */
} evaluate_top;

void evaluate_top_init(evaluate_top *top, evaluate_hit *hits, uint32_t max_hits);

/* At least max_hits passages are known to have this score or a higher one. */
void evaluate_top_expect(evaluate_top *top, int64_t score);

/* Passage number; they come in ascending order, so that of equal scores the first stays. */
void evaluate_top_add(evaluate_top *top, uint32_t number, int64_t score);

/* The same in any order: of equal scores the lowest number stays.  Did it enter? */
bool evaluate_top_add_any(evaluate_top *top, uint32_t number, int64_t score);

/* The best first; the heap is then no more. */
void evaluate_top_sort(evaluate_top *top);

#endif
