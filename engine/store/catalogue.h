/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogue.h - the Xapian database of an index's articles: one document each. */
#ifndef QUIRE_STORE_CATALOGUE_H
#define QUIRE_STORE_CATALOGUE_H

#include "article/article.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "quire.h"

/* An article's record, read from the catalogue; strings live in the arena given. NULL: not there.
 */
typedef struct {
    const char *id;
    const char *title;
    size_t title_bytes;
    const char *date; /* ISO 8601 */
    bool has_date;
    int64_t date_seconds;
    const char *source;
    const char *author;
    const char *url;
    const char *language;
    const char *path;
    const char *extra;
} article_record;

/* Append an article's stored record to out: one line of JSON and a line with its checksum.  False
 * when memory is out. */
bool catalogue_record_write(const article *from, buffer *out);

/* Read a stored record, after its checksum; any bytes are safe.  QUIRE_ECORRUPT, QUIRE_ENOMEM. */
quire_status catalogue_record_read(const char *bytes, size_t nbytes, arena *a, article_record *out,
                                   quire_error *err);

#endif
