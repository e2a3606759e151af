/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_job.h - what a thread of pass one reads at a time, and what came of it. */
#ifndef QUIRE_BUILD_READ_JOB_H
#define QUIRE_BUILD_READ_JOB_H

#include <stdatomic.h>

#include "article/sources.h"
#include "build/build_internal.h"

typedef enum { READ_ARTICLE, READ_PROBLEM, READ_FILE_END } read_event_kind;

/* Something to tell, in the order in which it was met. */
typedef struct {
    read_event_kind kind;
    bool is_skipped;     /* of a problem */
    size_t first_string; /* into strings: the article's id, where the problem is */
    size_t what;         /* the problem */
    article_key key;     /* of an article, which is in the spool */
    read_place place;    /* of it; where its line is known, it has neither id nor key */
    uint32_t file;       /* that ends, or that has it */
    read_end end;
} read_event;

/* A job is a part of a file of JSON Lines, or some files that are not large.  A zeroed one is
 * empty. */
typedef struct {
    reader_part part;
    const reader_input *input; /* of the part; NULL: files */
    uint32_t file;             /* the part's, or the first */
    uint32_t end_file;         /* behind the last */

    read_event *events;
    size_t nevents;
    size_t room;
    buffer strings;       /* each ended by a NUL */
    reader_totals totals; /* of a part */
    uint32_t rest;        /* the first file that was left to the caller; end_file: none */
    bool out_of_memory;
    quire_status status;
    quire_error error;
} read_job;

void read_job_clear(read_job *job); /* some memory is kept for the next */
void read_job_free(read_job *job);

/* Keep a problem, as a reader_problem whose closure is a job. */
void read_job_problem(void *closure, const char *where, const char *what, bool skipped);

/* What one thread needs for its jobs. */
typedef struct {
    const source_list *list;
    const atomic_bool *is_stopped;
    line_reader *lines;
    spool_writer spool;
    article a;
} job_reader;

/* Do a job; status and error are in it. */
void read_job_run(read_job *job, job_reader *by);

#endif
