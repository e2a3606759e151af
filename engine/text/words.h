/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.h - the tokenizer: one for index, query and marks.
 *
 * It works on one sentence at a time (see sentences.h), so a word never spans two.  Rules: Unicode
 * word segmentation (UAX 29) with what news needs; docs/text.md lists each with examples. */
#ifndef QUIRE_TEXT_WORDS_H
#define QUIRE_TEXT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum {
    TOKEN_ACRONYM = 1, /* an acronym kept apart from the word: surface in capitals, "US" */
    TOKEN_JOINED = 2,  /* joined to the token before it by hyphen, slash, unit, address ... */
    TOKEN_NUMBER = 4   /* begins with a digit */
};

#define WORDS_MAX_SURFACE                                                                          \
    120 /* bytes; longer ones are cut and end in ~ and a hash of the whole                         \
         */

typedef struct {
    uint32_t start; /* the token's own bytes in the text, sign of currency or % included */
    uint32_t end;
    uint32_t surface; /* offset of its folded form in token_list.forms */
    uint32_t extra;   /* offset of its form with the sign, "$4.5"; only if extra_bytes > 0 */
    uint8_t surface_bytes;
    uint8_t extra_bytes;
    uint8_t flags;
} token;

/* Tokens, and the bytes of their forms.  A zeroed list is an empty one. */
typedef struct {
    token *tokens;
    size_t ntokens;
    size_t room;
    buffer forms;   /* surfaces and extras, without separators, in the order of the tokens */
    buffer scratch; /* the tokenizer's own */
} token_list;

/* Append the words of text[start..end), one sentence of valid UTF-8, to list; token offsets count
 * from text.  With shouting, nothing is an acronym.  The same bytes and flag give the same words.
 * False when memory is out (the list then holds some of them). text is at most 4 GiB. */
bool words_split(const char *text, size_t start, size_t end, bool shouting, token_list *list);

/* The same tokens, found character by character: so that a test can hold one beside the other. */
bool words_split_by_rules(const char *text, size_t start, size_t end, bool shouting,
                          token_list *list);

/* Is this text (a block, a headline, a query) wholly in capitals, so that they tell nothing?
 * No lower-case letter, and at least two words of which one is longer than four letters. */
bool words_is_shouting(const char *text, size_t nbytes);

void token_list_clear(token_list *list); /* empty, room kept */
void token_list_free(token_list *list);

static inline const char *
token_surface(const token_list *list, const token *t)
{
    return list->forms.bytes + t->surface;
}

static inline const char *
token_extra(const token_list *list, const token *t)
{
    return list->forms.bytes + t->extra;
}

/* Is this folded word one of the function words (the, of, to ...) that support a ranked query but
 * do not match by themselves? */
bool words_is_function_word(const char *surface, size_t nbytes);

#endif
