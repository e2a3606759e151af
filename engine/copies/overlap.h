/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overlap.h - how much of an article stands in another, and whether that makes them copies.
 *
 * A word of an article is shared where it lies in a run of WORD_RUN words that stands in the other
 * article too, anywhere: sentences may be left out, put in and put in another order.  (In a text of
 * fewer words, where the whole text is the other's.)
 *
 * A number (a word that begins with a digit) is agreed on where it is shared.  It is changed where
 * it is not, but would be if all numbers were the same number: the words around it stand in the
 * other article with other numbers between them.  Reports that are written by filling in a form,
 * as those of a market's day, share their words and change their numbers.
 *
 * Two articles are copies in the main when, of the words of the one with fewer, at least
 * OVERLAP_MAIN of 100 are shared, and in part when at least OVERLAP_PART of 100 are, or
 * OVERLAP_WHOLE where they are OVERLAP_WHOLE_WORDS or more and follow on one another in rows, so
 * that of 100 shared words OVERLAP_ROWS begin a run that is shared: sentences, not phrases.  But
 *   - not where OVERLAP_NUMBERS numbers or more are changed, and more than half as many as are
 *     agreed on.  Where two articles became one, the words around a number of the first may stand
 *     in the second by chance: both report results in the same form.  So where in the longer
 *     article what is shared (OVERLAP_PART at least) is a block, from the first to the last row of
 *     OVERLAP_ROW shared words and on as long as words are shared but for numbers, of which
 *     OVERLAP_BLOCK of 100 are shared, and beside it is a text of OVERLAP_SHORT words or more of
 *     another matter, less than OVERLAP_OTHER of 100 of which are in the shorter one with any
 *     numbers, a number is changed only in the block; but not where OVERLAP_FORM of 100 of the
 *     shorter one's words that are not shared would be with any numbers: that is a report's form;
 *   - not where less than OVERLAP_RUNS of 100 of its runs are shared: what is in common is phrases;
 *   - where one of the two is shorter than OVERLAP_SHORT words: only where the headlines have the
 *     same words, and never in part.
 * Where both have as many words, both are asked whether they are the one with fewer (comparing.c).
 * Of copies in part there is more to ask: see boilerplate.h. */
#ifndef QUIRE_COPIES_OVERLAP_H
#define QUIRE_COPIES_OVERLAP_H

#include "base/buffer.h"
#include "copies/article_words.h"

#define OVERLAP_MAIN 80
#define OVERLAP_PART 40
#define OVERLAP_WHOLE 36
#define OVERLAP_WHOLE_WORDS 50
#define OVERLAP_ROWS 85
#define OVERLAP_RUNS 25
#define OVERLAP_SHORT 40 /* words */
#define OVERLAP_NUMBERS 2
#define OVERLAP_FORM 50
#define OVERLAP_ROW 10 /* words */
#define OVERLAP_BLOCK 90
#define OVERLAP_OTHER 12

typedef enum { OVERLAP_NONE, OVERLAP_IN_PART, OVERLAP_IN_THE_MAIN } overlap_degree;

typedef struct {
    size_t nwords;  /* of the article with fewer */
    size_t nshared; /* this and what follows: where it is less than OVERLAP_WHOLE of 100, not all */
    size_t nruns;   /* of its runs that stand in the other */
    size_t nagreed;
    size_t nchanged; /* there 0 */
} overlap;

/* The runs of an article that others are compared with, kept from one to the next; a zeroed one is
 * fine. */
typedef struct {
    uint32_t *slots; /* hashes of runs, then of those with all numbers the same; 0 is free */
    size_t nslots;
    unsigned slots_log; /* of either, a power of two */
    size_t room;        /* in slots of either */
    uint64_t *bits;     /* of pairs of words that are there */
    unsigned bits_log;
    size_t bits_room; /* in bytes */
    bool has_pairs;   /* bits are set, as all here is once it is needed */
    bool has_runs;
    bool has_masked;
} overlap_table;

void overlap_table_free(overlap_table *t);

/* Have the table be of the article that is compared next, in place of the one that it is of. */
void overlap_table_begin(overlap_table *t);

/* Compare the article that the table is of with one that has no more words.  Where copies in the
 * main are wanted, it is told only whether they are such; they mostly are then, and not worth a
 * look whether they cannot be.  False when memory is out. */
bool overlap_with(overlap_table *t, const article_words *longer, const article_words *shorter,
                  overlap_degree wanted, overlap *out);

/* Both for one pair.  False when memory is out. */
bool overlap_find(const article_words *a, const article_words *b, overlap_table *table,
                  overlap *out);

/* What the head of this file says. */
overlap_degree overlap_judge(const overlap *o, const article_words *a, const article_words *b);

#endif
