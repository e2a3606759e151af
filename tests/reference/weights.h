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
    bool supports;   /* nothing asks for it but bare function words beside others */
    size_t nasked;   /* by slots of all else */
} unit;

typedef struct {
    const naive_passage *passages;
    size_t npassages; /* all there are */
    bool furniture;   /* is it searched too? */
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

/* Give the slots of a query their words and units.  passages, npassages, furniture, k1 and b are
 * set by the caller; the rest lives in the arena of m. */
void weights_prepare(weights *w, meaning *m);

/* The score of a passage that matched, in units of 2^-32. */
int64_t weights_score(weights *w, const meaning *m, const naive_passage *p);

#endif
