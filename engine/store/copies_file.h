/* SPDX-License-Identifier: GPL-3.0-or-later */
/* copies_file.h - the groups of copies of all articles of a generation (copies/grouping.h):
 * GENERATION/copies.
 *
 *   members   u32 each: articles by number, from 1; group by group, within each as in grouping.h
 *   groups    12 bytes each, in order of their first members: u32 the index of its first member,
 *             u32 the member with the earliest date (0: none has a date), u32 the longest member
 *   articles  u32 for each member, in order of the articles: its index among the members
 *   kinds     2 bits for each member, lowest first, filled up to 4 bytes: 0: it is of the same set
 *             of copies in the main as its group's first one; 1: it is of none but its own; 2: of
 *             another one
 *   sets      u32 for each member of kind 2, in order: the index of its set's first
 *   footer    narticles, ngroups, nmembers, members of kind 2, u32 each
 *
 * All little-endian, within a checked file. */
#ifndef QUIRE_STORE_COPIES_FILE_H
#define QUIRE_STORE_COPIES_FILE_H

#include "copies/grouping.h"
#include "postings/checked_file.h"

#define COPIES_FILE "copies"

typedef struct copies_places copies_places;

/* For one thread at a time. */
typedef struct {
    checked_file file;
    uint32_t narticles;
    uint32_t ngroups;
    uint32_t nmembers;
    uint32_t nsets;        /* members of kind 2 */
    copies_places *places; /* of who asks often; NULL in a zeroed one */
} copies_file;

/* narticles: how many there are in the generation, dead ones too.  QUIRE_ECORRUPT, QUIRE_EVERSION,
 * QUIRE_EIO, QUIRE_ENOMEM. */
quire_status copies_file_open(const char *path, uint32_t narticles, copies_file *f,
                              quire_error *err);
void copies_file_close(copies_file *f); /* a zeroed one is fine */

/* The group of article number, from 1; *found_out: false where it has no copies.  *number_out is
 * the group's number, from 0.  QUIRE_ECORRUPT. */
quire_status copies_file_find(const copies_file *f, uint32_t number, bool *found_out,
                              uint32_t *number_out, copy_group *out, quire_error *err);

/* Member i, from 0, of a group that was found. */
quire_status copies_file_member(const copies_file *f, const copy_group *group, uint32_t i,
                                uint32_t *out, quire_error *err);

/* Read all of it, as it was written; to be ended by grouping_free.  QUIRE_ECORRUPT, QUIRE_ENOMEM.
 */
quire_status copies_file_load(const copies_file *f, grouping *out, quire_error *err);

/* Write the groups of narticles articles to path.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status copies_file_write(const char *path, const grouping *g, uint32_t narticles,
                               quire_error *err);

#endif
