/* SPDX-License-Identifier: GPL-3.0-or-later */
/* problems.h - the inputs of a build that were skipped or damaged, and which of them are new. */
#ifndef QUIRE_BUILD_PROBLEMS_H
#define QUIRE_BUILD_PROBLEMS_H

#include "base/arena.h"
#include "quire.h"
#include "store/manifest.h"

#define PROBLEMS_KEPT 100000 /* in the manifest; the rest is one entry with their number */

typedef struct {
    arena *arena; /* the caller's */
    manifest_problem *items;
    size_t nitems;
    size_t room;
    uint64_t *known; /* hashes of those of the live index, ascending */
    size_t nknown;
    uint64_t nskipped;
    uint64_t ndamaged;
    uint64_t nnew;
    bool out_of_memory;
} problems;

/* Remember what the live index had.  QUIRE_ENOMEM. */
quire_status problems_know(problems *p, const manifest *live, quire_error *err);

/* Count a problem and keep it; is it new?  Memory that is out is remembered. */
bool problems_add(problems *p, const char *where, const char *what, bool skipped);

/* How many entries the list for the manifest has. */
size_t problems_count(const problems *p);

/* The list for the manifest.  QUIRE_ENOMEM. */
quire_status problems_list(problems *p, const manifest_problem **items_out, size_t *nitems_out,
                           quire_error *err);

void problems_free(problems *p);

#endif
