/* SPDX-License-Identifier: GPL-3.0-or-later */
/* record.h - a line of JSON Lines to an article, by jansson. */
#ifndef QUIRE_ARTICLE_RECORD_H
#define QUIRE_ARTICLE_RECORD_H

#include "article/reader.h"

/* Where a line stands, and what it is counted in. */
typedef struct {
    const reader_input *input;
    uint64_t line;    /* from 1 */
    bool has_content; /* more than blank lines stands before it */
    reader_totals *totals;
} record_place;

typedef struct {
    const char *bytes;
    size_t nbytes;
    buffer *holder; /* what holds them and nothing else that is needed, or NULL */
    buffer *valid;  /* for the line repaired */
} record_line;

/* The article of a line; *is_article_out is false where it is none.  A long line is freed, with its
 * holder, as soon as it is not needed.  QUIRE_ENOMEM. */
quire_status record_read(const record_place *place, record_line *line, article *a,
                         bool *is_article_out, quire_error *err);

/* Set an article's date, and report one that is not read.  False when memory is out. */
bool record_set_date(const record_place *place, const char *written, size_t nbytes, article *a);

/* *text_out, for free(), is an object as an article holds its other keys: compact, keys sorted.
 * False where json is no right object, or memory is out. */
bool record_dump(const char *json, size_t nbytes, char **text_out);

#endif
