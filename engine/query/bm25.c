/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bm25.c - the weight of a term in a passage.  Every store and every machine must get the same bits
 * out of it, so the operations and their order are those that bm25.h writes down, and no compiler
 * may fuse a multiplication and an addition into one rounding (gcc does not under -std=c17). */
#include "query/bm25.h"

#include <math.h>

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

#define FIXED_ONE 4294967296.0 /* 2^32 */

void
bm25_init(bm25 *m, double k1, double b, const bm25_collection *collection)
{
    m->k1 = k1;
    m->b = b;
    m->npassages = collection->npassages;
    m->mean_length = 1;
    if (collection->npassages > 0 && collection->total_length > 0)
        m->mean_length = (double)collection->total_length / (double)collection->npassages;
}

double
bm25_idf(const bm25 *m, uint64_t document_frequency)
{
    double n = (double)m->npassages;
    double df = (double)document_frequency;
    double tw = (n - df + 0.5) / (df + 0.5);

    if (tw < 2)
        tw = tw * 0.5 + 1;
    return log(tw);
}

int64_t
bm25_weight(const bm25 *m, double idf, uint32_t tf, uint32_t length)
{
    double normlen = (double)length / m->mean_length;
    double denom = m->k1 * (normlen * m->b + (1 - m->b)) + (double)tf;
    double weight = idf * ((m->k1 + 1) * ((double)tf / denom));

    return llrint(weight * FIXED_ONE);
}

double
bm25_score(int64_t fixed)
{
    return (double)fixed / FIXED_ONE;
}
