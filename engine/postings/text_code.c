/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_code.c - reading a vocabulary, and decoding (see text_code.h). */
#include "postings/text_code.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/* The code at p, which is no escape.  As when it was written, no branch depends on which it is. */
static ALWAYS_INLINE uint32_t
read_code(const text_code *c, const uint8_t *p, size_t *code_bytes)
{
    const uint32_t first = p[0];
    const uint32_t is_two = first >= c->none;
    const uint32_t more = ((first - c->none) << 8 | p[1]) + c->none - first; /* of two bytes */

    *code_bytes = 1 + (size_t)is_two;
    return first + (more & -is_two);
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

/* Where the decoder is; what it looks up is told from what it writes. */
typedef struct {
    const text_code c;
    const uint8_t *codes;
    char *to;
    bool is_bad; /* some code had no string */
} decoding;

/* Put the string of the code at p, which is no escape. */
static ALWAYS_INLINE void
put_string(decoding *d, const uint8_t *p, size_t *code_bytes)
{
    const uint32_t entry = d->c.entries[read_code(&d->c, p, code_bytes)];

    memcpy(d->to, d->c.pool + (entry >> TEXT_LENGTH_BITS), TEXT_STRING_BYTES);
    d->is_bad |= entry == 0;
    d->to += entry_bytes(entry);
}

/* Put what the code at hand stands for; false where it is an escape whose bytes are not all there.
 */
static ALWAYS_INLINE bool
decode_one(decoding *d, const uint8_t *end)
{
    size_t n;

    if (__builtin_expect(*d->codes != TEXT_ESCAPE, 1)) {
        put_string(d, d->codes, &n);
        d->codes += n;
        return true;
    }
    n = read_escape(d->codes, end);
    if (n == 0)
        return false;
    memcpy(d->to, d->codes + ESCAPE_HEAD, n);
    d->to += n;
    d->codes += ESCAPE_HEAD + n;
    return true;
}

#ifdef __SSE2__

enum { WINDOW_BYTES = 64 };

/* Of each byte of a window whether it is at least as large. */
static ALWAYS_INLINE uint64_t
find_from(const uint8_t *p, uint8_t least)
{
    const __m128i least_bytes = _mm_set1_epi8((char)least);
    uint64_t found = 0;

    for (unsigned i = 0; i < WINDOW_BYTES / 16; i++) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        const __m128i is_from = _mm_cmpeq_epi8(_mm_max_epu8(bytes, least_bytes), bytes);

        found |= (uint64_t)(uint32_t)_mm_movemask_epi8(is_from) << 16 * i;
    }
    return found;
}

/* The bytes with which codes begin, given those that begin codes of two bytes where they begin any,
 * the first of which begins one.  In a row of such bytes every other one does; adding carries
 * through each row to its end, the same for all rows at once (as Langdale and Lemire find escaped
 * characters in Parsing Gigabytes of JSON per Second, 2019). */
static ALWAYS_INLINE uint64_t
find_starts(uint64_t twos)
{
    const uint64_t odd = UINT64_C(0xAAAAAAAAAAAAAAAA);
    const uint64_t series = ((twos << 1 | odd) - twos) ^ odd;

    return ~(series ^ twos);
}

/* Decode window by window as long as there are whole ones, and up to the first escape in each:
 * where the next code begins does not wait for the one before then.  False: as decode_one. */
static ALWAYS_INLINE bool
decode_windows(decoding *d, const uint8_t *end)
{
    bool is_whole = true;

    while (is_whole && end - d->codes > WINDOW_BYTES) {
        const uint8_t *codes = d->codes;
        const uint64_t twos = find_from(codes, (uint8_t)d->c.none);
        uint64_t starts = find_starts(twos);
        const uint64_t escapes = starts & find_from(codes, TEXT_ESCAPE);
        const uint64_t before = escapes == 0 ? UINT64_MAX : (escapes & -escapes) - 1;

        d->codes += escapes == 0 ? WINDOW_BYTES + (starts >> 63 & twos >> 63)
                                 : (unsigned)__builtin_ctzll(escapes);
        for (starts &= before; starts != 0; starts &= starts - 1) {
            size_t code_bytes;

            put_string(d, codes + __builtin_ctzll(starts), &code_bytes);
        }
        if (escapes != 0)
            is_whole = decode_one(d, end);
    }
    return is_whole;
}

#else

static bool
decode_windows(decoding *d, const uint8_t *end)
{
    (void)d, (void)end;
    return true;
}

#endif

size_t
text_code_decode(const text_code *c, const uint8_t *codes, size_t nbytes, char *to)
{
    const uint8_t *end = codes + nbytes;
    decoding d = {.c = *c, .codes = codes, .to = to};

    if (c->nstrings == 0) {
        if (nbytes > 0)
            memcpy(to, codes, nbytes);
        return nbytes;
    }
    if (!decode_windows(&d, end))
        return SIZE_MAX;
    while (d.codes < end)
        if (!decode_one(&d, end))
            return SIZE_MAX;
    return d.codes == end && !d.is_bad ? (size_t)(d.to - to) : SIZE_MAX;
}
