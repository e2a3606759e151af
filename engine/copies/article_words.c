/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_words.c - the words of an article as numbers, equal where the words are. */
#include "copies/article_words.h"

#include <stdlib.h>

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
article_words_take(article_words *w, const char *title, const char *text, const passage_list *list,
                   token_list *scratch)
{
    article_words_clear(w);
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
