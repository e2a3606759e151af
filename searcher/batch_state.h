/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batch_state.h - what is known of the answers of a batch that are files of a directory. */
#ifndef SEARCHER_BATCH_STATE_H
#define SEARCHER_BATCH_STATE_H

#include "options.h"

#define BATCH_STATE_PART ".quire-batch.part" /* what is being written, state or answer */

/* The answer to a line. */
typedef struct {
    uint64_t number;     /* of the line, from 1 */
    uint64_t name_hash;  /* of the file's name, the line's number apart, letters' case apart */
    uint64_t query_hash; /* of the line's id and query */
    uint64_t bytes;      /* of the file */
    uint64_t hash;       /* of its bytes */
    bool is_numbered;    /* the line's number is part of the name */
    bool is_error;       /* it is no answer but an error */
} batch_record;

typedef struct batch_state batch_state;

/* Take a directory for the answers of a batch, for this process alone: an empty one, which is made
 * where it is not there, or with o->resume the one of a batch that was broken off.  NULL: it cannot
 * be had, which is reported. */
batch_state *batch_state_open(const options *o, const quire_index_info *index);
void batch_state_close(batch_state *s); /* NULL is fine */

int batch_state_directory(const batch_state *s); /* a file descriptor */
bool batch_state_is_resumed(const batch_state *s);

/* What is known of the answer to a line; false: nothing.  Any thread may ask. */
bool batch_state_get(const batch_state *s, uint64_t number, batch_record *out);

/* Has one of the lines before this one an answer with this name? */
bool batch_state_has_name(const batch_state *s, uint64_t number, uint64_t name_hash);

/* Write down an answer, before its file gets its name; false, and errno, where that fails. */
bool batch_state_put(batch_state *s, const batch_record *record);

/* A hash of bytes, as it is written down. */
uint64_t batch_state_hash(const void *bytes, size_t nbytes);

#endif
