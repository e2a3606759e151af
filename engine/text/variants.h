/* SPDX-License-Identifier: GPL-3.0-or-later */
/* variants.h - spelling variants of one word: programme and program, organisation and organization.
 * The American spelling is the canonical one. */
#ifndef QUIRE_TEXT_VARIANTS_H
#define QUIRE_TEXT_VARIANTS_H

#include <stddef.h>

#include "text/words.h"

#define VARIANTS_MAX_BYTES (WORDS_MAX_SURFACE + 8)

/* The canonical spelling of a folded word: word itself where it has no variant, else out or a
 * string that lasts. *nbytes is its length, before and after. */
const char *variants_canonical(const char *word, size_t *nbytes, char out[VARIANTS_MAX_BYTES]);

/* Pairs of first two bytes: of a word, and of its spelling, where they are not the same. */
typedef struct {
    char word[2];
    char canonical[2];
} variants_beginning;

enum { VARIANTS_MAX_BEGINNINGS = 256 };

/* All that there are; their number. */
size_t variants_beginnings(variants_beginning out[VARIANTS_MAX_BEGINNINGS]);

#endif
