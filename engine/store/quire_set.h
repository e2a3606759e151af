/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_set.h - the passages, or the furniture passages, of a segment of Quire's own store while it
 * is written: units come in order, runs are merged at the end. */
#ifndef QUIRE_STORE_QUIRE_SET_H
#define QUIRE_STORE_QUIRE_SET_H

#include "store/quire_unit.h"

/* Where the passages of a run stand in the segment. */
typedef struct {
    segment_piece *pieces;
    size_t npieces;
    size_t room;
} quire_placed_run;

/* A zeroed one is empty. */
typedef struct {
    buffer samples; /* stored forms */
    buffer vocabulary;
    text_code *code; /* that all workers use; made by quire_set_prepare */

    text_writer *text; /* NULL until there is a passage */
    uint32_t *lengths;
    size_t lengths_room;
    uint32_t npassages;
    uint64_t nrecords;        /* of its text */
    uint32_t *first_passages; /* by article, from 0; one more at the end */
    size_t firsts_room;
    uint32_t narticles;
    uint64_t nwords;
    quire_placed_run *runs; /* by number; those of the other set have no pieces */
    size_t nruns;
    size_t runs_room;
} quire_set;

void quire_set_free(quire_set *s);

/* A sample of a stored form.  False: memory. */
bool quire_set_add_sample(quire_set *s, const buffer *record);
quire_status quire_set_learn(quire_set *s, quire_error *err);

/* All that there is to learn is learned: make what workers need, unless it is there. */
quire_status quire_set_prepare(quire_set *s, quire_error *err);

/* Append a unit's part. */
quire_status quire_set_take(quire_set *s, const quire_plan *plan, unsigned set,
                            const quire_part *part, uint32_t narticles, quire_error *err);

/* Write the segment: all units are taken, all workers finished.  Runs that were kept are freed. */
quire_status quire_set_finish(quire_set *s, quire_plan *plan, unsigned set,
                              const segment_merge_options *options, quire_error *err);

#endif
