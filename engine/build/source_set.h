/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source_set.h - which sources a build reads: those given, those of the live index, or both. */
#ifndef QUIRE_BUILD_SOURCE_SET_H
#define QUIRE_BUILD_SOURCE_SET_H

#include "base/arena.h"
#include "quire.h"
#include "store/manifest.h"

typedef struct {
    const char **names; /* as given */
    const char **paths; /* absolute, links resolved, in UTF-8; "-" for standard input */
    size_t nsources;
} source_set;

/* Resolve the sources given; of two that are the same, the first counts.  Memory is arena a's.
 * QUIRE_EINPUT (a source is not there), QUIRE_EUSAGE (none given), QUIRE_ENOMEM. */
quire_status source_set_resolve(const char *const *sources, size_t nsources, arena *a,
                                source_set *set, quire_error *err);

/* Make of the set given the one to read, by mode and by what the live index was built from (NULL:
 * there is none).  QUIRE_ESOURCES, QUIRE_EINPUT, QUIRE_ENOMEM. */
quire_status source_set_choose(source_set *set, quire_build_mode mode, const manifest *live,
                               arena *a, quire_error *err);

/* Are the sources those of the live index, whatever their order and names?  QUIRE_ENOMEM. */
quire_status source_set_is_live(const source_set *set, const manifest *live, arena *a, bool *out,
                                quire_error *err);

/* The names in UTF-8, for the manifest; NULL when memory is out. */
const char *const *source_set_shown(const source_set *set, arena *a);

#endif
