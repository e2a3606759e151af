/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_weight.h - weights of many postings: bm25_weight's own, to the last bit, with what
 * depends on the length alone worked out once for a query. */
#ifndef QUIRE_POSTINGS_EVALUATE_WEIGHT_H
#define QUIRE_POSTINGS_EVALUATE_WEIGHT_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "query/bm25.h"

#define EVALUATE_LENGTHS 256 /* lengths 0 .. EVALUATE_LENGTHS - 1 have a norm */

typedef struct {
    const bm25 *model;
    const uint8_t *lengths;         /* of passages, u16 little-endian each */
    double factor;                  /* k1 + 1 */
    double norms[EVALUATE_LENGTHS]; /* by length: what is added to the frequency */
} evaluate_weights;

void evaluate_weights_init(evaluate_weights *w, const bm25 *model, const uint8_t *lengths);

/* segment_length, in line. */
static inline uint32_t
evaluate_weights_length(const evaluate_weights *w, uint32_t number)
{
    uint16_t length = 0;

    memcpy(&length, w->lengths + 2 * (size_t)number, sizeof length);
    return le16toh(length);
}

/* Weights below this, in units of 2^-32, are rounded by adding a number whose last bit is worth 1,
 * which is what llrint does. */
#define EVALUATE_ROUNDED 2251799813685248.0 /* 2^51 */

/* What a weight is the idf's multiple of, but for k1 + 1; length < EVALUATE_LENGTHS. */
static inline double
evaluate_weight_part(const evaluate_weights *w, uint32_t frequency, uint32_t length)
{
    return (double)frequency / (w->norms[length] + (double)frequency);
}

/* The weight of such a part, rounded, which grows with it; -1 where it is too large for that. */
static inline int64_t
evaluate_weight_of(const evaluate_weights *w, double idf, double part)
{
    double weight = idf * (w->factor * part) * 4294967296.0;
    int64_t bits = 0;

    if (!(weight < EVALUATE_ROUNDED - 1))
        return -1;
    weight += 3 * EVALUATE_ROUNDED;
    memcpy(&bits, &weight, sizeof bits);
    return bits & ((INT64_C(1) << 51) - 1);
}

/* bm25_weight. */
static inline int64_t
evaluate_weight(const evaluate_weights *w, double idf, uint32_t frequency, uint32_t length)
{
    int64_t weight = -1;

    if (length < EVALUATE_LENGTHS)
        weight = evaluate_weight_of(w, idf, evaluate_weight_part(w, frequency, length));
    return weight >= 0 ? weight : bm25_weight(w->model, idf, frequency, length);
}

/* The weights of n postings.  The fastest way that the machine has is chosen at the first call;
 * the portable one gives the same. */
void evaluate_weigh(const evaluate_weights *w, double idf, const uint32_t *passages,
                    const uint32_t *frequencies, size_t n, int64_t *out);
void evaluate_weigh_portable(const evaluate_weights *w, double idf, const uint32_t *passages,
                             const uint32_t *frequencies, size_t n, int64_t *out);

#endif
