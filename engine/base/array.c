/* SPDX-License-Identifier: GPL-3.0-or-later */
/* array.c - growing arrays, and zeroed ones. */
#include "base/array.h"
#include "base/large.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool
array_grow(void **array, size_t size, size_t *room, size_t element_bytes)
{
    if (size < *room)
        return true;

    size_t new_room = *room < 8 ? 8 : *room;
    while (new_room <= size) {
        if (new_room > SIZE_MAX / 2 / element_bytes)
            return false;
        new_room *= 2;
    }
    void *grown = realloc(*array, new_room * element_bytes);
    if (grown == NULL)
        return false;
    large_hint(grown, new_room * element_bytes);
    *array = grown;
    *room = new_room;
    return true;
}

/* Of malloc and memset compilers make calloc. */
void *
array_zeroed(size_t n, size_t element_bytes)
{
    void *const array = reallocarray(NULL, n, element_bytes);

    return array != NULL ? memset(array, 0, n * element_bytes) : NULL;
}
