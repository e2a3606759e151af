/* SPDX-License-Identifier: GPL-3.0-or-later */
/* word_lists.h - the words that the tokenizer knows by name. */
#ifndef QUIRE_TEXT_WORD_LISTS_H
#define QUIRE_TEXT_WORD_LISTS_H

#include <stdbool.h>
#include <stddef.h>

enum { WORD_LISTS_MAX_ACRONYM = 5, WORD_LISTS_MAX_UNIT = 3 }; /* bytes */

/* Is this word, in capitals, an acronym that must be kept apart from the word that it looks like?
 */
bool word_lists_is_acronym(const char *word, size_t nbytes);

/* May an acronym begin with these two letters?  Of most words it tells at once. */
bool word_lists_begins_acronym(const char two[2]);

/* Is this word, in small letters, a unit that is written right behind its number: 4.5bn, 9am? */
bool word_lists_is_unit(const char *word, size_t nbytes);

/* See words_is_function_word. */
bool word_lists_is_function_word(const char *word, size_t nbytes);

/* Is word in this table of nwords strings, ascending by strcmp? */
bool word_lists_holds(const char *const *table, size_t nwords, const char *word, size_t nbytes);

/* A pair of a table that ascends by word, as strcmp has it. */
typedef struct {
    const char *word;
    const char *meaning;
} word_pair;

/* What stands beside word in the table; NULL if word is not there. */
const char *word_lists_find(const word_pair *table, size_t npairs, const char *word, size_t nbytes);

#endif
