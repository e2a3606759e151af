/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lex.h - a query cut into items: chunks, phrases, parentheses, operators, with what stands
 * directly before them (signs, fields, =) and behind (~, ^).
 *
 * What cannot be an item (a sign before nothing, a quote that closes nothing) is noted here and
 * left out.  What the words of a chunk or phrase are is for leaf.h. */
#ifndef QUIRE_QUERY_LEX_H
#define QUIRE_QUERY_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "query/fields.h"
#include "query/notes.h"
#include "query/tree.h"

#define LEX_MAX_WEIGHT 1000.0
#define LEX_MAX_DISTANCE 10000u
#define LEX_NEAR_DISTANCE 10u /* of a NEAR that says none */
#define LEX_ADJ_DISTANCE 1u
#define LEX_MAX_EDITS 2u
#define LEX_MAX_SLOP 100u

typedef enum {
    ITEM_END,
    ITEM_CHUNK, /* characters without a blank, quote or parenthesis between them */
    ITEM_PHRASE,
    ITEM_OPEN,
    ITEM_CLOSE,
    ITEM_AND,
    ITEM_OR,
    ITEM_NOT,
    ITEM_WINDOW
} item_kind;

typedef struct {
    item_kind kind;
    size_t start; /* bytes of the text, with all that belongs to it */
    size_t end;

    /* Of a chunk, phrase or opening parenthesis. */
    char sign; /* '+', '-' or 0 */
    bool in_title;
    bool by_stem;      /* of a phrase */
    bool is_attribute; /* it is the value of field */
    query_field field; /* or group of values */
    size_t text_start; /* of a chunk, phrase or operator: its own text */
    size_t text_end;
    bool is_exact;    /* = stands before it */
    bool is_unclosed; /* a phrase whose closing quote is missing (noted) */
    uint32_t edits;   /* word~ and word~2; else 0 */
    uint32_t slop;    /* "a b"~5; else 0 */
    double weight;    /* of a chunk, phrase or closing parenthesis: as ^ says, else 1 */

    /* Of ITEM_WINDOW. */
    query_window window;
    uint32_t distance;
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
