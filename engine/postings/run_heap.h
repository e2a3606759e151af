/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_heap.h - which of many sorted sources comes next: a binary heap of their keys, in byte order,
 * of equal ones the source with the lower number first. */
#ifndef QUIRE_POSTINGS_RUN_HEAP_H
#define QUIRE_POSTINGS_RUN_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *key; /* the source's; it stays while the entry is in the heap */
    size_t key_bytes;
    size_t source;
} run_heap_entry;

typedef struct {
    run_heap_entry *entries; /* entries[0] comes next */
    size_t nentries;
} run_heap;

/* Room for nsources entries.  False: memory. */
bool run_heap_init(run_heap *h, size_t nsources);
void run_heap_free(run_heap *h);

void run_heap_push(run_heap *h, const char *key, size_t key_bytes, size_t source);
size_t run_heap_pop(run_heap *h); /* the source that comes next; h is not empty */

/* Is key what comes next? */
bool run_heap_is_next(const run_heap *h, const char *key, size_t key_bytes);

/* Byte order: below, at or above 0. */
int run_heap_compare(const char *a, size_t a_bytes, const char *b, size_t b_bytes);

/* The first eight bytes of a key as a number: where two differ, they tell the order. */
uint64_t run_heap_prefix(const char *key, size_t key_bytes);

#endif
