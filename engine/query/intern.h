/* SPDX-License-Identifier: GPL-3.0-or-later */
/* intern.h - numbers for the distinct words of a query, so that words are compared as numbers.
 *
 * A key is a word's bytes and whether it is an acronym; keys are numbered from 0 in the order in
 * which they came.  The bytes are not copied: they must outlive the table. */
#ifndef QUIRE_QUERY_INTERN_H
#define QUIRE_QUERY_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define INTERN_NONE UINT32_MAX

typedef struct {
    const char *bytes;
    uint32_t nbytes;
    bool is_acronym;
} intern_key;

typedef struct {
    intern_key *keys; /* nkeys of them, by number */
    uint32_t nkeys;
    uint32_t *slots; /* number + 1, or 0 where a slot is free; nslots, a power of two */
    size_t mask;     /* nslots - 1 */

    /* By first byte: a bit for each length (modulo 64) that a key has.  Most words of a passage are
     * none of the query's, and end here. */
    uint64_t lengths[256];
} intern_table;

/* An empty table for at most max_keys keys, in arena a; false when memory is out. */
bool intern_init(intern_table *t, arena *a, size_t max_keys);

/* The number of a key, which is put in where it is new. */
uint32_t intern_add(intern_table *t, const char *bytes, uint32_t nbytes, bool is_acronym);

/* The number of a key, or INTERN_NONE. */
uint32_t intern_find(const intern_table *t, const char *bytes, uint32_t nbytes, bool is_acronym);

#endif
