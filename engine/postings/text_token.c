/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_token.c - cutting text into tokens (see text_token.h). */
#include "postings/text_token.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { LANE_BYTES = 16 };

static bool
is_word(uint8_t byte)
{
    return byte >= 0x80 || (uint8_t)((byte | 0x20) - 'a') < 26 || (uint8_t)(byte - '0') < 10;
}

text_window
text_token_window_plainly(const uint8_t *p, size_t nbytes)
{
    text_window w = {0};

    for (size_t i = 0; i < nbytes; i++) {
        w.words |= (uint64_t)is_word(p[i]) << i;
        w.blanks |= (uint64_t)(p[i] == ' ') << i;
    }
    return w;
}

#ifdef __SSE2__

/* Of each byte whether it is of a word; all comparisons are of signed bytes. */
static inline uint64_t
find_words(__m128i bytes)
{
    const __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i letters =
        _mm_cmplt_epi8(_mm_sub_epi8(lower, _mm_set1_epi8((char)('a' - 128))), _mm_set1_epi8(-102));
    const __m128i digits =
        _mm_cmplt_epi8(_mm_sub_epi8(bytes, _mm_set1_epi8((char)('0' - 128))), _mm_set1_epi8(-118));

    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letters, digits), bytes));
}

static inline uint64_t
find_blanks(__m128i bytes)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')));
}

static inline text_window
read_window(const uint8_t *p, size_t nbytes)
{
    text_window w = {0};

    for (size_t at = 0; at < nbytes; at += LANE_BYTES) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + at));

        w.words |= find_words(bytes) << at;
        w.blanks |= find_blanks(bytes) << at;
    }
    if (nbytes < TOKEN_WINDOW_BYTES) {
        w.words &= (UINT64_C(1) << nbytes) - 1;
        w.blanks &= (UINT64_C(1) << nbytes) - 1;
    }
    return w;
}

#else

static inline text_window
read_window(const uint8_t *p, size_t nbytes)
{
    return text_token_window_plainly(p, nbytes);
}

#endif

text_window
text_token_window(const uint8_t *p, size_t nbytes)
{
    return read_window(p, nbytes);
}

/* A token that fills all room ends with a whole character, if any is whole in it. */
static size_t
trim(const uint8_t *p, const uint8_t *end)
{
    size_t n = TOKEN_MAX_BYTES;

    if (end - p == TOKEN_MAX_BYTES)
        return n;
    while (n > TOKEN_MAX_BYTES - 4 && text_token_is_continuation(p[n]))
        n--;
    return n > TOKEN_MAX_BYTES - 4 ? n : TOKEN_MAX_BYTES;
}

/* Add what fills all room of the token that goes on to `to`; out's new end. */
static text_token *
add_full(text_cutter *c, const uint8_t *to, text_token *out)
{
    while (to - c->token >= TOKEN_MAX_BYTES) {
        *out = (text_token){c->token, trim(c->token, c->end)};
        c->token += out->nbytes;
        out++;
    }
    return out;
}

/* Add the tokens of the next window but the last, which may go on behind it; out's new end. */
static inline text_token *
add_window(text_cutter *c, text_token *out)
{
    const size_t left = (size_t)(c->end - c->window);
    const size_t nbytes = left < TOKEN_WINDOW_BYTES ? left : TOKEN_WINDOW_BYTES;
    const text_window w = read_window(c->window, nbytes);
    const uint64_t changes = w.words ^ (w.words << 1 | c->is_word);
    const uint64_t behind_blanks = w.blanks << 1 | c->is_blank;
    const uint8_t *token = c->token;

    /* Of two blanks the first is a token. */
    for (uint64_t starts = w.blanks | (changes & ~behind_blanks); starts != 0;
         starts &= starts - 1) {
        const uint8_t *next = c->window + __builtin_ctzll(starts);

        if (__builtin_expect(next - token >= TOKEN_MAX_BYTES, 0)) {
            c->token = token;
            out = add_full(c, next, out);
            token = c->token;
        }
        *out = (text_token){token, (size_t)(next - token)};
        out += next != token; /* full ones may have left nothing */
        token = next;
    }
    c->token = token;
    c->window += nbytes;
    c->is_word = w.words >> (TOKEN_WINDOW_BYTES - 1);
    c->is_blank = w.blanks >> (TOKEN_WINDOW_BYTES - 1);
    return add_full(c, c->window, out);
}

size_t
text_token_next(text_cutter *c, text_token *out)
{
    text_token *to = out;

    while (c->window < c->end && to - out < TOKEN_WINDOW_BYTES)
        to = add_window(c, to);
    if (c->window == c->end && c->token < c->end) {
        *to++ = (text_token){c->token, (size_t)(c->end - c->token)};
        c->token = c->end;
    }
    return (size_t)(to - out);
}
