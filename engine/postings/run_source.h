/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_source.h - the stems of a run, in byte order, with their surfaces and postings, wherever the
 * run is: in a file, or still in memory. */
#ifndef QUIRE_POSTINGS_RUN_SOURCE_H
#define QUIRE_POSTINGS_RUN_SOURCE_H

#include "postings/run_file.h"
#include "postings/run_slice.h"

/* A run that is merged; all threads read it. */
typedef struct {
    const segment_placed_run *placed;
    run_signs signs;    /* of a file */
    uint32_t *passages; /* of a run in memory: where each passage stands in the segment */
} run_input;

/* QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM; the input is to be closed in any case. */
quire_status run_input_open(run_input *input, const segment_placed_run *placed, uint32_t npassages,
                            quire_error *err);
void run_input_close(run_input *input); /* a zeroed one is fine */

/* Stems from one key on, below another. */
typedef struct {
    const char *first;
    size_t first_bytes;
    const char *end; /* NULL: all there are */
    size_t end_bytes;
} key_range;

typedef struct {
    uint64_t memory_bytes; /* what a source may hold, about */
    uint32_t npassages;    /* of the segment */
    bool keeps_open;       /* a file's descriptor */
} source_limits;

typedef struct {
    const run_input *input;
    key_range range;
    uint32_t npassages;

    /* The stem at hand. */
    bool at_end;
    char key[DICTIONARY_MAX_KEY];
    size_t key_bytes;
    uint64_t nsurfaces;

    /* The posting at hand. */
    bool has_posting;
    uint32_t passage; /* in the segment */
    uint32_t frequency;

    /* Of a file. */
    char surface[DICTIONARY_MAX_KEY];
    run_reader reader;
    uint64_t body_end; /* what run_reader_left says behind the stem's postings */
    uint32_t number;   /* of the posting's passage in the run */
    size_t piece;      /* which one number is in */

    /* In memory. */
    run_slice slice;
    size_t stem;
    size_t end_stem;
    uint64_t next_surface;
    const run_occurrence *at;
    const run_occurrence *behind;
} run_source;

/* Begin at the first stem of the range, if there is one.  A source is zeroed or closed before; it
 * is to be closed in any case, and freed at the end. QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM, and
 * so all below. */
quire_status run_source_open(run_source *s, const run_input *input, const key_range *range,
                             const source_limits *limits, quire_error *err);
void run_source_close(run_source *s);
void run_source_free(run_source *s);

/* Of a stem, first its nsurfaces surfaces, bytes living until the next call; then its postings: the
 * first, then each is taken and the next one is at hand; then the next stem. */
quire_status run_source_surface(run_source *s, const char **bytes_out, size_t *nbytes_out,
                                uint64_t *cf_out, quire_error *err);
quire_status run_source_begin_postings(run_source *s, quire_error *err);

/* frequency positions, ascending, and for each ranks[its surface's number]. */
quire_status run_source_take(run_source *s, const uint32_t *ranks, uint32_t *positions_out,
                             uint32_t *ranks_out, quire_error *err);
quire_status run_source_next(run_source *s, quire_error *err);

/* The bytes of the run make no sense. */
quire_status run_source_damaged(const run_source *s, quire_error *err);

#endif
