/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_code.c - reading a vocabulary, encoding and decoding (see text_code.h).
 *
 * A text is cut into tokens (text_token.h).  A token that is a string is one code; of any other
 * the longest string that it begins with, and so on.  Looking for the longest string at every byte
 * instead took three times as long and made texts a hundredth smaller. */
#include "postings/text_code.h"

#include <stdlib.h>
#include <string.h>

#include "postings/text_code_table.h"
#include "postings/text_token.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

enum {
    HEAD_BYTES = 4,
    TAIL_BYTES = 32, /* of a text: cut where bytes may be read behind it */
    ESCAPE_HEAD = 2,
    PAIRS = 65536 /* of bytes */
};

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

/* Keep the table at most half full. */
static quire_status
make_slots(text_code *c)
{
    uint32_t nslots = 1024;

    while (nslots < 2 * c->nstrings)
        nslots *= 2;
    c->mask = nslots - 1;
    c->slots = calloc(nslots, sizeof *c->slots);
    c->lengths = calloc(PAIRS, sizeof *c->lengths);
    if (c->slots == NULL || c->lengths == NULL)
        return QUIRE_ENOMEM;
    for (uint32_t i = 0; i < c->nstrings; i++) {
        const uint32_t nbytes = entry_bytes(c->entries[i]);
        const uint8_t *string = entry_string(c, c->entries[i]);
        const uint64_t hash = text_key_hash(text_key_of(string, nbytes), nbytes);
        uint32_t slot = (uint32_t)hash & c->mask;

        while (c->slots[slot] != 0)
            slot = (slot + 1) & c->mask;
        c->slots[slot] = (uint32_t)(hash >> 32) << 16 | (i + 1);
        if (nbytes > 1) {
            uint16_t *lengths = &c->lengths[load_u16(string)];

            *lengths = (uint16_t)(*lengths | 1u << (nbytes - 1));
        }
    }
    return QUIRE_OK;
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
    return has_all_bytes(c) ? make_slots(c) : QUIRE_ECORRUPT;
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
    free(c->slots);
    free(c->lengths);
    free(c);
}

/* ---- Cutting ---- */

/* What is made of a text: its codes, or the number of uses of each string. */
typedef struct {
    const text_code *c;
    uint32_t *uses; /* NULL: codes */
    const uint8_t *text;
    uint8_t *to;
    size_t in;         /* bytes of the text that are cut */
    size_t out;        /* of their codes */
    size_t stretch_in; /* from here on no code was shorter than its string */
    size_t stretch_out;
} cutting;

/* The codes of the stretch at hand are as they are where its bytes would be no shorter. */
static void
end_stretch(cutting *t)
{
    const size_t nbytes = t->in - t->stretch_in;
    const size_t nescapes = (nbytes + TEXT_ESCAPED_BYTES - 1) / TEXT_ESCAPED_BYTES;

    if (t->out - t->stretch_out <= nbytes + ESCAPE_HEAD * nescapes)
        return;
    t->out = t->stretch_out;
    for (size_t at = t->stretch_in; at < t->in;) {
        const size_t n = t->in - at < TEXT_ESCAPED_BYTES ? t->in - at : TEXT_ESCAPED_BYTES;

        t->to[t->out] = TEXT_ESCAPE;
        t->to[t->out + 1] = (uint8_t)(n - 1);
        memcpy(t->to + t->out + ESCAPE_HEAD, t->text + at, n);
        t->out += ESCAPE_HEAD + n;
        at += n;
    }
}

/* Which of the two a code is follows no pattern, so no branch depends on it. */
static ALWAYS_INLINE void
emit(cutting *t, uint32_t number, size_t nbytes)
{
    const uint32_t none = t->c->none;
    const bool is_two = number >= none;
    const uint32_t rest = number - none;
    const bool is_shorter = 1 + (size_t)is_two < nbytes;

    if (__builtin_expect(t->out - t->stretch_out > t->in - t->stretch_in + ESCAPE_HEAD, 0) &&
        is_shorter)
        end_stretch(t);
    t->to[t->out] = (uint8_t)(is_two ? none + (rest >> 8) : number);
    t->to[t->out + 1] = (uint8_t)rest;
    t->out += 1 + (size_t)is_two;
    t->in += nbytes;
    t->stretch_in = is_shorter ? t->in : t->stretch_in;
    t->stretch_out = is_shorter ? t->out : t->stretch_out;
}

static ALWAYS_INLINE void
take(cutting *t, uint32_t number, size_t nbytes, bool counts)
{
    if (counts)
        t->uses[number]++;
    else
        emit(t, number, nbytes);
}

/* The longest string that the nbytes bytes at p begin with. */
static uint32_t
find_piece(const text_code *c, const uint8_t *p, size_t nbytes, size_t *nbytes_out)
{
    uint32_t lengths = nbytes > 1 ? c->lengths[load_u16(p)] & ((1u << nbytes) - 1) : 0;

    while (lengths != 0) {
        const unsigned longest = 31 - (unsigned)__builtin_clz(lengths);
        const uint32_t number = text_code_find(c, p, longest + 1);

        if (number != UINT32_MAX) {
            *nbytes_out = longest + 1;
            return number;
        }
        lengths &= ~(1u << longest);
    }
    *nbytes_out = 1;
    return text_code_find(c, p, 1);
}

static ALWAYS_INLINE void
cut_token(cutting *t, const uint8_t *p, size_t nbytes, bool counts)
{
    uint32_t number = text_code_find(t->c, p, nbytes);

    if (number != UINT32_MAX) {
        take(t, number, nbytes, counts);
        return;
    }
    for (size_t at = 0; at < nbytes;) {
        size_t piece;

        number = find_piece(t->c, p + at, nbytes - at, &piece);
        take(t, number, piece, counts);
        at += piece;
    }
}

static ALWAYS_INLINE void
cut(cutting *t, const uint8_t *text, size_t nbytes, bool counts)
{
    uint8_t tail[TAIL_BYTES + TAIL_BYTES] = {0};
    size_t at = 0;

    for (; nbytes - at > TAIL_BYTES;) {
        const size_t n = text_token(text + at);

        cut_token(t, text + at, n, counts);
        at += n;
    }
    if (at == nbytes)
        return;
    memcpy(tail, text + at, nbytes - at);
    for (size_t i = 0, rest = nbytes - at; i < rest;) {
        const size_t room = rest - i;
        size_t n = text_token(tail + i);

        n = n < room ? n : room;
        cut_token(t, tail + i, n, counts);
        i += n;
    }
}

void
text_code_count(const text_code *c, const uint8_t *bytes, size_t nbytes, uint32_t *uses)
{
    cutting t = {.c = c, .uses = uses};

    cut(&t, bytes, nbytes, true);
}

bool
text_code_encode(const text_code *c, const void *bytes, size_t nbytes, buffer *out)
{
    if (c->nstrings == 0)
        return buffer_add(out, bytes, nbytes);
    if (nbytes > SIZE_MAX / 4 || !buffer_reserve(out, 2 * nbytes + ESCAPE_HEAD))
        return false;
    cutting t = {.c = c, .text = bytes, .to = (uint8_t *)out->bytes + out->size};

    cut(&t, bytes, nbytes, false);
    end_stretch(&t);
    out->size += t.out;
    out->bytes[out->size] = '\0';
    return true;
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
