/* SPDX-License-Identifier: GPL-3.0-or-later */
/* patched.h - a block's numbers, most of which are small, in as few bits as most of them need.
 *
 * Up to PATCHED_MOST numbers are bit-packed by their lowest bits, and those that have more get the
 * others by patches: packed in their turn, each the number's index in PATCHED_INDEX_BITS bits and
 * above it what goes on top.  So a few large numbers do not make all the others wide: gaps and
 * frequencies of a posting list take a sixth less (this is PFOR, whose vectors are unpacked like
 * any other).  Fewer than PATCHED_FROM numbers never have patches. */
#ifndef QUIRE_POSTINGS_PATCHED_H
#define QUIRE_POSTINGS_PATCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "postings/bitpack.h"

#define PATCHED_MOST 128
#define PATCHED_INDEX_BITS 7
#define PATCHED_FROM 16
#define PATCHED_MAX_WIDTH 32

/* How so many numbers are packed. */
typedef struct {
    unsigned width;    /* of the lowest bits */
    unsigned npatches; /* up to 15 */
    unsigned bits;     /* of a patch, without its index, up to 15 */
} patched_shape;

/* The patches' part of a shape as a byte. */
static inline uint8_t
patched_byte(patched_shape shape)
{
    return (uint8_t)(shape.bits << 4 | shape.npatches);
}

static inline patched_shape
patched_of_byte(unsigned width, uint8_t byte)
{
    return (patched_shape){width, byte & 15, byte >> 4};
}

/* What n numbers, each plus one, cannot exceed in sum, even where patches are of one number. */
static inline uint64_t
patched_most_sum(uint64_t n, patched_shape shape)
{
    return (n << shape.width) + ((uint64_t)shape.npatches << (shape.width + shape.bits));
}

/* Whether a shape that was read may be unpacked. */
static inline bool
patched_makes_sense(patched_shape shape)
{
    return shape.width + shape.bits <= PATCHED_MAX_WIDTH && (shape.npatches == 0 || shape.bits > 0);
}

static inline size_t
patched_patch_bytes(patched_shape shape)
{
    return bitpack_bytes(shape.npatches, PATCHED_INDEX_BITS + shape.bits);
}

static inline size_t
patched_bytes(size_t n, patched_shape shape)
{
    return bitpack_bytes(n, shape.width) + patched_patch_bytes(shape);
}

/* The shape in which these take the fewest bytes, where a patch, which takes time when it is read,
 * counts for patch_cost halves of a byte more than it takes. */
patched_shape patched_choose(const uint32_t *numbers, size_t n, unsigned patch_cost);

/* out has room for patched_bytes; the shape is what was chosen for them. */
void patched_pack(const uint32_t *numbers, size_t n, patched_shape shape, uint8_t *out);

/* Put what the patches say on top of numbers that were unpacked: out has room for PATCHED_MOST. */
void patched_apply(const uint8_t *patches, patched_shape shape, uint32_t *out);

/* Unpack; out has room for n numbers, and where there are patches for PATCHED_MOST; the shape makes
 * sense.  May read BITPACK_SLACK bytes behind. */
static inline void
patched_unpack(const uint8_t *packed, size_t n, patched_shape shape, uint32_t *out)
{
    bitpack_unpack(packed, 0, n, shape.width, out);
    if (shape.npatches > 0)
        patched_apply(packed + bitpack_bytes(n, shape.width), shape, out);
}

/* The same, and each plus one. */
static inline void
patched_unpack_plus_one(const uint8_t *packed, size_t n, patched_shape shape, uint32_t *out)
{
    bitpack_unpack(packed, 0, n, shape.width, out);
    bitpack_add_one(out, n);
    if (shape.npatches > 0)
        patched_apply(packed + bitpack_bytes(n, shape.width), shape, out);
}

#endif
