/* SPDX-License-Identifier: GPL-3.0-or-later */
/* intersect.c - which of some passages a block has: for each of them, from where the one before was
 * found, passages that are less are counted, many at a time. */
#include "postings/intersect.h"

#include <assert.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define HAS_AVX2 1
#endif

static_assert(POSTING_BLOCK % INTERSECT_STEP == 0, "a block is a whole number of steps");

uint32_t
intersect_portable(const uint32_t numbers[POSTING_BLOCK], uint8_t *places, uint32_t n,
                   const uint32_t decoded[POSTING_BLOCK], uint32_t found, uint8_t at[POSTING_BLOCK])
{
    uint32_t nkept = 0;

    for (uint32_t i = 0; i < n; i++) {
        const uint8_t place = places[i];

        found = intersect_find(decoded, found, numbers[place]);
        if (found == POSTING_BLOCK)
            break;
        at[place] = (uint8_t)found;
        places[nkept] = place;
        nkept += decoded[found] == numbers[place];
    }
    return nkept;
}

#ifdef HAS_AVX2

/* How many of eight are less; comparing is of signed numbers, so all have their first bit turned.
 */
__attribute__((target("avx2"), always_inline)) static inline unsigned
less_of_eight(const uint32_t *eight, __m256i turned_target)
{
    const __m256i first_bit = _mm256_set1_epi32(INT32_MIN);
    const __m256i v =
        _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(const void *)eight), first_bit);
    const __m256i less = _mm256_cmpgt_epi32(turned_target, v);

    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(less));
}

__attribute__((target("avx2,popcnt"))) static uint32_t
intersect_avx2(const uint32_t numbers[POSTING_BLOCK], uint8_t *places, uint32_t n,
               const uint32_t decoded[POSTING_BLOCK], uint32_t found, uint8_t at[POSTING_BLOCK])
{
    uint32_t base = found / INTERSECT_STEP * INTERSECT_STEP;
    uint32_t nkept = 0;

    for (uint32_t i = 0; i < n; i++) {
        const uint8_t place = places[i];
        const uint32_t number = numbers[place];
        const __m256i target = _mm256_set1_epi32((int32_t)(number ^ 0x80000000u));
        unsigned less = 0;

        while (decoded[base + INTERSECT_STEP - 1] < number) {
            base += INTERSECT_STEP;
            if (base == POSTING_BLOCK)
                return nkept;
        }
        less = less_of_eight(decoded + base, target) | less_of_eight(decoded + base + 8, target)
                                                           << 8;
        found = base + (unsigned)_mm_popcnt_u32(less);
        at[place] = (uint8_t)found;
        places[nkept] = place;
        nkept += decoded[found] == number;
    }
    return nkept;
}

#endif

uint32_t
intersect(const uint32_t numbers[POSTING_BLOCK], uint8_t *places, uint32_t n,
          const uint32_t decoded[POSTING_BLOCK], uint32_t found, uint8_t at[POSTING_BLOCK])
{
#ifdef HAS_AVX2
    if (found < POSTING_BLOCK && __builtin_cpu_supports("avx2"))
        return intersect_avx2(numbers, places, n, decoded, found, at);
#endif
    return intersect_portable(numbers, places, n, decoded, found, at);
}
