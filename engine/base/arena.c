/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.c - a list of chunks; small wishes are cut from the newest, large ones get their own. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)16384)
#define ALIGNMENT (_Alignof(max_align_t))

typedef struct chunk chunk;

struct chunk {
    chunk *next;
    size_t size; /* bytes handed out */
    size_t room;
    max_align_t bytes[];
};

struct arena {
    chunk *chunks; /* the one to cut from comes first */
    size_t bytes;
};

arena *
arena_new(void)
{
    return calloc(1, sizeof(arena));
}

void
arena_free(arena *a)
{
    if (a == NULL)
        return;
    for (chunk *c = a->chunks; c != NULL;) {
        chunk *next = c->next;
        free(c);
        c = next;
    }
    free(a);
}

size_t
arena_bytes(const arena *a)
{
    return a->bytes;
}

/* A chunk of at least room bytes, put where the arena cuts from, or behind that when it is to be
 * filled by one wish. */
static chunk *
add_chunk(arena *a, size_t room, bool filled)
{
    chunk *c = malloc(sizeof *c + room);
    if (c == NULL)
        return NULL;
    *c = (chunk){.room = room};
    a->bytes += sizeof *c + room;
    if (filled && a->chunks != NULL) {
        c->next = a->chunks->next;
        a->chunks->next = c;
    } else {
        c->next = a->chunks;
        a->chunks = c;
    }
    return c;
}

/* Memory with anything in it: most of a chunk is never handed out, so it is zeroed when it is. */
static void *
take(arena *a, size_t nbytes)
{
    if (nbytes > SIZE_MAX / 2)
        return NULL;
    size_t rounded = (nbytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

    chunk *c = a->chunks;
    if (c == NULL || c->room - c->size < rounded) {
        bool is_large = rounded > CHUNK_BYTES / 4;
        c = add_chunk(a, is_large ? rounded : CHUNK_BYTES, is_large);
        if (c == NULL)
            return NULL;
    }
    void *bytes = (char *)c->bytes + c->size;
    c->size += rounded;
    return bytes;
}

void *
arena_alloc(arena *a, size_t nbytes)
{
    void *bytes = take(a, nbytes);
    if (bytes != NULL)
        memset(bytes, 0, nbytes);
    return bytes;
}

void *
arena_raw(arena *a, size_t nbytes)
{
    return take(a, nbytes);
}

void *
arena_array(arena *a, size_t count, size_t element_bytes)
{
    size_t nbytes;
    if (__builtin_mul_overflow(count, element_bytes, &nbytes))
        return NULL;
    return arena_alloc(a, nbytes);
}

char *
arena_copy(arena *a, const char *bytes, size_t nbytes)
{
    if (nbytes == SIZE_MAX)
        return NULL;
    char *copy = take(a, nbytes + 1);
    if (copy == NULL)
        return NULL;
    if (nbytes > 0)
        memcpy(copy, bytes, nbytes);
    copy[nbytes] = '\0';
    return copy;
}

char *
arena_printf(arena *a, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (wanted < 0)
        return NULL;

    char *bytes = take(a, (size_t)wanted + 1);
    if (bytes != NULL) {
        va_start(arguments, format);
        vsnprintf(bytes, (size_t)wanted + 1, format, arguments);
        va_end(arguments);
    }
    return bytes;
}
