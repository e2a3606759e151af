/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rounds.h - how often a test does what it does again and again with other numbers.
 * QUIRE_TEST_ROUNDS in the environment multiplies that: 3 for a longer run, 0.1 where each takes
 * long, under valgrind. */
#ifndef QUIRE_TESTS_UNIT_ROUNDS_H
#define QUIRE_TESTS_UNIT_ROUNDS_H

#include <stdlib.h>

/* n times the factor, at least 1. */
static inline unsigned
test_rounds(unsigned n)
{
    const char *text = getenv("QUIRE_TEST_ROUNDS");
    const double factor = text != NULL ? strtod(text, NULL) : 1;

    if (!(factor > 0 && factor < 1000))
        return n;
    return n * factor < 1 ? 1 : (unsigned)(n * factor);
}

#endif
