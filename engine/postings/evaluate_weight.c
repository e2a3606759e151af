/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_weight.c - weights of many postings.
 *
 * The operations on doubles are those of bm25_weight in their order; all that is left out is what
 * was worked out before, so the bits are the same.  No compiler may fuse a multiplication and an
 * addition into one rounding here either. */
#include "postings/evaluate_weight.h"

#include <stdbool.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define HAS_AVX2 1
#endif

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

void
evaluate_weights_init(evaluate_weights *w, const bm25 *model, const uint8_t *lengths)
{
    w->model = model;
    w->lengths = lengths;
    w->factor = model->k1 + 1;
    for (uint32_t length = 0; length < EVALUATE_LENGTHS; length++) {
        double normlen = (double)length / model->mean_length;

        w->norms[length] = model->k1 * (normlen * model->b + (1 - model->b));
    }
}

void
evaluate_weigh_portable(const evaluate_weights *w, double idf, const uint32_t *passages,
                        const uint32_t *frequencies, size_t n, int64_t *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = evaluate_weight(w, idf, frequencies[i], evaluate_weights_length(w, passages[i]));
}

#ifdef HAS_AVX2

/* Four at a time, as long as no passage is too long and no weight too large. */
__attribute__((target("avx2"))) static void
weigh_avx2(const evaluate_weights *w, double idf, const uint32_t *passages,
           const uint32_t *frequencies, size_t n, int64_t *out)
{
    const __m256d factor = _mm256_set1_pd(w->factor);
    const __m256d idfs = _mm256_set1_pd(idf);
    const __m256d one = _mm256_set1_pd(4294967296.0);
    const __m256d rounder = _mm256_set1_pd(3 * EVALUATE_ROUNDED);
    const __m256i mask = _mm256_set1_epi64x((INT64_C(1) << 51) - 1);
    size_t i = 0;

    for (; i + 4 <= n; i += 4) {
        const uint32_t a = evaluate_weights_length(w, passages[i]);
        const uint32_t b = evaluate_weights_length(w, passages[i + 1]);
        const uint32_t c = evaluate_weights_length(w, passages[i + 2]);
        const uint32_t d = evaluate_weights_length(w, passages[i + 3]);
        __m256d frequency =
            _mm256_cvtepi32_pd(_mm_loadu_si128((const __m128i *)(const void *)(frequencies + i)));
        __m256d weight;

        if ((a | b | c | d) >= EVALUATE_LENGTHS) {
            evaluate_weigh_portable(w, idf, passages + i, frequencies + i, 4, out + i);
            continue;
        }
        weight = _mm256_add_pd(_mm256_set_pd(w->norms[d], w->norms[c], w->norms[b], w->norms[a]),
                               frequency);
        weight = _mm256_mul_pd(factor, _mm256_div_pd(frequency, weight));
        weight = _mm256_mul_pd(_mm256_mul_pd(idfs, weight), one);
        weight = _mm256_add_pd(weight, rounder);
        _mm256_storeu_si256((__m256i *)(void *)(out + i),
                            _mm256_and_si256(_mm256_castpd_si256(weight), mask));
    }
    evaluate_weigh_portable(w, idf, passages + i, frequencies + i, n - i, out + i);
}

/* Frequencies come as signed numbers; those of a block never have 31 bits where all of them
 * together are fewer than that, which damaged lists need not heed. */
static bool
fits_avx2(const evaluate_weights *w, double idf, const uint32_t *frequencies, size_t n)
{
    uint32_t all = 0;

    for (size_t i = 0; i < n; i++)
        all |= frequencies[i];
    return all <= INT32_MAX && idf * w->factor * 4294967296.0 < EVALUATE_ROUNDED / 2 &&
           __builtin_cpu_supports("avx2");
}

#endif

void
evaluate_weigh(const evaluate_weights *w, double idf, const uint32_t *passages,
               const uint32_t *frequencies, size_t n, int64_t *out)
{
#ifdef HAS_AVX2
    if (n >= 4 && fits_avx2(w, idf, frequencies, n)) {
        weigh_avx2(w, idf, passages, frequencies, n, out);
        return;
    }
#endif
    evaluate_weigh_portable(w, idf, passages, frequencies, n, out);
}
