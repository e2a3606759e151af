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

void
term_make_date(term *t, int year, int month, int day)
{
    int n;

    if (month == 0)
        n = snprintf(t->bytes, sizeof t->bytes, "Y%04d", year);
    else if (day == 0)
        n = snprintf(t->bytes, sizeof t->bytes, "M%04d%02d", year, month);
    else
        n = snprintf(t->bytes, sizeof t->bytes, "D%04d%02d%02d", year, month, day);
    t->nbytes = n > 0 ? (size_t)n : 0;
}
