/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer.h - asking one query, and what is printed of it. */
#ifndef SEARCHER_ANSWER_H
#define SEARCHER_ANSWER_H

#include "options.h"
#include "output.h"
#include "quire.h"

typedef enum {
    ANSWER_RESULTS,
    ANSWER_NOTHING,
    ANSWER_ERROR /* reported */
} answer_outcome;

/* A query, as it was given. */
typedef struct {
    const char *id;
    const char *text; /* UTF-8; NULL: it could not be taken in, for the reason why */
    size_t bytes;
    quire_status status; /* that goes with why */
    const char *why;
    uint64_t number; /* of the line in a batch, from 1 */
    bool is_first;   /* nothing was answered before */
} question;

/* An answer, ready to be written.  Zeroed, it holds none; answer_query fills it anew. */
typedef struct {
    output text;     /* for standard output */
    output messages; /* for standard error */
    answer_outcome outcome;
} answered;

/* Ask a query of an index, and make of the answer what is to be printed. */
void answer_query(const options *o, quire_index *index, const question *q, answered *out);

/* No answer: nothing is to be written. */
void answer_none(answered *out);

/* All of an article; q's text, NULL for none, is what is marked in it. */
void answer_show(const options *o, quire_index *index, const question *q, answered *out);

/* Write an answer; false where standard output cannot be written, which is reported. */
bool answer_write(const answered *a);
/* The same, through a pager where it is longer than the terminal. */
bool answer_page(const options *o, const answered *a);
/* Write what stands behind the last answer; as answer_write. */
bool answer_end(const options *o);
void answer_free(answered *a);

/* batch.c: answer each line of the batch file; returns the exit status. */
int batch_run(const options *o, quire_index *index);

#endif
