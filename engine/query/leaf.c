/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaf.c - making leaves. */
#include "query/leaf.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "query/pattern.h"
#include "query/phrase.h"
#include "text/address.h"
#include "text/blanks.h"
#include "text/fold.h"
#include "text/language.h"

/* A leaf that is read from bytes start..stop of the text. */
static leaf_status
add_leaf(leaf_reader *r, query_kind kind, size_t start, size_t stop, query_node **leaf_out)
{
    query_node *leaf = NULL;

    if (r->nleaves >= QUERY_MAX_CLAUSES)
        return LEAF_TOO_MANY;
    if (!ARRAY_GROW(r->leaves, r->nleaves, &r->room))
        return LEAF_NOMEM;
    leaf = arena_alloc(r->slots.a, sizeof *leaf);
    if (leaf == NULL)
        return LEAF_NOMEM;
    leaf->kind = kind;
    leaf->role = ROLE_OPTIONAL;
    leaf->start = notes_original(r->slots.notes, start);
    leaf->end = notes_original(r->slots.notes, stop);
    leaf->weight = 1;
    r->leaves[r->nleaves++] = leaf;
    leaf->clause = (uint32_t)r->nleaves;
    *leaf_out = leaf;
    return LEAF_OK;
}

static void
count_words(leaf_reader *r, const query_node *leaf)
{
    for (uint32_t i = 0; i < leaf->nslots; i++)
        r->nwords += leaf->slots[i].nwords > 0 ? leaf->slots[i].nwords : 1;
}

/* A leaf of the slots of a row from first up to end. */
static leaf_status
add_words(leaf_reader *r, const lex_item *item, query_kind kind, const slot_row *row,
          uint32_t first, uint32_t end, size_t start, size_t stop)
{
    query_node *leaf = NULL;
    leaf_status status = add_leaf(r, kind, start, stop, &leaf);

    if (status != LEAF_OK)
        return status;
    leaf->nslots = end - first;
    leaf->slots = arena_array(r->slots.a, leaf->nslots, sizeof *leaf->slots);
    if (leaf->slots == NULL)
        return LEAF_NOMEM;
    memcpy(leaf->slots, row->slots + first, leaf->nslots * sizeof *leaf->slots);
    leaf->in_title = item->in_title;
    leaf->weight = item->weight;
    count_words(r, leaf);
    return r->nwords <= QUERY_MAX_WORDS ? LEAF_OK : LEAF_TOO_MANY_WORDS;
}

leaf_status
leaf_add_phrase(leaf_reader *r, const lex_item *item, const slot_row *row)
{
    leaf_status status =
        add_words(r, item, QUERY_PHRASE, row, 0, row->nslots, item->text_start, item->text_end);

    if (status != LEAF_OK || item->slop == 0 || row->nslots == 1)
        return status;
    if (row->nslots > LEAF_MAX_SLOP_WORDS)
        notes_add(
            r->slots.notes, "slop-too-long", item->start, item->end,
            "only a phrase of at most %d words can have slop; its words are looked for next to "
            "each other",
            LEAF_MAX_SLOP_WORDS);
    else
        r->leaves[r->nleaves - 1]->slop = item->slop;
    return status;
}

/* ---- Chunks ---- */

static bool
may_have_akin(const leaf_reader *r, const query_slot *slot)
{
    return r->slots.options->akin && slot->kind == SLOT_WORDS && slot->words[0].match == MATCH_STEM;
}

/* A word or compound for each run of joined words, all of which are tokens of the list. */
static leaf_status
add_joined(leaf_reader *r, const lex_item *item, slot_row *row)
{
    const token *tokens = r->slots.tokens.tokens;
    const size_t ntokens = r->slots.tokens.ntokens;
    const bool by_spelling = r->slots.options->no_variants && !r->slots.options->surfaces;
    leaf_status status = LEAF_OK;
    size_t end = 0;

    for (uint32_t i = 0; by_spelling && i < row->nslots; i++)
        if ((row->slots[i].words[0].flags & (TOKEN_ACRONYM | TOKEN_NUMBER)) == 0)
            row->slots[i].kind = SLOT_SPELLING;
    for (size_t first = 0; status == LEAF_OK && first < ntokens; first = end) {
        end = first + 1;
        while (end < ntokens && (tokens[end].flags & TOKEN_JOINED) != 0)
            end++;
        if (end == first + 1 && may_have_akin(r, &row->slots[first]) &&
            !slots_add_akin(&r->slots, &row->slots[first]))
            return LEAF_NOMEM;
        status =
            add_words(r, item, end == first + 1 ? QUERY_WORD : QUERY_COMPOUND, row, (uint32_t)first,
                      (uint32_t)end, tokens[first].start, tokens[end - 1].end);
        if (status == LEAF_OK)
            r->leaves[r->nleaves - 1]->is_loose =
                end > first + 1 && !item->is_exact && !r->slots.options->surfaces;
    }
    return status;
}

/* word~: one token. */
static leaf_status
read_fuzzy(leaf_reader *r, const lex_item *item, slot_row *row)
{
    const token *t = r->slots.tokens.tokens;

    if (!slots_add_fuzzy(&r->slots, 0, item->edits, row))
        return LEAF_NOMEM;
    return add_words(r, item, QUERY_WORD, row, 0, 1, t->start, t->end);
}

static leaf_status
read_words(leaf_reader *r, const lex_item *item, slot_row *row)
{
    slot_reader *s = &r->slots;
    const query_match match = s->options->surfaces ? MATCH_SURFACE : MATCH_STEM;

    if (!slots_read_tokens(s, item->text_start, item->text_end))
        return LEAF_NOMEM;
    if (item->is_exact) {
        for (size_t i = 0; i < s->tokens.ntokens; i++)
            if (!slots_add_token(s, i, phrase_match(s, item), row))
                return LEAF_NOMEM;
        return row->nslots > 0 ? leaf_add_phrase(r, item, row) : LEAF_OK;
    }
    if (item->edits > 0 && s->tokens.ntokens == 1)
        return read_fuzzy(r, item, row);
    if (item->edits > 0 && s->tokens.ntokens > 1)
        notes_add(s->notes, "fuzzy-words", item->start, item->end,
                  "only a single word can be fuzzy; these are read as they are");
    for (size_t i = 0; i < s->tokens.ntokens; i++)
        if (!slots_add_token(s, i, match, row))
            return LEAF_NOMEM;
    return add_joined(r, item, row);
}

/* A chunk with wildcards: its pieces stand next to each other. */
static leaf_status
read_pattern(leaf_reader *r, const lex_item *item, slot_row *row)
{
    const query_match match = r->slots.options->surfaces ? MATCH_SURFACE : MATCH_STEM;

    if (item->is_exact || item->edits > 0)
        notes_add(r->slots.notes, "wildcard-as-it-is", item->start, item->end,
                  "a wildcard matches whole words as they are written; = and ~ change nothing");
    if (!slots_add_pattern(&r->slots, item->text_start, item->text_end, match, row))
        return LEAF_NOMEM;
    if (row->nslots == 0)
        return LEAF_OK;
    return add_words(r, item, row->nslots == 1 ? QUERY_WORD : QUERY_COMPOUND, row, 0, row->nslots,
                     item->text_start, item->text_end);
}

static leaf_status
read_chunk(leaf_reader *r, const lex_item *item)
{
    slot_row row = {0};
    leaf_status status;

    if (pattern_is(r->slots.text, item->text_start, item->text_end))
        status = read_pattern(r, item, &row);
    else
        status = read_words(r, item, &row);
    slots_row_free(&row);
    return status;
}

/* ---- Fields ---- */

/* The value as the index keeps it. */
static bool
fold_value(query_field field, const char *value, size_t nbytes, buffer *out)
{
    switch (field) {
    case FIELD_ID:
        return buffer_add(out, value, nbytes);
    case FIELD_URL:
        return address_fold(value, nbytes, out);
    case FIELD_LANGUAGE:
        return language_fold(value, nbytes, out);
    default:
        return fold_word(value, nbytes, out);
    }
}

static leaf_status
read_attribute(leaf_reader *r, const lex_item *item)
{
    slot_reader *s = &r->slots;
    const size_t start = blanks_skip(s->text, item->text_start, item->text_end);
    const size_t end = blanks_trim(s->text, start, item->text_end);
    query_node *leaf = NULL;
    int first_day = 0;
    int last_day = 0;
    leaf_status status;

    if (item->field == FIELD_DATE &&
        !fields_read_dates(s->text + start, end - start, &first_day, &last_day)) {
        notes_add(s->notes, "bad-date", item->start, item->end,
                  "this is no date, so it is ignored; a date is 2025, 2025-11 or 2025-11-16, with "
                  ">=, >, <= or < before it, or two of them with .. between");
        return LEAF_OK;
    }
    if (start == end)
        return LEAF_OK;
    buffer_clear(&s->scratch);
    if (!fold_value(item->field, s->text + start, end - start, &s->scratch))
        return LEAF_NOMEM;
    if (s->scratch.size == 0)
        return LEAF_OK;
    status = add_leaf(r, QUERY_FIELD, item->start, item->end, &leaf);
    if (status != LEAF_OK)
        return status;
    leaf->field = item->field;
    leaf->first_day = first_day;
    leaf->last_day = last_day;
    leaf->value = arena_copy(s->a, s->scratch.bytes, s->scratch.size);
    return leaf->value != NULL ? LEAF_OK : LEAF_NOMEM;
}

leaf_status
leaf_read(leaf_reader *r, const lex_item *item)
{
    if (item->is_attribute)
        return read_attribute(r, item);
    return item->kind == ITEM_PHRASE ? phrase_read(r, item) : read_chunk(r, item);
}

void
leaf_free(leaf_reader *r)
{
    slots_free(&r->slots);
    free(r->leaves);
    r->leaves = NULL;
}
