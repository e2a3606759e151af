/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lex.c - cutting a query into items.
 *
 * Blanks, quotes and parentheses separate.  Every kind of double quote opens a phrase and every
 * kind closes it, since people mix them, and keyboards and word processors do it for them. */
#include "query/lex.h"

#include <string.h>

#include "base/utf8.h"
#include "text/blanks.h"

/* A character of the text, and where it ends; c is 0 at the end of the text. */
typedef struct {
    uint32_t c;
    size_t end;
} character;

static character
look(const lexer *l, size_t at)
{
    unsigned length = 0;
    character found = {0, at};

    if (at < l->nbytes) {
        found.c = utf8_decode(l->text + at, l->nbytes - at, &length);
        found.end = at + length;
    }
    return found;
}

/* Characters without a shape, which come along when text is copied.  Before a word they must not
 * hide its sign. */
static bool
is_invisible(uint32_t c)
{
    return c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

static bool
is_straight_quote(uint32_t c)
{
    return c == '"' || c == 0x2033; /* double prime */
}

/* Quotes that open in one language or another and look it: “ „ « */
static bool
is_opening_quote(uint32_t c)
{
    return c == 0x201c || c == 0x201e || c == 0xab;
}

/* Quotes that close in one language or another, English, French or German: ” “ » « */
static bool
is_closing_quote(uint32_t c)
{
    return c == 0x201d || c == 0x201c || c == 0xbb || c == 0xab;
}

static bool
is_quote(uint32_t c)
{
    return is_straight_quote(c) || is_opening_quote(c) || is_closing_quote(c);
}

/* '+', '-' or 0.  The minus sign and the en dash are what software makes of a typed hyphen. */
static char
sign_of(uint32_t c)
{
    if (c == '+')
        return '+';
    return c == '-' || c == 0x2212 || c == 0x2013 ? '-' : 0;
}

static bool
ends_chunk(uint32_t c)
{
    return blanks_is(c) || is_quote(c) || c == '(' || c == ')';
}

/* Is there nothing at this place that a sign or a quote before it could belong to? */
static bool
is_gap(const lexer *l, size_t at)
{
    character next = look(l, at);

    return at >= l->nbytes || blanks_is(next.c) || next.c == ')';
}

void
lex_start(lexer *l, const char *text, size_t nbytes, bool is_shouting, note_writer *notes)
{
    *l = (lexer){
        .text = text,
        .nbytes = nbytes,
        .glued_at = nbytes + 1,
        .is_shouting = is_shouting,
        .notes = notes,
    };
}

static void
skip_blanks(lexer *l)
{
    while (l->at < l->nbytes) {
        character next = look(l, l->at);

        if (!blanks_is(next.c) && !is_invisible(next.c))
            break;
        l->at = next.end;
    }
}

/* The byte of the quote that closes a phrase whose text starts here, or nbytes.
 *
 * Quotes within the phrase, “he said “no” today”, are seen by their shape: one that opens, with a
 * blank before it and none behind, opens an inner quotation, which the next closing one ends. */
static size_t
find_phrase_end(const lexer *l, size_t start)
{
    bool is_after_blank = false;
    bool is_inner = false;
    character next = {0, 0};

    for (size_t at = start; at < l->nbytes; at = next.end) {
        next = look(l, at);
        if (is_quote(next.c)) {
            if (is_opening_quote(next.c) && is_after_blank && !is_gap(l, next.end))
                is_inner = true;
            else if (is_inner && is_closing_quote(next.c))
                is_inner = false;
            else
                return at;
        }
        is_after_blank = blanks_is(next.c);
    }
    return l->nbytes;
}

/* The phrase whose quote stands here; the item starts where its sign does. */
static lex_item
read_phrase(lexer *l, size_t start, char sign)
{
    lex_item item = {.kind = ITEM_PHRASE, .sign = sign, .start = start};

    item.text_start = look(l, l->at).end;
    item.text_end = find_phrase_end(l, item.text_start);
    item.is_unclosed = item.text_end >= l->nbytes;
    item.end = look(l, item.text_end).end;
    if (item.is_unclosed)
        notes_add(l->notes, "unbalanced-quote", l->at, item.text_start,
                  "this quote is not closed; the phrase is read as going on to the end");
    l->at = item.end;
    l->glued_at = item.end;
    return item;
}

static item_kind
operator_of(const lexer *l, const lex_item *item)
{
    const char *text = l->text + item->text_start;
    size_t nbytes = item->text_end - item->text_start;

    if (item->sign != 0)
        return ITEM_CHUNK;
    if (nbytes == 3 && memcmp(text, "AND", 3) == 0)
        return ITEM_AND;
    if (nbytes == 2 && memcmp(text, "OR", 2) == 0)
        return ITEM_OR;
    if (nbytes == 3 && memcmp(text, "NOT", 3) == 0)
        return ITEM_NOT;
    return ITEM_CHUNK;
}

static lex_item
read_chunk(lexer *l, size_t start, char sign)
{
    lex_item item = {.kind = ITEM_CHUNK, .sign = sign, .start = start, .text_start = l->at};
    item_kind kind = ITEM_CHUNK;

    while (l->at < l->nbytes) {
        character next = look(l, l->at);

        if (ends_chunk(next.c))
            break;
        l->at = next.end;
    }
    item.end = l->at;
    item.text_end = l->at;
    l->glued_at = l->at;

    kind = operator_of(l, &item);
    if (kind != ITEM_CHUNK && l->is_shouting)
        notes_add(l->notes, "operator-as-word", item.start, item.end,
                  "the whole query is in capitals, so %.*s is read as a word, not as an operator",
                  (int)(item.text_end - item.text_start), l->text + item.text_start);
    else
        item.kind = kind;
    return item;
}

/* The signs that stand here, directly one behind the other. */
typedef struct {
    size_t start;
    size_t last; /* where the last of them stands */
    size_t end;
    size_t nsigns;
    char sign;          /* the last one */
    bool all_hyphens;   /* as in --option */
    bool has_gap_after; /* they belong to nothing */
} sign_run;

static sign_run
read_signs(lexer *l)
{
    sign_run run = {.start = l->at, .last = l->at, .all_hyphens = true};

    for (;;) {
        character next = look(l, l->at);

        if (l->at >= l->nbytes || sign_of(next.c) == 0)
            break;
        run.sign = sign_of(next.c);
        run.last = l->at;
        run.nsigns++;
        run.all_hyphens = run.all_hyphens && next.c == '-';
        l->at = next.end;
    }
    run.end = l->at;
    run.has_gap_after = is_gap(l, l->at);
    return run;
}

/* The chunk, phrase or parenthesis behind a run of signs. */
static lex_item
read_signed(lexer *l, const sign_run *run)
{
    uint32_t c = look(l, l->at).c;
    lex_item item = {0};

    if (run->nsigns > 1 && run->all_hyphens && !is_quote(c) && c != '(') {
        item = read_chunk(l, run->start, '-');
        item.sign = 0;
        notes_add(l->notes, "looks-like-option", item.start, item.end,
                  "this is read as a word of the query; an option goes before its first word");
        return item;
    }
    if (run->nsigns > 1)
        notes_add(l->notes, "stray-sign", run->start, run->last,
                  "of several signs the last one counts");
    if (is_quote(c))
        return read_phrase(l, run->last, run->sign);
    if (c == '(') {
        item = (lex_item){.kind = ITEM_OPEN, .sign = run->sign, .start = run->last};
        item.end = ++l->at;
        return item;
    }
    return read_chunk(l, run->last, run->sign);
}

/* Is the quote that stands here one that can only close, as in 6" or word"? */
static bool
is_stray_quote(const lexer *l)
{
    return l->at == l->glued_at && is_gap(l, look(l, l->at).end);
}

lex_item
lex_next(lexer *l)
{
    for (;;) {
        character next = {0, 0};
        sign_run run = {0};

        skip_blanks(l);
        next = look(l, l->at);
        if (l->at >= l->nbytes)
            return (lex_item){.kind = ITEM_END, .start = l->nbytes, .end = l->nbytes};
        if (next.c == '(' || next.c == ')') {
            lex_item item = {
                .kind = next.c == '(' ? ITEM_OPEN : ITEM_CLOSE, .start = l->at, .end = next.end};

            l->at = next.end;
            return item;
        }
        if (is_quote(next.c) && !is_stray_quote(l))
            return read_phrase(l, l->at, 0);
        if (is_quote(next.c)) {
            notes_add(l->notes, "unbalanced-quote", l->at, next.end,
                      "this quote opens no phrase and is ignored");
            l->at = next.end;
            continue;
        }
        if (sign_of(next.c) == 0)
            return read_chunk(l, l->at, 0);
        run = read_signs(l);
        if (!run.has_gap_after)
            return read_signed(l, &run);
        notes_add(l->notes, "stray-sign", run.start, run.end,
                  "this sign does not stand directly before a word and is ignored");
    }
}
