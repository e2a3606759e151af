/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_slice.h - a sorted run's occurrences by stem, a few stems at a time. */
#ifndef QUIRE_POSTINGS_RUN_SLICE_H
#define QUIRE_POSTINGS_RUN_SLICE_H

#include "postings/segment_run_internal.h"

typedef struct {
    uint32_t passage; /* in segment_run.passages */
    uint32_t position;
    uint32_t surface; /* in segment_run.surfaces */
} run_occurrence;

typedef struct {
    const segment_run *run;
    size_t end;      /* behind the last stem that is asked for */
    size_t max_held; /* occurrences, but for a stem that has more */

    size_t first; /* stems [first, behind) are held */
    size_t behind;
    run_occurrence *occurrences; /* by stem, passage, position */
    size_t room;
    uint64_t *ends; /* of each stem held, in occurrences */
    size_t ends_room;
} run_slice;

/* Stems [first, end) of a run are to be asked for, in order.  The run stays until the end. */
void run_slice_init(run_slice *s, const segment_run *r, size_t first, size_t end, size_t max_held);
void run_slice_free(run_slice *s); /* a zeroed one is fine */

/* Make stem i, at or behind the last one reached, one of those held.  False: memory. */
bool run_slice_reach(run_slice *s, size_t i);

/* Its occurrences [*at, *end); they live until the next reach. */
static inline void
run_slice_get(const run_slice *s, size_t i, const run_occurrence **at, const run_occurrence **end)
{
    *at = s->occurrences + (i == s->first ? 0 : s->ends[i - s->first - 1]);
    *end = s->occurrences + s->ends[i - s->first];
}

/* How many from at on are of the same passage. */
static inline size_t
run_slice_frequency(const run_occurrence *at, const run_occurrence *end)
{
    size_t n = 1;

    while (at + n < end && at[n].passage == at->passage)
        n++;
    return n;
}

#endif
