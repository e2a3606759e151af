/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article.h - what an article is, whatever format it came in. */
#ifndef QUIRE_ARTICLE_ARTICLE_H
#define QUIRE_ARTICLE_ARTICLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "article/date.h"
#include "base/utf8.h"

/* Whose the strings of an article are. */
typedef enum {
    ARTICLE_APART,    /* its own, each an allocation */
    ARTICLE_TOGETHER, /* its own, in one allocation that begins with the id */
    ARTICLE_BORROWED  /* another's, the repairs too */
} article_memory;

/* All strings are valid UTF-8 ended by a NUL; NULL (or no bytes) where there is none.  Title and
 * text may hold NULs. */
typedef struct {
    article_memory memory;
    char *id;
    char *title;
    size_t title_bytes;
    char *text;
    size_t text_bytes;
    size_t body_start; /* a text file's title and date lines stand before it in text */
    bool has_date;
    article_date date;
    char *source;
    char *author;
    char *url;
    char *language;
    char *extra; /* other keys of its record, a compact JSON object with sorted keys; or NULL */
    char *path;  /* the file, as the source named it; "-" for standard input */

    /* Whether text is the file's own bytes from skipped_bytes on, but for repairs: see
     * article_file_range. */
    bool text_is_file;
    uint64_t skipped_bytes; /* of the file before text: a byte order mark */
    utf8_repair *repairs;   /* of text, ascending */
    size_t nrepairs;
} article;

void article_clear(article *a); /* free what it owns, and zero it */

/* Bytes [*start_out, *end_out) of the file that hold text[start..end); false where they are not the
 * same bytes: not text_is_file, or a repair lies in between. */
bool article_file_range(const article *a, size_t start, size_t end, uint64_t *start_out,
                        uint64_t *end_out);

#endif
