/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_writer.c - writing a segment: the catalogue, which every index has, and the passage store
 * that was chosen. */
#include "store/store_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/error.h"
#include "store/catalogue_writer.h"
#include "store/writer_backend.h"

/* What is bounded is worth bounding from here on; below, runs would be of a few passages. */
#define LEAST_MEMORY ((uint64_t)4 << 20)

/* The catalogue's part of the memory, if it makes use of so much. */
#define CATALOGUE_PART 8
/* That of the words in which copies are found. */
#define WORDS_PART 32

static const writer_backend *const backends[] = {&quire_writer_backend, &xapian_writer_backend};

struct store_writer {
    const writer_backend *backend;
    void *passages;
    catalogue_writer *catalogue;
    sketch_writer *sketches;
    unsigned nworkers;
};

struct store_unit {
    const writer_backend *backend;
    void *passages;
    catalogue_entries entries;
    sketch_unit sketches;
};

struct store_worker {
    const writer_backend *backend;
    void *passages;
    store_unit *unit; /* between begin and end */
    sketch_maker sketches;
    uint32_t next_article;
};

const char *
store_writer_name(size_t number)
{
    return number < sizeof backends / sizeof *backends ? backends[number]->name : NULL;
}

static const writer_backend *
find_backend(const char *name)
{
    for (size_t i = 0; i < sizeof backends / sizeof *backends; i++)
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    return NULL;
}

static quire_status
open_parts(store_writer *w, const char *directory, uint64_t memory_bytes, quire_error *err)
{
    const uint64_t of_catalogue =
        catalogue_writer_memory(w->backend->with_records, memory_bytes / CATALOGUE_PART);
    const uint64_t of_words = memory_bytes / WORDS_PART;
    buffer path = {0};
    quire_status status;

    if (mkdir(directory, 0777) != 0)
        return error_set(err, QUIRE_EIO, "%s: %s", directory, strerror(errno));
    if (!buffer_printf(&path, "%s/catalogue", directory))
        status = error_nomem(err);
    else
        status = catalogue_writer_new(path.bytes, w->backend->with_records, of_catalogue,
                                      &w->catalogue, err);
    if (status == QUIRE_OK)
        status = w->backend->create(directory, memory_bytes - of_catalogue - of_words, w->nworkers,
                                    &w->passages, err);
    if (status == QUIRE_OK)
        status = sketch_writer_new(directory, (size_t)of_words, &w->sketches, err);
    buffer_free(&path);
    return status;
}

quire_status
store_writer_new(const char *store, const char *directory, uint64_t memory_bytes, unsigned nworkers,
                 store_writer **writer_out, quire_error *err)
{
    const writer_backend *backend = find_backend(store);
    unsigned most;
    quire_status status;
    store_writer *w;

    if (backend == NULL)
        return error_set(err, QUIRE_EUSAGE, "there is no store called \"%s\"", store);
    w = calloc(1, sizeof *w);
    if (w == NULL)
        return error_nomem(err);
    if (memory_bytes < LEAST_MEMORY)
        memory_bytes = LEAST_MEMORY;
    most = backend->max_workers(memory_bytes);
    w->backend = backend;
    w->nworkers = nworkers < most ? nworkers : most;
    if (w->nworkers == 0)
        w->nworkers = 1;
    status = open_parts(w, directory, memory_bytes, err);
    if (status != QUIRE_OK) {
        store_writer_free(w);
        return status;
    }
    *writer_out = w;
    return QUIRE_OK;
}

void
store_writer_free(store_writer *w)
{
    if (w == NULL)
        return;
    if (w->passages != NULL)
        w->backend->free(w->passages);
    catalogue_writer_free(w->catalogue);
    sketch_writer_free(w->sketches);
    free(w);
}

unsigned
store_writer_nworkers(const store_writer *w)
{
    return w->nworkers;
}

/* ---- Samples ---- */

size_t
store_writer_sample_bytes(const store_writer *w)
{
    return w->backend->sample_bytes;
}

quire_status
store_writer_add_sample(store_writer *w, const passage_source *source, quire_error *err)
{
    return w->backend->add_sample(w->passages, source, err);
}

quire_status
store_writer_learn(store_writer *w, quire_error *err)
{
    return w->backend->learn == NULL ? QUIRE_OK : w->backend->learn(w->passages, err);
}

/* ---- Workers ---- */

quire_status
store_writer_add_worker(store_writer *w, store_worker **worker_out, quire_error *err)
{
    quire_status status;
    store_worker *worker = calloc(1, sizeof *worker);

    if (worker == NULL)
        return error_nomem(err);
    worker->backend = w->backend;
    status = w->backend->add_worker(w->passages, &worker->passages, err);
    if (status != QUIRE_OK) {
        free(worker);
        return status;
    }
    *worker_out = worker;
    return QUIRE_OK;
}

void
store_worker_free(store_worker *worker)
{
    if (worker == NULL)
        return;
    store_unit_free(worker->unit);
    sketch_maker_free(&worker->sketches);
    worker->backend->worker_free(worker->passages);
    free(worker);
}

quire_status
store_worker_begin(store_worker *worker, uint32_t first_article, quire_error *err)
{
    quire_status status;
    store_unit *unit = calloc(1, sizeof *unit);

    if (unit == NULL)
        return error_nomem(err);
    unit->backend = worker->backend;
    status = worker->backend->begin(worker->passages, &unit->passages, err);
    if (status != QUIRE_OK) {
        free(unit);
        return status;
    }
    worker->unit = unit;
    worker->next_article = first_article;
    return QUIRE_OK;
}

quire_status
store_worker_add_article(store_worker *worker, const article *a, uint32_t *number_out,
                         quire_error *err)
{
    store_unit *unit = worker->unit;

    *number_out = worker->next_article++;
    if (!catalogue_entries_add(&unit->entries, a, worker->backend->with_records) ||
        !sketch_maker_begin(&worker->sketches, a, &unit->sketches))
        return error_nomem(err);
    return worker->backend->add_article(worker->passages, unit->passages, a, err);
}

quire_status
store_worker_add_passage(store_worker *worker, const passage_source *source, quire_error *err)
{
    store_unit *unit = worker->unit;

    if (source->passage->has_title && worker->backend->with_records &&
        !catalogue_entries_add_title(&unit->entries, source->words))
        return error_nomem(err);
    if (!sketch_maker_take(&worker->sketches, source))
        return error_nomem(err);
    return worker->backend->add_passage(worker->passages, unit->passages, source, err);
}

quire_status
store_worker_end(store_worker *worker, store_unit **unit_out, quire_error *err)
{
    quire_status status = worker->backend->end(worker->passages, worker->unit->passages, err);

    if (status == QUIRE_OK && !sketch_maker_end(&worker->sketches, &worker->unit->sketches))
        status = error_nomem(err);
    if (status != QUIRE_OK)
        return status;
    *unit_out = worker->unit;
    worker->unit = NULL;
    return QUIRE_OK;
}

quire_status
store_worker_finish(store_worker *worker, quire_error *err)
{
    return worker->backend->worker_finish(worker->passages, err);
}

void
store_unit_free(store_unit *unit)
{
    if (unit == NULL)
        return;
    unit->backend->unit_free(unit->passages);
    catalogue_entries_free(&unit->entries);
    sketch_unit_free(&unit->sketches);
    free(unit);
}

/* ---- The writer ---- */

quire_status
store_writer_take(store_writer *w, store_unit *unit, quire_error *err)
{
    quire_status status = w->backend->take(w->passages, unit->passages, err);

    return status == QUIRE_OK ? sketch_writer_add(w->sketches, &unit->sketches, err) : status;
}

quire_status
store_writer_catalogue(store_writer *w, const store_unit *unit, quire_error *err)
{
    return catalogue_writer_add(w->catalogue, &unit->entries, err);
}

quire_status
store_writer_finish_sketches(store_writer *w, quire_error *err)
{
    return sketch_writer_finish(w->sketches, err);
}

quire_status
store_writer_finish(store_writer *w, quire_error *err)
{
    return w->backend->finish(w->passages, err);
}

const sketch_writer *
store_writer_sketches(const store_writer *w)
{
    return w->sketches;
}

void
store_writer_watch(store_writer *w, const store_watcher *watcher)
{
    if (w->backend->watch != NULL)
        w->backend->watch(w->passages, watcher);
}

quire_status
store_writer_finish_catalogue(store_writer *w, quire_error *err)
{
    return catalogue_writer_finish(w->catalogue, err);
}
