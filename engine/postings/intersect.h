/* SPDX-License-Identifier: GPL-3.0-or-later */
/* intersect.h - which of some passages a decoded block of a posting list has. */
#ifndef QUIRE_POSTINGS_INTERSECT_H
#define QUIRE_POSTINGS_INTERSECT_H

#include "postings/posting_list.h"

#define INTERSECT_STEP 16

/* The first of a block's passages, from at on, that is not less than target; POSTING_BLOCK where
 * none is.  Where the block is short, POSTING_NONE fills it up. */
static inline uint32_t
intersect_find(const uint32_t decoded[POSTING_BLOCK], uint32_t at, uint32_t target)
{
    uint32_t base = at / INTERSECT_STEP * INTERSECT_STEP;
    uint32_t nless = 0;

    while (base + INTERSECT_STEP <= POSTING_BLOCK && decoded[base + INTERSECT_STEP - 1] < target)
        base += INTERSECT_STEP;
    if (base + INTERSECT_STEP > POSTING_BLOCK)
        return POSTING_BLOCK;
    /* No branch tells where among them it is. */
    for (uint32_t i = 0; i < INTERSECT_STEP; i++)
        nless += decoded[base + i] < target;
    return base + nless;
}

/* Of the passages numbers[places[0]], numbers[places[1]], ... (places ascend, n of them), keep the
 * places of those that the block has, and note where it has them: at[place].  The block is looked
 * at from its posting found on.  Returns how many are kept.  The fastest way that the machine has
 * is chosen; the portable one gives the same. */
uint32_t intersect(const uint32_t numbers[POSTING_BLOCK], uint8_t *places, uint32_t n,
                   const uint32_t decoded[POSTING_BLOCK], uint32_t found,
                   uint8_t at[POSTING_BLOCK]);
uint32_t intersect_portable(const uint32_t numbers[POSTING_BLOCK], uint8_t *places, uint32_t n,
                            const uint32_t decoded[POSTING_BLOCK], uint32_t found,
                            uint8_t at[POSTING_BLOCK]);

#endif
