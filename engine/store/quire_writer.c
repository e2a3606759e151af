/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_writer.c - Quire's own store while it is written: workers make units (quire_unit.c), their
 * passages are appended in order to two sets (quire_set.c), each of which becomes a segment. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "store/article_record.h"
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
    article_column *articles; /* of all that were taken; source is a number in sources */
    size_t articles_room;
    uint32_t narticles;
    source_names sources;
    uint32_t sampled_article; /* number of the last one of the samples */
    buffer scratch;
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
    free(w->articles);
    source_names_free(&w->sources);
    buffer_free(&w->scratch);
    free(w);
}

/* Three quarters of the memory are for the runs of all workers; the rest is for what waits to be
 * taken, and for what each worker has in hand; then for merging. */
static quire_status
create(const char *directory, uint64_t memory_bytes, unsigned nworkers, void **self_out,
       quire_error *err)
{
    quire_writer *w = calloc(1, sizeof *w);

    if (w == NULL)
        return error_nomem(err);
    w->merging.memory_bytes = memory_bytes / 4; /* the runs have the rest */
    w->merging.nthreads = nworkers;
    pthread_mutex_init(&w->plan.lock, NULL);
    w->plan.run_bytes = memory_bytes / 4 * 3 / nworkers;
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
    }
    *self_out = w;
    return QUIRE_OK;
}

/* ---- Samples ---- */

static bool
sample_article(quire_writer *w, const passage_source *source)
{
    if (w->sampled_article == source->article_number)
        return true;
    w->sampled_article = source->article_number;
    buffer_clear(&w->scratch);
    return article_record_write(source->article, &w->scratch) &&
           quire_set_add_sample(&w->sets[QUIRE_PASSAGES], &w->scratch);
}

static quire_status
add_sample(void *self, const passage_source *source, quire_error *err)
{
    quire_writer *w = self;
    const unsigned set = source->passage->furniture ? QUIRE_FURNITURE : QUIRE_PASSAGES;

    if (!sample_article(w, source))
        return error_nomem(err);
    buffer_clear(&w->scratch);
    if (!passage_source_write(source, false, &w->scratch) ||
        !quire_set_add_sample(&w->sets[set], &w->scratch))
        return error_nomem(err);
    return QUIRE_OK;
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

    for (unsigned set = 0; set < QUIRE_NSETS; set++) {
        const quire_status status = quire_set_prepare(&w->sets[set], err);

        if (status != QUIRE_OK)
            return status;
        w->plan.codes[set] = w->sets[set].code;
    }
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
    return quire_worker_add_article(worker, unit, a, err);
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

/* Append the unit's columns of articles, its sources by the writer's numbers. */
static bool
take_columns(quire_writer *w, const quire_unit *unit)
{
    uint32_t *numbers = calloc((size_t)unit->sources.nnames + 1, sizeof *numbers);
    bool ok = numbers != NULL;

    for (uint32_t i = 0; ok && i < unit->sources.nnames; i++) {
        const article_source name = source_names_get(&unit->sources, i);

        ok = source_names_add(&w->sources, name.bytes, name.nbytes, &numbers[i]);
    }
    for (uint32_t i = 0; ok && i < unit->narticles; i++) {
        article_column column = unit->articles[i];

        if (column.source != ARTICLE_NO_SOURCE)
            column.source = numbers[column.source];
        ok = ARRAY_GROW(w->articles, w->narticles, &w->articles_room);
        if (ok)
            w->articles[w->narticles++] = column;
    }
    free(numbers);
    return ok;
}

static quire_status
take(void *self, void *unit, quire_error *err)
{
    quire_writer *w = self;
    const quire_unit *taken = unit;
    quire_status status = QUIRE_OK;

    for (unsigned set = 0; set < QUIRE_NSETS && status == QUIRE_OK; set++)
        status =
            quire_set_take(&w->sets[set], &w->plan, set, &taken->parts[set], taken->narticles, err);
    if (status == QUIRE_OK && !take_columns(w, taken))
        status = error_nomem(err);
    return status;
}

static quire_status
write_columns(const quire_writer *w, quire_error *err)
{
    article_source *names = NULL;
    uint32_t *places = NULL;
    quire_status status;

    if (!source_names_sort(&w->sources, &names, &places))
        return error_nomem(err);
    status = article_columns_write(w->paths[QUIRE_PASSAGES], w->articles, w->narticles, names,
                                   places, w->sources.nnames, err);
    free(names);
    free(places);
    return status;
}

static quire_status
finish(void *self, quire_error *err)
{
    quire_writer *w = self;
    quire_status status = QUIRE_OK;

    for (unsigned set = 0; set < QUIRE_NSETS && status == QUIRE_OK; set++)
        if (set == QUIRE_PASSAGES || w->sets[set].npassages > 0)
            status = quire_set_finish(&w->sets[set], &w->plan, set, &w->merging, err);
    return status == QUIRE_OK ? write_columns(w, err) : status;
}

static void
watch(void *self, const store_watcher *watcher)
{
    quire_writer *w = self;

    w->merging.is_stopped = watcher->is_stopped;
    w->merging.is_alone = watcher->is_alone;
    w->merging.closure = watcher->closure;
}

const writer_backend quire_writer_backend = {
    .name = "quire",
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
