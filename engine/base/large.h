/* SPDX-License-Identifier: GPL-3.0-or-later */
/* large.h - memory of megabytes, in which places are asked for that lie anywhere. */
#ifndef QUIRE_BASE_LARGE_H
#define QUIRE_BASE_LARGE_H

#include <stddef.h>

#define LARGE_PAGE ((size_t)2 << 20) /* bytes, where there are such pages */

/* Ask for large pages for what was just allocated, or has just grown; nothing is done of less than
 * two of them.  The system may leave it. */
void large_hint(void *memory, size_t nbytes);

/* Memory for free(), as it comes: it begins with such a page where it is as large, else with a line
 * of the cache, so no struct of half a line spans two.  NULL when memory is out. */
void *large_alloc(size_t nbytes);

#endif
