/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_words.h - words of a text as words of a query. */
#ifndef QUIRE_RESULT_TEXT_WORDS_H
#define QUIRE_RESULT_TEXT_WORDS_H

#include "base/arena.h"
#include "query/tree.h"
#include "text/passage_words.h"

/* May word i of a text be one of a query that is made of texts?  Not numbers and single letters. */
bool text_words_may_ask(const passage_words *words, size_t i);

/* That word, as one that is asked for by its stem, in the arena's memory.  False when it is out. */
bool text_words_ask(const passage_words *words, size_t i, arena *a, query_word *out);

/* The order of their stems' bytes: less than 0, 0 or more. */
int text_words_compare_stems(const query_word *a, const query_word *b);

#endif
