/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.h - memory that is freed all at once: query trees, results, tables of names. */
#ifndef QUIRE_BASE_ARENA_H
#define QUIRE_BASE_ARENA_H

#include <stddef.h>

typedef struct arena arena;

arena *arena_new(void);             /* NULL when memory is out */
void arena_free(arena *a);          /* everything in it; NULL is fine */
size_t arena_bytes(const arena *a); /* held from the system */

/* Each returns NULL when memory is out.  Memory is aligned for any type and zeroed. */
void *arena_alloc(arena *a, size_t nbytes);
void *arena_array(arena *a, size_t count, size_t element_bytes); /* checks the product */
void *arena_raw(arena *a,
                size_t nbytes); /* not zeroed: for much that is written before it is read */
char *arena_copy(arena *a, const char *bytes, size_t nbytes); /* and a NUL */
char *arena_printf(arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
