/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fold.h - is a passage a copy of another: then results show one of them.
 *
 * Words are compared as they are folded, without stems; the headline is left out.  In order stands
 * the longest row of words that can be had from both passages by leaving words out (their longest
 * common subsequence).  Passages of different articles are copies
 *
 *   - when both articles are of one group of copies, and FOLD_IN_GROUP of 100 of the words of the
 *     shorter passage stand in the other in order: where an article has a sentence more, its
 * passages end elsewhere;
 *   - else when FOLD_APART of 100 do, but
 *       - of less than FOLD_SHORT words in the shorter, only where the headlines are the same, and
 *       - not where more than a third, and more than one, of its numbers (words that begin with
 *         a digit) do not stand in the other: that is another day's report in the same words. */
#ifndef QUIRE_RESULT_FOLD_H
#define QUIRE_RESULT_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "text/passage_words.h"

#define FOLD_IN_GROUP 50
#define FOLD_APART 80
#define FOLD_SHORT 40
#define FOLD_NO_GROUP UINT32_MAX

/* A passage as it is compared; lives in an arena. */
typedef struct {
    uint32_t article;
    uint32_t group; /* of copies; FOLD_NO_GROUP: none */
    const char *title;
    size_t title_bytes;
    uint32_t *words;     /* a hash each; the lowest bit says that it begins with a digit */
    token *tokens;       /* of the words: where they stand in the passage's text */
    uint32_t *sentences; /* of the words: which one, ascending */
    uint32_t nwords;
    uint64_t bits[4]; /* a bit for each word, by its hash */
} fold_passage;

/* What comparing works in, kept from one to the next; a zeroed one is fine. */
typedef struct {
    void *memory;
    size_t room;
} fold_scratch;

void fold_scratch_free(fold_scratch *s);

/* Take the words of a passage; the other members are the caller's to fill in.  False when memory is
 * out. */
bool fold_passage_read(fold_passage *p, const passage_words *words, arena *a);

/* False when memory is out. */
bool fold_compare(const fold_passage *a, const fold_passage *b, fold_scratch *s,
                  bool *are_copies_out);

#endif
