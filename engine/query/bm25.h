/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bm25.h - BM25 in fixed point, as every store computes it.
 *
 * The formula is that of Xapian 1.4's BM25Weight with (k1, 0, 0, b, min_normlen 0), which is
 * Robertson and Sparck Jones's with an idf that never is negative.  In doubles, in this order:
 *
 *   tw      = (N - df + 0.5) / (df + 0.5);   where tw < 2:  tw = tw * 0.5 + 1
 *   idf     = log(tw)
 *   normlen = length / (total_length / N)
 *   denom   = k1 * (normlen * b + (1 - b)) + tf
 *   weight  = idf * ((k1 + 1) * (tf / denom))
 *
 * A weight is rounded to a multiple of 2^-32; a passage's score is the sum of its distinct terms'
 * rounded weights, an integer, so that it does not depend on their order. */
#ifndef QUIRE_QUERY_BM25_H
#define QUIRE_QUERY_BM25_H

#include <stdint.h>

#define BM25_DEFAULT_K1 1.2
#define BM25_DEFAULT_B 0.75

/* Of the passages that are searched. */
typedef struct {
    uint64_t npassages;    /* N */
    uint64_t total_length; /* words */
} bm25_collection;

typedef struct {
    double k1;
    double b;
    double mean_length; /* words a passage; 1 where there are none */
    uint64_t npassages;
} bm25;

void bm25_init(bm25 *m, double k1, double b, const bm25_collection *collection);

double bm25_idf(const bm25 *m, uint64_t document_frequency);

/* Weight of a term that occurs tf > 0 times in a passage of length words, in units of 2^-32. */
int64_t bm25_weight(const bm25 *m, double idf, uint32_t tf, uint32_t length);

/* A score in units of 2^-32 as the number that people see. */
double bm25_score(int64_t fixed);

#endif
