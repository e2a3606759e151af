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
#include <string.h>

#include "text/passage_words.h"
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

/* Add the words of an article, or of the part of it that a list has, as passages_split makes one of
 * this title and this text; scratch is kept from one to the next.  False when memory is out. */
bool article_words_add_list(article_words *w, const char *title, const char *text,
                            const passage_list *list, token_list *scratch);

/* Words by the numbers that a stemmer has for them, so that most need not be hashed; a zeroed one
 * is empty, and fine for one stemmer. */
typedef struct {
    uint32_t *words; /* of entries; 0: not known yet */
    size_t nwords;
} known_words;

void known_words_free(known_words *known);

/* The same for the passages of an article, or of the part of it that the list has, given one after
 * the other with their words.  False when memory is out. */
bool article_words_add_passage(article_words *w, const passage_list *list, const passage *p,
                               const passage_words *words, known_words *known);

/* The headlines do not matter. */
static inline bool
article_words_are_same(const article_words *a, const article_words *b)
{
    return a->nwords == b->nwords &&
           (a->nwords == 0 || memcmp(a->words, b->words, a->nwords * sizeof *a->words) == 0);
}

static inline bool
article_word_is_number(uint32_t word)
{
    return (word & 1) != 0;
}

#endif
