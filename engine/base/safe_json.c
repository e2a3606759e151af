/* SPDX-License-Identifier: GPL-3.0-or-later */
/* safe_json.c - JSON by jansson, also where memory ends.
 *
 * Jansson does not look whether the text of a token could be kept: where there is no memory for it
 * to grow, it goes on with a part of it, and writes behind the end of the string that it makes of
 * that; and when it writes, keys may be missing.  So it is left at once, from within what gives it
 * memory, and all is freed that it was given: blocks are noted in a table of their addresses
 * meanwhile.
 *
 * simdjson, which reads most records, cannot take its place: a manifest is read by libquire, which
 * loads no library of C++, and of a bad line simdjson tells neither where it is bad nor why. */
#include "base/safe_json.h"

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
} lending;

static _Thread_local lending *current;

/* What gave memory before, and still does. */
static json_malloc_t get_memory;
static json_free_t free_memory;

static size_t
home_of(const lending *l, const void *block)
{
    return (size_t)((uint64_t)(uintptr_t)block * UINT64_C(0x9E3779B97F4A7C15) >> 20) &
           (l->nslots - 1);
}

static void
put(lending *l, void *block)
{
    size_t i = home_of(l, block);

    while (l->slots[i] != NULL)
        i = (i + 1) & (l->nslots - 1);
    l->slots[i] = block;
}

static bool
make_room(lending *l)
{
    lending grown = {.nslots = l->nslots > 0 ? l->nslots * 2 : LEAST_SLOTS};

    if (l->nblocks * 2 < l->nslots)
        return true;
    grown.slots = calloc(grown.nslots, sizeof *grown.slots);
    if (grown.slots == NULL)
        return false;
    for (size_t i = 0; i < l->nslots; i++)
        if (l->slots[i] != NULL)
            put(&grown, l->slots[i]);
    free(l->slots);
    l->slots = grown.slots;
    l->nslots = grown.nslots;
    return true;
}

/* Forget a block; those behind it that could not stand where they belong move up. */
static void
forget(lending *l, const void *block)
{
    size_t i = l->nslots > 0 ? home_of(l, block) : 0;

    while (l->nslots > 0 && l->slots[i] != NULL && l->slots[i] != block)
        i = (i + 1) & (l->nslots - 1);
    if (l->nslots == 0 || l->slots[i] == NULL)
        return;
    l->nblocks--;
    l->slots[i] = NULL;
    for (size_t j = (i + 1) & (l->nslots - 1); l->slots[j] != NULL; j = (j + 1) & (l->nslots - 1)) {
        void *const moved = l->slots[j];

        l->slots[j] = NULL;
        put(l, moved);
    }
}

static void *
give(size_t nbytes)
{
    lending *const l = current;
    void *block;

    if (l == NULL)
        return get_memory(nbytes);
    block = make_room(l) ? get_memory(nbytes) : NULL;
    if (block == NULL)
        longjmp(l->out, 1);
    put(l, block);
    l->nblocks++;
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

/* ---- What is done with it ---- */

/* What jansson is asked for, and what it gives. */
typedef struct {
    const char *bytes; /* to be read; NULL: value is to be written */
    size_t nbytes;
    const json_t *value;
    size_t flags;
    json_error_t *error;
    json_t *read;
    char *written;
} task;

/* In a function of its own, since what a caller keeps in registers is lost when jansson is left. */
static void
do_task(lending *l, task *t)
{
    if (setjmp(l->out) != 0) {
        l->is_out = true;
        t->read = NULL;
        t->written = NULL;
    } else if (t->bytes != NULL) {
        t->read = json_loadb(t->bytes, t->nbytes, t->flags, t->error);
    } else {
        t->written = json_dumps(t->value, t->flags);
    }
}

/* False: memory ended. */
static bool
run(task *t)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    lending l = {.nslots = 0};

    pthread_once(&once, begin);
    current = &l;
    do_task(&l, t);
    current = NULL;
    for (size_t i = 0; i < l.nslots && l.is_out; i++)
        if (l.slots[i] != NULL)
            free_memory(l.slots[i]);
    free(l.slots);
    return !l.is_out;
}

json_t *
safe_json_read(const char *bytes, size_t nbytes, size_t flags, json_error_t *error)
{
    json_error_t reason;
    task t = {.bytes = bytes, .nbytes = nbytes, .flags = flags, .error = &reason};

    if (!run(&t)) {
        reason = (json_error_t){.line = -1, .text = "out of memory"};
        reason.text[sizeof reason.text - 1] = (char)json_error_out_of_memory;
    }
    if (error != NULL)
        *error = reason;
    return t.read;
}

char *
safe_json_write(const json_t *value, size_t flags)
{
    task t = {.value = value, .flags = flags};

    run(&t);
    return t.written;
}
