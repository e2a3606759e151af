/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random.h - numbers that look random and are the same for the same seed on every machine
 * (splitmix64). */
#ifndef QUIRE_TESTS_REFERENCE_RANDOM_H
#define QUIRE_TESTS_REFERENCE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t state;
} dice;

static inline uint64_t
dice_next(dice *d)
{
    uint64_t z = (d->state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 0 .. n - 1; n > 0.  The slight preference for low numbers does not matter here. */
static inline size_t
dice_below(dice *d, size_t n)
{
    return (size_t)(dice_next(d) % n);
}

/* low .. high, both included. */
static inline size_t
dice_between(dice *d, size_t low, size_t high)
{
    return low + dice_below(d, high - low + 1);
}

static inline bool
dice_chance(dice *d, unsigned percent)
{
    return dice_below(d, 100) < percent;
}

/* One of the strings of a table that ends in NULL. */
static inline const char *
dice_pick(dice *d, const char *const *table)
{
    size_t n = 0;

    while (table[n] != NULL)
        n++;
    return table[dice_below(d, n)];
}

#endif
