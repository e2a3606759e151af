/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_code_encode.c - from text to codes (see text_code.h).
 *
 * A text is cut into tokens (text_token.h).  A token that is a string is one code; of any other
 * the longest string that it begins with, and so on.  Looking for the longest string at every byte
 * instead took three times as long and made texts a hundredth smaller.
 *
 * The strings are in buckets of eight by hash, each with a tag of its length and more of its hash:
 * one comparison of all eight tags nearly always tells the string, or that there is none.  Where
 * the next bucket is to be looked at depends on nothing that is looked up, so the buckets of many
 * tokens are fetched at the same time. */
#include "postings/text_code.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "postings/text_code_table.h"
#include "postings/text_token.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

enum {
    ESCAPE_HEAD = 2,
    PAIRS = 65536, /* of bytes */
    FOURS = 32768, /* hashes of four bytes */
    SHORT_BYTES = 3,
    FILLED = TEXT_BUCKET_STRINGS / 2, /* of a bucket, on average and at most */
    NONE = UINT32_MAX
};
_Static_assert(TEXT_CODE_SLACK >= TOKEN_SLACK, "tokens are cut in the slack");

/* ---- Finding strings ---- */

/* What is looked up. */
typedef struct {
    text_key key;
    uint32_t bucket;
    uint16_t tag;
} wanted;

static ALWAYS_INLINE wanted
want(const text_code *c, const uint8_t *p, size_t nbytes)
{
    const text_key key = text_key_of(p, nbytes);
    const uint64_t hash = text_key_hash(key, nbytes);

    return (wanted){key, (uint32_t)hash & c->mask,
                    (uint16_t)(0x8000 | hash >> 53 << 4 | (nbytes - 1))};
}

/* Bit i for tag number i. */
static ALWAYS_INLINE uint32_t
find_tags(const text_bucket *bucket, uint16_t tag)
{
#ifdef __SSE2__
    const __m128i tags = _mm_loadu_si128((const __m128i *)(const void *)bucket->tags);
    const __m128i same = _mm_cmpeq_epi16(tags, _mm_set1_epi16((short)tag));

    return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(same, _mm_setzero_si128()));
#else
    uint32_t bits = 0;

    for (unsigned i = 0; i < TEXT_BUCKET_STRINGS; i++)
        bits |= (uint32_t)(bucket->tags[i] == tag) << i;
    return bits;
#endif
}

/* The number of a string; NONE: it is none.  Tags tell lengths, so keys tell strings. */
static ALWAYS_INLINE uint32_t
find(const text_code *c, const wanted *w)
{
    for (uint32_t at = w->bucket;; at = (at + 1) & c->mask) {
        const text_bucket *bucket = &c->buckets[at];

        for (uint32_t found = find_tags(bucket, w->tag); found != 0; found &= found - 1) {
            const uint32_t number = bucket->numbers[__builtin_ctz(found)];

            if (text_key_equals(c->keys[number], w->key))
                return number;
        }
        if (bucket->tags[TEXT_BUCKET_STRINGS - 1] == 0)
            return NONE;
    }
}

/* Fetch what find will compare, the bucket being fetched. */
static ALWAYS_INLINE void
fetch_key(const text_code *c, const wanted *w)
{
    const text_bucket *bucket = &c->buckets[w->bucket];
    const uint32_t found = find_tags(bucket, w->tag) | 1u << (TEXT_BUCKET_STRINGS - 1);

    __builtin_prefetch(&c->keys[bucket->numbers[__builtin_ctz(found)]]);
}

static ALWAYS_INLINE size_t
four_of(const uint8_t *p)
{
    return load_u32(p) * 0x9e3779b1u / (UINT32_MAX / FOURS + 1);
}

/* The longest string that the nbytes bytes at p begin with. */
static ALWAYS_INLINE uint32_t
find_piece(const text_code *c, const uint8_t *p, size_t nbytes, size_t *nbytes_out)
{
    const uint32_t of_four = c->longer[four_of(p)];
    uint32_t lengths = (c->lengths[load_u16(p)] | of_four) & ((1u << nbytes) - 1);

    while (lengths != 0) {
        const unsigned longest = 31 - (unsigned)__builtin_clz(lengths);
        const wanted w = want(c, p, longest + 1);
        const uint32_t number = find(c, &w);

        if (number != NONE) {
            *nbytes_out = longest + 1;
            return number;
        }
        lengths &= ~(1u << longest);
    }
    const wanted w = want(c, p, 1);

    *nbytes_out = 1;
    return find(c, &w);
}

/* ---- The tables ---- */

static void
add_string(text_code *c, uint32_t number, const uint8_t *string, size_t nbytes)
{
    const wanted w = want(c, string, nbytes);
    const uint16_t length = (uint16_t)(1u << (nbytes - 1));
    uint32_t at = w.bucket;
    unsigned i = 0;

    while (c->buckets[at].tags[TEXT_BUCKET_STRINGS - 1] != 0)
        at = (at + 1) & c->mask;
    while (c->buckets[at].tags[i] != 0)
        i++;
    c->buckets[at].tags[i] = w.tag;
    c->buckets[at].numbers[i] = (uint16_t)number;
    c->keys[number] = w.key;
    if (nbytes > SHORT_BYTES)
        c->longer[four_of(string)] |= length;
    else if (nbytes > 1)
        c->lengths[load_u16(string)] |= length;
}

quire_status
text_code_prepare(text_code *c)
{
    uint32_t nbuckets = 256;

    while (nbuckets * FILLED < c->nstrings)
        nbuckets *= 2;
    c->mask = nbuckets - 1;
    c->buckets = calloc(nbuckets, sizeof *c->buckets);
    c->keys = calloc(c->nstrings, sizeof *c->keys);
    c->lengths = calloc(PAIRS, sizeof *c->lengths);
    c->longer = calloc(FOURS, sizeof *c->longer);
    if (c->buckets == NULL || c->keys == NULL || c->lengths == NULL || c->longer == NULL)
        return QUIRE_ENOMEM;
    for (uint32_t i = 0; i < c->nstrings; i++)
        add_string(c, i, (const uint8_t *)c->pool + (c->entries[i] >> TEXT_LENGTH_BITS),
                   c->entries[i] & ((1u << TEXT_LENGTH_BITS) - 1));
    return QUIRE_OK;
}

/* ---- Cutting ---- */

/* What is made of a text: its codes, or the number of uses of each string.  It is held by value
 * wherever codes are written, for what they are written through may be anything. */
typedef struct {
    uint32_t *uses; /* NULL: codes */
    size_t none;
    uint8_t *to;
    const uint8_t *stretch; /* of the text: from here on no code was shorter than its string */
    uint8_t *stretch_to;
} cutting;

/* The codes of the stretch up to end are as they are where its bytes would be no shorter. */
static uint8_t *
end_stretch(cutting t, const uint8_t *end)
{
    const size_t nbytes = (size_t)(end - t.stretch);
    const size_t nescapes = (nbytes + TEXT_ESCAPED_BYTES - 1) / TEXT_ESCAPED_BYTES;
    uint8_t *to = t.stretch_to;

    if ((size_t)(t.to - to) <= nbytes + ESCAPE_HEAD * nescapes)
        return t.to;
    for (const uint8_t *at = t.stretch; at < end;) {
        const size_t left = (size_t)(end - at);
        const size_t n = left < TEXT_ESCAPED_BYTES ? left : TEXT_ESCAPED_BYTES;

        to[0] = TEXT_ESCAPE;
        to[1] = (uint8_t)(n - 1);
        memcpy(to + ESCAPE_HEAD, at, n);
        to += ESCAPE_HEAD + n;
        at += n;
    }
    return to;
}

/* All bits where one is less than the other, both being far below SIZE_MAX; else none. */
static ALWAYS_INLINE size_t
mask_less(size_t one, size_t other)
{
    return 0 - ((one - other) >> (8 * sizeof one - 1));
}

/* Write the code of the string of nbytes bytes at p.  Which of the two a code is follows no
 * pattern, so no branch depends on it: masks, for compilers make branches of conditions. */
static ALWAYS_INLINE cutting
emit(cutting t, uint32_t number, const uint8_t *p, size_t nbytes)
{
    const size_t rest = number - t.none;
    const size_t is_one = mask_less(number, t.none);
    const size_t code_bytes = 2 + is_one;
    const size_t is_shorter = mask_less(code_bytes, nbytes);

    if (__builtin_expect(t.to - t.stretch_to > p - t.stretch + ESCAPE_HEAD, 0) && is_shorter != 0)
        t.to = end_stretch(t, p);
    t.to[0] = (uint8_t)(t.none + (rest >> 8 & ~is_one) + (rest & is_one));
    t.to[1] = (uint8_t)rest;
    t.to += code_bytes;
    t.stretch += (size_t)(p + nbytes - t.stretch) & is_shorter;
    t.stretch_to += (size_t)(t.to - t.stretch_to) & is_shorter;
    return t;
}

static ALWAYS_INLINE cutting
take(cutting t, uint32_t number, const uint8_t *p, size_t nbytes)
{
    if (t.uses == NULL)
        return emit(t, number, p, nbytes);
    t.uses[number]++;
    return t;
}

/* A token that is no string. */
static ALWAYS_INLINE cutting
cut_pieces(const text_code *c, cutting t, const text_token *token)
{
    size_t n;

    for (size_t at = 0; at < token->nbytes; at += n) {
        const uint32_t number = find_piece(c, token->bytes + at, token->nbytes - at, &n);

        t = take(t, number, token->bytes + at, n);
    }
    return t;
}

static ALWAYS_INLINE cutting
cut(const text_code *c, cutting t, const uint8_t *text, size_t nbytes)
{
    text_cutter cutter = text_token_cut(text, nbytes);
    text_token tokens[TOKENS_AT_ONCE];
    wanted all[TOKENS_AT_ONCE];
    size_t n;

    while ((n = text_token_next(&cutter, tokens)) > 0) {
        for (size_t i = 0; i < n; i++) {
            all[i] = want(c, tokens[i].bytes, tokens[i].nbytes);
            __builtin_prefetch(&c->buckets[all[i].bucket]);
        }
        for (size_t i = 0; i < n; i++)
            fetch_key(c, &all[i]);
        for (size_t i = 0; i < n; i++) {
            const uint32_t number = find(c, &all[i]);

            t = number != NONE ? take(t, number, tokens[i].bytes, tokens[i].nbytes)
                               : cut_pieces(c, t, &tokens[i]);
        }
    }
    return t;
}

void
text_code_count(const text_code *c, const uint8_t *bytes, size_t nbytes, uint32_t *uses)
{
    cut(c, (cutting){.uses = uses}, bytes, nbytes);
}

bool
text_code_encode(const text_code *c, const void *bytes, size_t nbytes, buffer *out)
{
    if (c->nstrings == 0)
        return buffer_add(out, bytes, nbytes);
    if (nbytes > SIZE_MAX / 4 || !buffer_reserve(out, 2 * nbytes + ESCAPE_HEAD))
        return false;
    uint8_t *to = (uint8_t *)out->bytes + out->size;
    cutting t = {.none = c->none, .to = to, .stretch = bytes, .stretch_to = to};

    t = cut(c, t, bytes, nbytes);
    t.to = end_stretch(t, (const uint8_t *)bytes + nbytes);
    out->size += (size_t)(t.to - to);
    out->bytes[out->size] = '\0';
    return true;
}
