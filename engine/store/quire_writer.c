/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_writer.c - Quire's own store while it is written: workers make units (quire_unit.c), their
 * passages are appended in order to two sets (quire_set.c), each of which becomes a segment. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/quire_set.h"
#include "store/writer_backend.h"

/* With less memory for each, another worker is not worth it. */
#define WORKER_MEMORY ((uint64_t)14 << 20)

static const char *const set_names[QUIRE_NSETS] = {
    [QUIRE_PASSAGES] = "passages", [QUIRE_FURNITURE] = "furniture"};

typedef struct {
    quire_plan plan;
    char *paths[QUIRE_NSETS];
    quire_set sets[QUIRE_NSETS];
    segment_merge_options merging;
} quire_writer;

static unsigned
max_workers(uint64_t memory_bytes)
{
    const uint64_t most = memory_bytes / WORKER_MEMORY;

    return most == 0 ? 1 : most < UINT16_MAX ? (unsigned)most : UINT16_MAX;
}

static void
writer_free(void *self)
{
    quire_writer *w = self;

    for (unsigned set = 0; set < QUIRE_NSETS; set++) {
        quire_set_free(&w->sets[set]);
        quire_plan_free_kept(&w->plan, set);
        free(w->paths[set]);
    }
    pthread_mutex_destroy(&w->plan.lock);
    free(w);
}

/* Half of the memory is for the runs of all workers; the other half for what waits to be taken, and
 * for what each worker has in hand. */
static quire_status
create(const char *directory, uint64_t memory_bytes, unsigned nworkers, void **self_out,
       quire_error *err)
{
    quire_writer *w = calloc(1, sizeof *w);

    if (w == NULL)
        return error_nomem(err);
    w->merging.memory_bytes = memory_bytes / 2; /* the runs have the rest */
    w->merging.nthreads = nworkers;
    pthread_mutex_init(&w->plan.lock, NULL);
    w->plan.run_bytes = memory_bytes / 2 / nworkers;
    for (unsigned set = 0; set < QUIRE_NSETS; set++) {
        buffer path = {0};

        if (buffer_printf(&path, "%s/%s", directory, set_names[set]))
            w->paths[set] = buffer_detach(&path);
        if (w->paths[set] == NULL) {
            buffer_free(&path);
            writer_free(w);
            return error_nomem(err);
        }
        w->plan.paths[set] = w->paths[set];
        w->plan.dictionary[set] = &w->sets[set].dictionary;
    }
    *self_out = w;
    return QUIRE_OK;
}

/* ---- Samples ---- */

static quire_status
add_sample(void *self, const passage_source *source, quire_error *err)
{
    quire_writer *w = self;
    const unsigned set = source->passage->furniture ? QUIRE_FURNITURE : QUIRE_PASSAGES;

    return quire_set_add_sample(&w->sets[set], source) ? QUIRE_OK : error_nomem(err);
}

static quire_status
learn(void *self, quire_error *err)
{
    quire_writer *w = self;
    quire_status status = QUIRE_OK;

    for (unsigned set = 0; set < QUIRE_NSETS && status == QUIRE_OK; set++)
        status = quire_set_learn(&w->sets[set], err);
    return status;
}

/* ---- Workers ---- */

static quire_status
add_worker(void *self, void **worker_out, quire_error *err)
{
    quire_writer *w = self;

    *worker_out = quire_worker_new(&w->plan);
    return *worker_out != NULL ? QUIRE_OK : error_nomem(err);
}

static void
worker_free(void *worker)
{
    quire_worker_free(worker);
}

static quire_status
begin(void *worker, void **unit_out, quire_error *err)
{
    quire_unit *unit = NULL;
    quire_status status = quire_worker_begin(worker, &unit, err);

    *unit_out = unit;
    return status;
}

static quire_status
add_article(void *worker, void *unit, const article *a, quire_error *err)
{
    (void)a;
    return quire_worker_add_article(worker, unit) ? QUIRE_OK : error_nomem(err);
}

static quire_status
add_passage(void *worker, void *unit, const passage_source *source, quire_error *err)
{
    return quire_worker_add_passage(worker, unit, source, err);
}

static quire_status
end(void *worker, void *unit, quire_error *err)
{
    return quire_worker_end(worker, unit, err);
}

static void
unit_free(void *unit)
{
    quire_unit_free(unit);
}

static quire_status
worker_finish(void *worker, quire_error *err)
{
    return quire_worker_finish(worker, err);
}

/* ---- The writer ---- */

static quire_status
take(void *self, void *unit, quire_error *err)
{
    quire_writer *w = self;
    const quire_unit *taken = unit;
    quire_status status = QUIRE_OK;

    for (unsigned set = 0; set < QUIRE_NSETS && status == QUIRE_OK; set++)
        status = quire_set_take(&w->sets[set], &w->plan, set, &taken->parts[set], err);
    return status;
}

static quire_status
finish(void *self, quire_error *err)
{
    quire_writer *w = self;
    quire_status status = QUIRE_OK;

    for (unsigned set = 0; set < QUIRE_NSETS && status == QUIRE_OK; set++) {
        if (set == QUIRE_PASSAGES || w->sets[set].npassages > 0)
            status = quire_set_finish(&w->sets[set], &w->plan, set, &w->merging, err);
        quire_plan_free_kept(&w->plan, set);
    }
    return status;
}

static void
watch(void *self, bool (*is_stopped)(void *closure), void *closure)
{
    quire_writer *w = self;

    w->merging.is_stopped = is_stopped;
    w->merging.closure = closure;
}

const writer_backend quire_writer_backend = {
    .name = "quire",
    .with_records = true,
    .create = create,
    .free = writer_free,
    .max_workers = max_workers,
    .add_sample = add_sample,
    .learn = learn,
    .sample_bytes = TEXT_SAMPLE_BYTES,
    .add_worker = add_worker,
    .worker_free = worker_free,
    .begin = begin,
    .add_article = add_article,
    .add_passage = add_passage,
    .end = end,
    .unit_free = unit_free,
    .worker_finish = worker_finish,
    .take = take,
    .finish = finish,
    .watch = watch,
};
