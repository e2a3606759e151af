/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terms.c - spelling Xapian's terms: the writer and the query planner meet here. */
#include "store/terms.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"

void
term_make(term *t, const char *prefix, const char *value, size_t nbytes)
{
    const size_t prefix_bytes = strlen(prefix);
    const char *nul = nbytes > 0 ? memchr(value, '\0', nbytes) : NULL;

    assert(prefix_bytes + TERM_KEPT_BYTES + 1 + HASH_HEX_BYTES <= TERM_MAX_BYTES);
    memcpy(t->bytes, prefix, prefix_bytes);
    t->nbytes = prefix_bytes;
    if (nul == NULL && prefix_bytes + nbytes <= TERM_MAX_BYTES) {
        if (nbytes > 0)
            memcpy(t->bytes + prefix_bytes, value, nbytes);
        t->nbytes += nbytes;
        return;
    }
    /* A value with a NUL is cut there, for its sake and for readers of xapian-delve's lists. */
    const size_t plain = nul == NULL ? nbytes : (size_t)(nul - value);
    const size_t kept = utf8_cut(value, plain, plain < TERM_KEPT_BYTES ? plain : TERM_KEPT_BYTES);

    memcpy(t->bytes + t->nbytes, value, kept);
    t->nbytes += kept;
    t->bytes[t->nbytes++] = '~';
    hash_to_hex(hash_bytes(value, nbytes), t->bytes + t->nbytes);
    t->nbytes += HASH_HEX_BYTES - 1;
}

void
term_make_surface(term *t, const char *surface, size_t nbytes, bool acronym)
{
    term_make(t, acronym ? "XS:" : "", surface, nbytes);
}

void
term_make_stem(term *t, const char *stem, size_t nbytes, bool acronym)
{
    term_make(t, acronym ? "XC:" : "Z", stem, nbytes);
}

void
term_make_extra(term *t, const char *extra, size_t nbytes)
{
    term_make(t, "XN", extra, nbytes);
}

void
term_make_title(term *t, const char *surface, size_t nbytes, bool acronym)
{
    term_make(t, acronym ? "S:" : "S", surface, nbytes);
}

void
term_make_title_stem(term *t, const char *stem, size_t nbytes, bool acronym)
{
    term_make(t, acronym ? "ZS:" : "ZS", stem, nbytes);
}

/* Write a number with so many digits, of which it has no more; the place behind them. */
static char *
put_digits(char *to, int number, size_t ndigits)
{
    for (size_t i = ndigits; i-- > 0; number /= 10)
        to[i] = (char)('0' + number % 10);
    return to + ndigits;
}

/* Each article with a date has two of them: snprintf took a two-hundredth of a build. */
void
term_make_date(term *t, int year, int month, int day)
{
    char *to = t->bytes;

    *to++ = month == 0 ? 'Y' : day == 0 ? 'M' : 'D';
    to = put_digits(to, year, 4);
    if (month != 0)
        to = put_digits(to, month, 2);
    if (month != 0 && day != 0)
        to = put_digits(to, day, 2);
    t->nbytes = (size_t)(to - t->bytes);
}
