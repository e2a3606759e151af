/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bits.c - sets of numbers, a word at a time. */
#include "base/bits.h"

void
bits_set_range(uint64_t *bits, uint32_t first, uint32_t end)
{
    while (first < end) {
        const uint32_t from = first % 64;
        const uint32_t n = end - first < 64 - from ? end - first : 64 - from;

        bits[first / 64] |= (UINT64_MAX >> (64 - n)) << from;
        first += n;
    }
}

uint32_t
bits_find(const uint64_t *bits, uint32_t at, uint32_t end, bool is_set)
{
    while (at < end) {
        const uint64_t word = (is_set ? bits[at / 64] : ~bits[at / 64]) >> (at % 64);

        if (word != 0) {
            at += (uint32_t)__builtin_ctzll(word);
            return at < end ? at : end;
        }
        at += 64 - at % 64;
    }
    return end;
}
