/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_record.h - an article as it is stored: all that results show of it but its text. */
#ifndef QUIRE_STORE_ARTICLE_RECORD_H
#define QUIRE_STORE_ARTICLE_RECORD_H

#include "article/article.h"
#include "base/buffer.h"

/* NULL: not there.  Each string is followed by a NUL; of them only the title may hold others. */
typedef struct {
    const char *id; /* always there */
    const char *title;
    size_t title_bytes;
    const char *date; /* ISO 8601 */
    const char *source;
    const char *author;
    const char *url;
    const char *language;
    const char *path;
    const char *extra;
} article_record;

/* Append an article's stored form to out.  False: memory. */
bool article_record_write(const article *from, buffer *out);

/* Read a stored form, any bytes: *out points into them.  False where it makes no sense. */
bool article_record_read(const char *bytes, size_t nbytes, article_record *out);

#endif
