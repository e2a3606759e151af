/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_words.h - the best passages for a list of bare words, any of which matches. */
#ifndef QUIRE_POSTINGS_EVALUATE_WORDS_H
#define QUIRE_POSTINGS_EVALUATE_WORDS_H

#include "postings/evaluate_unit.h"

/* A distinct word of the query, with what is akin to it. */
typedef struct {
    evaluate_unit *unit;
    bool supports; /* adds to the score of what another word has found */
} evaluate_word;

/* Put the best passages into e->top; returns how many match, where they are to be counted.  At
 * least one word does not only support. */
uint64_t evaluate_words(evaluation *e, const evaluate_word *words, uint32_t nwords);

#endif
