/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format.h - what the name of a file says about its format. */
#ifndef QUIRE_ARTICLE_FORMAT_H
#define QUIRE_ARTICLE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    FORMAT_UNKNOWN, /* the content has to tell */
    FORMAT_TEXT,
    FORMAT_JSONL,
    FORMAT_FOREIGN /* known, and not read */
} format_kind;

/* What the ending of a file's name says, case apart; a .gz behind it is passed over. For
 * FORMAT_FOREIGN *advice_out (may be NULL) says what it is and what to do about it. */
format_kind format_of_name(const char *name, const char **advice_out);

/* Bytes of name before its ending (".txt", ".txt.gz"); all of it where it has none. */
size_t format_stem_bytes(const char *name);

/* Are these first bytes of a file no text in UTF-8: NULs, or mostly invalid? */
bool format_is_binary(const char *bytes, size_t nbytes);

#endif
