/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.h - text from articles, queries and file names, made fit for a terminal and for one line.
 *
 * What an article holds must not be able to move a cursor, change a terminal's state or turn the
 * order of letters round: control characters and those that steer the direction of writing are
 * shown as what they are. */
#ifndef SEARCHER_SHOW_H
#define SEARCHER_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output.h"
#include "quire.h"

/* One character as it is shown. */
typedef struct {
    char bytes[16];
    size_t nbytes; /* 0: it has no look, as a soft hyphen */
    int width;     /* columns of a terminal */
    bool is_blank; /* white space: a run of it is shown as one blank */
} shown;

/* How text[0], nbytes > 0, is shown; returns the bytes of text that it takes. */
size_t show_next(const char *text, size_t nbytes, shown *out);

/* How many bytes at the start of text stand for themselves: ASCII that is neither blank nor control
 * character. */
size_t show_plain_run(const char *text, size_t nbytes);

/* Is this character a control character or one that steers the direction of writing? */
bool show_is_unsafe(uint32_t c);

/* What stands before and after a mark. */
typedef struct {
    const char *open;
    const char *close;
    int width; /* columns that each of them takes: 1 for brackets, 0 for colours */
} show_style;

/* Text on one line, white space folded, with its marks (ascending, without overlap). */
void show_marked(output *out, const char *text, size_t nbytes, const quire_mark *marks,
                 size_t nmarks, const show_style *style);

/* The same, wrapped to lines of width columns that begin with indent blanks; the caller has put the
 * first indent.  No newline at the end. */
void show_wrapped(output *out, const char *text, size_t nbytes, const quire_mark *marks,
                  size_t nmarks, const show_style *style, int indent, int width);

/* The same of bytes start up to end; marks that begin or end outside are cut. */
void show_part(output *out, const char *text, size_t start, size_t end, const quire_mark *marks,
               size_t nmarks, const show_style *style, int indent, int width);

/* Several parts of a text as one, with an ellipsis where something is left out: between them, and
 * as is said before and behind them. */
void show_parts(output *out, const char *text, const quire_range *parts, size_t nparts,
                bool is_cut_before, bool is_cut_after, const quire_mark *marks, size_t nmarks,
                const show_style *style, int indent, int width);

/* An address as it may stand in an escape sequence: what is not printed in ASCII as %XX. */
void show_address(output *out, const char *url);

/* Text on one line, white space folded, without marks. */
void show_text(output *out, const char *text, size_t nbytes);
void show_string(output *out, const char *text);

/* Lines as they are but for unsafe characters, each after indent blanks and ended by a newline. */
void show_lines(output *out, const char *text, int indent);

/* Bytes of a name in which blanks, control characters and % are written as %XX. */
void show_encoded(output *out, const char *name);

/* A line for standard error that begins with the program's name, made safe: written there, or added
 * to out. */
void show_message(const char *format, ...) __attribute__((format(printf, 1, 2)));
void show_message_in(output *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
