/* SPDX-License-Identifier: GPL-3.0-or-later */
/* need.h - giving up: a test that runs out of memory or cannot write its files has no result. */
#ifndef QUIRE_TESTS_REFERENCE_NEED_H
#define QUIRE_TESTS_REFERENCE_NEED_H

#include <stdio.h>
#include <stdlib.h>

/* End the program unless condition holds. */
#define NEED(condition) ((condition) ? (void)0 : need_failed(#condition, __FILE__, __LINE__))

_Noreturn static inline void
need_failed(const char *condition, const char *file, int line)
{
    printf("Bail out! %s:%d: %s\n", file, line, condition);
    fflush(stdout);
    exit(99);
}

#endif
