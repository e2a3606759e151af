/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chance.h - one row of numbers that look random, for a test of which each run does the same. */
#ifndef QUIRE_TESTS_UNIT_CHANCE_H
#define QUIRE_TESTS_UNIT_CHANCE_H

#include "../reference/random.h"

static dice chance;

static inline uint32_t
random_number(void)
{
    return (uint32_t)dice_next(&chance);
}

/* 0 .. n - 1; n > 0. */
static inline uint32_t
random_below(uint32_t n)
{
    return (uint32_t)dice_below(&chance, n);
}

#endif
