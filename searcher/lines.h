/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines.h - the lines of a batch, as they come in. */
#ifndef SEARCHER_LINES_H
#define SEARCHER_LINES_H

#include <stdbool.h>
#include <stddef.h>

#define LINES_MAX_BYTES (1u << 20) /* of one line */

/* A line, its end cut off.  Zeroed, it holds none. */
typedef struct {
    char *bytes; /* ended by a NUL, which is not counted; NULL only where has_no_memory */
    size_t nbytes;
    size_t room;
    bool is_too_long;          /* and not whole */
    bool has_no_memory;        /* nor is this */
    unsigned long long number; /* from 1 */
} line;

typedef struct lines lines;

/* Read lines from a file descriptor, which stays the caller's.  Reading stops where stop_fd can be
 * read, too; -1: never.  NULL: out of memory. */
lines *lines_new(int fd, int stop_fd);
void lines_free(lines *l); /* NULL is fine */

/* Read the next line into out, waiting for it; false at the end, and after it. */
bool lines_next(lines *l, line *out);

/* Give back the memory of a long line, which is empty then. */
void lines_forget(line *l);

/* What went wrong with reading: an errno, or 0. */
int lines_error(const lines *l);

#endif
