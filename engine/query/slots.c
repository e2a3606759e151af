/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slots.c - from text to slots. */
#include "query/slots.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "query/pattern.h"
#include "text/blanks.h"
#include "text/demonyms.h"
#include "text/sentences.h"
#include "text/word_lists.h"

/* ---- Tokens ---- */

/* Say which tokens, from first on, would be acronyms in a query that is not wholly in capitals. */
static void
note_acronyms(const slot_reader *r, size_t first)
{
    for (size_t i = first; i < r->tokens.ntokens; i++) {
        const token *t = &r->tokens.tokens[i];
        const char *surface = token_surface(&r->tokens, t);
        char capitals[WORD_LISTS_MAX_ACRONYM + 1] = "";

        if (t->surface_bytes > WORD_LISTS_MAX_ACRONYM || (t->flags & TOKEN_ACRONYM) != 0)
            continue;
        for (size_t k = 0; k < t->surface_bytes; k++)
            capitals[k] = (char)(surface[k] >= 'a' && surface[k] <= 'z' ? surface[k] - 'a' + 'A'
                                                                        : surface[k]);
        if (word_lists_is_acronym(capitals, t->surface_bytes))
            notes_add(r->notes, "acronym-as-word", t->start, t->end,
                      "the query is wholly in capitals, so %s is read as the word \"%.*s\"; with "
                      "the other words in small letters it is the acronym",
                      capitals, (int)t->surface_bytes, surface);
    }
}

/* "East.According" is two words here too.  No word is joined across such a cut. */
bool
slots_read_tokens(slot_reader *r, size_t start, size_t end)
{
    token_list *list = &r->tokens;

    token_list_clear(list);
    for (start = blanks_skip(r->text, start, end); start < end;
         start = blanks_skip(r->text, start, end)) {
        size_t sentence_end = sentences_next(r->text, start, end);
        size_t nbefore = list->ntokens;

        assert(sentence_end > start && sentence_end <= end);
        if (!words_split(r->text, start, sentence_end, r->is_shouting, list))
            return false;
        if (r->is_shouting)
            note_acronyms(r, nbefore);
        if (list->ntokens > nbefore)
            list->tokens[nbefore].flags &= (uint8_t)~TOKEN_JOINED;
        start = sentence_end;
    }
    return true;
}

/* ---- Slots ---- */

static query_slot *
add_slot(slot_row *row, query_slot_kind kind)
{
    if (!ARRAY_GROW(row->slots, row->nslots, &row->room))
        return NULL;
    row->slots[row->nslots] = (query_slot){.kind = kind, .unit = QUERY_NONE};
    return &row->slots[row->nslots++];
}

static bool
copy(arena *a, const char *bytes, size_t nbytes, const char **out, uint32_t *nbytes_out)
{
    *out = arena_copy(a, bytes, nbytes);
    *nbytes_out = (uint32_t)nbytes;
    return *out != NULL;
}

static bool
read_word(slot_reader *r, const token *t, query_match match, query_word *word)
{
    const char *surface = token_surface(&r->tokens, t);
    size_t stem_bytes = 0;
    const char *stem = stemmer_stem(r->stemmer, surface, t->surface_bytes, t->flags, &stem_bytes);

    if (stem == NULL)
        return false;
    word->flags = t->flags;
    word->match = match;
    word->scale = 1;
    word->term = QUERY_NONE;
    return copy(r->a, surface, t->surface_bytes, &word->surface, &word->surface_bytes) &&
           copy(r->a, stem, stem_bytes, &word->stem, &word->stem_bytes) &&
           (t->extra_bytes == 0 || copy(r->a, token_extra(&r->tokens, t), t->extra_bytes,
                                        &word->extra, &word->extra_bytes)) &&
           (match != MATCH_CASE ||
            copy(r->a, r->text + t->start, t->end - t->start, &word->typed, &word->typed_bytes));
}

bool
slots_add_token(slot_reader *r, size_t i, query_match match, slot_row *row)
{
    query_slot *slot = add_slot(row, SLOT_WORDS);

    if (slot == NULL)
        return false;
    slot->words = arena_alloc(r->a, sizeof *slot->words);
    slot->nwords = 1;
    return slot->words != NULL && read_word(r, &r->tokens.tokens[i], match, slot->words);
}

bool
slots_add_akin(slot_reader *r, query_slot *slot)
{
    const query_word *word = slot->words;
    const char *akin[DEMONYMS_MAX];
    const size_t nakin = word->flags == 0 ? demonyms_of(word->stem, word->stem_bytes, akin) : 0;
    query_word *words = NULL;

    if (nakin == 0)
        return true;
    words = arena_array(r->a, nakin + 1, sizeof *words);
    if (words == NULL)
        return false;
    words[0] = *word;
    for (size_t i = 0; i < nakin; i++) {
        const uint32_t nbytes = (uint32_t)strlen(akin[i]);

        words[i + 1] = (query_word){.surface = akin[i],
                                    .stem = akin[i],
                                    .surface_bytes = nbytes,
                                    .stem_bytes = nbytes,
                                    .match = MATCH_STEM,
                                    .scale = SLOTS_AKIN_SCALE,
                                    .term = QUERY_NONE};
    }
    slot->words = words;
    slot->nwords = (uint32_t)nakin + 1;
    return true;
}

bool
slots_add_text(slot_reader *r, size_t start, size_t end, query_match match, slot_row *row)
{
    if (!slots_read_tokens(r, start, end))
        return false;
    for (size_t i = 0; i < r->tokens.ntokens; i++)
        if (!slots_add_token(r, i, match, row))
            return false;
    return true;
}

static bool
add_folded(slot_reader *r, query_slot_kind kind, const char *bytes, size_t nbytes, slot_row *row)
{
    query_slot *slot = add_slot(row, kind);

    return slot != NULL && copy(r->a, bytes, nbytes, &slot->pattern, &slot->pattern_bytes);
}

bool
slots_add_pattern(slot_reader *r, size_t start, size_t end, query_match match, slot_row *row)
{
    while (start < end) {
        const size_t stop = pattern_piece_end(r->text, start, end);

        if (stop == start) {
            unsigned length = 1;

            utf8_decode(r->text + start, end - start, &length);
            start += length;
            continue;
        }
        buffer_clear(&r->scratch);
        if (!pattern_is(r->text, start, stop)) {
            if (!slots_add_text(r, start, stop, match, row))
                return false;
        } else if (!pattern_fold(r->text, start, stop, &r->scratch)) {
            return false;
        } else if (r->scratch.size > PATTERN_MAX_BYTES) {
            notes_add(r->notes, "long-pattern", start, stop,
                      "no word is as long as this, so it is ignored");
        } else if (!add_folded(r, SLOT_WILDCARD, r->scratch.bytes, r->scratch.size, row)) {
            return false;
        }
        start = stop;
    }
    return true;
}

bool
slots_add_gap(slot_row *row)
{
    return add_slot(row, SLOT_GAP) != NULL;
}

bool
slots_add_fuzzy(slot_reader *r, size_t i, uint32_t edits, slot_row *row)
{
    const token *t = &r->tokens.tokens[i];

    if (!add_folded(r, SLOT_FUZZY, token_surface(&r->tokens, t), t->surface_bytes, row))
        return false;
    row->slots[row->nslots - 1].distance = edits;
    return true;
}

void
slots_row_free(slot_row *row)
{
    free(row->slots);
    *row = (slot_row){0};
}

void
slots_free(slot_reader *r)
{
    token_list_free(&r->tokens);
    buffer_free(&r->scratch);
}
