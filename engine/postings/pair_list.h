/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pair_list.h - the passages in which two very frequent words stand next to each other.
 *
 * A stem is paired where it stands in at least so many passages (chosen by the writer: more than
 * PAIR_FEW_PASSAGES, since to read shorter lists takes little time, or one in PAIR_ONE_IN,
 * whichever is more, but in no segment more than one in PAIR_MOST_ONE_IN; and so many that no more
 * than PAIR_MOST_STEMS are) and its key is not longer than PAIR_MAX_KEY.  For every two of them,
 * also one with itself, of which the second stands right behind the first anywhere, there is a
 * list; so where there is none, they never do.
 *
 *   DIRECTORY/pairs      dictionary: the empty key -> passages that a paired stem is in at least;
 *                        first stem, a zero byte, second stem -> number of passages, offset of the
 *                        list in the other file (varints)
 *   DIRECTORY/pairlists  bare posting lists (posting_list.h), all of whose frequencies are 1
 *
 * Small segments have neither file. */
#ifndef QUIRE_POSTINGS_PAIR_LIST_H
#define QUIRE_POSTINGS_PAIR_LIST_H

#include "postings/dictionary.h"
#include "postings/posting_list.h"

#define PAIR_FEW_PASSAGES 4096
#define PAIR_ONE_IN 32
#define PAIR_MOST_ONE_IN 8
#define PAIR_MOST_STEMS 255
#define PAIR_MAX_KEY 100
#define PAIR_FROM_PASSAGES 16384 /* smaller segments do without */

typedef struct {
    dictionary keys;
    checked_file lists;
    uint32_t npassages; /* of the segment */
    uint32_t least;     /* passages that a paired stem is in; UINT32_MAX: none is paired */
} pair_lists;

/* Open the pairs of a segment, if it has any; one that must have some and has not is damaged. */
quire_status pair_lists_open(const char *directory, uint32_t npassages, pair_lists *p,
                             quire_error *err);
void pair_lists_close(pair_lists *p); /* a zeroed one is fine */

static inline bool
pair_lists_has(const pair_lists *p, uint32_t df, size_t key_bytes)
{
    return df >= p->least && key_bytes <= PAIR_MAX_KEY;
}

/* The list of two paired stems; info_out->df == 0 where the second never stands behind the first.
 */
quire_status pair_lists_find(const pair_lists *p, const char *first, size_t first_bytes,
                             const char *second, size_t second_bytes, posting_info *info_out,
                             quire_error *err);

/* Write both files into the directory of a segment that has its stems, postings and positions; they
 * are the same for any number of threads. */
quire_status pair_lists_write(const char *directory, const uint32_t *lengths, uint32_t npassages,
                              unsigned nthreads, quire_error *err);

#endif
