/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaf.c - from the text of a chunk or phrase to words with stems, by the tokenizer that read the
 * articles: what is searched is what was indexed. */
#include "query/leaf.h"

#include <assert.h>
#include <stdlib.h>

#include "base/array.h"
#include "query/parse.h"
#include "text/blanks.h"
#include "text/sentences.h"
#include "text/word_lists.h"

/* Say which tokens, from first on, would be acronyms in a query that is not wholly in capitals. */
static void
note_acronyms(const leaf_reader *r, size_t first)
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

/* The tokens of text[start..end), cut into sentences first, as an article's are: so that
 * "East.According" is two words here too.  No word is joined across such a cut. */
static bool
read_tokens(leaf_reader *r, size_t start, size_t end)
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

static bool
read_word(leaf_reader *r, const token *t, query_word *word)
{
    const char *surface = token_surface(&r->tokens, t);
    size_t stem_bytes = 0;
    const char *stem = stemmer_stem(r->stemmer, surface, t->surface_bytes, t->flags, &stem_bytes);

    if (stem == NULL)
        return false;
    word->surface = arena_copy(r->a, surface, t->surface_bytes);
    word->surface_bytes = t->surface_bytes;
    word->stem = arena_copy(r->a, stem, stem_bytes);
    word->stem_bytes = (uint32_t)stem_bytes;
    word->flags = t->flags;
    word->term = QUERY_NO_TERM;
    if (t->extra_bytes > 0) {
        word->extra = arena_copy(r->a, token_extra(&r->tokens, t), t->extra_bytes);
        word->extra_bytes = t->extra_bytes;
        if (word->extra == NULL)
            return false;
    }
    return word->surface != NULL && word->stem != NULL;
}

/* A leaf of tokens first up to end, which is read from bytes start..stop of the text. */
static leaf_status
add_leaf(leaf_reader *r, query_kind kind, size_t first, size_t end, size_t start, size_t stop)
{
    query_node *leaf = NULL;

    if (r->nleaves >= QUERY_MAX_CLAUSES)
        return LEAF_TOO_MANY;
    if (!ARRAY_GROW(r->leaves, r->nleaves, &r->room))
        return LEAF_NOMEM;
    leaf = arena_alloc(r->a, sizeof *leaf);
    if (leaf == NULL)
        return LEAF_NOMEM;
    leaf->kind = kind;
    leaf->role = ROLE_OPTIONAL;
    leaf->start = notes_original(r->notes, start);
    leaf->end = notes_original(r->notes, stop);
    leaf->words = arena_array(r->a, end - first, sizeof *leaf->words);
    if (leaf->words == NULL)
        return LEAF_NOMEM;
    for (size_t i = first; i < end; i++) {
        if (!read_word(r, &r->tokens.tokens[i], &leaf->words[leaf->nwords]))
            return LEAF_NOMEM;
        leaf->nwords++;
    }
    r->leaves[r->nleaves++] = leaf;
    leaf->clause = (uint32_t)r->nleaves;
    return LEAF_OK;
}

static leaf_status
read_chunk(leaf_reader *r)
{
    const token *tokens = r->tokens.tokens;
    size_t ntokens = r->tokens.ntokens;
    leaf_status status = LEAF_OK;
    size_t end = 0;

    for (size_t first = 0; status == LEAF_OK && first < ntokens; first = end) {
        end = first + 1;
        while (end < ntokens && (tokens[end].flags & TOKEN_JOINED) != 0)
            end++;
        status = add_leaf(r, end == first + 1 ? QUERY_WORD : QUERY_COMPOUND, first, end,
                          tokens[first].start, tokens[end - 1].end);
    }
    return status;
}

leaf_status
leaf_read(leaf_reader *r, const lex_item *item)
{
    if (!read_tokens(r, item->text_start, item->text_end))
        return LEAF_NOMEM;
    if (item->kind != ITEM_PHRASE)
        return read_chunk(r);
    if (r->tokens.ntokens == 0)
        return LEAF_OK;
    return add_leaf(r, QUERY_PHRASE, 0, r->tokens.ntokens, item->text_start, item->text_end);
}

void
leaf_free(leaf_reader *r)
{
    token_list_free(&r->tokens);
    free(r->leaves);
    r->leaves = NULL;
}
