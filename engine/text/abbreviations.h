/* SPDX-License-Identifier: GPL-3.0-or-later */
/* abbreviations.h - words whose full stop need not end a sentence, and words that begin one.
 *
 * Tables for sentences.c alone. */
#ifndef QUIRE_TEXT_ABBREVIATIONS_H
#define QUIRE_TEXT_ABBREVIATIONS_H

#include <stdbool.h>
#include <stddef.h>

#define ABBREVIATIONS_MAX_BYTES 12 /* no word of the tables is longer */

typedef enum {
    ABBREVIATION_NONE,
    ABBREVIATION_ALWAYS, /* Mr, Gen: never the end of a sentence */
    ABBREVIATION_NUMBER, /* No, Fig: not the end before a digit */
    ABBREVIATION_OFTEN   /* Inc, Jan: the end where a word follows that sentences begin with */
} abbreviation_kind;

typedef enum {
    OPENER_NONE,
    OPENER_STRONG, /* The, He: in capitals too */
    OPENER_WEAK,   /* In, And: stand with a capital in headlines as well */
    OPENER_LETTER  /* A, I: may be no word at all */
} opener_kind;

/* What word (as written, without its last full stop) is. */
abbreviation_kind abbreviations_kind(const char *word, size_t nbytes);

/* What word, ASCII in lower case, is. */
opener_kind abbreviations_opener(const char *word, size_t nbytes);

/* Is word (as written) a name that is written with an exclamation mark: Yahoo! */
bool abbreviations_is_name_with_mark(const char *word, size_t nbytes);

#endif
