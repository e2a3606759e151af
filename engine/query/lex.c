/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lex.c - cutting a query into items.
 *
 * Blanks, quotes and parentheses separate.  What stands directly before a word, phrase or
 * parenthesis is read from left to right: a sign, fields, an equals sign; what stands directly
 * behind it: ~ and its number, ^ and its number. */
#include "query/lex.h"

#include <string.h>

#include "base/utf8.h"
#include "query/lex_marks.h"
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

        if (!blanks_is(next.c) && !lex_is_invisible(next.c))
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
        if (lex_is_quote(next.c)) {
            if (lex_is_opening_quote(next.c) && is_after_blank && !is_gap(l, next.end))
                is_inner = true;
            else if (is_inner && lex_is_closing_quote(next.c))
                is_inner = false;
            else
                return at;
        }
        is_after_blank = blanks_is(next.c);
    }
    return l->nbytes;
}

/* ---- What stands behind ---- */

static uint32_t
at_most(const lexer *l, uint32_t value, uint32_t limit, size_t start, size_t end)
{
    if (value > limit)
        notes_add(l->notes, "number-too-large", start, end,
                  "this number is read as %u, the largest", (unsigned)limit);
    return value < limit ? value : limit;
}

/* ^2 at text[at..end): the weight; returns where it ends, at where there is none. */
static size_t
read_weight(const lexer *l, size_t at, size_t end, double *weight)
{
    double value = 1;
    size_t stop = at;

    if (at < end && l->text[at] == '^')
        stop = lex_read_fraction(l->text, at + 1, end, &value);
    if (stop <= at + 1)
        return at;
    if (value > LEX_MAX_WEIGHT) {
        notes_add(l->notes, "number-too-large", at, stop, "this weight is read as %g, the largest",
                  LEX_MAX_WEIGHT);
        value = LEX_MAX_WEIGHT;
    }
    *weight = value;
    return stop;
}

/* Is what stands at text[at..end) meant as ~ or ^ with a number that is none, as in word^-1 and
 * word~1.5?  A ~ before letters is part of an address. */
static bool
is_bad_number(const lexer *l, size_t at, size_t end)
{
    const char mark = l->text[at];
    const char next = at + 1 < end ? l->text[at + 1] : '\0';

    return mark == '^' ||
           (mark == '~' && (next == '-' || next == '.' || (next >= '0' && next <= '9')));
}

static void
note_bad_number(const lexer *l, size_t at, size_t end)
{
    notes_add(l->notes, "bad-number", at, end,
              l->text[at] == '^'
                  ? "a weight is ^ and a number, such as ^2 or ^0.5; what stands here "
                    "is read as part of the words"
                  : "~ takes a whole number, such as ~2; what stands here is read as "
                    "part of the words");
}

/* ^ or ~ directly behind a phrase or parenthesis that say nothing of it; by itself it is noted as
 * what has no word. */
static void
note_stray_mark(const lexer *l, size_t at)
{
    if (at < l->nbytes && (l->text[at] == '^' || l->text[at] == '~') && !is_gap(l, at + 1))
        note_bad_number(l, at, at + 1);
}

/* Behind a phrase: ~5 and ^2. */
static void
read_phrase_suffix(lexer *l, lex_item *item)
{
    uint32_t slop = 0;
    size_t stop = item->end;

    if (item->end < l->nbytes && l->text[item->end] == '~')
        stop = lex_read_number(l->text, item->end + 1, l->nbytes, UINT32_MAX, &slop);
    if (stop > item->end + 1) {
        item->slop = at_most(l, slop, LEX_MAX_SLOP, item->end, stop);
        item->end = stop;
    }
    item->end = read_weight(l, item->end, l->nbytes, &item->weight);
    note_stray_mark(l, item->end);
}

/* Where a suffix that begins with mark and goes on in digits (and, with has_point, a point) begins
 * in text[start..end), or end. */
static size_t
find_suffix(const char *text, size_t start, size_t end, char mark, bool has_point)
{
    size_t at = end;

    while (at > start &&
           ((text[at - 1] >= '0' && text[at - 1] <= '9') || (has_point && text[at - 1] == '.')))
        at--;
    return at > start + 1 && text[at - 1] == mark ? at - 1 : end;
}

/* The first ^ or ~ in a chunk that was not taken for what it looks like. */
static void
note_chunk_marks(const lexer *l, const lex_item *item)
{
    for (size_t at = item->text_start + 1; at < item->text_end; at++)
        if ((l->text[at] == '^' || l->text[at] == '~') && is_bad_number(l, at, item->text_end)) {
            note_bad_number(l, at, item->text_end);
            return;
        }
}

/* At the end of a chunk: word~, word~2, word^2. */
static void
read_chunk_suffix(const lexer *l, lex_item *item)
{
    size_t at = find_suffix(l->text, item->text_start, item->text_end, '^', true);

    if (at < item->text_end && read_weight(l, at, item->text_end, &item->weight) == item->text_end)
        item->text_end = at;
    at = find_suffix(l->text, item->text_start, item->text_end, '~', false);
    if (at == item->text_end) {
        note_chunk_marks(l, item);
        return;
    }
    item->edits = 1;
    if (at + 1 < item->text_end) {
        lex_read_number(l->text, at + 1, item->text_end, UINT32_MAX, &item->edits);
        item->edits = at_most(l, item->edits, LEX_MAX_EDITS, at, item->text_end);
    }
    item->text_end = at;
}

/* ---- Chunks and phrases ---- */

/* The phrase whose quote stands here. */
static void
read_phrase(lexer *l, lex_item *item)
{
    item->kind = ITEM_PHRASE;
    item->text_start = look(l, l->at).end;
    item->text_end = find_phrase_end(l, item->text_start);
    item->is_unclosed = item->text_end >= l->nbytes;
    item->end = look(l, item->text_end).end;
    if (item->is_unclosed)
        notes_add(l->notes, "unbalanced-quote", l->at, item->text_start,
                  "this quote is not closed; the phrase is read as going on to the end");
    read_phrase_suffix(l, item);
    l->at = item->end;
    l->glued_at = item->end;
}

static bool
is_text(const lexer *l, const lex_item *item, const char *wanted)
{
    const size_t nbytes = strlen(wanted);

    return item->text_end - item->text_start == nbytes &&
           memcmp(l->text + item->text_start, wanted, nbytes) == 0;
}

/* NEAR, NEAR/5 and their like. */
static bool
read_window(const lexer *l, lex_item *item)
{
    static const struct {
        const char *name;
        query_window window;
        uint32_t distance; /* 0: it has none */
    } windows[] = {
        {"NEAR", WINDOW_NEAR, LEX_NEAR_DISTANCE},
        {"ADJ", WINDOW_ADJ, LEX_ADJ_DISTANCE},
        {"SENTENCE", WINDOW_SENTENCE, 0},
        {"PARAGRAPH", WINDOW_PARAGRAPH, 0},
    };
    lex_item name = *item;
    const char *slash = memchr(l->text + item->text_start, '/', item->text_end - item->text_start);
    uint32_t distance = 0;

    if (slash != NULL) {
        name.text_end = (size_t)(slash - l->text);
        if (name.text_end + 1 == item->text_end ||
            lex_read_number(l->text, name.text_end + 1, item->text_end, UINT32_MAX, &distance) !=
                item->text_end)
            return false;
    }
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        if (!is_text(l, &name, windows[i].name) || (slash != NULL && windows[i].distance == 0))
            continue;
        item->window = windows[i].window;
        item->distance = windows[i].distance;
        if (slash != NULL && distance == 0)
            notes_add(l->notes, "number-too-small", item->start, item->end,
                      "words that stand next to each other are 1 apart; this is read as 1");
        if (slash != NULL)
            item->distance =
                distance == 0 ? 1 : at_most(l, distance, LEX_MAX_DISTANCE, item->start, item->end);
        return true;
    }
    return false;
}

/* NEAR/x: most likely meant as an operator. */
static void
note_near_window(const lexer *l, const lex_item *item)
{
    static const char *const names[] = {"NEAR/", "ADJ/", "SENTENCE/", "PARAGRAPH/"};
    const size_t nbytes = item->text_end - item->text_start;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (nbytes >= strlen(names[i]) &&
            memcmp(l->text + item->text_start, names[i], strlen(names[i])) == 0)
            notes_add(l->notes, "operator-as-word", item->start, item->end,
                      "the operators are NEAR/5, ADJ/5 (with any number), SENTENCE and PARAGRAPH; "
                      "this is read as words");
}

static item_kind
operator_of(const lexer *l, lex_item *item)
{
    if (is_text(l, item, "AND"))
        return ITEM_AND;
    if (is_text(l, item, "OR"))
        return ITEM_OR;
    if (is_text(l, item, "NOT"))
        return ITEM_NOT;
    if (read_window(l, item))
        return ITEM_WINDOW;
    if (!l->is_shouting)
        note_near_window(l, item);
    return ITEM_CHUNK;
}

/* The chunk that stands here; it may be an operator where nothing stands before it. */
static void
read_chunk(lexer *l, lex_item *item, bool may_be_operator)
{
    item_kind kind = ITEM_CHUNK;

    item->kind = ITEM_CHUNK;
    item->text_start = l->at;
    while (l->at < l->nbytes) {
        character next = look(l, l->at);

        if (lex_ends_chunk(next.c))
            break;
        l->at = next.end;
    }
    item->end = l->at;
    item->text_end = l->at;
    l->glued_at = l->at;

    if (may_be_operator)
        kind = operator_of(l, item);
    if (kind != ITEM_CHUNK && l->is_shouting)
        notes_add(l->notes, "operator-as-word", item->start, item->end,
                  "the whole query is in capitals, so %.*s is read as a word, not as an operator",
                  (int)(item->text_end - item->text_start), l->text + item->text_start);
    else
        item->kind = kind;
    if (item->kind == ITEM_CHUNK && !item->is_attribute)
        read_chunk_suffix(l, item);
}

/* ---- What stands before ---- */

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Names before a colon that are no field and need no note: addresses. */
static bool
is_scheme(const char *name, size_t nbytes)
{
    static const char *const schemes[] = {"http", "https", "ftp", "mailto", "file", "urn"};

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (strlen(schemes[i]) == nbytes && strncasecmp(schemes[i], name, nbytes) == 0)
            return true;
    return false;
}

static void
note_unknown_field(const lexer *l, size_t start, size_t end)
{
    const char *nearest = fields_nearest(l->text + start, end - start);
    const int nbytes = end - start < 40 ? (int)(end - start) : 40;

    if (nearest != NULL)
        notes_add(l->notes, "unknown-field", start, end + 1,
                  "there is no field \"%.*s\" (there is %s:), so it is read as a word", nbytes,
                  l->text + start, nearest);
    else
        notes_add(l->notes, "unknown-field", start, end + 1,
                  "there is no field \"%.*s\", so it is read as a word", nbytes, l->text + start);
}

/* Take a field name and its colon, if one stands here. */
static bool
read_field(lexer *l, lex_item *item)
{
    size_t end = l->at;
    field_name name = {0};

    while (end < l->nbytes && is_letter(l->text[end]))
        end++;
    if (end < l->at + 2 || end >= l->nbytes || l->text[end] != ':')
        return false;
    name = fields_find(l->text + l->at, end - l->at);
    if (is_gap(l, end + 1)) {
        if (name.kind != NAME_NONE)
            notes_add(l->notes, "field-without-value", l->at, end + 1,
                      "nothing stands directly behind the colon, so this is read as a word");
        return false;
    }
    if (name.kind == NAME_NONE) {
        if (!is_scheme(l->text + l->at, end - l->at))
            note_unknown_field(l, l->at, end);
        return false;
    }
    if (name.kind == NAME_ATTRIBUTE && (item->in_title || item->by_stem))
        notes_add(l->notes, "stray-field", item->start, l->at, "what stands before %s is ignored",
                  fields_name(name.field));
    item->in_title = item->in_title || name.kind == NAME_TITLE;
    item->by_stem = item->by_stem || name.kind == NAME_STEM;
    item->is_attribute = name.kind == NAME_ATTRIBUTE;
    item->field = name.field;
    l->at = end + 1;
    return true;
}

/* The chunk, phrase or parenthesis that stands here, behind a sign or none. */
static lex_item
read_operand(lexer *l, size_t start, char sign)
{
    lex_item item = {.sign = sign, .start = start, .weight = 1};
    bool is_bare = sign == 0;
    bool has_stem = false;
    size_t stem_start = 0;
    uint32_t c = 0;

    for (size_t at = l->at; !item.is_attribute && read_field(l, &item); at = l->at) {
        is_bare = false;
        if (item.by_stem && !has_stem)
            stem_start = at;
        has_stem = item.by_stem;
    }
    if (l->at < l->nbytes && l->text[l->at] == '=' && !is_gap(l, l->at + 1) &&
        l->text[l->at + 1] != '(' && !item.is_attribute) {
        item.is_exact = true;
        is_bare = false;
        l->at++;
    }
    c = look(l, l->at).c;
    if (has_stem && !item.is_attribute && (!lex_is_quote(c) || item.is_exact))
        notes_add(l->notes, "stem-of-word", stem_start, stem_start + strlen("stem:"),
                  "stem: is for phrases; words without quotes match by stem anyway");
    if (lex_is_quote(c)) {
        read_phrase(l, &item);
    } else if (c == '(') {
        item.kind = ITEM_OPEN;
        item.end = ++l->at;
    } else {
        read_chunk(l, &item, is_bare);
    }
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

        if (l->at >= l->nbytes || lex_sign(next.c) == 0)
            break;
        run.sign = lex_sign(next.c);
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

    if (run->nsigns > 1 && run->all_hyphens && !lex_is_quote(c) && c != '(') {
        item = (lex_item){.start = run->start, .weight = 1};
        read_chunk(l, &item, false);
        notes_add(l->notes, "looks-like-option", item.start, item.end,
                  "this is read as a word of the query; an option goes before its first word");
        return item;
    }
    if (run->nsigns > 1)
        notes_add(l->notes, "stray-sign", run->start, run->last,
                  "of several signs the last one counts");
    return read_operand(l, run->last, run->sign);
}

/* Is the quote that stands here one that can only close, as in 6" or word"? */
static bool
is_stray_quote(const lexer *l)
{
    return l->at == l->glued_at && is_gap(l, look(l, l->at).end);
}

static lex_item
read_close(lexer *l)
{
    lex_item item = {.kind = ITEM_CLOSE, .start = l->at, .weight = 1};

    item.end = read_weight(l, l->at + 1, l->nbytes, &item.weight);
    l->at = item.end;
    note_stray_mark(l, l->at);
    return item;
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
        if (next.c == ')')
            return read_close(l);
        if (lex_is_quote(next.c) && is_stray_quote(l)) {
            notes_add(l->notes, "unbalanced-quote", l->at, next.end,
                      "this quote opens no phrase and is ignored");
            l->at = next.end;
            continue;
        }
        if (lex_sign(next.c) == 0)
            return read_operand(l, l->at, 0);
        run = read_signs(l);
        if (!run.has_gap_after)
            return read_signed(l, &run);
        notes_add(l->notes, "stray-sign", run.start, run.end,
                  "this sign does not stand directly before a word and is ignored");
    }
}
