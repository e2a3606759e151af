/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader.h - articles out of one input: a text file or JSON Lines, compressed or not. */
#ifndef QUIRE_ARTICLE_READER_H
#define QUIRE_ARTICLE_READER_H

#include "article/article.h"
#include "quire.h"

#define READER_MAX_ARTICLE_BYTES (64u << 20) /* larger ones are skipped and named */

/* What went wrong with a part of the input: where is "FILE" or "FILE:LINE"; skipped: nothing of it
 * was used. */
typedef void reader_problem(void *closure, const char *where, const char *what, bool skipped);

typedef struct {
    const char *path; /* to open; ignored for standard input */
    const char *name; /* as the source named it: for messages and article.path; "-" for stdin */
    const char *id;   /* a text file's article id */
    int fd;           /* an open descriptor to read from instead of path, or -1; not closed */
    reader_problem *problem;
    void *closure;

    /* Asked again and again while bytes come in or are waited for, with closure: true stops the
     * reading (QUIRE_ECANCELED).  May be NULL. */
    bool (*is_stopped)(void *closure);
} reader_input;

typedef struct reader reader;

/* Open an input; its format is told by its name and its first bytes (standard input is always JSON
 * Lines).  A format that is not read is a problem (skipped), with QUIRE_OK and *reader_out NULL; so
 * is a file that cannot be opened or read.  The input's strings must outlive the reader.
 * QUIRE_ENOMEM, QUIRE_ECANCELED. */
quire_status reader_open(const reader_input *input, reader **reader_out, quire_error *err);

/* The next article into a, which is cleared first; *more_out is false at the end.  What is skipped
 * or damaged goes to the problem function and the reading goes on.
 * QUIRE_ENOMEM, QUIRE_ECANCELED; nothing can be read after either. */
quire_status reader_next(reader *r, article *a, bool *more_out, quire_error *err);

uint64_t reader_bytes(const reader *r);      /* of the file read so far, before decompression */
uint64_t reader_text_bytes(const reader *r); /* the same after decompression */

/* The line of the article last read, from 1; 0 where it is the whole file. */
uint64_t reader_line(const reader *r);

void reader_close(reader *r); /* NULL is fine */

#endif
