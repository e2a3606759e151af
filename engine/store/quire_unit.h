/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_unit.h - articles that follow one another and their passages, made ready by one worker for
 * Quire's own store: their stored forms in codes, their words in the worker's runs.
 *
 * Passages and furniture passages go into sets of their own, which become segments of their own.
 */
#ifndef QUIRE_STORE_QUIRE_UNIT_H
#define QUIRE_STORE_QUIRE_UNIT_H

#include <pthread.h>
#include <stdatomic.h>

#include "postings/segment.h"
#include "store/passage_source.h"
#include "store/source_names.h"

enum { QUIRE_PASSAGES, QUIRE_FURNITURE, QUIRE_NSETS };

/* A unit's passages in one set. */
typedef struct {
    buffer text;     /* codes of stored forms, one behind the other */
    uint32_t *sizes; /* of each: its bytes, once they are codes */
    size_t sizes_room;
    uint32_t nrecords;
    uint32_t *lengths; /* of passages, in words */
    size_t lengths_room;
    uint32_t npassages;
    uint32_t *firsts; /* for each article of the unit: passages before its own */
    size_t firsts_room;
    uint64_t nwords;
    uint32_t run;          /* number of the run that has the words */
    uint32_t first_in_run; /* number there of the first passage */
} quire_part;

typedef struct {
    quire_part parts[QUIRE_NSETS]; /* the articles' stored forms are among those of the passages */
    article_column *articles;      /* of each; source is a number in sources */
    size_t articles_room;
    uint32_t narticles;
    source_names sources;
} quire_unit;

void quire_unit_free(quire_unit *unit); /* NULL is fine */

/* A worker's last run, which the merge takes from memory. */
typedef struct {
    segment_run *run; /* sorted */
    uint32_t number;
} quire_kept_run;

typedef struct {
    quire_kept_run *runs;
    size_t nruns;
    size_t room;
} quire_kept_runs;

/* What workers share. */
typedef struct {
    const char *paths[QUIRE_NSETS];      /* directories of the segments; made when first needed */
    const text_code *codes[QUIRE_NSETS]; /* that workers share */
    uint64_t run_bytes;                  /* a worker's runs go to disk when they hold more */
    atomic_uint nruns;                   /* numbers given out */
    pthread_mutex_t lock;                /* of kept */
    quire_kept_runs kept[QUIRE_NSETS];
} quire_plan;

/* "PATH/run-NUMBER", for free(); NULL: memory. */
char *quire_plan_run_path(const quire_plan *plan, unsigned set, uint32_t run);

/* The run of that number, if it is kept; else it is in a file. */
const segment_run *quire_plan_kept_run(const quire_plan *plan, unsigned set, uint32_t number);
void quire_plan_free_kept(quire_plan *plan, unsigned set);

/* QUIRE_EIO */
quire_status quire_plan_make_directory(const quire_plan *plan, unsigned set, quire_error *err);

typedef struct quire_worker quire_worker;

quire_worker *quire_worker_new(quire_plan *plan); /* NULL: memory */
void quire_worker_free(quire_worker *w);          /* NULL is fine */

quire_status quire_worker_begin(quire_worker *w, quire_unit **unit_out, quire_error *err);
quire_status quire_worker_add_article(quire_worker *w, quire_unit *unit, const article *a,
                                      quire_error *err);
quire_status quire_worker_add_passage(quire_worker *w, quire_unit *unit,
                                      const passage_source *source, quire_error *err);
quire_status quire_worker_end(quire_worker *w, quire_unit *unit, quire_error *err);

/* Leave the runs, as they are in memory, to the plan. */
quire_status quire_worker_finish(quire_worker *w, quire_error *err);

#endif
