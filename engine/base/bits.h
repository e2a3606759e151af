/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bits.h - sets of small numbers: number n is bit n % 64 of word n / 64. */
#ifndef QUIRE_BASE_BITS_H
#define QUIRE_BASE_BITS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool
bits_is_set(const uint64_t *bits, uint32_t at)
{
    return (bits[at / 64] >> at % 64 & 1) != 0;
}

/* Put first up to end into the set. */
void bits_set_range(uint64_t *bits, uint32_t first, uint32_t end);

/* The first number from at on, below end, that is in the set (or, with is_set false, is not); end
 * where there is none. */
uint32_t bits_find(const uint64_t *bits, uint32_t at, uint32_t end, bool is_set);

#endif
