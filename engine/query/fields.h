/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fields.h - the names that stand before a colon in a query, and what their values mean. */
#ifndef QUIRE_QUERY_FIELDS_H
#define QUIRE_QUERY_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "query/tree.h"

typedef enum {
    NAME_NONE,
    NAME_TITLE,    /* the words behind it must stand in the headline */
    NAME_STEM,     /* the words of the phrase behind it match by stem */
    NAME_ATTRIBUTE /* what the article is: a query_field */
} field_name_kind;

typedef struct {
    field_name_kind kind;
    query_field field; /* of NAME_ATTRIBUTE */
} field_name;

/* The field of this name, in letters of any case; kind NAME_NONE where there is none. */
field_name fields_find(const char *name, size_t nbytes);

/* The known name that is nearest to this one, or NULL where none is near. */
const char *fields_nearest(const char *name, size_t nbytes);

const char *fields_name(query_field field);

/* The days that a date's value means: 2025, 2025-11 or 2025-11-16 with <, <=, > or >= before it, or
 * two of them with .. between, one of which may be missing.  Days are year * 10000 + month * 100 +
 * day, 0 for no limit.  False where it is none of these, or no day there is. */
bool fields_read_dates(const char *value, size_t nbytes, int *first_day_out, int *last_day_out);

#endif
