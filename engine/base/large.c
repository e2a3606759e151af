/* SPDX-License-Identifier: GPL-3.0-or-later */
/* large.c - large pages are touched for the first time, and found in the processor's tables, once
 * where small ones are 512 times. */
#include "base/large.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define CACHE_LINE 64

void
large_hint(void *memory, size_t nbytes)
{
    const uintptr_t begin = ((uintptr_t)memory + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
    const uintptr_t end = ((uintptr_t)memory + nbytes) / LARGE_PAGE * LARGE_PAGE;

    if (nbytes >= 2 * LARGE_PAGE && begin < end)
        (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}

void *
large_alloc(size_t nbytes)
{
    const size_t unit = nbytes < LARGE_PAGE ? CACHE_LINE : LARGE_PAGE;
    const size_t whole = (nbytes + unit - 1) / unit * unit;
    void *memory = whole >= nbytes ? aligned_alloc(unit, whole) : NULL;

    if (memory != NULL)
        large_hint(memory, nbytes);
    return memory;
}
