/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader.h - articles out of one input: a text file or JSON Lines, compressed or not. */
#ifndef QUIRE_ARTICLE_READER_H
#define QUIRE_ARTICLE_READER_H

#include "article/article.h"
#include "base/buffer.h"
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

    /* Is there a line of JSON Lines of this hash that need not be read, since what is made of it is
     * known?  Called by whichever thread reads, with known.  May be NULL. */
    bool (*is_known)(const void *known, uint64_t hash);
    const void *known;
} reader_input;

/* A line that became an article, or is known to. */
typedef struct {
    uint64_t hash; /* XXH3 of its bytes, without a mark at the file's start and the newline; and of
                      its number, where the article's id is made of that */
    bool is_plain; /* the article depends on what was hashed and the file's name only, and no
                      problem was found in it */
    bool is_known; /* it was not read: there is no article */
} reader_line_state;

typedef struct reader reader;

/* Open an input; its format is told by its name and its first bytes (standard input is always JSON
 * Lines).  A format that is not read is a problem (skipped), with QUIRE_OK and *reader_out NULL; so
 * is a file that may not be opened.  One that cannot be read for now, because a device fails or the
 * process has too many files open, is an error, since its articles are not gone.  The input's
 * strings must outlive the reader.
 * QUIRE_EIO, QUIRE_ENOMEM, QUIRE_ECANCELED. */
quire_status reader_open(const reader_input *input, reader **reader_out, quire_error *err);

/* The error of an input that cannot be read for now: QUIRE_EIO. */
quire_status reader_fail(const char *name, const char *reason, quire_error *err);

/* The next article into a, which is cleared first; *more_out is false at the end.  What is skipped
 * or damaged goes to the problem function and the reading goes on.
 * QUIRE_EIO, QUIRE_ENOMEM, QUIRE_ECANCELED; nothing can be read after these. */
quire_status reader_next(reader *r, article *a, bool *more_out, quire_error *err);

uint64_t reader_bytes(const reader *r);      /* of the file read so far, before decompression */
uint64_t reader_text_bytes(const reader *r); /* the same after decompression */
bool reader_is_gzip(const reader *r);

/* The line of the article last read, from 1; 0 where it is the whole file. */
uint64_t reader_line(const reader *r);
reader_line_state reader_line_is(const reader *r); /* zeros where it is the whole file */

/* XXH3 of the file's bytes; false where it was not read to its end. */
bool reader_hash(const reader *r, uint64_t *hash_out);

void reader_close(reader *r); /* NULL is fine */

/* ---- In parts, by several threads ----
 *
 * One thread cuts an input of JSON Lines into parts of whole lines, each of which any thread may
 * read, with a line_reader of its own; what they came to is added up in the order of the parts. */

/* A zeroed part is an empty one. */
typedef struct {
    buffer bytes;
    uint64_t line;       /* number of the first, from 1 */
    uint64_t file_bytes; /* as reader_bytes, when the part was cut */
    uint64_t text_start; /* bytes of the input, uncompressed, before the part */
    bool has_content;    /* more than blank lines stands before it */
    bool is_too_long;    /* in place of a line that is too long to be an article; no bytes */
} reader_part;

typedef struct {
    uint64_t narticles;
    uint64_t nnameless;   /* records that name neither title nor text */
    buffer nameless_keys; /* of the first of them */
    bool is_over;         /* what follows does not count */
    uint64_t text_end;    /* as reader_text_bytes, where is_over */
} reader_totals;

bool reader_has_parts(const reader *r); /* it is JSON Lines, and reader_next was not called */

/* May reader_cut have to wait for somebody who writes? */
bool reader_must_wait(const reader *r);

/* The next part, of about wanted bytes or the length of its only line; *more_out is false at the
 * end.  QUIRE_EIO, QUIRE_ENOMEM, QUIRE_ECANCELED; nothing can be cut after these. */
quire_status reader_cut(reader *r, size_t wanted, reader_part *part, bool *more_out,
                        quire_error *err);

/* Add what a part came to; in the order of the parts. */
bool reader_totals_add(reader_totals *to, const reader_totals *more); /* false: memory */
void reader_totals_free(reader_totals *t);

/* Report how an input that was read in parts ended.  QUIRE_ENOMEM. */
quire_status reader_finish(reader *r, const reader_totals *totals, quire_error *err);

typedef struct line_reader line_reader;

line_reader *line_reader_new(void); /* NULL when memory is out */
void line_reader_free(line_reader *l);

/* Read a part next; input, whose problem function is called, and part must stay.  The part's bytes
 * may be taken from it where they are many. */
void line_reader_begin(line_reader *l, const reader_input *input, reader_part *part);

/* As reader_next, of the part. */
quire_status line_reader_next(line_reader *l, article *a, bool *more_out, quire_error *err);
uint64_t line_reader_line(const line_reader *l);
reader_line_state line_reader_line_is(const line_reader *l);

/* What the part came to so far. */
const reader_totals *line_reader_totals(const line_reader *l);

#endif
