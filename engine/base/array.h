/* SPDX-License-Identifier: GPL-3.0-or-later */
/* array.h - growing an array of anything by doubling. */
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

#endif
