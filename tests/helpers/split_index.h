/* SPDX-License-Identifier: GPL-3.0-or-later */
/* split_index.h - an index of several segments with dead articles in them, made at random, that is
 * to answer as one built of what is alive. */
#ifndef QUIRE_TESTS_HELPERS_SPLIT_INDEX_H
#define QUIRE_TESTS_HELPERS_SPLIT_INDEX_H

#include <stddef.h>
#include <stdint.h>

/* The word that only dead articles have begins so. */
#define SPLIT_DEAD_WORD "undead"

/* The name that only dead articles have for an author, too long for a term of the catalogue. */
#define SPLIT_DEAD_NAMES                                                                           \
    "undead undead undead undead undead undead undead undead undead undead undead undead undead "
#define SPLIT_DEAD_AUTHOR SPLIT_DEAD_NAMES SPLIT_DEAD_NAMES SPLIT_DEAD_NAMES SPLIT_DEAD_NAMES

typedef struct {
    size_t nsegments;
    size_t nlive;
    size_t ndead;
} split_index_counts;

/* Publish at path an index of --store quire that holds the articles of source, a file or a
 * directory: in 1 to 6 segments, in any of which dead ones may be: some with ids that no article
 * has any more, some with the id of one that is alive in another segment.  Everything follows from
 * the seed.  Ends the program when something goes wrong. */
split_index_counts split_index_write(const char *path, const char *source, uint64_t seed);

#endif
