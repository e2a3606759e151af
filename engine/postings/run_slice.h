/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_slice.h - a sorted run's occurrences by stem, some stems at a time. */
#ifndef QUIRE_POSTINGS_RUN_SLICE_H
#define QUIRE_POSTINGS_RUN_SLICE_H

#include "postings/segment_run_internal.h"

typedef struct {
    uint32_t passage; /* in segment_run.passages */
    uint32_t position;
    uint32_t surface; /* in segment_run.surfaces */
} run_occurrence;

/* Some stems of a slice, together. */
typedef struct {
    uint32_t first; /* stem */
    uint32_t behind;
    size_t start; /* in run_slice.occurrences */
} run_bucket;

typedef struct {
    const segment_run *run;
    size_t end;      /* behind the last stem that is asked for */
    size_t max_held; /* occurrences, but for a stem that has more */

    size_t first; /* stems [first, behind) are held */
    size_t behind;
    run_occurrence *occurrences; /* by bucket, passage, position */
    size_t room;
    run_bucket *buckets; /* and one more where the last ends */
    size_t nbuckets;
    size_t buckets_room;
    uint32_t *bucket_of; /* for each surface of the stems held */
    size_t bucket_of_room;

    size_t bucket;          /* the one that is sorted; nbuckets: none is yet */
    run_occurrence *sorted; /* its occurrences by stem, passage, position */
    size_t sorted_room;
    size_t *ends; /* of each of its stems, in sorted */
    size_t ends_room;
} run_slice;

/* Stems [first, end) of a run are to be asked for, in order.  The run stays until the end.  s is
 * zeroed, or was begun before, maybe with another run: its memory is used again. */
void run_slice_begin(run_slice *s, const segment_run *r, size_t first, size_t end, size_t max_held);
void run_slice_free(run_slice *s); /* a zeroed one is fine */

/* The occurrences [*at_out, *end_out) of stem i, at or behind the last one asked for; they live
 * until the next call.  False: memory. */
bool run_slice_get(run_slice *s, size_t i, const run_occurrence **at_out,
                   const run_occurrence **end_out);

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
