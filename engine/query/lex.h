/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lex.h - a query cut into items: chunks, phrases, parentheses, operators, with their signs.
 *
 * What cannot be an item (a sign before nothing, a quote that closes nothing) is noted here and
 * left out.  What the words of a chunk or phrase are is for leaf.h. */
#ifndef QUIRE_QUERY_LEX_H
#define QUIRE_QUERY_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "query/notes.h"

typedef enum {
    ITEM_END,
    ITEM_CHUNK, /* characters without a blank, quote or parenthesis between them */
    ITEM_PHRASE,
    ITEM_OPEN,
    ITEM_CLOSE,
    ITEM_AND,
    ITEM_OR,
    ITEM_NOT
} item_kind;

typedef struct {
    item_kind kind;
    char sign;        /* '+', '-' or 0; of a chunk, phrase or opening parenthesis */
    bool is_unclosed; /* a phrase whose closing quote is missing (noted) */
    size_t start;     /* bytes of the text, sign and quotes included */
    size_t end;
    size_t text_start; /* of a chunk or phrase: its own text */
    size_t text_end;
} lex_item;

typedef struct {
    const char *text; /* valid UTF-8 */
    size_t nbytes;
    size_t at;
    size_t glued_at;  /* where the last chunk or phrase ended */
    bool is_shouting; /* operators are words */
    note_writer *notes;
} lexer;

void lex_start(lexer *l, const char *text, size_t nbytes, bool is_shouting, note_writer *notes);

/* The next item; ITEM_END at the end, again and again.  All items together take time linear in the
 * text. */
lex_item lex_next(lexer *l);

#endif
