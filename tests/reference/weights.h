/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weights.h - what a query's slots stand for among the passages that are searched, and what they
 * weigh.
 *
 * A unit is what scores once: slots that ask for the same stems are one, and the largest weight
 * that was asked for any of them counts.  In a passage it weighs as much as the one of its stems
 * that weighs most there. */
#ifndef QUIRE_TESTS_REFERENCE_WEIGHTS_H
#define QUIRE_TESTS_REFERENCE_WEIGHTS_H

#include "meaning.h"
#include "naive.h"

/* A distinct word of the passages that are searched, and how often it stands somewhere. */
typedef struct {
    const naive_word *word;
    size_t noccurrences;
} known_word;

/* By their bytes. */
typedef struct {
    known_word *words;
    size_t nwords;
    size_t room;
} known_words;

typedef struct {
    naive_word term;
    double scale;
    size_t frequency; /* in how many of the passages that are searched it stands */
    bool is_akin;     /* nobody asked for it */
} unit_choice;

typedef struct {
    unit_choice *choices;
    size_t nchoices;
    bool is_pattern; /* all have the document frequency of the commonest */
    bool scores;     /* in the passage at hand */
} unit;

typedef struct {
    const naive_passage *passages;
    size_t npassages; /* all there are */
    bool furniture;   /* is it searched too? */
    const known_words *known;
    double k1;
    double b;
    size_t nsearched;
    uint64_t nwords;
    unit *units;
    size_t nunits;
} weights;

/* Of how many words a pattern, and all of a query, may stand for the commonest. */
#define WEIGHTS_MAX_WORDS 1000
#define WEIGHTS_MAX_AKIN 2 /* words that one is akin to */
#define WEIGHTS_MAX_TOTAL 16384

/* List the words of passages; the list is for free(). */
void weights_list_words(const naive_passage *passages, size_t npassages, bool furniture,
                        known_words *all);

/* Give the slots of a query their words and units.  passages, npassages, furniture, known, k1 and b
 * are set by the caller; the rest lives in the arena of m. */
void weights_prepare(weights *w, meaning *m);

/* The score of a passage that matched, in units of 2^-32. */
int64_t weights_score(weights *w, const meaning *m, const naive_passage *p);

#endif
