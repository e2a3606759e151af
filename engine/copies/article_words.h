/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_words.h - the words of an article as copies are found by them: numbers that are equal
 * where the words are.
 *
 * They are the words of the article's passages in reading order, as they are folded, without stems;
 * furniture and the headline are left out. */
#ifndef QUIRE_COPIES_ARTICLE_WORDS_H
#define QUIRE_COPIES_ARTICLE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/passages.h"

typedef struct {
    uint32_t *words; /* a hash each; the lowest bit says that it begins with a digit */
    size_t nwords;
    size_t room;
    uint64_t title; /* a hash of the words of the headline, in order; 0: none */
} article_words;

void article_words_clear(article_words *w); /* empty, room kept */
void article_words_free(article_words *w);  /* a zeroed one is fine */

/* Add the words of tokens first up to first + ntokens of the list; false when memory is out. */
bool article_words_add(article_words *w, const token_list *list, size_t first, size_t ntokens);

/* The same, to the headline. */
void article_words_add_title(article_words *w, const token_list *list, size_t first,
                             size_t ntokens);

/* Take the words of an article, in place of what there was, from the list that passages_split made
 * of this title and this text; scratch is kept from one to the next.  False when memory is out. */
bool article_words_take(article_words *w, const char *title, const char *text,
                        const passage_list *list, token_list *scratch);

static inline bool
article_word_is_number(uint32_t word)
{
    return (word & 1) != 0;
}

#endif
