/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_code.c - reading a vocabulary, and decoding (see text_code.h). */
#include "postings/text_code.h"

#include <stdlib.h>
#include <string.h>

#include "postings/text_code_table.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

enum { HEAD_BYTES = 4, ESCAPE_HEAD = 2 };

/* ---- The vocabulary ---- */

static bool
read_head(text_code *c, const uint8_t *vocabulary, size_t nbytes)
{
    if (nbytes < HEAD_BYTES)
        return false;
    c->none = load_u16(vocabulary);
    c->nstrings = load_u16(vocabulary + 2);
    if (c->none > TEXT_ESCAPE)
        return false;
    c->ncodes = c->none + (TEXT_ESCAPE - c->none) * 256;
    return c->nstrings <= c->ncodes;
}

static quire_status
read_strings(text_code *c, const uint8_t *at, const uint8_t *end)
{
    uint32_t before = 0; /* where the string before is in the pool */
    uint32_t size = 0;
    uint32_t before_bytes = 0;

    for (uint32_t i = 0; i < c->nstrings; i++) {
        if (at == end)
            return QUIRE_ECORRUPT;
        const uint32_t shared = *at >> 4;
        const uint32_t nbytes = (*at & 15) + 1u;

        at++;
        if (shared > before_bytes || shared > nbytes || nbytes - shared > (size_t)(end - at))
            return QUIRE_ECORRUPT;
        memcpy(c->pool + size, c->pool + before, shared);
        memcpy(c->pool + size + shared, at, nbytes - shared);
        at += nbytes - shared;
        c->entries[i] = size << TEXT_LENGTH_BITS | nbytes;
        before = size;
        before_bytes = nbytes;
        size += nbytes;
    }
    return at == end ? QUIRE_OK : QUIRE_ECORRUPT;
}

static uint32_t
entry_bytes(uint32_t entry)
{
    return entry & ((1u << TEXT_LENGTH_BITS) - 1);
}

static const uint8_t *
entry_string(const text_code *c, uint32_t entry)
{
    return (const uint8_t *)c->pool + (entry >> TEXT_LENGTH_BITS);
}

static bool
has_all_bytes(const text_code *c)
{
    bool has[256] = {false};

    for (uint32_t i = 0; i < c->nstrings; i++)
        if (entry_bytes(c->entries[i]) == 1)
            has[*entry_string(c, c->entries[i])] = true;
    for (size_t i = 0; i < 256; i++)
        if (!has[i])
            return false;
    return true;
}

static quire_status
make_tables(text_code *c, const uint8_t *vocabulary, size_t nbytes, bool encodes)
{
    quire_status status;

    if (!read_head(c, vocabulary, nbytes))
        return QUIRE_ECORRUPT;
    c->entries = calloc(c->ncodes + 1, sizeof *c->entries);
    c->pool = calloc((size_t)c->nstrings + 1, TEXT_STRING_BYTES);
    if (c->entries == NULL || c->pool == NULL)
        return QUIRE_ENOMEM;
    status = read_strings(c, vocabulary + HEAD_BYTES, vocabulary + nbytes);
    if (status != QUIRE_OK || !encodes)
        return status;
    return has_all_bytes(c) ? text_code_prepare(c) : QUIRE_ECORRUPT;
}

quire_status
text_code_new(const void *vocabulary, size_t nbytes, bool encodes, text_code **code_out)
{
    text_code *c = calloc(1, sizeof *c);
    quire_status status = QUIRE_OK;

    if (c == NULL)
        return QUIRE_ENOMEM;
    if (nbytes > 0)
        status = make_tables(c, vocabulary, nbytes, encodes);
    if (status != QUIRE_OK) {
        text_code_free(c);
        return status;
    }
    *code_out = c;
    return QUIRE_OK;
}

void
text_code_free(text_code *c)
{
    if (c == NULL)
        return;
    free(c->entries);
    free(c->pool);
    free(c->buckets);
    free(c->keys);
    free(c->lengths);
    free(c->longer);
    free(c);
}

/* ---- Decoding ---- */

/* The code at p, which is no escape. */
static ALWAYS_INLINE uint32_t
read_code(const text_code *c, const uint8_t *p, size_t *code_bytes)
{
    const uint32_t first = p[0];
    const bool is_two = first >= c->none;

    *code_bytes = 1 + (size_t)is_two;
    return is_two ? c->none + ((first - c->none) << 8 | p[1]) : first;
}

/* Bytes behind the head of the escape at p; 0: they are not all there. */
static size_t
read_escape(const uint8_t *p, const uint8_t *end)
{
    if (end - p < ESCAPE_HEAD || end - p - ESCAPE_HEAD < p[1] + 1)
        return 0;
    return p[1] + (size_t)1;
}

size_t
text_code_size(const text_code *c, const uint8_t *codes, size_t nbytes)
{
    const uint8_t *end = codes + nbytes;
    size_t size = 0;

    if (c->nstrings == 0)
        return nbytes;
    while (codes < end) {
        size_t n = 0;

        if (*codes == TEXT_ESCAPE) {
            n = read_escape(codes, end);
            codes += ESCAPE_HEAD + n;
        } else {
            size_t code_bytes;

            n = entry_bytes(c->entries[read_code(c, codes, &code_bytes)]);
            codes += code_bytes;
        }
        if (n == 0)
            return SIZE_MAX;
        size += n;
    }
    return codes == end ? size : SIZE_MAX;
}

size_t
text_code_decode(const text_code *c, const uint8_t *codes, size_t nbytes, char *to)
{
    const uint8_t *end = codes + nbytes;
    const char *start = to;
    bool is_bad = false;

    if (c->nstrings == 0) {
        if (nbytes > 0)
            memcpy(to, codes, nbytes);
        return nbytes;
    }
    while (codes < end) {
        size_t code_bytes;

        if (__builtin_expect(*codes == TEXT_ESCAPE, 0)) {
            const size_t n = read_escape(codes, end);

            if (n == 0)
                return SIZE_MAX;
            memcpy(to, codes + ESCAPE_HEAD, n);
            to += n;
            codes += ESCAPE_HEAD + n;
            continue;
        }
        const uint32_t entry = c->entries[read_code(c, codes, &code_bytes)];

        memcpy(to, c->pool + (entry >> TEXT_LENGTH_BITS), TEXT_STRING_BYTES);
        is_bad |= entry == 0;
        to += entry_bytes(entry);
        codes += code_bytes;
    }
    return codes == end && !is_bad ? (size_t)(to - start) : SIZE_MAX;
}
