/* SPDX-License-Identifier: GPL-3.0-or-later */
/* word_window.h - up to 64 bytes of a text at once, as the tokenizer sees them: which are letters
 * and digits of ASCII, and which are beyond ASCII.
 *
 * So a word that consists of such letters alone is found by two instructions on bits, whatever its
 * length. */
#ifndef QUIRE_TEXT_WORD_WINDOW_H
#define QUIRE_TEXT_WORD_WINDOW_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "text/characters.h"

enum {
    WORD_WINDOW_BYTES = 64,
    WORD_WINDOW_LANE = 16 /* bytes done at a time */
};

/* Bit i is byte i; those behind the last byte are 0. */
typedef struct {
    uint64_t words;   /* letters and digits of ASCII */
    uint64_t digits;  /* of ASCII */
    uint64_t foreign; /* beyond ASCII */
    uint64_t blanks;  /* ' ' and nothing else */
    uint64_t stops;   /* of ASCII, those that may be inside a word: full stops and apostrophes */
    uint64_t small;   /* among the letters, the small ones */
} word_window;

/* Read text[0..nbytes), at most WORD_WINDOW_BYTES.  Byte by byte, for machines without vectors, and
 * to hold the other beside. */
static inline word_window
word_window_read_plainly(const char *text, size_t nbytes)
{
    word_window w = {0};

    for (size_t i = 0; i < nbytes; i++) {
        unsigned char c = (unsigned char)text[i];
        uint64_t bit = UINT64_C(1) << i;
        if (c >= 0x80)
            w.foreign |= bit;
        else if (characters_ascii[c] == CHARACTER_DIGIT)
            w.digits |= bit;
        else if (characters_ascii[c] == CHARACTER_LETTER)
            w.words |= bit;
        w.blanks |= c == ' ' ? bit : 0;
        w.stops |= c == '.' || c == '\'' || c == '`' ? bit : 0;
        w.small |= c >= 'a' && c <= 'z' ? bit : 0;
    }
    w.words |= w.digits;
    return w;
}

#ifdef __SSE2__

/* The bytes of v from first on, n of them, as a mask: moved to the lowest values there are, they
 * are less than the n-th, signs minded. */
static inline __m128i
word_window_range(__m128i v, char first, int n)
{
    __m128i moved = _mm_add_epi8(v, _mm_set1_epi8((char)(0x80 - first)));

    return _mm_cmplt_epi8(moved, _mm_set1_epi8((char)(n - 0x80)));
}

static inline void
word_window_read_lane(__m128i v, unsigned shift, word_window *w)
{
    __m128i letters = word_window_range(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 26);
    __m128i digits = word_window_range(v, '0', 10);
    __m128i stops = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('.')),
                                 _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\'')),
                                              _mm_cmpeq_epi8(v, _mm_set1_epi8('`'))));
    uint64_t digit_bits = (uint64_t)(unsigned)_mm_movemask_epi8(digits);
    uint64_t letter_bits = (uint64_t)(unsigned)_mm_movemask_epi8(letters);

    w->words |= (letter_bits | digit_bits) << shift;
    w->digits |= digit_bits << shift;
    w->foreign |= (uint64_t)(unsigned)_mm_movemask_epi8(v) << shift;
    w->blanks |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(' ')))
                 << shift;
    w->stops |= (uint64_t)(unsigned)_mm_movemask_epi8(stops) << shift;
    /* The bit by which they differ from capitals, moved to the highest of the byte. */
    w->small |= (uint64_t)((unsigned)_mm_movemask_epi8(_mm_slli_epi16(v, 2)) & letter_bits)
                << shift;
}

static inline word_window
word_window_read(const char *text, size_t nbytes)
{
    word_window w = {0};
    size_t at = 0;

    for (; at + WORD_WINDOW_LANE <= nbytes; at += WORD_WINDOW_LANE)
        word_window_read_lane(_mm_loadu_si128((const __m128i *)(text + at)), (unsigned)at, &w);
    if (at < nbytes) { /* nothing is read behind the text */
        char rest[WORD_WINDOW_LANE] = {0};
        memcpy(rest, text + at, nbytes - at);
        word_window_read_lane(_mm_loadu_si128((const __m128i *)rest), (unsigned)at, &w);
    }
    return w;
}

#else

static inline word_window
word_window_read(const char *text, size_t nbytes)
{
    return word_window_read_plainly(text, nbytes);
}

#endif

#endif
