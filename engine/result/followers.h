/* SPDX-License-Identifier: GPL-3.0-or-later */
/* followers.h - the words that follow others in the passages that are about them. */
#ifndef QUIRE_RESULT_FOLLOWERS_H
#define QUIRE_RESULT_FOLLOWERS_H

#include "base/arena.h"
#include "quire.h"
#include "store/store.h"
#include "text/stem.h"

#define FOLLOWERS_MAX_WORDS 2 /* that are followed */

typedef struct {
    const char *surface; /* folded */
    size_t nbytes;
} followed_word;

typedef struct {
    const char *surface; /* a NUL behind it */
    size_t nbytes;
    uint32_t count;
} follower;

typedef struct {
    follower *items; /* the most frequent first; of equal ones, by their bytes */
    size_t nitems;
    uint32_t nplaces; /* where the words stood, whatever followed */
} followers;

/* Look into the best passages that have these words next to each other, for words that begin with
 * prefix; with an empty one, function words are left out.  All lives in arena a.  Statuses as for
 * store_search. */
quire_status followers_find(store *st, stemmer *stem, const followed_word *words, size_t nwords,
                            const char *prefix, size_t prefix_bytes, arena *a, followers *out,
                            quire_error *err);

#endif
