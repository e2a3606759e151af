/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dead_articles.h - SEGMENT/dead: which articles of a segment of Quire's own store are dead, and
 * what they take from its statistics, so that these are exact.  A segment without dead articles has
 * no such file; one is written anew by each generation in which more of them die.
 *
 *   articles   u64 for each 64 articles: article n, from 1, is bit (n - 1) % 64 of word
 *              (n - 1) / 64
 *   for the set of passages, then for that of furniture:
 *     stems    for each stem that a dead passage has, ascending: u32 ordinal in the segment's
 *              dictionary of stems, u32 number of its first form, u32 dead passages that have it
 *     forms    for each surface of these stems that they have: u32 rank, u64 occurrences
 *   footer     u32 articles of the segment, u32 dead ones, u32 dead ones without text, u32 0; for
 *              each set: u32 stems, u32 forms, u32 dead passages, u32 0, u64 words in these */
#ifndef QUIRE_STORE_DEAD_ARTICLES_H
#define QUIRE_STORE_DEAD_ARTICLES_H

#include "postings/checked_file.h"
#include "store/manifest.h"

#define DEAD_FILE "dead"

/* The two sets of passages that a segment has. */
enum { DEAD_PASSAGES, DEAD_FURNITURE, DEAD_SETS };

/* ---- Reading ---- */

typedef struct {
    const uint8_t *stems; /* verified at open, as are the others */
    const uint8_t *forms;
    uint32_t nstems;
    uint32_t nforms;
    uint32_t npassages; /* dead ones */
    uint64_t nwords;    /* in these */
} dead_set;

/* For any number of threads. */
typedef struct {
    checked_file file;
    uint32_t narticles;
    uint32_t ndead;
    uint32_t nwithout_text;
    const uint8_t *articles;
    dead_set sets[DEAD_SETS];
} dead_articles;

/* Open SEGMENT/dead, path, of a segment that has so many articles.  QUIRE_ECORRUPT, QUIRE_EVERSION,
 * QUIRE_EIO, QUIRE_ENOMEM. */
quire_status dead_articles_open(const char *path, uint32_t narticles, dead_articles *d,
                                quire_error *err);
void dead_articles_close(dead_articles *d); /* a zeroed one is fine */

/* Is article number n, from 1, dead? */
bool dead_articles_has(const dead_articles *d, uint32_t n);

/* Word i of the bitmap, up to that of the last article. */
uint64_t dead_articles_word(const dead_articles *d, uint32_t i);

/* All that is dead. */
manifest_counts dead_articles_counts(const dead_articles *d);

/* What the dead take from a stem. */
typedef struct {
    uint32_t npassages; /* that have it; 0: no dead one has */
    const uint8_t *forms;
    uint32_t nforms;
} dead_stem;

/* Of the stem with that ordinal in the segment's dictionary of the set. */
dead_stem dead_articles_stem(const dead_articles *d, unsigned set, uint64_t ordinal);

/* Occurrences of its surface of that rank. */
uint64_t dead_stem_occurrences(const dead_stem *stem, uint32_t rank);

/* ---- Writing ---- */

/* Write SEGMENT/dead, path, for the segment in directory: articles is the bitmap of all that are
 * dead now.  before: the file of the generation before, whose dead are among them, so that only
 * what died since is read again; or NULL.  stems: those that the segment was built with.  *dead_out
 * is what dead_articles_counts would say.  The file is not synced.  QUIRE_ECORRUPT, QUIRE_EIO,
 * QUIRE_ENOMEM. */
quire_status dead_articles_write(const char *directory, const uint64_t *articles,
                                 const char *before, const stem_table *stems, const char *path,
                                 manifest_counts *dead_out, quire_error *err);

#endif
