/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_writer.h - writing a segment: the catalogue, and the passages of one store.
 *
 * Articles must come in the order of results that score alike: date (newest first, undated last),
 * id in bytes; so that a lower number always comes first.
 *
 * They come in units, of articles that follow one another.  A worker makes a unit of what is to be
 * stored; many may do so at a time, each in a thread of its own.  The writer takes the units, in
 * order.  What is written depends on where units begin and end, and on nothing else: neither on the
 * number of workers, nor on memory (as far as files are not Xapian's). */
#ifndef QUIRE_STORE_STORE_WRITER_H
#define QUIRE_STORE_STORE_WRITER_H

#include "quire.h"
#include "store/passage_source.h"
#include "store/sketch_writer.h"

typedef struct store_writer store_writer;
typedef struct store_worker store_worker;
typedef struct store_unit store_unit;

/* The names of the stores there are, by number from 0, the default first; NULL behind the last. */
const char *store_writer_name(size_t number);

/* Begin segment directory (made here): directory/catalogue, directory/passages,
 * directory/furniture once there is furniture, and directory/sketches.  memory_bytes bounds what is
 * held before it goes to disk, nworkers how many workers there will be. QUIRE_EUSAGE (no such
 * store), QUIRE_EIO, QUIRE_ENOMEM. */
quire_status store_writer_new(const char *store, const char *directory, uint64_t memory_bytes,
                              unsigned nworkers, store_writer **writer_out, quire_error *err);
void store_writer_free(store_writer *w); /* finished or not; NULL is fine */

/* How many workers there may be, at most as many as were asked for: by memory and kind. */
unsigned store_writer_nworkers(const store_writer *w);

/* Bytes of passages that the writer wants to see before the first worker is made, from all over the
 * articles; 0: none.  Samples need no words.  What is written depends on them. */
size_t store_writer_sample_bytes(const store_writer *w);
quire_status store_writer_add_sample(store_writer *w, const passage_source *source,
                                     quire_error *err);
quire_status store_writer_learn(store_writer *w, quire_error *err); /* from the samples */

/* ---- A worker: for one thread at a time, others may have theirs meanwhile ---- */

quire_status store_writer_add_worker(store_writer *w, store_worker **worker_out, quire_error *err);
void store_worker_free(store_worker *worker); /* NULL is fine */

/* Begin a unit; its first article has this number, from 1. */
quire_status store_worker_begin(store_worker *worker, uint32_t first_article, quire_error *err);
/* Add the next article, *number_out, and then its passages. */
quire_status store_worker_add_article(store_worker *worker, const article *a, uint32_t *number_out,
                                      quire_error *err);
quire_status store_worker_add_passage(store_worker *worker, const passage_source *source,
                                      quire_error *err);
/* End it: the unit is the caller's. */
quire_status store_worker_end(store_worker *worker, store_unit **unit_out, quire_error *err);
void store_unit_free(store_unit *unit); /* NULL is fine */

/* Write out what the worker still holds: there will be no more units from it. */
quire_status store_worker_finish(store_worker *worker, quire_error *err);

/* ---- The writer: two functions that may each have a thread of its own ---- */

/* Take the passages of the next unit. */
quire_status store_writer_take(store_writer *w, store_unit *unit, quire_error *err);
/* Write the catalogue of the next unit. */
quire_status store_writer_catalogue(store_writer *w, const store_unit *unit, quire_error *err);

/* When all units are taken: write out what is known of the articles for finding copies. */
quire_status store_writer_finish_sketches(store_writer *w, quire_error *err);
/* When all workers are finished: write out and compact all passages; and the catalogue. */
quire_status store_writer_finish(store_writer *w, quire_error *err);
/* Let finish ask and tell, in the thread that calls it; not every store does either. */
typedef struct {
    bool (*is_stopped)(void *closure); /* is it to end with QUIRE_ECANCELED? */
    void (*is_alone)(void *closure);   /* what is left is work for one thread; once or more */
    void *closure;
} store_watcher;
void store_writer_watch(store_writer *w, const store_watcher *watcher);
/* What is known of the articles for finding copies, once that is finished; it lives as long as w.
 * Any thread may read it. */
const sketch_writer *store_writer_sketches(const store_writer *w);
quire_status store_writer_finish_catalogue(store_writer *w, quire_error *err);

#endif
