/* SPDX-License-Identifier: GPL-3.0-or-later */
/* surface_sorter.c - an external sort: what fits in memory is sorted there; if there is more, it
 * goes to a file part by part, and the parts are merged.
 *
 * A part of the file: for each surface its bytes, the surface, ordinal, rank. */
#include "postings/surface_sorter.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/run_file.h"
#include "postings/run_heap.h"
#include "postings/segment_files.h"

typedef struct {
    uint64_t prefix;
    const char *bytes; /* set when all are there */
    size_t offset;     /* of the bytes in surface_sorter.bytes */
    uint64_t ordinal;
    uint32_t rank;
    uint8_t nbytes;
} sorted_surface;

/* A part of the file while it is merged. */
typedef struct {
    run_reader reader;
    char key[DICTIONARY_MAX_KEY];
    size_t key_bytes;
    uint64_t ordinal;
    uint64_t rank;
} surface_part;

struct surface_sorter {
    char *path;
    size_t memory_bytes;
    buffer bytes;
    sorted_surface *surfaces;
    size_t nsurfaces;
    size_t surfaces_room;

    run_writer file;
    bool has_file;
    uint64_t *starts; /* of the parts in the file */
    size_t nstarts;
    size_t starts_room;

    /* Of the dictionary: what has not been added to it yet. */
    bool has_key;
    buffer key;
    uint64_t numbers[SEGMENT_SURFACE_NUMBERS];
    buffer payload;
};

surface_sorter *
surface_sorter_new(const char *path, size_t memory_bytes)
{
    surface_sorter *s = calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->memory_bytes = memory_bytes;
    s->path = strdup(path);
    if (s->path == NULL) {
        free(s);
        return NULL;
    }
    return s;
}

void
surface_sorter_free(surface_sorter *s)
{
    if (s == NULL)
        return;
    if (s->has_file) {
        run_writer_close(&s->file, NULL);
        unlink(s->path);
    }
    free(s->path);
    free(s->surfaces);
    free(s->starts);
    buffer_free(&s->bytes);
    buffer_free(&s->key);
    buffer_free(&s->payload);
    free(s);
}

static int
compare_surfaces(const void *left, const void *right)
{
    const sorted_surface *a = left;
    const sorted_surface *b = right;

    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    int order = run_heap_compare(a->bytes, a->nbytes, b->bytes, b->nbytes);
    if (order != 0)
        return order;
    return (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

static void
sort_surfaces(surface_sorter *s)
{
    for (size_t i = 0; i < s->nsurfaces; i++)
        s->surfaces[i].bytes = s->bytes.bytes + s->surfaces[i].offset;
    if (s->nsurfaces > 1)
        qsort(s->surfaces, s->nsurfaces, sizeof *s->surfaces, compare_surfaces);
}

/* Write what is in memory to the file as its next part. */
static quire_status
spill(surface_sorter *s, quire_error *err)
{
    if (!ARRAY_GROW(s->starts, s->nstarts, &s->starts_room))
        return error_nomem(err);
    if (!s->has_file)
        run_writer_open(&s->file, s->path);
    s->has_file = true;
    s->starts[s->nstarts++] = run_writer_offset(&s->file);
    sort_surfaces(s);
    for (size_t i = 0; i < s->nsurfaces; i++) {
        const sorted_surface *surface = &s->surfaces[i];
        run_writer_number(&s->file, surface->nbytes);
        run_writer_add(&s->file, surface->bytes, surface->nbytes);
        run_writer_number(&s->file, surface->ordinal);
        run_writer_number(&s->file, surface->rank);
    }
    s->nsurfaces = 0;
    buffer_clear(&s->bytes);
    if (s->file.status != QUIRE_OK && err != NULL)
        *err = s->file.error;
    return s->file.status;
}

quire_status
surface_sorter_add(surface_sorter *s, const char *surface, size_t nbytes, uint64_t ordinal,
                   uint32_t rank, quire_error *err)
{
    if (s->nsurfaces * sizeof *s->surfaces + s->bytes.size >= s->memory_bytes) {
        quire_status status = spill(s, err);
        if (status != QUIRE_OK)
            return status;
    }
    if (!ARRAY_GROW(s->surfaces, s->nsurfaces, &s->surfaces_room))
        return error_nomem(err);
    s->surfaces[s->nsurfaces++] = (sorted_surface){.prefix = run_heap_prefix(surface, nbytes),
                                                   .offset = s->bytes.size,
                                                   .ordinal = ordinal,
                                                   .rank = rank,
                                                   .nbytes = (uint8_t)nbytes};
    return buffer_add(&s->bytes, surface, nbytes) ? QUIRE_OK : error_nomem(err);
}

/* ---- Into the dictionary ---- */

/* Add the last surface to the dictionary.  A payload of one rank 0, as most are, is left out. */
static void
put_last(surface_sorter *s, dictionary_writer *to)
{
    const bool is_plain = s->payload.size == 1 && s->payload.bytes[0] == 0;

    if (s->has_key)
        dictionary_add(to, s->key.bytes, s->key.size, s->numbers, s->payload.bytes,
                       is_plain ? 0 : s->payload.size);
    s->has_key = false;
}

/* The next surface in order: another stem of the one before, or the first of a new one. */
static bool
put(surface_sorter *s, dictionary_writer *to, const char *surface, size_t nbytes, uint64_t ordinal,
    uint64_t rank)
{
    uint8_t numbers[2 * VARINT_MAX_BYTES];
    size_t length = 0;

    if (!s->has_key || s->key.size != nbytes || memcmp(s->key.bytes, surface, nbytes) != 0) {
        put_last(s, to);
        buffer_clear(&s->key);
        buffer_clear(&s->payload);
        if (!buffer_add(&s->key, surface, nbytes))
            return false;
        s->has_key = true;
        s->numbers[SEGMENT_SURFACE_STEM] = ordinal;
    } else {
        length = varint_write(numbers, ordinal);
    }
    length += varint_write(numbers + length, rank);
    return buffer_add(&s->payload, numbers, length);
}

static quire_status
write_from_memory(surface_sorter *s, dictionary_writer *to, quire_error *err)
{
    sort_surfaces(s);
    for (size_t i = 0; i < s->nsurfaces; i++) {
        const sorted_surface *surface = &s->surfaces[i];
        if (!put(s, to, surface->bytes, surface->nbytes, surface->ordinal, surface->rank))
            return error_nomem(err);
    }
    put_last(s, to);
    return QUIRE_OK;
}

/* Read the next surface of a part, if there is one, and put it into the heap. */
static quire_status
advance(surface_part *part, size_t number, run_heap *heap, quire_error *err)
{
    uint64_t nbytes;
    const uint8_t *bytes;

    if (run_reader_left(&part->reader) == 0)
        return QUIRE_OK;
    quire_status status = run_reader_number(&part->reader, DICTIONARY_MAX_KEY, &nbytes, err);
    if (status == QUIRE_OK)
        status = run_reader_take(&part->reader, (size_t)nbytes, &bytes, err);
    if (status != QUIRE_OK)
        return status;
    memcpy(part->key, bytes, (size_t)nbytes);
    part->key_bytes = (size_t)nbytes;
    status = run_reader_number(&part->reader, UINT64_MAX, &part->ordinal, err);
    if (status == QUIRE_OK)
        status = run_reader_number(&part->reader, UINT32_MAX, &part->rank, err);
    if (status == QUIRE_OK)
        run_heap_push(heap, part->key, part->key_bytes, number);
    return status;
}

static quire_status
merge_parts(surface_sorter *s, surface_part *parts, run_heap *heap, dictionary_writer *to,
            quire_error *err)
{
    quire_status status = QUIRE_OK;
    size_t room = s->memory_bytes / s->nstarts;
    uint64_t end = run_writer_offset(&s->file);

    for (size_t i = 0; i < s->nstarts && status == QUIRE_OK; i++) {
        status = run_reader_open(&parts[i].reader, s->path, s->starts[i],
                                 i + 1 < s->nstarts ? s->starts[i + 1] : end, room, false, err);
        if (status == QUIRE_OK)
            status = advance(&parts[i], i, heap, err);
    }
    while (status == QUIRE_OK && heap->nentries > 0) {
        size_t i = run_heap_pop(heap);
        if (!put(s, to, parts[i].key, parts[i].key_bytes, parts[i].ordinal, parts[i].rank))
            return error_nomem(err);
        status = advance(&parts[i], i, heap, err);
    }
    if (status == QUIRE_OK)
        put_last(s, to);
    return status;
}

/* The parts hold all but what is in memory; that becomes the last one. */
static quire_status
write_from_file(surface_sorter *s, dictionary_writer *to, quire_error *err)
{
    run_heap heap = {0};
    surface_part *parts = NULL;
    quire_status status = spill(s, err);

    if (status != QUIRE_OK)
        return status;
    run_writer_flush(&s->file);
    if (s->file.status != QUIRE_OK) {
        if (err != NULL)
            *err = s->file.error;
        return s->file.status;
    }
    free(s->surfaces); /* their memory is the readers' now */
    s->surfaces = NULL;
    s->surfaces_room = 0;
    buffer_free(&s->bytes);
    parts = calloc(s->nstarts, sizeof *parts);
    if (parts == NULL || !run_heap_init(&heap, s->nstarts))
        status = error_nomem(err);
    else
        status = merge_parts(s, parts, &heap, to, err);
    for (size_t i = 0; parts != NULL && i < s->nstarts; i++)
        run_reader_close(&parts[i].reader);
    free(parts);
    run_heap_free(&heap);
    return status;
}

quire_status
surface_sorter_write(surface_sorter *s, dictionary_writer *to, quire_error *err)
{
    return s->has_file ? write_from_file(s, to, err) : write_from_memory(s, to, err);
}
