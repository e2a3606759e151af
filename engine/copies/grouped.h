/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grouped.h - the articles of all segments while they are grouped, numbered from 0: their sketches,
 * side by side, and which of them are connected so far.
 *
 * Connected articles are a forest of parents (union-find), in which the first article of a set is
 * its root.  Many threads may connect and look at a time: the sets are the same in the end,
 * whatever comes first. */
#ifndef QUIRE_COPIES_GROUPED_H
#define QUIRE_COPIES_GROUPED_H

#include <stdatomic.h>

#include "copies/grouping.h"

/* What sketches say of each article; those that are dead have no hashes. */
typedef struct {
    const grouping_segment *segments;
    size_t nsegments;
    uint32_t narticles;
    uint32_t *firsts; /* into hashes; one more: how many there are */
    uint32_t *hashes; /* ascending within an article */
    uint32_t *nwords;
    uint32_t *bounds; /* of hashes */
    uint16_t *titles;
    int64_t *seconds;
    uint8_t *states;        /* article_state */
    grouping_place *before; /* NULL: there was no generation before */
    _Atomic uint32_t *parents;
} grouped;

/* Read the sketches.  To be ended by grouped_free, whatever the status. */
quire_status grouped_init(grouped *g, const grouping_segment *segments, size_t nsegments,
                          quire_error *err);
void grouped_free(grouped *g);

/* The segment of an article, and its number there, from 1. */
const grouping_segment *grouped_find(const grouped *g, uint32_t number, uint32_t *in_segment_out);

static inline bool
grouped_is_alive(const grouped *g, uint32_t number)
{
    return g->states[number] == ARTICLE_NEW || g->states[number] == ARTICLE_KEPT;
}

/* Its hashes up to the bound. */
uint32_t grouped_count_within(const grouped *g, uint32_t number, uint32_t bound);

/* The first article of the set that this one is in. */
uint32_t grouped_root(const grouped *g, uint32_t number);
void grouped_connect(grouped *g, uint32_t a, uint32_t b);

#endif
