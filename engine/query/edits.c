/* SPDX-License-Identifier: GPL-3.0-or-later */
/* edits.c - edit distance by dynamic programming over three rows, a row for each character of a. */
#include "query/edits.h"

#include <stdint.h>

#include "base/utf8.h"

/* The characters of a word; false where there are too many. */
static int
read_characters(const char *word, size_t nbytes, uint32_t *out, size_t *n_out)
{
    size_t n = 0;
    unsigned length = 0;

    for (size_t at = 0; at < nbytes; at += length) {
        if (n == EDITS_MAX_CHARACTERS)
            return 0;
        out[n++] = utf8_decode(word + at, nbytes - at, &length);
    }
    *n_out = n;
    return 1;
}

static unsigned
least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned
edits_between(const char *a, size_t a_bytes, const char *b, size_t b_bytes, unsigned limit)
{
    uint32_t from[EDITS_MAX_CHARACTERS];
    uint32_t to[EDITS_MAX_CHARACTERS];
    unsigned rows[3][EDITS_MAX_CHARACTERS + 1];
    size_t nfrom = 0;
    size_t nto = 0;

    if (!read_characters(a, a_bytes, from, &nfrom) || !read_characters(b, b_bytes, to, &nto) ||
        nfrom > nto + limit || nto > nfrom + limit)
        return limit + 1;
    for (size_t j = 0; j <= nto; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= nfrom; i++) {
        const unsigned *before = rows[(i + 2) % 3];
        const unsigned *two_before = rows[(i + 1) % 3];
        unsigned *row = rows[i % 3];
        unsigned lowest = (unsigned)i;

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= nto; j++) {
            unsigned best = before[j - 1] + (from[i - 1] != to[j - 1]);

            best = least(best, least(before[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                best = least(best, two_before[j - 2] + 1);
            row[j] = best;
            lowest = least(lowest, best);
        }
        /* An exchange reaches two rows back, so a row alone does not end it; its minimum never
         * falls by more than what an exchange costs. */
        if (lowest > limit + 1)
            return limit + 1;
    }
    return least(rows[nfrom % 3][nto], limit + 1);
}
