/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wording.c - words as the naive searcher compares them. */
#include "wording.h"

#include <string.h>

#include "base/array.h"
#include "need.h"

void
wording_start(wording *w)
{
    memset(w, 0, sizeof *w);
    w->stemmer = stemmer_new();
    NEED(w->stemmer != NULL);
}

void
wording_end(wording *w)
{
    stemmer_free(w->stemmer);
    token_list_free(&w->tokens);
}

static char *
copy_bytes(arena *a, const char *bytes, size_t nbytes)
{
    char *copy = arena_copy(a, bytes, nbytes);

    NEED(copy != NULL);
    return copy;
}

void
wording_read(wording *w, arena *a, const char *text, size_t start, size_t end, bool shouting,
             uint32_t number, word_list *list)
{
    token_list_clear(&w->tokens);
    NEED(words_split(text, start, end, shouting, &w->tokens));
    for (size_t i = 0; i < w->tokens.ntokens; i++) {
        const token *t = &w->tokens.tokens[i];
        const char *surface = token_surface(&w->tokens, t);
        size_t stem_bytes = 0;
        const char *stem =
            stemmer_stem(w->stemmer, surface, t->surface_bytes, t->flags, &stem_bytes);
        naive_word *word = NULL;

        NEED(stem != NULL && ARRAY_GROW(list->words, list->nwords, &list->room));
        word = &list->words[list->nwords++];
        memset(word, 0, sizeof *word);
        word->surface = copy_bytes(a, surface, t->surface_bytes);
        word->stem = copy_bytes(a, stem, stem_bytes);
        if (t->extra_bytes > 0)
            word->extra = copy_bytes(a, token_extra(&w->tokens, t), t->extra_bytes);
        word->is_acronym = (t->flags & TOKEN_ACRONYM) != 0;
        word->is_joined = i > 0 && (t->flags & TOKEN_JOINED) != 0;
        word->start = t->start;
        word->end = t->end;
        word->sentence = number;
    }
}

static bool
same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

bool
wording_same_term(const naive_word *a, const naive_word *b)
{
    return a->is_acronym == b->is_acronym && same(a->stem, b->stem);
}

bool
wording_is(const naive_word *wanted, bool by_surface, const naive_word *word)
{
    if (wanted->is_acronym != word->is_acronym)
        return false;
    if (wanted->extra != NULL && (word->extra == NULL || !same(wanted->extra, word->extra)))
        return false;
    return by_surface ? same(wanted->surface, word->surface) : same(wanted->stem, word->stem);
}
