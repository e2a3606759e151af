/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_words.c - the words of an article as numbers, equal where the words are. */
#include "copies/article_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/hash.h"

void
article_words_clear(article_words *w)
{
    w->nwords = 0;
    w->title = 0;
}

void
article_words_free(article_words *w)
{
    free(w->words);
    *w = (article_words){0};
}

static uint32_t
number_of(const token_list *list, const token *t)
{
    const uint32_t hash = (uint32_t)hash_bytes(token_surface(list, t), t->surface_bytes);

    return (t->flags & TOKEN_NUMBER) != 0 ? hash | 1U : hash & ~1U;
}

bool
article_words_add(article_words *w, const token_list *list, size_t first, size_t ntokens)
{
    for (size_t i = 0; i < ntokens; i++) {
        if (!ARRAY_GROW(w->words, w->nwords, &w->room))
            return false;
        w->words[w->nwords++] = number_of(list, &list->tokens[first + i]);
    }
    return true;
}

void
article_words_add_title(article_words *w, const token_list *list, size_t first, size_t ntokens)
{
    for (size_t i = 0; i < ntokens; i++)
        w->title = (w->title + number_of(list, &list->tokens[first + i]) + 1) *
                   UINT64_C(0x9E3779B97F4A7C15);
}

/* The words of a passage of a list that did not keep them. */
static bool
add_sentences(article_words *w, const char *title, const char *text, const passage_list *list,
              const passage *p, token_list *scratch)
{
    for (size_t i = 0; i < p->nsentences; i++) {
        const sentence *from = &list->sentences[p->first_sentence + i];

        token_list_clear(scratch);
        if (!words_split(from->in_title ? title : text + p->start, from->start, from->end,
                         from->shouting, scratch))
            return false;
        if (from->in_title)
            article_words_add_title(w, scratch, 0, scratch->ntokens);
        else if (!article_words_add(w, scratch, 0, scratch->ntokens))
            return false;
    }
    return true;
}

bool
article_words_add_list(article_words *w, const char *title, const char *text,
                       const passage_list *list, token_list *scratch)
{
    if (list->has_words)
        article_words_add_title(w, &list->words, 0, list->ntitle_words);
    for (size_t i = 0; i < list->npassages; i++) {
        const passage *p = &list->passages[i];
        const size_t ntitle_words = p->has_title ? list->ntitle_words : 0;

        if (p->furniture)
            continue;
        if (list->has_words
                ? !article_words_add(w, &list->words, p->first_word, p->nwords - ntitle_words)
                : !add_sentences(w, title, text, list, p, scratch))
            return false;
    }
    return true;
}

/* ---- Words that are known ---- */

#define FIRST_KNOWN 4096

void
known_words_free(known_words *known)
{
    free(known->words);
    *known = (known_words){0};
}

/* Have room for a stemmer's entry. */
static bool
reserve_known(known_words *known, uint32_t entry)
{
    size_t nwords = known->nwords > 0 ? known->nwords : FIRST_KNOWN;
    uint32_t *grown;

    if (entry < known->nwords)
        return true;
    while (nwords <= entry)
        nwords *= 2;
    grown = reallocarray(known->words, nwords, sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + known->nwords, 0, (nwords - known->nwords) * sizeof *grown);
    *known = (known_words){grown, nwords};
    return true;
}

/* Add a word that is not known, or is 0. */
static bool
add_unknown(article_words *w, const passage_words *words, size_t i, known_words *known)
{
    const uint32_t entry = words->places[i].entry - 1; /* of what has none, STEMMED_NO_ENTRY */
    const uint32_t word = number_of(&words->list, &words->list.tokens[i]);

    if (entry != STEMMED_NO_ENTRY) {
        if (!reserve_known(known, entry))
            return false;
        known->words[entry] = word;
    }
    w->words[w->nwords++] = word;
    return true;
}

bool
article_words_add_passage(article_words *w, const passage_list *list, const passage *p,
                          const passage_words *words, known_words *known)
{
    const size_t end = w->nwords + words->list.ntokens;

    if (list->has_words && p == list->passages)
        article_words_add_title(w, &list->words, 0, list->ntitle_words);
    if (p->furniture)
        return true;
    while (w->room < end)
        if (!ARRAY_GROW(w->words, w->room, &w->room))
            return false;
    for (size_t i = 0; i < words->list.ntokens; i++) {
        const word_place *place = &words->places[i];
        const uint32_t entry = place->entry - 1;

        if (place->in_title) {
            if (!list->has_words)
                article_words_add_title(w, &words->list, i, 1);
        } else if (entry < known->nwords && known->words[entry] != 0) {
            w->words[w->nwords++] = known->words[entry];
        } else if (!add_unknown(w, words, i, known)) {
            return false;
        }
    }
    return true;
}
