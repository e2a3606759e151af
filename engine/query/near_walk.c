/* SPDX-License-Identifier: GPL-3.0-or-later */
/* near_walk.c - edit distance by dynamic programming, a row for each character of the word that
 * comes.
 *
 * Of row i only the cells i - limit to i + limit are computed: all others are more than the limit.
 * Beside them stands a cell that says so, for the rows that follow. */
#include "query/near_walk.h"

#include <string.h>

#include "base/utf8.h"

static unsigned
least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

bool
near_walk_begin(near_walk *w, const char *target, size_t nbytes, unsigned limit)
{
    unsigned length = 0;

    w->ntarget = 0;
    w->limit = limit;
    w->ncharacters = 0;
    for (size_t at = 0; at < nbytes; at += length) {
        if (w->ntarget == EDITS_MAX_CHARACTERS)
            return false;
        w->target[w->ntarget++] = utf8_decode(target + at, nbytes - at, &length);
    }
    for (size_t j = 0; j <= w->ntarget; j++)
        w->rows[0][j] = (uint8_t)least((unsigned)j, limit + 1);
    w->lowest[0] = 0;
    return true;
}

/* The cells of row i that may be within the limit, but for that of no character. */
static size_t
first_cell(const near_walk *w, size_t i)
{
    return i > w->limit ? i - w->limit : 1;
}

static size_t
last_cell(const near_walk *w, size_t i)
{
    return least((unsigned)(i + w->limit), (unsigned)w->ntarget);
}

/* Compute the row of character number i, from 1. */
static void
compute_row(near_walk *w, size_t i)
{
    const uint32_t character = w->characters[i - 1];
    const unsigned far = w->limit + 1;
    const size_t first = first_cell(w, i);
    const size_t last = last_cell(w, i);
    const uint8_t *before = w->rows[i - 1];
    uint8_t *row = w->rows[i];
    unsigned lowest = least((unsigned)i, far);

    row[first - 1] = (uint8_t)(first == 1 ? lowest : far);
    for (size_t j = first; j <= last; j++) {
        unsigned best = before[j - 1] + (w->target[j - 1] != character ? 1u : 0u);

        best = least(best, least(before[j], row[j - 1]) + 1u);
        if (i > 1 && j > 1 && character == w->target[j - 2] &&
            w->characters[i - 2] == w->target[j - 1])
            best = least(best, w->rows[i - 2][j - 2] + 1u);
        best = least(best, far);
        row[j] = (uint8_t)best;
        lowest = least(lowest, best);
    }
    if (last < w->ntarget)
        row[last + 1] = (uint8_t)far;
    w->lowest[i] = (uint8_t)lowest;
}

/* Keep the characters that the word shares with the one before; returns the bytes of them. */
static size_t
keep_shared(near_walk *w, const char *word, size_t nbytes)
{
    const size_t known = w->ncharacters > 0 ? w->ends[w->ncharacters - 1] : 0;
    size_t shared = 0;

    while (shared < known && shared < nbytes && word[shared] == w->word[shared])
        shared++;
    while (w->ncharacters > 0 && w->ends[w->ncharacters - 1] > shared)
        w->ncharacters--;
    return w->ncharacters > 0 ? w->ends[w->ncharacters - 1] : 0;
}

/* Is everything that begins with the first i characters too far away?  An exchange of neighbours
 * reaches two rows back, for one edit. */
static bool
is_dead(const near_walk *w, size_t i)
{
    return w->lowest[i] > w->limit && (i == 0 || w->lowest[i - 1] + 1u > w->limit);
}

unsigned
near_walk_next(near_walk *w, const char *word, size_t nbytes, size_t *dead_out)
{
    size_t at = 0;

    *dead_out = 0;
    if (nbytes > NEAR_WALK_MAX_BYTES)
        return w->limit + 1;
    at = keep_shared(w, word, nbytes);
    while (!is_dead(w, w->ncharacters)) {
        const size_t i = w->ncharacters;
        unsigned length = 0;

        if (at == nbytes)
            return last_cell(w, i) == w->ntarget ? w->rows[i][w->ntarget] : w->limit + 1;
        w->characters[i] = utf8_decode(word + at, nbytes - at, &length);
        memcpy(w->word + at, word + at, length);
        at += length;
        w->ends[i] = (uint8_t)at;
        w->ncharacters = i + 1;
        compute_row(w, i + 1);
    }
    *dead_out = at;
    return w->limit + 1;
}

/* ---- Where to go on ---- */

#define NO_CHARACTER UINT32_MAX

/* The character behind one in the order of bytes. */
static uint32_t
successor(uint32_t character)
{
    if (character == 0xD7FF)
        return 0xE000;
    return character < 0x10FFFF ? character + 1 : NO_CHARACTER;
}

/* The least character above another with which a word may go on behind its first i characters.
 * Where one more edit is too many, it must be one of the target's. */
static uint32_t
find_next(const near_walk *w, size_t i, uint32_t above)
{
    uint32_t least_one = NO_CHARACTER;

    if (w->lowest[i] < w->limit)
        return successor(above);
    for (size_t j = first_cell(w, i) - 1; j < w->ntarget && j <= i + w->limit; j++) {
        const uint32_t wanted = w->target[j];
        const bool is_matched = w->rows[i][j] <= w->limit;
        const bool is_exchanged = i > 0 && j + 1 < w->ntarget &&
                                  w->characters[i - 1] == w->target[j + 1] &&
                                  w->rows[i - 1][j] < w->limit;

        if (wanted > above && wanted < least_one && (is_matched || is_exchanged))
            least_one = wanted;
    }
    return least_one;
}

size_t
near_walk_seek(const near_walk *w, char to[NEAR_WALK_MAX_BYTES + UTF8_MAX_BYTES])
{
    for (size_t i = w->ncharacters; i > 0; i--) {
        const uint32_t next = find_next(w, i - 1, w->characters[i - 1]);
        const size_t kept = i > 1 ? w->ends[i - 2] : 0;

        if (next == NO_CHARACTER)
            continue;
        memcpy(to, w->word, kept);
        return kept + utf8_encode(next, to + kept);
    }
    return 0;
}
