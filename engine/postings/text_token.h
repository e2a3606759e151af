/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_token.h - how stored text is cut into strings that are worth a code of their own.
 *
 * A token is a blank, or none, and the letters, digits and bytes from 0x80 on behind it, or what
 * is neither those nor a blank: " mln", ",", " (".  Of a longer one than TOKEN_MAX_BYTES the
 * characters that are whole in so many bytes are the token. */
#ifndef QUIRE_POSTINGS_TEXT_TOKEN_H
#define QUIRE_POSTINGS_TEXT_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define TOKEN_MAX_BYTES 16
#define TOKEN_SLACK 17 /* bytes from the token's start on that may be read */

static inline bool
text_token_is_continuation(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

static inline bool
text_token_is_word(uint8_t byte)
{
    return byte >= 0x80 || (uint8_t)((byte | 0x20) - 'a') < 26 || (uint8_t)(byte - '0') < 10;
}

/* A token that fills all room ends with a whole character, if any is whole in it. */
static inline size_t
text_token_trim(const uint8_t *p)
{
    size_t n = TOKEN_MAX_BYTES;

    while (n > TOKEN_MAX_BYTES - 4 && text_token_is_continuation(p[n]))
        n--;
    return n > TOKEN_MAX_BYTES - 4 ? n : TOKEN_MAX_BYTES;
}

/* Bytes of the token that begins at p, at least 1. */
static inline size_t
text_token_portable(const uint8_t *p)
{
    size_t n = p[0] == ' ';
    const bool is_word = text_token_is_word(p[n]);

    if (p[n] == ' ')
        return 1;
    while (n < TOKEN_MAX_BYTES && text_token_is_word(p[n]) == is_word && p[n] != ' ')
        n++;
    return n < TOKEN_MAX_BYTES ? n : text_token_trim(p);
}

#ifdef __SSE2__

/* Of each byte whether it is of a word; all comparisons are of signed bytes. */
static inline uint32_t
text_token_word_mask(__m128i bytes)
{
    const __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i letters =
        _mm_cmplt_epi8(_mm_sub_epi8(lower, _mm_set1_epi8((char)('a' - 128))), _mm_set1_epi8(-102));
    const __m128i digits =
        _mm_cmplt_epi8(_mm_sub_epi8(bytes, _mm_set1_epi8((char)('0' - 128))), _mm_set1_epi8(-118));

    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letters, digits), bytes));
}

static inline size_t
text_token(const uint8_t *p)
{
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
    const uint32_t words = text_token_word_mask(bytes);
    const uint32_t blanks = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')));
    const uint32_t first = blanks & 1;
    const uint32_t others = (words >> first & 1) != 0 ? ~words : words | blanks;
    /* Of two blanks one is a token. */
    const size_t n = first + (size_t)__builtin_ctz(others >> first | 0x10000u >> first);

    return n < TOKEN_MAX_BYTES ? n + (n == 0) : text_token_trim(p);
}

#else

static inline size_t
text_token(const uint8_t *p)
{
    return text_token_portable(p);
}

#endif

#endif
