/* SPDX-License-Identifier: GPL-3.0-or-later */
/* utf8.c - UTF-8 by the table of well-formed byte sequences (Unicode 15, table 3-7). */
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

uint32_t
utf8_decode(const char *text, size_t nbytes, unsigned *length_out)
{
    const unsigned char *s = (const unsigned char *)text;
    uint32_t c = s[0];

    if (c < 0x80 || nbytes < 2) {
        *length_out = 1;
        return c;
    }
    if (c < 0xe0 || nbytes < 3) {
        *length_out = 2;
        return (c & 0x1f) << 6 | (s[1] & 0x3f);
    }
    if (c < 0xf0 || nbytes < 4) {
        *length_out = 3;
        return (c & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
    }
    *length_out = 4;
    return (c & 0x07) << 18 | (uint32_t)(s[1] & 0x3f) << 12 | (uint32_t)(s[2] & 0x3f) << 6 |
           (s[3] & 0x3f);
}

uint32_t
utf8_decode_before(const char *text, size_t at, unsigned *length_out)
{
    size_t start = at - 1;
    while (start > 0 && at - start < 4 && ((unsigned char)text[start] & 0xc0) == 0x80)
        start--;
    return utf8_decode(text + start, at - start, length_out);
}

size_t
utf8_encode(uint32_t c, char to[UTF8_MAX_BYTES])
{
    size_t length;

    if (c < 0x80) {
        to[0] = (char)c;
        length = 1;
    } else if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        length = 2;
    } else if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3f));
        to[2] = (char)(0x80 | (c & 0x3f));
        length = 3;
    } else {
        to[0] = (char)(0xf0 | c >> 18);
        to[1] = (char)(0x80 | (c >> 12 & 0x3f));
        to[2] = (char)(0x80 | (c >> 6 & 0x3f));
        to[3] = (char)(0x80 | (c & 0x3f));
        length = 4;
    }
    return length;
}

bool
utf8_append(buffer *b, uint32_t c)
{
    char bytes[UTF8_MAX_BYTES];

    return buffer_add(b, bytes, utf8_encode(c, bytes));
}

/* The sequence at s[0..nbytes): its length where it is well formed, else minus the length of its
 * maximal ill-formed part. nbytes > 0. */
static int
check_sequence(const unsigned char *s, size_t nbytes)
{
    unsigned char lowest = 0x80;
    unsigned char highest = 0xbf;
    int length;

    if (s[0] < 0x80)
        return 1;
    if (s[0] >= 0xc2 && s[0] <= 0xdf) {
        length = 2;
    } else if (s[0] >= 0xe0 && s[0] <= 0xef) {
        length = 3;
        if (s[0] == 0xe0)
            lowest = 0xa0;
        else if (s[0] == 0xed) /* surrogates */
            highest = 0x9f;
    } else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
        length = 4;
        if (s[0] == 0xf0)
            lowest = 0x90;
        else if (s[0] == 0xf4) /* above U+10FFFF */
            highest = 0x8f;
    } else {
        return -1;
    }

    for (int i = 1; i < length; i++) {
        if ((size_t)i >= nbytes || s[i] < lowest || s[i] > highest)
            return -i;
        lowest = 0x80;
        highest = 0xbf;
    }
    return length;
}

size_t
utf8_valid_prefix(const char *text, size_t nbytes)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t at = 0;

    while (at < nbytes) {
        /* Eight bytes of ASCII at a time: nearly all there is. */
        uint64_t eight;
        while (nbytes - at >= sizeof eight) {
            memcpy(&eight, s + at, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) != 0)
                break;
            at += sizeof eight;
        }
        while (at < nbytes && s[at] < 0x80)
            at++;
        if (at == nbytes)
            break;
        int length = check_sequence(s + at, nbytes - at);
        if (length < 0)
            break;
        at += (size_t)length;
    }
    return at;
}

bool
utf8_repair_text(const char *text, size_t nbytes, buffer *out, utf8_repair **repairs_out,
                 size_t *nrepairs_out)
{
    utf8_repair *repairs = NULL;
    size_t nrepairs = 0;
    size_t room = 0;
    size_t base = out->size;
    size_t at = 0;

    for (;;) {
        size_t valid = utf8_valid_prefix(text + at, nbytes - at);
        if (!buffer_add(out, text + at, valid))
            goto nomem;
        at += valid;
        if (at == nbytes)
            break;

        int length = -check_sequence((const unsigned char *)text + at, nbytes - at);
        if (!ARRAY_GROW(repairs, nrepairs, &room))
            goto nomem;
        repairs[nrepairs].repaired_at = out->size - base;
        repairs[nrepairs].replaced = (size_t)length;
        nrepairs++;
        if (!utf8_append(out, 0xfffd))
            goto nomem;
        at += (size_t)length;
    }
    *repairs_out = repairs;
    *nrepairs_out = nrepairs;
    return true;

nomem:
    free(repairs);
    return false;
}

size_t
utf8_cut(const char *text, size_t nbytes, size_t limit)
{
    if (nbytes <= limit)
        return nbytes;
    size_t at = limit;
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    return at;
}
