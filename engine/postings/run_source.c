/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_source.c - reading runs stem by stem, from files (segment_run.c draws them) and from memory.
 *
 * Files are the builder's own, but disks are not: what a file says is believed as far as it makes
 * sense. */
#include "postings/run_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "postings/run_heap.h"

#define MAX_READ_BYTES ((uint64_t)1 << 20)

/* ---- Inputs ---- */

/* Where passage number of a run stands in the segment; *piece is where it was found last, of a
 * lower number. */
static uint64_t
place(const segment_placed_run *run, uint32_t number, size_t *piece)
{
    size_t low = *piece;
    size_t high = run->npieces;

    if (low + 1 < high && run->pieces[low + 1].first <= number) {
        while (low + 1 < high) {
            const size_t middle = low + (high - low) / 2;
            if (run->pieces[middle].first <= number)
                low = middle;
            else
                high = middle;
        }
        *piece = low;
    }
    return (uint64_t)run->pieces[low].passage + (number - run->pieces[low].first);
}

static quire_status
place_passages(run_input *input, uint32_t npassages, quire_error *err)
{
    const segment_run *r = input->placed->run;
    size_t piece = 0;

    input->passages = calloc(r->npassages + 1, sizeof *input->passages);
    if (input->passages == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < r->npassages; i++) {
        const uint64_t placed = place(input->placed, r->passages[i].number, &piece);
        if (placed >= npassages)
            return error_set(err, QUIRE_EINTERNAL, "a run has more passages than its segment");
        input->passages[i] = (uint32_t)placed;
    }
    return QUIRE_OK;
}

quire_status
run_input_open(run_input *input, const segment_placed_run *placed, uint32_t npassages,
               quire_error *err)
{
    *input = (run_input){.placed = placed};
    return placed->run != NULL ? place_passages(input, npassages, err)
                               : run_signs_read(&input->signs, placed->path, err);
}

void
run_input_close(run_input *input)
{
    run_signs_free(&input->signs);
    free(input->passages);
    *input = (run_input){0};
}

quire_status
run_source_damaged(const run_source *s, quire_error *err)
{
    if (s->input->placed->run != NULL)
        return error_set(err, QUIRE_EINTERNAL, "runs share a passage");
    return run_reader_damaged(&s->reader, err);
}

/* Is the stem at hand behind the range? */
static bool
is_behind(const run_source *s)
{
    return s->range.end != NULL &&
           run_heap_compare(s->key, s->key_bytes, s->range.end, s->range.end_bytes) >= 0;
}

/* ---- In memory ---- */

/* The first stem that is not below key. */
static size_t
find_stem(const segment_run *r, const char *key, size_t key_bytes)
{
    size_t low = 0;
    size_t high = r->nstems;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        size_t nbytes;
        const char *bytes = run_stem_bytes(r, &r->stems[middle], &nbytes);
        if (run_heap_compare(bytes, nbytes, key, key_bytes) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
set_stem(run_source *s)
{
    const segment_run *r = s->input->placed->run;
    const run_stem *stem = &r->stems[s->stem];

    s->at_end = s->stem == s->end_stem;
    if (s->at_end)
        return;
    const char *bytes = run_stem_bytes(r, stem, &s->key_bytes);
    memcpy(s->key, bytes, s->key_bytes);
    s->nsurfaces = stem->nsurfaces;
    s->next_surface = 0;
}

static void
open_memory(run_source *s, const source_limits *limits)
{
    const segment_run *r = s->input->placed->run;

    s->stem = find_stem(r, s->range.first, s->range.first_bytes);
    s->end_stem = r->nstems;
    if (s->range.end != NULL)
        s->end_stem = find_stem(r, s->range.end, s->range.end_bytes);
    run_slice_begin(&s->slice, r, s->stem, s->end_stem,
                    (size_t)(limits->memory_bytes / sizeof(run_occurrence)));
    set_stem(s);
}

static void
get_surface(run_source *s, const char **bytes_out, size_t *nbytes_out, uint64_t *cf_out)
{
    const segment_run *r = s->input->placed->run;
    const run_surface *surface = &r->surfaces[r->stems[s->stem].first_surface + s->next_surface++];

    *bytes_out = run_surface_bytes(r, surface);
    *nbytes_out = surface->surface_bytes;
    *cf_out = surface->cf;
}

static void
set_posting(run_source *s)
{
    s->has_posting = s->at < s->behind;
    if (s->has_posting) {
        s->passage = s->input->passages[s->at->passage];
        s->frequency = (uint32_t)run_slice_frequency(s->at, s->behind);
    }
}

static void
take_from_memory(run_source *s, const uint32_t *ranks, uint32_t *positions_out, uint32_t *ranks_out)
{
    const uint32_t first = s->input->placed->run->stems[s->stem].first_surface;

    for (uint32_t i = 0; i < s->frequency; i++) {
        positions_out[i] = s->at[i].position;
        ranks_out[i] = ranks[s->at[i].surface - first];
    }
    s->at += s->frequency;
    set_posting(s);
}

/* ---- From a file ---- */

/* Read the next stem's key and how many surfaces it has. */
static quire_status
read_stem(run_source *s, quire_error *err)
{
    const uint8_t *bytes;
    uint64_t nbytes;
    quire_status status = run_reader_number(&s->reader, DICTIONARY_MAX_KEY, &nbytes, err);

    if (status == QUIRE_OK)
        status = run_reader_take(&s->reader, (size_t)nbytes, &bytes, err);
    if (status != QUIRE_OK)
        return status;
    if (nbytes == 0 ||
        run_heap_compare(s->key, s->key_bytes, (const char *)bytes, (size_t)nbytes) >= 0)
        return run_source_damaged(s, err);
    memcpy(s->key, bytes, (size_t)nbytes);
    s->key_bytes = (size_t)nbytes;
    status = run_reader_number(&s->reader, UINT32_MAX, &s->nsurfaces, err);
    return status == QUIRE_OK && s->nsurfaces == 0 ? run_source_damaged(s, err) : status;
}

/* Go to the next stem, or to the end of the range. */
static quire_status
next_in_file(run_source *s, quire_error *err)
{
    quire_status status = QUIRE_OK;

    s->at_end = run_reader_left(&s->reader) == 0;
    if (!s->at_end)
        status = read_stem(s, err);
    if (status == QUIRE_OK && !s->at_end)
        s->at_end = is_behind(s);
    return status;
}

static quire_status
read_surface(run_source *s, const char **bytes_out, size_t *nbytes_out, uint64_t *cf_out,
             quire_error *err)
{
    const uint8_t *bytes;
    uint64_t nbytes;
    quire_status status = run_reader_number(&s->reader, DICTIONARY_MAX_KEY, &nbytes, err);

    if (status == QUIRE_OK)
        status = run_reader_take(&s->reader, (size_t)nbytes, &bytes, err);
    if (status != QUIRE_OK)
        return status;
    if (nbytes == 0)
        return run_source_damaged(s, err);
    memcpy(s->surface, bytes, (size_t)nbytes); /* reading on may move them */
    *bytes_out = s->surface;
    *nbytes_out = (size_t)nbytes;
    return run_reader_number(&s->reader, UINT64_MAX, cf_out, err);
}

/* Read which passage the next posting is of, and its frequency; behind the last there is none. */
static quire_status
read_posting(run_source *s, quire_error *err)
{
    uint64_t gap;
    uint64_t frequency = 1;
    quire_status status;

    s->has_posting = run_reader_left(&s->reader) > s->body_end;
    if (!s->has_posting)
        return run_reader_left(&s->reader) == s->body_end ? QUIRE_OK : run_source_damaged(s, err);
    status = run_reader_number(&s->reader, UINT64_C(1) << 33, &gap, err);
    if (status == QUIRE_OK && (gap & 1) != 0)
        status = run_reader_number(&s->reader, UINT32_MAX, &frequency, err);
    if (status != QUIRE_OK)
        return status;
    const uint64_t next = (uint64_t)(uint32_t)(s->number + 1) + (gap >> 1) - 1;
    if (gap >> 1 == 0 || next >= s->npassages || frequency == 0 ||
        frequency > run_reader_left(&s->reader))
        return run_source_damaged(s, err);
    const uint64_t placed = place(s->input->placed, (uint32_t)next, &s->piece);
    if (placed >= s->npassages)
        return run_source_damaged(s, err);
    s->number = (uint32_t)next;
    s->passage = (uint32_t)placed;
    s->frequency = (uint32_t)frequency;
    return QUIRE_OK;
}

/* Read how many bytes the postings take, of which there is one at least. */
static quire_status
read_body(run_source *s, quire_error *err)
{
    uint64_t nbytes;
    quire_status status = run_reader_number(&s->reader, UINT64_MAX, &nbytes, err);

    if (status != QUIRE_OK)
        return status;
    if (nbytes == 0 || nbytes > run_reader_left(&s->reader))
        return run_source_damaged(s, err);
    s->body_end = run_reader_left(&s->reader) - nbytes;
    s->number = POSTING_NONE;
    s->piece = 0;
    return QUIRE_OK;
}

static quire_status
take_from_file(run_source *s, const uint32_t *ranks, uint32_t *positions_out, uint32_t *ranks_out,
               quire_error *err)
{
    uint64_t position = 0;

    for (uint32_t i = 0; i < s->frequency; i++) {
        uint64_t step;
        uint64_t surface = 0;
        quire_status status = run_reader_number(&s->reader, UINT64_C(1) << 33, &step, err);
        if (status == QUIRE_OK && (step & 1) != 0)
            status = run_reader_number(&s->reader, s->nsurfaces - 1, &surface, err);
        if (status != QUIRE_OK)
            return status;
        position += step >> 1;
        if (position > UINT32_MAX || (i > 0 && step >> 1 == 0))
            return run_source_damaged(s, err);
        positions_out[i] = (uint32_t)position;
        ranks_out[i] = ranks[surface];
    }
    return read_posting(s, err);
}

/* Pass over the stem at hand, of which nothing but its key was read. */
static quire_status
skip_stem(run_source *s, quire_error *err)
{
    const char *bytes;
    size_t nbytes;
    uint64_t cf;
    quire_status status = QUIRE_OK;

    for (uint64_t i = 0; i < s->nsurfaces && status == QUIRE_OK; i++)
        status = read_surface(s, &bytes, &nbytes, &cf, err);
    if (status == QUIRE_OK)
        status = read_body(s, err);
    if (status == QUIRE_OK)
        status = run_reader_skip(&s->reader, run_reader_left(&s->reader) - s->body_end, err);
    return status == QUIRE_OK ? next_in_file(s, err) : status;
}

static quire_status
open_file(run_source *s, const source_limits *limits, quire_error *err)
{
    const run_signs *signs = &s->input->signs;
    const uint64_t start = run_signs_find(signs, s->range.first, s->range.first_bytes);
    const size_t room =
        (size_t)(limits->memory_bytes < MAX_READ_BYTES ? limits->memory_bytes : MAX_READ_BYTES);
    quire_status status = run_reader_open(&s->reader, s->input->placed->path, start,
                                          signs->body_end, room, limits->keeps_open, err);

    if (status == QUIRE_OK)
        status = next_in_file(s, err);
    while (status == QUIRE_OK && !s->at_end &&
           run_heap_compare(s->key, s->key_bytes, s->range.first, s->range.first_bytes) < 0)
        status = skip_stem(s, err);
    return status;
}

/* ---- Either ---- */

quire_status
run_source_open(run_source *s, const run_input *input, const key_range *range,
                const source_limits *limits, quire_error *err)
{
    const run_slice slice = s->slice; /* for its memory */

    *s = (run_source){.input = input, .range = *range, .npassages = limits->npassages};
    s->slice = slice;
    s->reader.fd = -1;
    if (input->placed->run == NULL)
        return open_file(s, limits, err);
    open_memory(s, limits);
    return QUIRE_OK;
}

void
run_source_close(run_source *s)
{
    run_reader_close(&s->reader);
}

void
run_source_free(run_source *s)
{
    run_source_close(s);
    run_slice_free(&s->slice);
}

quire_status
run_source_surface(run_source *s, const char **bytes_out, size_t *nbytes_out, uint64_t *cf_out,
                   quire_error *err)
{
    if (s->input->placed->run == NULL)
        return read_surface(s, bytes_out, nbytes_out, cf_out, err);
    get_surface(s, bytes_out, nbytes_out, cf_out);
    return QUIRE_OK;
}

quire_status
run_source_begin_postings(run_source *s, quire_error *err)
{
    if (s->input->placed->run == NULL) {
        quire_status status = read_body(s, err);
        return status == QUIRE_OK ? read_posting(s, err) : status;
    }
    if (!run_slice_get(&s->slice, s->stem, &s->at, &s->behind))
        return error_nomem(err);
    set_posting(s);
    return QUIRE_OK;
}

quire_status
run_source_take(run_source *s, const uint32_t *ranks, uint32_t *positions_out, uint32_t *ranks_out,
                quire_error *err)
{
    if (s->input->placed->run == NULL)
        return take_from_file(s, ranks, positions_out, ranks_out, err);
    take_from_memory(s, ranks, positions_out, ranks_out);
    return QUIRE_OK;
}

quire_status
run_source_next(run_source *s, quire_error *err)
{
    if (s->input->placed->run == NULL)
        return next_in_file(s, err);
    s->stem++;
    set_stem(s);
    return QUIRE_OK;
}
