/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer.h - asking one query, and printing what came of it. */
#ifndef SEARCHER_ANSWER_H
#define SEARCHER_ANSWER_H

#include "options.h"
#include "quire.h"

typedef enum {
    ANSWER_RESULTS,
    ANSWER_NOTHING,
    ANSWER_ERROR,      /* reported */
    ANSWER_NOT_WRITTEN /* standard output cannot be written; reported */
} answer_outcome;

typedef struct {
    const options *options;
    quire_index *index;
    bool printed_one; /* an answer was printed before */
} asking;

/* Ask query and print the answer, flushed.  query NULL: the line could not be taken in, for the
 * reason why. */
answer_outcome answer_query(asking *a, const char *query_id, const char *query, size_t query_bytes,
                            const char *why);

/* Answer each line of the batch file; returns the exit status. */
int batch_run(asking *a);

#endif
