/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lex_marks.h - the characters that the query language knows: quotes, signs, blanks, and the
 * numbers behind ~ and ^. */
#ifndef QUIRE_QUERY_LEX_MARKS_H
#define QUIRE_QUERY_LEX_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Characters without a shape, which come along when text is copied.  Before a word they must not
 * hide its sign. */
bool lex_is_invisible(uint32_t c);

bool lex_is_quote(uint32_t c);
bool lex_is_opening_quote(uint32_t c); /* “ „ « */
bool lex_is_closing_quote(uint32_t c); /* ” “ » « */

/* '+', '-' or 0.  The minus sign and the en dash are what software makes of a typed hyphen. */
char lex_sign(uint32_t c);

/* Does the character end a chunk? */
bool lex_ends_chunk(uint32_t c);

/* A whole number at text[at..end), at most limit (larger ones are limit); returns where it ends, at
 * where there is no digit. */
size_t lex_read_number(const char *text, size_t at, size_t end, uint32_t limit, uint32_t *out);

/* The same of a decimal fraction like 2 or 0.5. */
size_t lex_read_fraction(const char *text, size_t at, size_t end, double *out);

#endif
