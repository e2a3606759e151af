/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bitpack.h - arrays of small numbers, all in the same number of bits.
 *
 * Number i of width w stands in bits i*w .. i*w + w - 1 of the bytes, bit 0 being the lowest of
 * byte 0.  n numbers take bitpack_bytes(n, w) bytes, so short arrays cost no padding. */
#ifndef QUIRE_POSTINGS_BITPACK_H
#define QUIRE_POSTINGS_BITPACK_H

#include <stddef.h>
#include <stdint.h>

#include "postings/little_endian.h"

/* Readers may read, never use, this many bytes behind a packed array. Files end in as many. */
#define BITPACK_SLACK 32

static inline size_t
bitpack_bytes(size_t n, unsigned width)
{
    return (n * width + 7) / 8;
}

unsigned bitpack_width(const uint32_t *numbers, size_t n); /* bits of the largest, 0 to 32 */

/* out has room for bitpack_bytes(n, width); no number has more bits than width. */
void bitpack_pack(const uint32_t *numbers, size_t n, unsigned width, uint8_t *out);

/* Unpack n numbers, from number first on; may read BITPACK_SLACK bytes behind the array.  The
 * fastest way that the machine has is chosen at the first call; bitpack_unpack_portable is the one
 * that all have, and both give the same. */
void bitpack_unpack(const uint8_t *packed, size_t first, size_t n, unsigned width, uint32_t *out);
void bitpack_unpack_portable(const uint8_t *packed, size_t first, size_t n, unsigned width,
                             uint32_t *out);

/* Of numbers that were unpacked: each plus one; and the sums of each plus one and all before it,
 * on top of start: out[i] = start + (out[0] + 1) + ... + (out[i] + 1), modulo 2^32. */
void bitpack_add_one(uint32_t *out, size_t n);
void bitpack_add_up(uint32_t *out, size_t n, uint32_t start);

/* out[i] = numbers[0] + ... + numbers[i], modulo 2^32. */
void bitpack_sum_up(const uint32_t *numbers, size_t n, uint32_t *out);
void bitpack_sum_up_portable(const uint32_t *numbers, size_t n, uint32_t *out);

void bitpack_add_one_portable(uint32_t *out, size_t n);
void bitpack_add_up_portable(uint32_t *out, size_t n, uint32_t start);

/* Number i alone. */
static inline uint32_t
bitpack_get(const uint8_t *packed, size_t i, unsigned width)
{
    const uint64_t bit = (uint64_t)i * width;

    return (uint32_t)(load_u64(packed + bit / 8) >> (bit % 8) & (((uint64_t)1 << width) - 1));
}

#endif
