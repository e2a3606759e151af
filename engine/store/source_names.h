/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source_names.h - the names of articles' sources while a segment is written, each numbered when it
 * first comes, and by their order in bytes when all are there. */
#ifndef QUIRE_STORE_SOURCE_NAMES_H
#define QUIRE_STORE_SOURCE_NAMES_H

#include "base/buffer.h"
#include "postings/article_columns.h"

/* A zeroed one is empty. */
typedef struct {
    buffer bytes;   /* of all names, as they came */
    uint32_t *ends; /* of each in bytes */
    size_t ends_room;
    uint32_t nnames;
    uint32_t *slots; /* by hash: number plus 1; 0: free */
    uint32_t nslots; /* a power of 2 */
} source_names;

/* The number, from 0, of a name; false: memory. */
bool source_names_add(source_names *n, const char *name, size_t nbytes, uint32_t *number_out);

/* Name number i. */
article_source source_names_get(const source_names *n, uint32_t i);

/* Sort: *names_out, for free(), has the names in the order of their bytes, pointing into n, and
 * *places_out, for free(), says where among them name number i is.  False: memory. */
bool source_names_sort(const source_names *n, article_source **names_out, uint32_t **places_out);

void source_names_free(source_names *n);

#endif
