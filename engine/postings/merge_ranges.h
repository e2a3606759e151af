/* SPDX-License-Identifier: GPL-3.0-or-later */
/* merge_ranges.h - all stems cut into ranges of about as much work each, for threads to share. */
#ifndef QUIRE_POSTINGS_MERGE_RANGES_H
#define QUIRE_POSTINGS_MERGE_RANGES_H

#include "postings/run_source.h"

typedef struct {
    key_range *ranges; /* ascending; the first begins with the empty key, the last has no end */
    size_t nranges;
} merge_ranges;

/* Cut so that a range has about max_weight (bytes that a run's sorted occurrences take in memory),
 * but at least min_ranges if stems allow it.  Keys are those of the inputs, which stay.  False:
 * memory. */
bool merge_ranges_cut(merge_ranges *m, const run_input *inputs, size_t ninputs, uint64_t max_weight,
                      size_t min_ranges);
void merge_ranges_free(merge_ranges *m); /* a zeroed one is fine */

#endif
