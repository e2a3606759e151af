/* SPDX-License-Identifier: GPL-3.0-or-later */
/* merge_output.h - the word files of a segment while they are written: threads make what belongs to
 * a range of stems, and append it in the order of ranges. */
#ifndef QUIRE_POSTINGS_MERGE_OUTPUT_H
#define QUIRE_POSTINGS_MERGE_OUTPUT_H

#include "postings/dictionary.h"
#include "postings/posting_list.h"

typedef struct merge_output merge_output;

/* sorting_bytes: what the table of surfaces may hold until it goes to a file. NULL: memory. */
merge_output *merge_output_new(const char *directory, uint64_t sorting_bytes);
void merge_output_free(merge_output *o); /* removes what was not finished; NULL is fine */

/* End all files. */
quire_status merge_output_finish(merge_output *o, quire_error *err);

/* A surface of a stem. */
typedef struct {
    const char *bytes;
    uint64_t cf;
    uint8_t nbytes;
} merged_surface;

/* Stems that follow one another, with their lists.  A zeroed one is empty. */
typedef struct {
    buffer postings; /* lists, one behind the other: a posting_writer's */
    buffer positions;
    buffer stems; /* the rest; merge_output.c draws it */
} merge_piece;

/* Enter the next stem: info counts offsets in the piece's own buffers; surfaces by rank. False:
 * memory. */
bool merge_piece_add(merge_piece *p, const char *key, size_t key_bytes, const posting_info *info,
                     const merged_surface *surfaces, size_t nsurfaces);
uint64_t merge_piece_bytes(const merge_piece *p);
void merge_piece_free(merge_piece *p);

/* Append a piece and empty it.  One thread at a time. */
quire_status merge_output_append(merge_output *o, merge_piece *p, quire_error *err);

#endif
