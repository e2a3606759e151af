/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wording.h - the words of a sentence, for the naive searcher: what engine/text makes of it, in the
 * form that is easiest to compare. */
#ifndef QUIRE_TESTS_REFERENCE_WORDING_H
#define QUIRE_TESTS_REFERENCE_WORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "text/stem.h"
#include "text/words.h"

/* A word of a passage, or one that is looked for. */
typedef struct {
    const char *surface;
    const char *stem;
    const char *extra;   /* the form with its sign, or NULL */
    const char *spelled; /* the stem before British and American spellings are made one */
    const char *typed;   /* its bytes in the text */
    bool is_acronym;
    bool is_number;
    bool is_joined; /* to the word before it */
    bool in_title;
    uint32_t start; /* bytes of the text or the title */
    uint32_t end;
    uint32_t sentence; /* different in different sentences */
    uint32_t block;    /* of a passage: different in different paragraphs */
} naive_word;

/* Words in a row; for free(). */
typedef struct {
    naive_word *words;
    size_t nwords;
    size_t room;
} word_list;

/* What it takes to read words.  Each string that words have is kept once, so that equal strings are
 * the same pointer. */
typedef struct {
    stemmer *stemmer;
    token_list tokens; /* of one sentence at a time */
    arena *arena;
    const char **table; /* by hash; NULL where there is none */
    size_t nslots;
    size_t nkept;
} wording;

void wording_start(wording *w);
void wording_end(wording *w);

/* The one copy of a string, which lives as long as w. */
const char *wording_keep(wording *w, const char *bytes, size_t nbytes);

/* Append the words of one sentence, text[start..end), with its number; their strings live as long
 * as w. */
void wording_read(wording *w, const char *text, size_t start, size_t end, bool shouting,
                  uint32_t number, word_list *list);

/* Do they count as the same word for BM25?  Both are of one wording, here and below. */
bool wording_same_term(const naive_word *a, const naive_word *b);

/* By what a word of a passage is compared with one that is wanted. */
typedef enum {
    BY_STEM,
    BY_SURFACE,
    BY_BYTES /* surface, and the bytes as they were typed */
} comparison;

bool wording_is(const naive_word *wanted, comparison by, const naive_word *word);

/* Does a folded word fit a pattern, in which * stands for any characters and ? for one? */
bool wording_fits(const char *pattern, const char *word);

/* How many edits lie between two words, characters put in, left out, replaced, or two neighbours
 * exchanged, none of them twice. */
size_t wording_edits(const char *a, const char *b);

#endif
