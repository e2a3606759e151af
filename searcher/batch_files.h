/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batch_files.h - the answers of a batch as files of a directory, one for each line. */
#ifndef SEARCHER_BATCH_FILES_H
#define SEARCHER_BATCH_FILES_H

#include "batch_state.h"

typedef struct batch_files batch_files;

/* What the file of a line is called, and what it answers. */
typedef struct {
    uint64_t number;     /* of the line, from 1 */
    char base[160];      /* the id, encoded, without what tells lines of the same id apart */
    uint64_t query_hash; /* of id and query */
} batch_file;

typedef enum {
    BATCH_FILE_TO_WRITE,
    BATCH_FILE_WHOLE, /* the answer is there */
    BATCH_FILE_OTHER  /* that of another query is */
} batch_file_state;

/* As batch_state_open. */
batch_files *batch_files_open(const options *o, const quire_index *index);

void batch_files_close(batch_files *f); /* NULL is fine */

/* Has it answers to lines after the first nlines? */
bool batch_files_has_more(const batch_files *f, uint64_t nlines);

/* What the answer to a query is called. */
void batch_files_name(batch_file *out, uint64_t number, const char *id, const char *query,
                      size_t query_bytes);

/* What is there of a line?  Any thread may ask. */
batch_file_state batch_files_look(const batch_files *f, const batch_file *file);

/* Write the answer to a line; lines come in their order, from one thread at a time.  False where
 * that fails, which is reported; it is told, too, where the id alone could not name the file. */
bool batch_files_write(batch_files *f, const batch_file *file, const output *text, bool is_error);

/* Leave nothing half-written, and say how to go on: the process is about to end. */
void batch_files_break_off(const batch_files *f);

#endif
