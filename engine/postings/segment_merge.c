/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_merge.c - runs (see segment_run.c) become the word files of a segment.
 *
 * All stems are cut into ranges (merge_ranges.c).  Threads take a range each, from the first on,
 * and merge it stem by stem, in byte order: the surfaces that the runs know of a stem are ranked,
 * then the runs' postings go to the posting writer in the order of their passages.  What comes of
 * it is appended to the files (merge_output.c) when all ranges before are there.  No list knows of
 * any other, so nothing depends on where ranges begin, nor on what was in which run.
 *
 * Memory, for each thread: something for each run, the surfaces of a stem, and a piece of output
 * that is not larger than its share, but for one stem's lists. */
#include "postings/segment.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/merge_output.h"
#include "postings/merge_ranges.h"
#include "postings/run_heap.h"

enum {
    MAX_OPEN_RUNS = 128,   /* by all threads; with more, none keeps its file open */
    RANGES_PER_THREAD = 4, /* at least, so that all end at about the same time */
    POSTINGS_PER_LOOK = 4096,
    TICK_NS = 20000000
};

#define SMALL_PIECE ((uint64_t)256 << 10) /* bytes */

/* With less for each, another thread is not worth it. */
#define THREAD_MEMORY ((uint64_t)1 << 20)

/* A surface of the stem at hand, as one run knows it. */
typedef struct {
    size_t offset; /* of its bytes in merger.surface_bytes */
    size_t number; /* in merger.ranks */
    merged_surface surface;
} merge_surface;

typedef struct merge merge;

/* A thread's part. */
typedef struct {
    merge *merge;
    pthread_t thread;
    bool is_first; /* the calling thread, which asks whether to stop */
    size_t range;
    uint32_t nlooks; /* postings since it last looked whether to stop */

    run_source *sources;
    run_heap heap;         /* sources by their next stem */
    size_t *sharing;       /* sources that have the stem at hand, ascending */
    size_t *first_surface; /* of each source's in ranks */
    size_t nsharing;

    /* Of the stem at hand. */
    buffer surface_bytes;
    merge_surface *surfaces; /* of each run, then sorted, then each once, by rank */
    size_t nsurfaces;
    size_t surfaces_room;
    merged_surface *merged;
    size_t merged_room;
    uint32_t *ranks; /* of each run's surfaces */
    size_t ranks_room;

    merge_piece piece;
    posting_writer *lists;
} merger;

struct merge {
    run_input *inputs;
    size_t ninputs;
    const segment_merge_options *options;
    source_limits limits;
    uint64_t piece_bytes; /* that a thread may hold */
    merge_ranges ranges;
    merge_output *output;
    merger *mergers;
    unsigned nmergers;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t next_range; /* to be taken by a thread */
    size_t nappended;  /* ranges that are in the files */
    quire_status status;
    quire_error error;
    atomic_bool is_stopped; /* set with status */
};

/* ---- Stopping ---- */

static void
stop(merge *m, quire_status status, const quire_error *error)
{
    pthread_mutex_lock(&m->lock);
    if (m->status == QUIRE_OK) {
        m->status = status;
        m->error = *error;
        atomic_store(&m->is_stopped, true);
    }
    pthread_cond_broadcast(&m->changed);
    pthread_mutex_unlock(&m->lock);
}

/* QUIRE_ECANCELED where all is to end, also because another thread failed. */
static quire_status
look(const merger *t, quire_error *err)
{
    const segment_merge_options *options = t->merge->options;

    if (atomic_load(&t->merge->is_stopped) ||
        (t->is_first && options->is_stopped != NULL && options->is_stopped(options->closure)))
        return error_set(err, QUIRE_ECANCELED, "stopped");
    return QUIRE_OK;
}

/* ---- Surfaces ---- */

static quire_status
read_surface(merger *t, run_source *s, quire_error *err)
{
    const char *bytes;
    size_t nbytes;
    uint64_t cf;
    const size_t offset = t->surface_bytes.size;
    quire_status status = run_source_surface(s, &bytes, &nbytes, &cf, err);

    if (status != QUIRE_OK)
        return status;
    if (!buffer_add(&t->surface_bytes, bytes, nbytes) ||
        !ARRAY_GROW(t->surfaces, t->nsurfaces, &t->surfaces_room))
        return error_nomem(err);
    t->surfaces[t->nsurfaces] = (merge_surface){
        .offset = offset, .number = t->nsurfaces, .surface = {.cf = cf, .nbytes = (uint8_t)nbytes}};
    t->nsurfaces++;
    return QUIRE_OK;
}

static quire_status
read_surfaces(merger *t, quire_error *err)
{
    quire_status status = QUIRE_OK;

    t->nsurfaces = 0;
    buffer_clear(&t->surface_bytes);
    for (size_t i = 0; i < t->nsharing; i++) {
        run_source *s = &t->sources[t->sharing[i]];

        t->first_surface[t->sharing[i]] = t->nsurfaces;
        for (uint64_t k = 0; k < s->nsurfaces && status == QUIRE_OK; k++)
            status = read_surface(t, s, err);
    }
    return status;
}

static int
compare_bytes(const void *left, const void *right)
{
    const merged_surface *a = &((const merge_surface *)left)->surface;
    const merged_surface *b = &((const merge_surface *)right)->surface;

    return run_heap_compare(a->bytes, a->nbytes, b->bytes, b->nbytes);
}

/* The commonest first; of equally common ones, in byte order. */
static int
compare_ranks(const void *left, const void *right)
{
    const merged_surface *a = &((const merge_surface *)left)->surface;
    const merged_surface *b = &((const merge_surface *)right)->surface;

    return a->cf != b->cf ? (a->cf < b->cf ? 1 : -1) : compare_bytes(left, right);
}

/* Make each surface one, and say of every run's which it has become: ranks holds its place among
 * the surfaces in byte order first. */
static void
unite_surfaces(merger *t)
{
    size_t nunited = 0;

    for (size_t i = 0; i < t->nsurfaces; i++)
        t->surfaces[i].surface.bytes = t->surface_bytes.bytes + t->surfaces[i].offset;
    if (t->nsurfaces > 1)
        qsort(t->surfaces, t->nsurfaces, sizeof *t->surfaces, compare_bytes);
    for (size_t i = 0; i < t->nsurfaces; i++) {
        const merge_surface *surface = &t->surfaces[i];
        const size_t number = surface->number;
        if (nunited > 0 && compare_bytes(&t->surfaces[nunited - 1], surface) == 0)
            t->surfaces[nunited - 1].surface.cf += surface->surface.cf;
        else
            t->surfaces[nunited++] = *surface;
        t->ranks[number] = (uint32_t)(nunited - 1);
        t->surfaces[nunited - 1].number = nunited - 1;
    }
    t->nsurfaces = nunited;
}

/* Rank the surfaces, in memory for twice as many numbers as the runs have surfaces. */
static bool
rank_surfaces(merger *t)
{
    const size_t nranks = t->nsurfaces;

    if (nranks > UINT32_MAX / 2)
        return false;
    while (t->ranks_room < 2 * nranks)
        if (!array_grow((void **)&t->ranks, t->ranks_room, &t->ranks_room, sizeof *t->ranks))
            return false;
    unite_surfaces(t);
    if (t->nsurfaces > 1)
        qsort(t->surfaces, t->nsurfaces, sizeof *t->surfaces, compare_ranks);
    uint32_t *rank_of = t->ranks + nranks;
    for (size_t i = 0; i < t->nsurfaces; i++) {
        if (!ARRAY_GROW(t->merged, i, &t->merged_room))
            return false;
        t->merged[i] = t->surfaces[i].surface;
        rank_of[t->surfaces[i].number] = (uint32_t)i;
    }
    for (size_t i = 0; i < nranks; i++)
        t->ranks[i] = rank_of[t->ranks[i]];
    return true;
}

/* ---- Postings ---- */

/* Write postings of a source as long as they are of passages before limit. */
static quire_status
write_postings(merger *t, size_t number, uint32_t limit, quire_error *err)
{
    run_source *s = &t->sources[number];
    const uint32_t *source_ranks = t->ranks + t->first_surface[number];
    quire_status status = QUIRE_OK;

    while (s->has_posting && s->passage < limit && status == QUIRE_OK) {
        const uint32_t at = s->passage;
        const uint32_t frequency = s->frequency;
        uint32_t *positions;
        uint32_t *ranks;

        if (!posting_writer_reserve(t->lists, frequency, &positions, &ranks))
            return error_nomem(err);
        status = run_source_take(s, source_ranks, positions, ranks, err);
        if (status != QUIRE_OK)
            return status;
        posting_writer_put(t->lists, at, frequency);
        if (s->has_posting && s->passage <= at) /* pieces that do not ascend */
            return run_source_damaged(s, err);
        if (++t->nlooks % POSTINGS_PER_LOOK == 0)
            status = look(t, err);
    }
    return status;
}

/* Write all postings of the stem at hand.  Runs mostly follow one another, so the one that is first
 * goes on until another comes before it. */
static quire_status
merge_postings(merger *t, quire_error *err)
{
    for (;;) {
        size_t first = SIZE_MAX;
        uint32_t limit = POSTING_NONE;
        for (size_t i = 0; i < t->nsharing; i++) {
            const run_source *s = &t->sources[t->sharing[i]];
            if (!s->has_posting)
                continue;
            if (first == SIZE_MAX || s->passage < t->sources[first].passage) {
                limit = first == SIZE_MAX ? limit : t->sources[first].passage;
                first = t->sharing[i];
            } else if (s->passage < limit) {
                limit = s->passage;
            }
        }
        if (first == SIZE_MAX)
            return QUIRE_OK;
        if (t->sources[first].passage == limit) /* a passage in two runs */
            return run_source_damaged(&t->sources[first], err);
        quire_status status = write_postings(t, first, limit, err);
        if (status != QUIRE_OK)
            return status;
    }
}

/* ---- A stem ---- */

/* Put a source with its next stem into the heap. */
static void
expect_stem(merger *t, size_t number)
{
    const run_source *s = &t->sources[number];

    if (!s->at_end)
        run_heap_push(&t->heap, s->key, s->key_bytes, number);
}

/* Take the sources that have the next stem out of the heap. */
static void
take_stem(merger *t)
{
    t->nsharing = 0;
    do {
        t->sharing[t->nsharing++] = run_heap_pop(&t->heap);
    } while (run_heap_is_next(&t->heap, t->sources[t->sharing[0]].key,
                              t->sources[t->sharing[0]].key_bytes));
}

static quire_status
merge_stem(merger *t, quire_error *err)
{
    posting_info info;

    take_stem(t);
    const run_source *any = &t->sources[t->sharing[0]];
    quire_status status = read_surfaces(t, err);
    if (status == QUIRE_OK && !rank_surfaces(t))
        status = error_nomem(err);
    for (size_t i = 0; i < t->nsharing && status == QUIRE_OK; i++)
        status = run_source_begin_postings(&t->sources[t->sharing[i]], err);
    if (status == QUIRE_OK)
        status = merge_postings(t, err);
    if (status == QUIRE_OK &&
        (!posting_writer_end(t->lists, &info) ||
         !merge_piece_add(&t->piece, any->key, any->key_bytes, &info, t->merged, t->nsurfaces)))
        status = error_nomem(err);
    for (size_t i = 0; i < t->nsharing && status == QUIRE_OK; i++) {
        status = run_source_next(&t->sources[t->sharing[i]], err);
        if (status == QUIRE_OK)
            expect_stem(t, t->sharing[i]);
    }
    return status;
}

/* ---- A range ---- */

/* Until the first nranges are in the files. */
static quire_status
wait_for(merger *t, size_t nranges, quire_error *err)
{
    merge *m = t->merge;
    quire_status status = look(t, err);

    pthread_mutex_lock(&m->lock);
    while (m->nappended < nranges && status == QUIRE_OK) {
        struct timespec until;

        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += TICK_NS;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&m->changed, &m->lock, &until);
        pthread_mutex_unlock(&m->lock);
        status = look(t, err);
        pthread_mutex_lock(&m->lock);
    }
    pthread_mutex_unlock(&m->lock);
    return status;
}

static quire_status
append(merger *t, quire_error *err)
{
    quire_status status = wait_for(t, t->range, err);

    return status == QUIRE_OK ? merge_output_append(t->merge->output, &t->piece, err) : status;
}

static quire_status
open_sources(merger *t, quire_error *err)
{
    merge *m = t->merge;
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < m->ninputs && status == QUIRE_OK; i++) {
        status = run_source_open(&t->sources[i], &m->inputs[i], &m->ranges.ranges[t->range],
                                 &m->limits, err);
        if (status == QUIRE_OK)
            expect_stem(t, i);
    }
    return status;
}

static void
close_sources(merger *t)
{
    for (size_t i = 0; i < t->merge->ninputs; i++)
        run_source_close(&t->sources[i]);
    t->heap.nentries = 0;
}

/* Is the piece to be appended before it goes on?  Where nobody is to be waited for a small one is,
 * which the processor's cache still has, in memory that is used again. */
static bool
is_due(merger *t)
{
    merge *m = t->merge;
    const uint64_t nbytes = merge_piece_bytes(&t->piece);
    bool is_next;

    if (nbytes < SMALL_PIECE || nbytes >= m->piece_bytes)
        return nbytes >= m->piece_bytes;
    pthread_mutex_lock(&m->lock);
    is_next = m->nappended == t->range;
    pthread_mutex_unlock(&m->lock);
    return is_next;
}

static quire_status
merge_range(merger *t, quire_error *err)
{
    merge *m = t->merge;
    quire_status status = open_sources(t, err);

    while (status == QUIRE_OK && t->heap.nentries > 0) {
        status = merge_stem(t, err);
        if (status == QUIRE_OK && is_due(t))
            status = append(t, err);
    }
    close_sources(t);
    if (status == QUIRE_OK)
        status = append(t, err);
    if (status == QUIRE_OK) {
        pthread_mutex_lock(&m->lock);
        m->nappended++;
        pthread_cond_broadcast(&m->changed);
        pthread_mutex_unlock(&m->lock);
    }
    return status;
}

/* ---- Threads ---- */

static bool
take_range(merger *t)
{
    merge *m = t->merge;
    bool is_taken = false;

    pthread_mutex_lock(&m->lock);
    if (m->next_range < m->ranges.nranges && m->status == QUIRE_OK) {
        t->range = m->next_range++;
        is_taken = true;
    }
    pthread_mutex_unlock(&m->lock);
    return is_taken;
}

static void *
merge_ranges_of(void *closure)
{
    merger *t = closure;
    quire_error error = {0};
    quire_status status = QUIRE_OK;

    while (status == QUIRE_OK && take_range(t))
        status = merge_range(t, &error);
    if (status == QUIRE_OK && t->is_first) /* which is asked to stop while others go on */
        status = wait_for(t, t->merge->ranges.nranges, &error);
    if (status != QUIRE_OK)
        stop(t->merge, status, &error);
    return NULL;
}

static quire_status
init_merger(merger *t, merge *m, const uint32_t *lengths, quire_error *err)
{
    t->merge = m;
    t->is_first = t == m->mergers;
    t->sources = calloc(m->ninputs + 1, sizeof *t->sources);
    t->sharing = calloc(m->ninputs + 1, sizeof *t->sharing);
    t->first_surface = calloc(m->ninputs + 1, sizeof *t->first_surface);
    t->lists = posting_writer_new(&t->piece.postings, &t->piece.positions, lengths);
    if (t->sources == NULL || t->sharing == NULL || t->first_surface == NULL || t->lists == NULL ||
        !run_heap_init(&t->heap, m->ninputs))
        return error_nomem(err);
    return QUIRE_OK;
}

static void
free_merger(merger *t)
{
    for (size_t i = 0; t->sources != NULL && i < t->merge->ninputs; i++)
        run_source_free(&t->sources[i]);
    free(t->sources);
    free(t->sharing);
    free(t->first_surface);
    free(t->surfaces);
    free(t->merged);
    free(t->ranks);
    run_heap_free(&t->heap);
    buffer_free(&t->surface_bytes);
    merge_piece_free(&t->piece);
    posting_writer_free(t->lists);
}

static void
free_mergers(merge *m)
{
    for (unsigned i = 0; m->mergers != NULL && i < m->nmergers; i++)
        if (m->mergers[i].merge != NULL)
            free_merger(&m->mergers[i]);
    free(m->mergers);
    m->mergers = NULL;
}

/* Run all but the first in threads of their own, as many as can be started. */
static void
run_mergers(merge *m)
{
    sigset_t all;
    sigset_t before;
    unsigned nstarted = 1;

    /* Signals are for the program's own threads. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (nstarted < m->nmergers && pthread_create(&m->mergers[nstarted].thread, NULL,
                                                    merge_ranges_of, &m->mergers[nstarted]) == 0)
        nstarted++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    merge_ranges_of(&m->mergers[0]);
    for (unsigned i = 1; i < nstarted; i++)
        pthread_join(m->mergers[i].thread, NULL);
}

/* ---- The whole ---- */

static quire_status
open_inputs(merge *m, const segment_placed_run *runs, uint32_t npassages, quire_error *err)
{
    quire_status status = QUIRE_OK;

    m->inputs = calloc(m->ninputs + 1, sizeof *m->inputs);
    if (m->inputs == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < m->ninputs && status == QUIRE_OK; i++)
        status = run_input_open(&m->inputs[i], &runs[i], npassages, err);
    return status;
}

/* Of the memory, a quarter is for the sorter of surfaces, the rest for the threads: half of each
 * one's share for its sources, half for its piece. */
static quire_status
share_work(merge *m, uint32_t npassages, quire_error *err)
{
    const uint64_t memory_bytes = m->options->memory_bytes / 4 * 3;
    const unsigned wanted = m->options->nthreads;
    uint64_t share;

    m->nmergers = wanted == 0 ? 1 : wanted;
    while (m->nmergers > 1 && memory_bytes / m->nmergers < THREAD_MEMORY)
        m->nmergers--;
    share = memory_bytes / m->nmergers / 2;
    m->piece_bytes = share;
    m->limits = (source_limits){.memory_bytes = m->ninputs == 0 ? 0 : share / m->ninputs,
                                .npassages = npassages,
                                .keeps_open = m->ninputs <= MAX_OPEN_RUNS / m->nmergers};
    if (!merge_ranges_cut(&m->ranges, m->inputs, m->ninputs, share / 4 * 3,
                          m->nmergers == 1 ? 1 : (size_t)m->nmergers * RANGES_PER_THREAD))
        return error_nomem(err);
    if (m->nmergers > m->ranges.nranges)
        m->nmergers = (unsigned)m->ranges.nranges;
    m->mergers = calloc(m->nmergers, sizeof *m->mergers);
    return m->mergers == NULL ? error_nomem(err) : QUIRE_OK;
}

static quire_status
merge_all(merge *m, const char *directory, const segment_placed_run *runs, const uint32_t *lengths,
          uint32_t npassages, quire_error *err)
{
    quire_status status = QUIRE_OK;

    m->output = merge_output_new(directory, m->options->memory_bytes / 4);
    if (m->output == NULL)
        return error_nomem(err);
    status = open_inputs(m, runs, npassages, err);
    if (status == QUIRE_OK)
        status = share_work(m, npassages, err);
    for (unsigned i = 0; i < m->nmergers && status == QUIRE_OK; i++)
        status = init_merger(&m->mergers[i], m, lengths, err);
    if (status != QUIRE_OK)
        return status;
    run_mergers(m);
    if (m->status != QUIRE_OK) {
        if (err != NULL)
            *err = m->error;
        return m->status;
    }
    free_mergers(m);
    if (m->options->is_alone != NULL)
        m->options->is_alone(m->options->closure);
    return merge_output_finish(m->output, err);
}

quire_status
segment_merge_placed(const char *directory, const segment_placed_run *runs, size_t nruns,
                     const uint32_t *lengths, uint32_t npassages,
                     const segment_merge_options *options, quire_error *err)
{
    merge m = {.ninputs = nruns, .options = options};
    quire_status status;

    pthread_mutex_init(&m.lock, NULL);
    pthread_cond_init(&m.changed, NULL);
    status = merge_all(&m, directory, runs, lengths, npassages, err);
    free_mergers(&m);
    merge_ranges_free(&m.ranges);
    for (size_t i = 0; m.inputs != NULL && i < nruns; i++)
        run_input_close(&m.inputs[i]);
    free(m.inputs);
    merge_output_free(m.output);
    pthread_cond_destroy(&m.changed);
    pthread_mutex_destroy(&m.lock);
    for (size_t i = 0; i < nruns; i++)
        if (runs[i].run == NULL)
            unlink(runs[i].path);
    return status;
}

quire_status
segment_merge(const char *directory, const char *const *run_paths, size_t nruns,
              const uint32_t *lengths, uint32_t npassages, uint64_t memory_bytes, quire_error *err)
{
    static const segment_piece as_they_are = {0, 0};
    const segment_merge_options options = {.memory_bytes = memory_bytes, .nthreads = 1};
    segment_placed_run *runs = calloc(nruns + 1, sizeof *runs);

    if (runs == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < nruns; i++)
        runs[i] = (segment_placed_run){.path = run_paths[i], .pieces = &as_they_are, .npieces = 1};
    quire_status status =
        segment_merge_placed(directory, runs, nruns, lengths, npassages, &options, err);
    free(runs);
    return status;
}
