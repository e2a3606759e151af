/* SPDX-License-Identifier: GPL-3.0-or-later */
/* patched.c - numbers of which a few are large; patched.h says how they are packed. */
#include "postings/patched.h"

#include <assert.h>

#define MOST_PATCHES 15
#define MOST_BITS 15
#define INDEX_MASK ((UINT32_C(1) << PATCHED_INDEX_BITS) - 1)

static unsigned
width_of(uint32_t number)
{
    return number == 0 ? 0 : (unsigned)(32 - __builtin_clz(number));
}

static size_t
cost_of(size_t n, patched_shape shape, unsigned patch_cost)
{
    return 2 * patched_bytes(n, shape) + (size_t)shape.npatches * patch_cost;
}

patched_shape
patched_choose(const uint32_t *numbers, size_t n, unsigned patch_cost)
{
    const unsigned most = bitpack_width(numbers, n);
    patched_shape best = {.width = most};
    uint8_t counts[PATCHED_MAX_WIDTH + 1] = {0}; /* of numbers by their width */
    unsigned npatches = 0;

    assert(n <= PATCHED_MOST);
    if (n < PATCHED_FROM || most == 0)
        return best;
    for (size_t i = 0; i < n; i++)
        counts[width_of(numbers[i])]++;
    for (unsigned width = most; width-- > 0 && most - width <= MOST_BITS;) {
        npatches += counts[width + 1];
        if (npatches > MOST_PATCHES)
            break;

        const patched_shape shape = {width, npatches, most - width};

        if (cost_of(n, shape, patch_cost) < cost_of(n, best, patch_cost))
            best = shape;
    }
    return best;
}

void
patched_pack(const uint32_t *numbers, size_t n, patched_shape shape, uint8_t *out)
{
    uint32_t low[PATCHED_MOST];
    uint32_t patches[MOST_PATCHES];
    uint32_t npatches = 0;

    assert(n <= PATCHED_MOST);
    if (shape.npatches == 0) {
        bitpack_pack(numbers, n, shape.width, out);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t above = (uint32_t)((uint64_t)numbers[i] >> shape.width);

        low[i] = numbers[i] - (uint32_t)((uint64_t)above << shape.width);
        if (above > 0)
            patches[npatches++] = above << PATCHED_INDEX_BITS | i;
    }
    assert(npatches == shape.npatches);
    bitpack_pack(low, n, shape.width, out);
    bitpack_pack(patches, npatches, PATCHED_INDEX_BITS + shape.bits,
                 out + bitpack_bytes(n, shape.width));
}

void
patched_apply(const uint8_t *patches, patched_shape shape, uint32_t *out)
{
    const unsigned nbits = PATCHED_INDEX_BITS + shape.bits;
    const uint32_t mask = (UINT32_C(1) << shape.bits) - 1;
    const unsigned end = shape.npatches * nbits;

    for (unsigned bit = 0; bit < end; bit += nbits) {
        const uint32_t patch = (uint32_t)(load_u64(patches + bit / 8) >> (bit % 8));

        out[patch & INDEX_MASK] += (patch >> PATCHED_INDEX_BITS & mask) << shape.width;
    }
}
