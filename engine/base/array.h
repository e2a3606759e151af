/* SPDX-License-Identifier: GPL-3.0-or-later */
/* array.h - arrays of anything: growing by doubling, and zeroed ones. */
#ifndef QUIRE_BASE_ARRAY_H
#define QUIRE_BASE_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

/* Make room for one more element than size in the array *array of elements of element_bytes, whose
 * room is *room; false, and nothing changed, when memory is out.  For use through ARRAY_GROW. */
bool array_grow(void **array, size_t size, size_t *room, size_t element_bytes);

/* ARRAY_GROW(a->items, a->nitems, &a->items_room): true when a->items[a->nitems] may be written. */
#define ARRAY_GROW(array, size, room)                                                              \
    ((size) < *(room) || array_grow((void **)&(array), (size), (room), sizeof *(array)))

/* n elements of zeroes, for free(); NULL: memory is out.  They are written, where calloc leaves
 * that to the first who writes: of a page that is first read and then written, which is how a table
 * is used, the system has the processors of all threads forget what they know. */
void *array_zeroed(size_t n, size_t element_bytes);

#endif
