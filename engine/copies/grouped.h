/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grouped.h - the articles of all segments while they are grouped, numbered from 0, and which of
 * them are connected so far.
 *
 * Connected articles are a forest of parents (union-find), in which the first article of a set is
 * its root.  Many threads may connect and look at a time: the sets are the same in the end,
 * whatever comes first. */
#ifndef QUIRE_COPIES_GROUPED_H
#define QUIRE_COPIES_GROUPED_H

#include <stdatomic.h>

#include "copies/grouping.h"

typedef struct {
    const grouping_segment *segments;
    size_t nsegments;
    uint32_t narticles;
    _Atomic uint32_t *parents;
} grouped;

/* False when memory is out; to be ended by grouped_free anyway. */
bool grouped_init(grouped *g, const grouping_segment *segments, size_t nsegments);
void grouped_free(grouped *g);

/* The segment of an article, and its number there, from 1. */
const grouping_segment *grouped_find(const grouped *g, uint32_t number, uint32_t *in_segment_out);

/* A sketch, as of bunches_source, whose closure is the grouped. */
quire_status grouped_sketch(void *closure, uint32_t number, sketch *out, bool *is_there_out,
                            quire_error *err);

/* The first article of the set that this one is in; the closure is the grouped. */
uint32_t grouped_root(void *closure, uint32_t number);
void grouped_connect(grouped *g, uint32_t a, uint32_t b);

#endif
