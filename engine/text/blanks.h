/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blanks.h - what separates words, sentences and blocks: white space and control characters.
 *
 * One definition for all of the cutting, so that what one part leaves out no other part keeps. */
#ifndef QUIRE_TEXT_BLANKS_H
#define QUIRE_TEXT_BLANKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"

/* White space, line ends and control characters (NUL too: damaged texts hold them). */
static inline bool
blanks_is(uint32_t c)
{
    if (c <= 0x20)
        return true;
    if (c < 0x7F)
        return false;
    return c <= 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

/* The first byte of text[at..end) (valid UTF-8) that is not blank; end where all are. */
static inline size_t
blanks_skip(const char *text, size_t at, size_t end)
{
    unsigned length = 1;

    for (; at < end; at += length, length = 1) {
        unsigned char first = (unsigned char)text[at];
        if (!blanks_is(first < 0x80 ? first : utf8_decode(text + at, end - at, &length)))
            break;
    }
    return at;
}

/* The end of text[start..at) (valid UTF-8) without the blanks at its end. */
static inline size_t
blanks_trim(const char *text, size_t start, size_t at)
{
    unsigned length = 1;

    for (; at > start; at -= length, length = 1) {
        unsigned char last = (unsigned char)text[at - 1];
        if (!blanks_is(last < 0x80 ? last : utf8_decode_before(text, at, &length)))
            break;
    }
    return at;
}

#endif
