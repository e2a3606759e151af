/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terms.h - how words and the attributes of articles are spelt as terms of Xapian's.
 *
 *   surface  gaza      XS:US (acronym)     passages: with positions
 *   stem     Zgaza     XC:US (acronym)     passages
 *   extra    XN$4.5                        passages: with positions, wdf 0
 *   title    Sgaza S:US   ZSgaza ZS:US     catalogue
 *   Q id, D20251116 M202511 Y2025, and folded: H source, A author, L language, U address
 *
 * A surface never holds a capital letter of ASCII, so it collides with no prefix.  A term that
 * would be longer than TERM_MAX_BYTES, or holds a NUL, is cut and ends in ~ and a hash of the
 * whole, in the index and in queries alike. */
#ifndef QUIRE_STORE_TERMS_H
#define QUIRE_STORE_TERMS_H

#include <stdbool.h>
#include <stddef.h>

#define TERM_MAX_BYTES 200
#define TERM_KEPT_BYTES 160 /* of a value that is cut, at most: room for prefix, ~ and hash */

typedef struct {
    char bytes[TERM_MAX_BYTES];
    size_t nbytes;
} term;

void term_make(term *t, const char *prefix, const char *value, size_t nbytes);
void term_make_surface(term *t, const char *surface, size_t nbytes, bool acronym);
void term_make_stem(term *t, const char *stem, size_t nbytes, bool acronym);
void term_make_extra(term *t, const char *extra, size_t nbytes);
void term_make_title(term *t, const char *surface, size_t nbytes, bool acronym);
void term_make_title_stem(term *t, const char *stem, size_t nbytes, bool acronym);

/* The terms of a day and its month and year; month or day 0 for those of less precision. */
void term_make_date(term *t, int year, int month, int day);

#endif
