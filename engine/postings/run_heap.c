/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_heap.c - the order of keys, and a binary heap by it. */
#include "postings/run_heap.h"

#include <stdlib.h>
#include <string.h>

bool
run_heap_init(run_heap *h, size_t nsources)
{
    *h = (run_heap){.entries = calloc(nsources + 1, sizeof *h->entries)};
    return h->entries != NULL;
}

void
run_heap_free(run_heap *h)
{
    free(h->entries);
    *h = (run_heap){0};
}

int
run_heap_compare(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    int order = memcmp(a, b, a_bytes < b_bytes ? a_bytes : b_bytes);

    return order != 0 ? order : (a_bytes > b_bytes) - (a_bytes < b_bytes);
}

uint64_t
run_heap_prefix(const char *key, size_t key_bytes)
{
    uint64_t prefix = 0;

    for (size_t i = 0; i < sizeof prefix; i++)
        prefix = prefix << 8 | (i < key_bytes ? (unsigned char)key[i] : 0);
    return prefix;
}

static bool
is_before(const run_heap_entry *a, const run_heap_entry *b)
{
    int order = run_heap_compare(a->key, a->key_bytes, b->key, b->key_bytes);

    return order != 0 ? order < 0 : a->source < b->source;
}

void
run_heap_push(run_heap *h, const char *key, size_t key_bytes, size_t source)
{
    run_heap_entry entry = {key, key_bytes, source};
    size_t at = h->nentries++;

    for (; at > 0 && is_before(&entry, &h->entries[(at - 1) / 2]); at = (at - 1) / 2)
        h->entries[at] = h->entries[(at - 1) / 2];
    h->entries[at] = entry;
}

size_t
run_heap_pop(run_heap *h)
{
    size_t source = h->entries[0].source;
    run_heap_entry last = h->entries[--h->nentries];
    size_t at = 0;

    /* The last takes the place of the first and sinks. */
    for (size_t child = 1; child < h->nentries; child = 2 * at + 1) {
        if (child + 1 < h->nentries && is_before(&h->entries[child + 1], &h->entries[child]))
            child++;
        if (!is_before(&h->entries[child], &last))
            break;
        h->entries[at] = h->entries[child];
        at = child;
    }
    h->entries[at] = last;
    return source;
}

bool
run_heap_is_next(const run_heap *h, const char *key, size_t key_bytes)
{
    return h->nentries > 0 && h->entries[0].key_bytes == key_bytes &&
           memcmp(h->entries[0].key, key, key_bytes) == 0;
}
