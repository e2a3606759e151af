/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passage_words.h - the words of one passage, as the index holds them and as the span matcher sees
 * them. */
#ifndef QUIRE_TEXT_PASSAGE_WORDS_H
#define QUIRE_TEXT_PASSAGE_WORDS_H

#include "text/passages.h"
#include "text/stem.h"
#include "text/words.h"

typedef struct {
    const char *kept;  /* the stem where the stemmer keeps it; NULL: it is in passage_words.stems */
    uint32_t sentence; /* from 0 within the passage; the title's sentences come first */
    uint32_t block;    /* from 0 within the passage */
    uint32_t stem;     /* offset in passage_words.stems */
    uint32_t entry;    /* the stemmer's number of the word, plus 1; 0: it has none */
    uint8_t stem_bytes;
    bool in_title; /* the token's bytes count in the title, not in the text */
} word_place;

/* Word number i of the passage is list.tokens[i] at places[i].  A zeroed one is empty. */
typedef struct {
    token_list list;
    word_place *places;
    size_t places_room;
    buffer stems;
} passage_words;

/* The stem of a word, place->stem_bytes long; it lives as long as the stemmer and the words. */
static inline const char *
passage_words_stem(const passage_words *words, const word_place *place)
{
    return place->kept != NULL ? place->kept : words->stems.bytes + place->stem;
}

/* Fill in the words of a passage: text is the passage's own bytes, title the article's (used only
 * for sentences that are in_title).  What words held before is gone.  False when memory is out. */
bool passage_words_read(passage_words *words, stemmer *s, const char *title, const char *text,
                        const sentence *sentences, size_t nsentences);

/* The same, but of words that the filter does not let through stems are not looked up: they have no
 * bytes, and no entry. */
bool passage_words_read_some(passage_words *words, stemmer *s, const stem_filter *filter,
                             const char *title, const char *text, const sentence *sentences,
                             size_t nsentences);

/* passage_words_read of a passage of the list that passages_split made of the article with this
 * title and this text, from the words that it kept, if it did. */
bool passage_words_take(passage_words *words, stemmer *s, const char *title, const char *text,
                        const passage_list *list, const passage *p);

void passage_words_free(passage_words *words);

#endif
