/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pattern.h - wildcards: * stands for any characters or none, ? for one. */
#ifndef QUIRE_QUERY_PATTERN_H
#define QUIRE_QUERY_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

#define PATTERN_MAX_BYTES 120 /* folded; no word of the index is longer */

/* Does text[start..end), which holds no blank, have a wildcard: a * beside a letter or digit, or a
 * ? that one follows?  (So the question mark at the end of a sentence is none.) */
bool pattern_is(const char *text, size_t start, size_t end);

/* The piece of text[at..end) that begins at at: up to the next character that is neither of a word
 * nor a wildcard. */
size_t pattern_piece_end(const char *text, size_t at, size_t end);

/* Append a piece as patterns are kept: folded, several * in a row made one, and only ? that are
 * wildcards: those behind which there is a letter, a digit or a *.  False when memory is out. */
bool pattern_fold(const char *text, size_t start, size_t end, buffer *out);

/* How many bytes of a folded pattern stand before its first wildcard. */
size_t pattern_prefix(const char *pattern, size_t nbytes);

/* Does a folded word fit a folded pattern?  In time that grows with the product of their lengths at
 * most. */
bool pattern_fits(const char *pattern, size_t pattern_bytes, const char *word, size_t word_bytes);

#endif
