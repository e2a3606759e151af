/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passages.h - an article's text as passages: runs of whole sentences, about 100 words each.
 *
 * The one place that turns text into blocks, sentences, words and passages, for the builder and for
 * whoever asks what an article consists of. */
#ifndef QUIRE_TEXT_PASSAGES_H
#define QUIRE_TEXT_PASSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/blocks.h"
#include "text/words.h"

/* A sentence of a passage: where its bytes are in the passage's text (or in the title). */
typedef struct {
    uint32_t start;
    uint32_t end;
    uint32_t block; /* from 0, counted within the passage, the title's block included */
    bool shouting;  /* of its block */
    bool in_title;  /* start and end count in the title, not in the text */
} sentence;

/* A passage: text[start..end) of the article, and in the first one that is not furniture the title.
 */
typedef struct {
    size_t start; /* bytes of the article's text */
    size_t end;
    bool has_title;
    bool furniture;
    size_t first_sentence; /* into passage_list.sentences; the title's come first */
    size_t nsentences;
    size_t first_word; /* into passage_list.words, of its text; the title's are the list's first */
    uint32_t nwords;   /* the title's included */
} passage;

/* A zeroed list is an empty one.  Sentence offsets of passage p count from p's start. */
typedef struct {
    passage *passages;
    size_t npassages;
    size_t passages_room;
    sentence *sentences;
    size_t nsentences;
    size_t sentences_room;
    block_list blocks; /* of the article, furniture marked */

    /* Unless the article is very long, the words that were counted are kept: the title's, whose
     * offsets count in the title, and those of all passages in order, whose offsets count in the
     * article's text.  passage_words_take makes use of them. */
    bool has_words;
    uint32_t ntitle_words;
    token_list words;
} passage_list;

/* Split an article (valid UTF-8, at most 1 GiB) into passages, in reading order; the list is
 * cleared first.  body_start is where the body begins in text (a text file's title and date lines
 * stand before it).  No passage is of more than SENTENCES_MAX_BYTES of text: one without words
 * is possible, but only where more bytes than that have none.  An article whose title has words but
 * whose text has none gets one passage of no bytes (start == end == body_start); one without any
 * word gets none.  A title without words is in no passage.  False when memory is out. */
bool passages_split(const char *title, size_t title_bytes, const char *text, size_t text_bytes,
                    size_t body_start, passage_list *list);

void passage_list_free(passage_list *list);

#endif
