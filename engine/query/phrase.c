/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phrase.c - reading phrases.
 *
 *   phrase       = { piece }
 *   piece        = "*" | "(" words { "|" words } ")" | word
 *
 * A * by itself is a gap: any one word.  Parentheses with a | in them hold alternatives; without
 * one they are punctuation, as in a sentence that was copied.  Alternatives of one word each are
 * words of one slot; where one is longer, the phrase is taken apart into one for each choice. */
#include "query/phrase.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "query/pattern.h"
#include "text/blanks.h"

/* A piece of a phrase: rows that are alternatives, most often one. */
typedef struct {
    slot_row *rows;
    size_t nrows;
    size_t room;
} piece;

typedef struct {
    leaf_reader *leaves;
    const lex_item *item;
    query_match match;
    piece *pieces;
    size_t npieces;
    size_t room;
} phrase;

query_match
phrase_match(const slot_reader *r, const lex_item *item)
{
    if (item->by_stem)
        return MATCH_STEM;
    if (!item->is_exact)
        return MATCH_SURFACE;
    /* =word is the word in any case, =Word just that. */
    for (size_t i = item->text_start; i < item->text_end; i++)
        if ((r->text[i] >= 'A' && r->text[i] <= 'Z') || (r->text[i] & 0x80) != 0)
            return MATCH_CASE;
    return MATCH_SURFACE;
}

static void
phrase_free(phrase *p)
{
    for (size_t i = 0; i < p->npieces; i++) {
        for (size_t k = 0; k < p->pieces[i].nrows; k++)
            slots_row_free(&p->pieces[i].rows[k]);
        free(p->pieces[i].rows);
    }
    free(p->pieces);
}

static piece *
add_piece(phrase *p)
{
    if (!ARRAY_GROW(p->pieces, p->npieces, &p->room))
        return NULL;
    p->pieces[p->npieces] = (piece){0};
    return &p->pieces[p->npieces++];
}

static slot_row *
add_row(piece *to)
{
    if (to == NULL || !ARRAY_GROW(to->rows, to->nrows, &to->room))
        return NULL;
    to->rows[to->nrows] = (slot_row){0};
    return &to->rows[to->nrows++];
}

/* Words and wildcards of text[start..end) into a row. */
static bool
read_row(phrase *p, size_t start, size_t end, slot_row *row)
{
    slot_reader *r = &p->leaves->slots;
    size_t plain = start; /* text that is read at once, up to the next wildcard */

    for (size_t at = start; at < end;) {
        size_t stop = at;
        unsigned length = 1;

        while (stop < end && !blanks_is(utf8_decode(r->text + stop, end - stop, &length)))
            stop += length;
        if (pattern_is(r->text, at, stop)) {
            if (!slots_add_text(r, plain, at, p->match, row) ||
                !slots_add_pattern(r, at, stop, p->match, row))
                return false;
            plain = stop;
        }
        at = blanks_skip(r->text, stop, end);
    }
    return slots_add_text(r, plain, end, p->match, row);
}

/* Where the alternatives end whose parenthesis stands at at, or 0 where none begin there.  No
 * parenthesis is passed, so all calls together look at each byte once. */
static size_t
alternatives_end(const phrase *p, size_t at)
{
    const char *text = p->leaves->slots.text;
    bool has_bar = false;

    for (size_t i = at + 1; i < p->item->text_end && text[i] != '('; i++) {
        if (text[i] == ')')
            return has_bar ? i + 1 : 0;
        has_bar = has_bar || text[i] == '|';
    }
    return 0;
}

/* (one|two words|three) */
static bool
read_alternatives(phrase *p, size_t start, size_t end)
{
    const char *text = p->leaves->slots.text;
    piece *to = add_piece(p);

    for (size_t at = start + 1; at < end;) {
        const char *bar = memchr(text + at, '|', end - 1 - at);
        const size_t stop = bar != NULL ? (size_t)(bar - text) : end - 1;
        slot_row *row = add_row(to);

        if (row == NULL || !read_row(p, at, stop, row))
            return false;
        if (row->nslots == 0) {
            notes_add(p->leaves->slots.notes, "empty-alternative", at > start ? at - 1 : at, stop,
                      "there is no word in this alternative; it is ignored");
            slots_row_free(row);
            to->nrows--;
        }
        at = stop + 1;
    }
    if (to->nrows == 0) {
        free(to->rows);
        p->npieces--;
    }
    return true;
}

/* Is there a * by itself at text[at..end)? */
static bool
is_gap(const char *text, size_t start, size_t at, size_t end)
{
    unsigned length = 1;

    if (text[at] != '*' || (at > start && !blanks_is(utf8_decode_before(text, at, &length))))
        return false;
    return at + 1 >= end || blanks_is(utf8_decode(text + at + 1, end - at - 1, &length));
}

/* Add what text[start..end) holds of words as one piece. */
static bool
read_plain(phrase *p, size_t start, size_t end)
{
    piece *to = add_piece(p);
    slot_row *row = add_row(to);

    if (row == NULL || !read_row(p, start, end, row))
        return false;
    if (row->nslots == 0) {
        slots_row_free(row);
        free(to->rows);
        p->npieces--;
    }
    return true;
}

static bool
add_gap(phrase *p)
{
    slot_row *row = add_row(add_piece(p));

    return row != NULL && slots_add_gap(row);
}

static bool
read_pieces(phrase *p)
{
    const char *text = p->leaves->slots.text;
    const size_t start = p->item->text_start;
    const size_t end = p->item->text_end;
    size_t plain = start;

    for (size_t at = start; at < end; at++) {
        const size_t stop = text[at] == '(' ? alternatives_end(p, at) : 0;
        const bool has_gap = is_gap(text, start, at, end);

        if (stop == 0 && !has_gap)
            continue;
        if (!read_plain(p, plain, at) || !(has_gap ? add_gap(p) : read_alternatives(p, at, stop)))
            return false;
        plain = has_gap ? at + 1 : stop;
        at = plain - 1;
    }
    return read_plain(p, plain, end);
}

/* ---- From pieces to leaves ---- */

static bool
is_gap_piece(const piece *from)
{
    return from->rows[0].nslots == 1 && from->rows[0].slots[0].kind == SLOT_GAP;
}

/* A gap at an end of the phrase says nothing. */
static void
drop_edges(phrase *p)
{
    bool is_dropped = false;
    size_t first = 0;

    while (first < p->npieces && is_gap_piece(&p->pieces[first]))
        first++;
    for (size_t i = 0; i < first; i++) {
        slots_row_free(&p->pieces[i].rows[0]);
        free(p->pieces[i].rows);
        is_dropped = true;
    }
    if (first > 0)
        memmove(p->pieces, p->pieces + first, (p->npieces - first) * sizeof *p->pieces);
    p->npieces -= first;
    while (p->npieces > 0 && is_gap_piece(&p->pieces[p->npieces - 1])) {
        p->npieces--;
        slots_row_free(&p->pieces[p->npieces].rows[0]);
        free(p->pieces[p->npieces].rows);
        is_dropped = true;
    }
    if (is_dropped && p->npieces > 0)
        notes_add(p->leaves->slots.notes, "edge-gap", p->item->start, p->item->end,
                  "a * at an end of a phrase stands for a word that may as well be missing; it is "
                  "ignored");
}

/* Alternatives that are one word each become one slot. */
static bool
join_words(arena *a, piece *from)
{
    query_word *words = NULL;

    for (size_t i = 0; i < from->nrows; i++)
        if (from->rows[i].nslots != 1 || from->rows[i].slots[0].kind != SLOT_WORDS)
            return true;
    if (from->nrows < 2)
        return true;
    words = arena_array(a, from->nrows, sizeof *words);
    if (words == NULL)
        return false;
    for (size_t i = 0; i < from->nrows; i++) {
        words[i] = from->rows[i].slots[0].words[0];
        if (i > 0)
            slots_row_free(&from->rows[i]);
    }
    from->rows[0].slots[0].words = words;
    from->rows[0].slots[0].nwords = (uint32_t)from->nrows;
    from->nrows = 1;
    return true;
}

/* How many phrases the pieces make, at most PHRASE_MAX_ALTERNATIVES + 1. */
static size_t
count_choices(const phrase *p)
{
    size_t n = 1;

    for (size_t i = 0; i < p->npieces && n <= PHRASE_MAX_ALTERNATIVES; i++)
        n *= p->pieces[i].nrows;
    return n;
}

/* The phrase of choice number i: of each piece a row, the last piece's changing fastest. */
static leaf_status
add_choice(phrase *p, size_t i)
{
    slot_row row = {0};
    leaf_status status = LEAF_OK;
    size_t below = 1;

    for (size_t k = 0; k < p->npieces; k++)
        below *= p->pieces[k].nrows;
    for (size_t k = 0; k < p->npieces && status == LEAF_OK; k++) {
        const slot_row *from = NULL;

        below /= p->pieces[k].nrows;
        from = &p->pieces[k].rows[i / below % p->pieces[k].nrows];
        for (uint32_t n = 0; n < from->nslots && status == LEAF_OK; n++) {
            if (!ARRAY_GROW(row.slots, row.nslots, &row.room))
                status = LEAF_NOMEM;
            else
                row.slots[row.nslots++] = from->slots[n];
        }
    }
    if (status == LEAF_OK)
        status = leaf_add_phrase(p->leaves, p->item, &row);
    slots_row_free(&row);
    return status;
}

/* Where the choices are too many, the last pieces with several lose all but their first. */
static size_t
limit_choices(phrase *p)
{
    size_t n = count_choices(p);

    if (n <= PHRASE_MAX_ALTERNATIVES)
        return n;
    notes_add(p->leaves->slots.notes, "too-many-alternatives", p->item->start, p->item->end,
              "these alternatives make more than %d phrases; of the last ones only the first is "
              "looked for",
              PHRASE_MAX_ALTERNATIVES);
    for (size_t i = p->npieces; i-- > 0 && count_choices(p) > PHRASE_MAX_ALTERNATIVES;)
        while (p->pieces[i].nrows > 1)
            slots_row_free(&p->pieces[i].rows[--p->pieces[i].nrows]);
    return count_choices(p);
}

leaf_status
phrase_read(leaf_reader *r, const lex_item *item)
{
    phrase p = {.leaves = r, .item = item, .match = phrase_match(&r->slots, item)};
    leaf_status status = read_pieces(&p) ? LEAF_OK : LEAF_NOMEM;
    size_t n = 0;

    if (status == LEAF_OK)
        drop_edges(&p);
    for (size_t i = 0; i < p.npieces && status == LEAF_OK; i++)
        if (!join_words(r->slots.a, &p.pieces[i]))
            status = LEAF_NOMEM;
    n = status == LEAF_OK && p.npieces > 0 ? limit_choices(&p) : 0;
    for (size_t i = 0; i < n && status == LEAF_OK; i++)
        status = add_choice(&p, i);
    phrase_free(&p);
    return status;
}
