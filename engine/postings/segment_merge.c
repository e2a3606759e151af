/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_merge.c - spilled runs (see segment_run.c) become the word files of a segment.
 *
 * Stem by stem, in byte order: the surfaces that the runs know of a stem are ranked, then the runs'
 * postings go to the posting writer in the order of their passages.  Nothing depends on what was in
 * which run.  Memory: a buffer for each run, the surfaces of one stem, and what the sorter of
 * surfaces may hold. */
#include "postings/segment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/run_file.h"
#include "postings/run_heap.h"
#include "postings/segment_files.h"
#include "postings/surface_sorter.h"

enum {
    MAX_OPEN_RUNS = 128, /* with more, none keeps its file open */
    MAX_READ_BYTES = 1 << 20
};

/* A run, at one of its stems. */
typedef struct {
    run_reader reader;
    uint64_t nstems; /* still to come */
    char key[DICTIONARY_MAX_KEY];
    size_t key_bytes;

    size_t first_surface; /* of the stem at hand, in merge.ranks */
    uint64_t nsurfaces;
    uint64_t npostings; /* of the stem at hand still to come, the one below included */
    uint64_t body_end;  /* what run_reader_left says behind the last */
    uint32_t number;    /* of the next posting's passage, in the run */
    uint32_t passage;   /* and in the segment */
    uint32_t frequency;

    const segment_piece *pieces;
    size_t npieces;
    size_t piece; /* which one number is in */
} merge_run;

/* A surface of the stem at hand, as one run knows it. */
typedef struct {
    size_t offset; /* of its bytes in merge.surface_bytes */
    const char *bytes;
    uint64_t cf;
    size_t number; /* in merge.ranks */
    uint8_t nbytes;
} merge_surface;

typedef struct {
    merge_run *runs;
    size_t nruns;
    uint32_t npassages;
    run_heap heap;   /* runs by their next stem */
    size_t *sharing; /* runs that have the stem at hand, ascending */
    size_t nsharing;

    /* Of the stem at hand. */
    buffer surface_bytes;
    merge_surface *surfaces; /* of each run, then sorted, then each once, by rank */
    size_t nsurfaces;
    size_t surfaces_room;
    uint32_t *ranks; /* of each run's surfaces */
    size_t ranks_room;
    uint32_t *occurrences; /* of a posting: positions, then ranks */
    size_t occurrences_room;
    buffer payload;
    uint64_t ordinal;

    dictionary_writer *stems;
    dictionary_writer *all_surfaces;
    surface_sorter *sorter;
    checked_writer *postings;
    checked_writer *positions;
    posting_writer *lists;
} merge;

/* ---- Stems ---- */

/* Go to the next stem of a run and put it into the heap; at the end there must be nothing more. */
static quire_status
next_stem(merge *m, size_t number, quire_error *err)
{
    merge_run *run = &m->runs[number];
    const uint8_t *bytes;
    uint64_t nbytes;

    if (run->nstems == 0)
        return run_reader_left(&run->reader) == 0 ? QUIRE_OK
                                                  : run_reader_damaged(&run->reader, err);
    quire_status status = run_reader_number(&run->reader, DICTIONARY_MAX_KEY, &nbytes, err);
    if (status == QUIRE_OK)
        status = run_reader_take(&run->reader, (size_t)nbytes, &bytes, err);
    if (status != QUIRE_OK)
        return status;
    if (nbytes == 0 ||
        run_heap_compare(run->key, run->key_bytes, (const char *)bytes, (size_t)nbytes) >= 0)
        return run_reader_damaged(&run->reader, err);
    memcpy(run->key, bytes, (size_t)nbytes);
    run->key_bytes = (size_t)nbytes;
    run->nstems--;
    run_heap_push(&m->heap, run->key, run->key_bytes, number);
    return QUIRE_OK;
}

/* Take the runs that have the next stem out of the heap. */
static void
take_stem(merge *m)
{
    m->nsharing = 0;
    do {
        m->sharing[m->nsharing++] = run_heap_pop(&m->heap);
    } while (
        run_heap_is_next(&m->heap, m->runs[m->sharing[0]].key, m->runs[m->sharing[0]].key_bytes));
}

/* ---- Surfaces ---- */

static quire_status
read_surface(merge *m, merge_run *run, quire_error *err)
{
    uint64_t nbytes;
    uint64_t cf;
    const uint8_t *bytes;

    quire_status status = run_reader_number(&run->reader, DICTIONARY_MAX_KEY, &nbytes, err);
    if (status == QUIRE_OK)
        status = run_reader_take(&run->reader, (size_t)nbytes, &bytes, err);
    if (status != QUIRE_OK)
        return status;
    if (nbytes == 0)
        return run_reader_damaged(&run->reader, err);
    size_t offset = m->surface_bytes.size;
    if (!buffer_add(&m->surface_bytes, bytes, (size_t)nbytes) ||
        !ARRAY_GROW(m->surfaces, m->nsurfaces, &m->surfaces_room))
        return error_nomem(err);
    status = run_reader_number(&run->reader, UINT64_MAX, &cf, err);
    m->surfaces[m->nsurfaces] = (merge_surface){
        .offset = offset, .cf = cf, .number = m->nsurfaces, .nbytes = (uint8_t)nbytes};
    m->nsurfaces++;
    return status;
}

static quire_status
read_surfaces(merge *m, merge_run *run, quire_error *err)
{
    quire_status status = run_reader_number(&run->reader, UINT32_MAX, &run->nsurfaces, err);

    run->first_surface = m->nsurfaces;
    if (status == QUIRE_OK && run->nsurfaces == 0)
        return run_reader_damaged(&run->reader, err);
    for (uint64_t i = 0; i < run->nsurfaces && status == QUIRE_OK; i++)
        status = read_surface(m, run, err);
    return status;
}

static int
compare_bytes(const void *left, const void *right)
{
    const merge_surface *a = left;
    const merge_surface *b = right;

    return run_heap_compare(a->bytes, a->nbytes, b->bytes, b->nbytes);
}

/* The commonest first; of equally common ones, in byte order. */
static int
compare_ranks(const void *left, const void *right)
{
    const merge_surface *a = left;
    const merge_surface *b = right;

    return a->cf != b->cf ? (a->cf < b->cf ? 1 : -1) : compare_bytes(left, right);
}

/* Make each surface one, and say of every run's which it has become: m->ranks holds its place among
 * the surfaces in byte order first. */
static void
unite_surfaces(merge *m)
{
    size_t nunited = 0;

    for (size_t i = 0; i < m->nsurfaces; i++)
        m->surfaces[i].bytes = m->surface_bytes.bytes + m->surfaces[i].offset;
    if (m->nsurfaces > 1)
        qsort(m->surfaces, m->nsurfaces, sizeof *m->surfaces, compare_bytes);
    for (size_t i = 0; i < m->nsurfaces; i++) {
        const merge_surface *surface = &m->surfaces[i];
        size_t number = surface->number;
        if (nunited > 0 && compare_bytes(&m->surfaces[nunited - 1], surface) == 0)
            m->surfaces[nunited - 1].cf += surface->cf;
        else
            m->surfaces[nunited++] = *surface;
        m->ranks[number] = (uint32_t)(nunited - 1);
        m->surfaces[nunited - 1].number = nunited - 1;
    }
    m->nsurfaces = nunited;
}

/* Rank the surfaces, in memory for twice as many numbers as the runs have surfaces. */
static bool
rank_surfaces(merge *m)
{
    size_t nranks = m->nsurfaces;

    if (nranks > UINT32_MAX / 2)
        return false;
    while (m->ranks_room < 2 * nranks)
        if (!array_grow((void **)&m->ranks, m->ranks_room, &m->ranks_room, sizeof *m->ranks))
            return false;
    unite_surfaces(m);
    if (m->nsurfaces > 1)
        qsort(m->surfaces, m->nsurfaces, sizeof *m->surfaces, compare_ranks);
    uint32_t *rank_of = m->ranks + nranks;
    for (size_t i = 0; i < m->nsurfaces; i++)
        rank_of[m->surfaces[i].number] = (uint32_t)i;
    for (size_t i = 0; i < nranks; i++)
        m->ranks[i] = rank_of[m->ranks[i]];
    return true;
}

/* ---- Postings ---- */

/* Where passage number of a run stands in the segment; numbers ascend from call to call. */
static uint64_t
place(merge_run *run, uint32_t number)
{
    while (run->piece + 1 < run->npieces && run->pieces[run->piece + 1].first <= number)
        run->piece++;
    return (uint64_t)run->pieces[run->piece].passage + (number - run->pieces[run->piece].first);
}

/* Read which passage the next posting of a run is of, and its frequency. */
static quire_status
read_posting(const merge *m, merge_run *run, quire_error *err)
{
    uint64_t gap;
    uint64_t frequency = 1;
    quire_status status = run_reader_number(&run->reader, UINT64_C(1) << 33, &gap, err);

    if (status == QUIRE_OK && (gap & 1) != 0)
        status = run_reader_number(&run->reader, UINT32_MAX, &frequency, err);
    if (status != QUIRE_OK)
        return status;
    uint64_t next = (uint64_t)(uint32_t)(run->number + 1) + (gap >> 1) - 1;
    if (gap >> 1 == 0 || next >= m->npassages || frequency == 0 ||
        frequency > run_reader_left(&run->reader))
        return run_reader_damaged(&run->reader, err);
    uint64_t placed = place(run, (uint32_t)next);
    if (placed >= m->npassages)
        return run_reader_damaged(&run->reader, err);
    run->number = (uint32_t)next;
    run->passage = (uint32_t)placed;
    run->frequency = (uint32_t)frequency;
    return QUIRE_OK;
}

/* Begin the postings of the stem at hand. */
static quire_status
begin_postings(const merge *m, merge_run *run, quire_error *err)
{
    uint64_t nbytes;
    quire_status status = run_reader_number(&run->reader, m->npassages, &run->npostings, err);

    if (status == QUIRE_OK)
        status = run_reader_number(&run->reader, UINT64_MAX, &nbytes, err);
    if (status != QUIRE_OK)
        return status;
    if (run->npostings == 0 || nbytes > run_reader_left(&run->reader))
        return run_reader_damaged(&run->reader, err);
    run->body_end = run_reader_left(&run->reader) - nbytes;
    run->number = POSTING_NONE;
    run->piece = 0;
    return read_posting(m, run, err);
}

static bool
reserve_occurrences(merge *m, uint32_t frequency)
{
    if (frequency <= m->occurrences_room / 2)
        return true;
    size_t room = (size_t)frequency * 3;
    uint32_t *grown = malloc(room * sizeof *grown);
    if (grown == NULL)
        return false;
    free(m->occurrences);
    m->occurrences = grown;
    m->occurrences_room = room;
    return true;
}

/* Read the occurrences of a run's posting: positions, with the surfaces' ranks in all runs. */
static quire_status
read_occurrences(const merge *m, merge_run *run, uint32_t *positions, uint32_t *ranks,
                 quire_error *err)
{
    uint64_t position = 0;

    for (uint32_t i = 0; i < run->frequency; i++) {
        uint64_t step;
        uint64_t surface = 0;
        quire_status status = run_reader_number(&run->reader, UINT64_C(1) << 33, &step, err);
        if (status == QUIRE_OK && (step & 1) != 0)
            status = run_reader_number(&run->reader, run->nsurfaces - 1, &surface, err);
        if (status != QUIRE_OK)
            return status;
        position += step >> 1;
        if (position > UINT32_MAX || (i > 0 && step >> 1 == 0))
            return run_reader_damaged(&run->reader, err);
        positions[i] = (uint32_t)position;
        ranks[i] = m->ranks[run->first_surface + surface];
    }
    return QUIRE_OK;
}

/* Write postings of a run as long as they are of passages before limit. */
static quire_status
write_postings(merge *m, merge_run *run, uint32_t limit, quire_error *err)
{
    while (run->npostings > 0 && run->passage < limit) {
        if (!reserve_occurrences(m, run->frequency))
            return error_nomem(err);
        uint32_t *positions = m->occurrences;
        uint32_t *ranks = positions + run->frequency;
        quire_status status = read_occurrences(m, run, positions, ranks, err);
        if (status != QUIRE_OK)
            return status;
        if (!posting_writer_add(m->lists, run->passage, run->frequency, positions, ranks))
            return error_nomem(err);
        if (--run->npostings > 0)
            status = read_posting(m, run, err);
        else if (run_reader_left(&run->reader) != run->body_end)
            status = run_reader_damaged(&run->reader, err);
        if (status != QUIRE_OK)
            return status;
    }
    return QUIRE_OK;
}

/* Write all postings of the stem at hand.  Runs mostly follow one another, so the one that is first
 * goes on until another comes before it. */
static quire_status
merge_postings(merge *m, quire_error *err)
{
    for (;;) {
        merge_run *first = NULL;
        uint32_t limit = POSTING_NONE;
        for (size_t i = 0; i < m->nsharing; i++) {
            merge_run *run = &m->runs[m->sharing[i]];
            if (run->npostings == 0)
                continue;
            if (first == NULL || run->passage < first->passage) {
                limit = first == NULL ? limit : first->passage;
                first = run;
            } else if (run->passage < limit) {
                limit = run->passage;
            }
        }
        if (first == NULL)
            return QUIRE_OK;
        if (first->passage == limit) /* a passage in two runs */
            return run_reader_damaged(&first->reader, err);
        quire_status status = write_postings(m, first, limit, err);
        if (status != QUIRE_OK)
            return status;
    }
}

/* ---- A stem ---- */

static bool
add_number(buffer *b, uint64_t number)
{
    uint8_t bytes[VARINT_MAX_BYTES];

    return buffer_add(b, bytes, varint_write(bytes, number));
}

/* The payload of a stem, as segment.h draws it. */
static bool
make_payload(merge *m, const char *key, size_t key_bytes, const posting_info *info)
{
    buffer *b = &m->payload;

    buffer_clear(b);
    if (!add_number(b, info->df) || !add_number(b, info->cf) || !add_number(b, info->postings) ||
        !add_number(b, info->positions) || !add_number(b, m->nsurfaces))
        return false;
    for (size_t i = 0; i < m->nsurfaces; i++) {
        const merge_surface *surface = &m->surfaces[i];
        size_t shared = 0;
        while (shared < key_bytes && shared < surface->nbytes &&
               surface->bytes[shared] == key[shared])
            shared++;
        if (!add_number(b, shared) || !add_number(b, surface->nbytes - shared) ||
            !buffer_add(b, surface->bytes + shared, surface->nbytes - shared) ||
            !add_number(b, surface->cf))
            return false;
    }
    return true;
}

/* Enter the stem at hand and its surfaces into the dictionaries. */
static quire_status
enter_stem(merge *m, const char *key, size_t key_bytes, quire_error *err)
{
    posting_info info;
    quire_status status = QUIRE_OK;

    if (!posting_writer_end(m->lists, &info) || !make_payload(m, key, key_bytes, &info))
        return error_nomem(err);
    dictionary_add(m->stems, key, key_bytes, m->payload.bytes, m->payload.size);
    for (size_t i = 0; i < m->nsurfaces && status == QUIRE_OK; i++)
        status = surface_sorter_add(m->sorter, m->surfaces[i].bytes, m->surfaces[i].nbytes,
                                    m->ordinal, (uint32_t)i, err);
    m->ordinal++;
    return status;
}

static quire_status
merge_stem(merge *m, quire_error *err)
{
    quire_status status = QUIRE_OK;

    take_stem(m);
    m->nsurfaces = 0;
    buffer_clear(&m->surface_bytes);
    for (size_t i = 0; i < m->nsharing && status == QUIRE_OK; i++)
        status = read_surfaces(m, &m->runs[m->sharing[i]], err);
    if (status == QUIRE_OK && !rank_surfaces(m))
        status = error_nomem(err);
    for (size_t i = 0; i < m->nsharing && status == QUIRE_OK; i++)
        status = begin_postings(m, &m->runs[m->sharing[i]], err);
    if (status == QUIRE_OK)
        status = merge_postings(m, err);
    const merge_run *any = &m->runs[m->sharing[0]];
    if (status == QUIRE_OK)
        status = enter_stem(m, any->key, any->key_bytes, err);
    for (size_t i = 0; i < m->nsharing && status == QUIRE_OK; i++)
        status = next_stem(m, m->sharing[i], err);
    return status;
}

/* ---- The whole ---- */

static quire_status
open_runs(merge *m, const segment_placed_run *runs, uint64_t memory_bytes, quire_error *err)
{
    quire_status status = QUIRE_OK;
    uint64_t room = memory_bytes / 2 / (m->nruns + 1);

    m->runs = calloc(m->nruns + 1, sizeof *m->runs);
    m->sharing = calloc(m->nruns + 1, sizeof *m->sharing);
    if (m->runs == NULL || m->sharing == NULL || !run_heap_init(&m->heap, m->nruns))
        return error_nomem(err);
    room = room < MAX_READ_BYTES ? room : MAX_READ_BYTES;
    for (size_t i = 0; i < m->nruns && status == QUIRE_OK; i++) {
        run_reader *r = &m->runs[i].reader;
        m->runs[i].pieces = runs[i].pieces;
        m->runs[i].npieces = runs[i].npieces;
        status = run_reader_open(r, runs[i].path, 0, UINT64_MAX, (size_t)room,
                                 m->nruns <= MAX_OPEN_RUNS, err);
        if (status == QUIRE_OK)
            status = run_reader_number(r, UINT32_MAX, &m->runs[i].nstems, err);
        if (status == QUIRE_OK)
            status = next_stem(m, i, err);
    }
    return status;
}

/* Begin a file of the segment; false: memory. */
static bool
begin_checked(const char *directory, const char *name, checked_kind kind, checked_writer **out)
{
    char *path = segment_path(directory, name);

    *out = path == NULL ? NULL : checked_create(path, kind);
    free(path);
    return *out != NULL;
}

static bool
begin_dictionary(const char *directory, const char *name, checked_kind kind,
                 dictionary_writer **out)
{
    char *path = segment_path(directory, name);

    *out = path == NULL ? NULL : dictionary_create(path, kind);
    free(path);
    return *out != NULL;
}

static quire_status
begin_files(merge *m, const char *directory, const uint32_t *lengths, uint64_t memory_bytes,
            quire_error *err)
{
    uint64_t sorted_bytes = memory_bytes / 4 < SIZE_MAX ? memory_bytes / 4 : SIZE_MAX;
    char *path = segment_path(directory, SEGMENT_SORTING);

    if (path != NULL)
        m->sorter = surface_sorter_new(path, (size_t)sorted_bytes);
    free(path);
    if (m->sorter == NULL ||
        !begin_dictionary(directory, SEGMENT_STEMS, CHECKED_STEMS, &m->stems) ||
        !begin_dictionary(directory, SEGMENT_SURFACES, CHECKED_SURFACES, &m->all_surfaces) ||
        !begin_checked(directory, SEGMENT_POSTINGS, CHECKED_POSTINGS, &m->postings) ||
        !begin_checked(directory, SEGMENT_POSITIONS, CHECKED_POSITIONS, &m->positions))
        return error_nomem(err);
    m->lists = posting_writer_new(m->postings, m->positions, lengths);
    return m->lists != NULL ? QUIRE_OK : error_nomem(err);
}

/* End the files.  Whatever comes back, those that were ended are merge's no longer. */
static quire_status
end_files(merge *m, quire_error *err)
{
    quire_status status = dictionary_finish(m->stems, err);

    m->stems = NULL;
    if (status == QUIRE_OK) {
        status = checked_finish(m->postings, err);
        m->postings = NULL;
    }
    if (status == QUIRE_OK) {
        status = checked_finish(m->positions, err);
        m->positions = NULL;
    }
    if (status == QUIRE_OK)
        status = surface_sorter_write(m->sorter, m->all_surfaces, err);
    if (status == QUIRE_OK) {
        status = dictionary_finish(m->all_surfaces, err);
        m->all_surfaces = NULL;
    }
    return status;
}

static void
merge_free(merge *m)
{
    for (size_t i = 0; m->runs != NULL && i < m->nruns; i++)
        run_reader_close(&m->runs[i].reader);
    free(m->runs);
    free(m->sharing);
    free(m->surfaces);
    free(m->ranks);
    free(m->occurrences);
    run_heap_free(&m->heap);
    buffer_free(&m->surface_bytes);
    buffer_free(&m->payload);
    surface_sorter_free(m->sorter);
    posting_writer_free(m->lists);
    dictionary_abandon(m->stems);
    dictionary_abandon(m->all_surfaces);
    checked_abandon(m->postings);
    checked_abandon(m->positions);
}

quire_status
segment_merge_placed(const char *directory, const segment_placed_run *runs, size_t nruns,
                     const uint32_t *lengths, uint32_t npassages, uint64_t memory_bytes,
                     quire_error *err)
{
    merge m = {.nruns = nruns, .npassages = npassages};
    quire_status status = begin_files(&m, directory, lengths, memory_bytes, err);

    if (status == QUIRE_OK)
        status = open_runs(&m, runs, memory_bytes, err);
    while (status == QUIRE_OK && m.heap.nentries > 0)
        status = merge_stem(&m, err);
    posting_writer_free(m.lists);
    m.lists = NULL;
    if (status == QUIRE_OK)
        status = end_files(&m, err);
    merge_free(&m);
    for (size_t i = 0; i < nruns; i++)
        unlink(runs[i].path);
    return status;
}

quire_status
segment_merge(const char *directory, const char *const *run_paths, size_t nruns,
              const uint32_t *lengths, uint32_t npassages, uint64_t memory_bytes, quire_error *err)
{
    static const segment_piece as_they_are = {0, 0};
    segment_placed_run *runs = calloc(nruns + 1, sizeof *runs);

    if (runs == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < nruns; i++)
        runs[i] = (segment_placed_run){.path = run_paths[i], .pieces = &as_they_are, .npieces = 1};
    quire_status status =
        segment_merge_placed(directory, runs, nruns, lengths, npassages, memory_bytes, err);
    free(runs);
    return status;
}
