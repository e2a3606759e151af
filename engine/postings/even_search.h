/* SPDX-License-Identifier: GPL-3.0-or-later */
/* even_search.h - finding a number in a long row of numbers that grow about evenly, by looking at
 * few of them: each that is looked at is in a place of memory of its own, which is what it costs.
 */
#ifndef QUIRE_POSTINGS_EVEN_SEARCH_H
#define QUIRE_POSTINGS_EVEN_SEARCH_H

#include <stdint.h>

#define EVEN_SEARCH_GUESSES 3

/* Number i of the row. */
typedef uint64_t even_search_number(void *closure, uint32_t i);

/* A number nearer to where wanted is, given that number at is found there. */
static inline uint32_t
even_search_correct(uint32_t at, uint32_t n, uint64_t end, uint64_t found, uint64_t wanted)
{
    const uint64_t distance = found < wanted ? wanted - found : found - wanted;
    const uint64_t step = distance < end ? distance * n / end : n;

    if (found < wanted)
        return step < n - 1 - at ? at + (uint32_t)step : n - 1;
    return step < at ? at - (uint32_t)step : 0;
}

/* The place of the last of n numbers that is not above wanted, 0 where there is none.  They ascend
 * to end, which is not 0; all are below 2^32.  n is not 0.  Whatever the numbers are, the place is
 * one of them. */
static inline __attribute__((always_inline)) uint32_t
even_search(uint32_t n, uint64_t end, uint64_t wanted, even_search_number *number, void *closure)
{
    uint32_t at = wanted < end ? (uint32_t)(wanted * n / end) : n - 1;
    uint64_t found = number(closure, at);
    uint32_t low = 0;  /* not above, or there is none */
    uint32_t high = n; /* above, or the end */
    uint64_t step = 1;

    for (unsigned i = 0; i < EVEN_SEARCH_GUESSES; i++) {
        const uint32_t next = even_search_correct(at, n, end, found, wanted);

        if (next == at)
            break;
        at = next;
        found = number(closure, at);
    }
    /* From there by growing steps, then halving the last one. */
    if (found <= wanted) {
        for (low = at; step < n - at && number(closure, at + (uint32_t)step) <= wanted; step *= 2)
            low = at + (uint32_t)step;
        high = step < n - at ? at + (uint32_t)step : n;
    } else {
        for (high = at; step <= at && number(closure, at - (uint32_t)step) > wanted; step *= 2)
            high = at - (uint32_t)step;
        low = step <= at ? at - (uint32_t)step : 0;
    }
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;

        if (number(closure, middle) <= wanted)
            low = middle;
        else
            high = middle;
    }
    return low;
}

#endif
