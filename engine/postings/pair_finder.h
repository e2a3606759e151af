/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pair_finder.h - where very frequent words stand next to each other, found by several threads:
 * each looks at passages that follow one another, and what it finds of a pair follows what those
 * before it have found. */
#ifndef QUIRE_POSTINGS_PAIR_FINDER_H
#define QUIRE_POSTINGS_PAIR_FINDER_H

#include "postings/pair_list.h"

/* A stem that is paired. */
typedef struct {
    char key[PAIR_MAX_KEY];
    size_t key_bytes;
    posting_info info;
} paired_stem;

typedef struct {
    const checked_file *postings;
    const checked_file *positions;
    const uint32_t *lengths; /* of the passages, in words */
    uint32_t npassages;
    const paired_stem *stems; /* PAIR_MOST_STEMS at most */
    size_t nstems;
} pair_search;

/* Of two stems: passages of one part. */
typedef struct {
    buffer
        gaps; /* varints, from one to the next, less 1; the first from the part's first, less 1 */
    uint32_t next; /* the last passage, plus 1 */
    uint32_t df;
} found_pair;

/* Passages [first, end), and their pairs: first stem * nstems + second stem. */
typedef struct {
    uint32_t first;
    uint32_t end;
    found_pair *pairs;
} pair_part;

typedef struct {
    pair_part *parts; /* in order */
    size_t nparts;
    size_t npairs; /* in each */
} found_pairs;

/* QUIRE_ECORRUPT, QUIRE_ENOMEM; free what was found whatever comes back. */
quire_status pair_finder_run(const pair_search *s, unsigned nthreads, found_pairs *out,
                             quire_error *err);
void pair_finder_free(found_pairs *found);

#endif
