/* SPDX-License-Identifier: GPL-3.0-or-later */
/* some_bunches.h - the bunches of the hashes that some articles have, whole: all articles that have
 * one of these hashes, those that are gone too. */
#ifndef QUIRE_COPIES_SOME_BUNCHES_H
#define QUIRE_COPIES_SOME_BUNCHES_H

#include "copies/grouped.h"

/* Entries are those of one hash after those of another, ascending, in order of articles. */
typedef struct {
    uint64_t *entries; /* hash << 32 | article */
    size_t nentries;
    size_t room;
    uint32_t *articles; /* of each of them, for who wants them in a row */
} some_bunches;

/* One of them: members from first on. */
typedef struct {
    uint32_t hash;
    uint32_t nmembers;
    const uint32_t *members;
} some_bunch;

/* Find them, for the articles of which is_wanted is true, and perhaps some of other hashes.  To be
 * ended by some_bunches_free, whatever the status.  QUIRE_ENOMEM. */
quire_status some_bunches_find(const grouped *g, const bool *is_wanted, some_bunches *out,
                               quire_error *err);
void some_bunches_free(some_bunches *b);

/* The bunch that begins at *place, which goes on to the next; false: there is none. */
bool some_bunches_next(const some_bunches *b, size_t *place, some_bunch *out);

#endif
