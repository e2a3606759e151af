/* SPDX-License-Identifier: GPL-3.0-or-later */
/* utf8.h - UTF-8: checking, repairing, walking. */
#ifndef QUIRE_BASE_UTF8_H
#define QUIRE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* The character at text[0..nbytes), nbytes > 0, which must be valid UTF-8; *length_out is its
 * length, 1 to 4 bytes. */
uint32_t utf8_decode(const char *text, size_t nbytes, unsigned *length_out);

/* The character that ends at text[at), at > 0, valid UTF-8. */
uint32_t utf8_decode_before(const char *text, size_t at, unsigned *length_out);

#define UTF8_MAX_BYTES 4 /* of a character */

/* Write c, a Unicode scalar value; returns how many bytes that took. */
size_t utf8_encode(uint32_t c, char to[UTF8_MAX_BYTES]);

/* Append c, a Unicode scalar value; false when memory is out. */
bool utf8_append(buffer *b, uint32_t c);

/* Bytes at the start of text that are valid UTF-8 (no surrogates, none above U+10FFFF). */
size_t utf8_valid_prefix(const char *text, size_t nbytes);

/* How an invalid text was repaired, to lead back to the original bytes. */
typedef struct {
    size_t repaired_at; /* where U+FFFD, 3 bytes, was put: byte of the repaired text */
    size_t replaced;    /* bytes of the original that it stands for: 1 to 3 */
} utf8_repair;

/* Append text to out, each maximal ill-formed part (Unicode 15, 3.9, "U+FFFD Substitution of
 * Maximal Subparts") replaced by U+FFFD.  *repairs_out is an array for free(), NULL where nothing
 * was repaired.  False when memory is out. */
bool utf8_repair_text(const char *text, size_t nbytes, buffer *out, utf8_repair **repairs_out,
                      size_t *nrepairs_out);

/* Bytes of text[0..nbytes), at most limit, that end at a character's end. */
size_t utf8_cut(const char *text, size_t nbytes, size_t limit);

#endif
