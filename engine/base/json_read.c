/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_read.c - reading JSON by jansson, also where memory ends.
 *
 * Jansson does not look whether the text of a token could be kept: where there is no memory for it
 * to grow, it goes on with a part of it, and writes behind the end of the string that it makes of
 * that.  So it is left at once, from within what gives it memory, and all is freed that it was
 * given: blocks are noted in a table of their addresses while a text is read. */
#include "base/json_read.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define LEAST_SLOTS 64

typedef struct {
    jmp_buf out;
    void **slots;  /* NULL is free */
    size_t nslots; /* a power of two, more than twice nblocks */
    size_t nblocks;
    bool is_out; /* memory is */
} reading;

static _Thread_local reading *current;

/* What gave memory before, and still does. */
static json_malloc_t get_memory;
static json_free_t free_memory;

static size_t
home_of(const reading *r, const void *block)
{
    return (size_t)((uint64_t)(uintptr_t)block * UINT64_C(0x9E3779B97F4A7C15) >> 20) &
           (r->nslots - 1);
}

static void
put(reading *r, void *block)
{
    size_t i = home_of(r, block);

    while (r->slots[i] != NULL)
        i = (i + 1) & (r->nslots - 1);
    r->slots[i] = block;
}

static bool
make_room(reading *r)
{
    reading grown = {.nslots = r->nslots > 0 ? r->nslots * 2 : LEAST_SLOTS};

    if (r->nblocks * 2 < r->nslots)
        return true;
    grown.slots = calloc(grown.nslots, sizeof *grown.slots);
    if (grown.slots == NULL)
        return false;
    for (size_t i = 0; i < r->nslots; i++)
        if (r->slots[i] != NULL)
            put(&grown, r->slots[i]);
    free(r->slots);
    r->slots = grown.slots;
    r->nslots = grown.nslots;
    return true;
}

/* Forget a block; those behind it that could not stand where they belong move up. */
static void
forget(reading *r, const void *block)
{
    size_t i = r->nslots > 0 ? home_of(r, block) : 0;

    while (r->nslots > 0 && r->slots[i] != NULL && r->slots[i] != block)
        i = (i + 1) & (r->nslots - 1);
    if (r->nslots == 0 || r->slots[i] == NULL)
        return;
    r->nblocks--;
    r->slots[i] = NULL;
    for (size_t j = (i + 1) & (r->nslots - 1); r->slots[j] != NULL; j = (j + 1) & (r->nslots - 1)) {
        void *const moved = r->slots[j];

        r->slots[j] = NULL;
        put(r, moved);
    }
}

static void *
give(size_t nbytes)
{
    reading *const r = current;
    void *block;

    if (r == NULL)
        return get_memory(nbytes);
    block = make_room(r) ? get_memory(nbytes) : NULL;
    if (block == NULL)
        longjmp(r->out, 1);
    put(r, block);
    r->nblocks++;
    return block;
}

static void
take_back(void *block)
{
    if (current != NULL && block != NULL)
        forget(current, block);
    free_memory(block);
}

static void
begin(void)
{
    json_get_alloc_funcs(&get_memory, &free_memory);
    json_set_alloc_funcs(give, take_back);
}

/* In a function of its own, since what a caller keeps in registers is lost when jansson is left. */
static json_t *
read_with(reading *r, const char *bytes, size_t nbytes, size_t flags, json_error_t *error)
{
    if (setjmp(r->out) != 0) {
        r->is_out = true;
        return NULL;
    }
    return json_loadb(bytes, nbytes, flags, error);
}

json_t *
json_read(const char *bytes, size_t nbytes, size_t flags, json_error_t *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    reading r = {.nslots = 0};
    json_error_t reason;
    json_t *read;

    pthread_once(&once, begin);
    current = &r;
    read = read_with(&r, bytes, nbytes, flags, &reason);
    current = NULL;
    for (size_t i = 0; i < r.nslots && r.is_out; i++)
        if (r.slots[i] != NULL)
            free_memory(r.slots[i]);
    free(r.slots);
    if (r.is_out) {
        reason = (json_error_t){.line = -1, .text = "out of memory"};
        reason.text[sizeof reason.text - 1] = (char)json_error_out_of_memory;
    }
    if (error != NULL)
        *error = reason;
    return read;
}
