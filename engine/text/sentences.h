/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sentences.h - where sentences end in a block of news text, lost spaces included. */
#ifndef QUIRE_TEXT_SENTENCES_H
#define QUIRE_TEXT_SENTENCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The end of the first sentence of text[start..end) (valid UTF-8): just behind its last mark or
 * closing quote, blanks behind it left out; end (less blanks) where there is no other sentence.
 * Start of the next: the first byte behind that is not blank.  The text is one block.
 * A sentence of more than SENTENCES_MAX_WORDS blank-separated words, or SENTENCES_MAX_BYTES bytes,
 * is cut there. */
size_t sentences_next(const char *text, size_t start, size_t end);

#define SENTENCES_MAX_WORDS 1000
#define SENTENCES_MAX_BYTES 65536

/* Does text[start..end) end as a sentence does: . ? ! or an ellipsis, closing quotes behind it
 * allowed? */
bool sentences_is_ended(const char *text, size_t start, size_t end);

/* The end of text[start..end) without the blanks, closing quotes and brackets at its end. */
size_t sentences_trim_closers(const char *text, size_t start, size_t end);

/* Is c a letter or digit?  A sentence has one at least. */
bool sentences_is_letter_or_digit(uint32_t c);

/* Can c open a quotation? */
bool sentences_is_opening_quote(uint32_t c);

#endif
