/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_token.h - how stored text is cut into strings that are worth a code of their own.
 *
 * A token is a blank, or none, and the letters, digits and bytes from 0x80 on behind it, or what
 * is neither those nor a blank: " mln", ",", " (".  Of a longer one than TOKEN_MAX_BYTES the
 * characters that are whole in so many bytes are the token.
 *
 * Where tokens begin is told of 64 bytes at once, as bits. */
#ifndef QUIRE_POSTINGS_TEXT_TOKEN_H
#define QUIRE_POSTINGS_TEXT_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TOKEN_MAX_BYTES = 16,
    TOKEN_WINDOW_BYTES = 64,
    TOKEN_SLACK = 16,                                             /* bytes behind a text */
    TOKENS_AT_ONCE = 2 * TOKEN_WINDOW_BYTES + 2 * TOKEN_MAX_BYTES /* at most, by a call */
};

typedef struct {
    const uint8_t *bytes;
    size_t nbytes;
} text_token;

typedef struct {
    const uint8_t *token;  /* the one at hand begins here */
    const uint8_t *window; /* what was not looked at yet */
    const uint8_t *end;
    uint64_t is_word; /* of the byte before the window; 0 or 1 */
    uint64_t is_blank;
} text_cutter;

static inline bool
text_token_is_continuation(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* Cut the nbytes bytes of a text, behind which TOKEN_SLACK bytes may be read. */
static inline text_cutter
text_token_cut(const uint8_t *text, size_t nbytes)
{
    /* As if behind a blank, so that no token begins at the text's first byte: one has already. */
    return (text_cutter){.token = text, .window = text, .end = text + nbytes, .is_blank = 1};
}

/* The next tokens, TOKENS_AT_ONCE at most; 0: there are none. */
size_t text_token_next(text_cutter *c, text_token *out);

/* Bits of up to 64 bytes: which are of words, and which are blanks.  Up to 15 bytes behind them are
 * read, whose bits are 0. */
typedef struct {
    uint64_t words;
    uint64_t blanks;
} text_window;

text_window text_token_window(const uint8_t *p, size_t nbytes);
/* The same byte by byte, for machines without vectors, and to hold the other beside. */
text_window text_token_window_plainly(const uint8_t *p, size_t nbytes);

#endif
