/* SPDX-License-Identifier: GPL-3.0-or-later */
/* merge_output.c - the files that a merge writes.
 *
 * Where a list stands is known only when it is appended, so what the dictionary says of its stem is
 * written then, from merge_piece.stems: for each stem
 *   bytes of the stem, the stem, df, cf, where its postings and its positions begin in the piece,
 *   number of surfaces, then for each by rank: its bytes, the surface, cf
 * Numbers are LEB128. */
#include "postings/merge_output.h"

#include <stdlib.h>

#include "base/error.h"
#include "postings/segment_files.h"
#include "postings/surface_sorter.h"

struct merge_output {
    dictionary_writer *stems;
    dictionary_writer *all_surfaces;
    surface_sorter *sorter;
    checked_writer *postings;
    checked_writer *positions;
    buffer payload;
    uint64_t ordinal; /* of the next stem */
};

/* ---- Files ---- */

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
begin_dictionary(const char *directory, const char *name, checked_kind kind, unsigned nnumbers,
                 dictionary_writer **out)
{
    char *path = segment_path(directory, name);

    *out = path == NULL ? NULL : dictionary_create(path, kind, nnumbers);
    free(path);
    return *out != NULL;
}

static bool
begin_sorter(const char *directory, uint64_t sorting_bytes, surface_sorter **out)
{
    char *path = segment_path(directory, SEGMENT_SORTING);
    const size_t nbytes = sorting_bytes < SIZE_MAX ? (size_t)sorting_bytes : SIZE_MAX;

    *out = path == NULL ? NULL : surface_sorter_new(path, nbytes);
    free(path);
    return *out != NULL;
}

merge_output *
merge_output_new(const char *directory, uint64_t sorting_bytes)
{
    merge_output *o = calloc(1, sizeof *o);

    if (o == NULL)
        return NULL;
    if (!begin_sorter(directory, sorting_bytes, &o->sorter) ||
        !begin_dictionary(directory, SEGMENT_STEMS, CHECKED_STEMS, SEGMENT_STEM_NUMBERS,
                          &o->stems) ||
        !begin_dictionary(directory, SEGMENT_SURFACES, CHECKED_SURFACES, SEGMENT_SURFACE_NUMBERS,
                          &o->all_surfaces) ||
        !begin_checked(directory, SEGMENT_POSTINGS, CHECKED_POSTINGS, &o->postings) ||
        !begin_checked(directory, SEGMENT_POSITIONS, CHECKED_POSITIONS, &o->positions)) {
        merge_output_free(o);
        return NULL;
    }
    return o;
}

void
merge_output_free(merge_output *o)
{
    if (o == NULL)
        return;
    surface_sorter_free(o->sorter);
    dictionary_abandon(o->stems);
    dictionary_abandon(o->all_surfaces);
    checked_abandon(o->postings);
    checked_abandon(o->positions);
    buffer_free(&o->payload);
    free(o);
}

/* Whatever comes back, those that were ended are o's no longer. */
quire_status
merge_output_finish(merge_output *o, quire_error *err)
{
    quire_status status = dictionary_finish(o->stems, err);

    o->stems = NULL;
    if (status == QUIRE_OK) {
        status = checked_finish(o->postings, err);
        o->postings = NULL;
    }
    if (status == QUIRE_OK) {
        status = checked_finish(o->positions, err);
        o->positions = NULL;
    }
    if (status == QUIRE_OK)
        status = surface_sorter_write(o->sorter, o->all_surfaces, err);
    if (status == QUIRE_OK) {
        status = dictionary_finish(o->all_surfaces, err);
        o->all_surfaces = NULL;
    }
    return status;
}

/* ---- Pieces ---- */

static bool
add_number(buffer *b, uint64_t number)
{
    uint8_t bytes[VARINT_MAX_BYTES];

    return buffer_add(b, bytes, varint_write(bytes, number));
}

bool
merge_piece_add(merge_piece *p, const char *key, size_t key_bytes, const posting_info *info,
                const merged_surface *surfaces, size_t nsurfaces)
{
    buffer *b = &p->stems;
    bool has_memory = add_number(b, key_bytes) && buffer_add(b, key, key_bytes) &&
                      add_number(b, info->df) && add_number(b, info->cf) &&
                      add_number(b, info->postings) && add_number(b, info->positions) &&
                      add_number(b, nsurfaces);

    for (size_t i = 0; i < nsurfaces && has_memory; i++)
        has_memory = add_number(b, surfaces[i].nbytes) &&
                     buffer_add(b, surfaces[i].bytes, surfaces[i].nbytes) &&
                     add_number(b, surfaces[i].cf);
    return has_memory;
}

uint64_t
merge_piece_bytes(const merge_piece *p)
{
    return (uint64_t)p->postings.size + p->positions.size + p->stems.size;
}

void
merge_piece_free(merge_piece *p)
{
    buffer_free(&p->postings);
    buffer_free(&p->positions);
    buffer_free(&p->stems);
}

/* ---- Appending ---- */

static uint64_t
take_number(const uint8_t **at)
{
    uint64_t number = 0;
    unsigned shift = 0;

    for (; **at >= 0x80; shift += 7)
        number |= (uint64_t)(*(*at)++ & 0x7f) << shift;
    return number | (uint64_t) * (*at)++ << shift;
}

static const char *
take_bytes(const uint8_t **at, size_t *nbytes_out)
{
    const char *bytes;

    *nbytes_out = (size_t)take_number(at);
    bytes = (const char *)*at;
    *at += *nbytes_out;
    return bytes;
}

/* A surface as a stem's payload has it, and for the sorter. */
static quire_status
append_surface(merge_output *o, const char *key, size_t key_bytes, uint32_t rank, bool is_last,
               const uint8_t **at, quire_error *err)
{
    uint8_t numbers[TWO_MAX_BYTES];
    size_t nbytes;
    size_t shared = 0;
    const char *bytes = take_bytes(at, &nbytes);
    const uint64_t cf = take_number(at);

    while (shared < key_bytes && shared < nbytes && bytes[shared] == key[shared])
        shared++;
    if (!buffer_add(&o->payload, numbers,
                    two_write(numbers, key_bytes - shared, nbytes - shared)) ||
        !buffer_add(&o->payload, bytes + shared, nbytes - shared) ||
        (!is_last && !add_number(&o->payload, cf)))
        return error_nomem(err);
    return surface_sorter_add(o->sorter, bytes, nbytes, o->ordinal, rank, err);
}

/* Enter a stem into the dictionaries; segment.h draws its payload. */
static quire_status
append_stem(merge_output *o, const uint8_t **at, quire_error *err)
{
    quire_status status = QUIRE_OK;
    posting_info info = {0};
    uint8_t counts[POSTING_INFO_BYTES];
    uint64_t numbers[SEGMENT_STEM_NUMBERS];
    size_t key_bytes;
    const char *key = take_bytes(at, &key_bytes);

    info.df = (uint32_t)take_number(at);
    info.cf = take_number(at);
    numbers[SEGMENT_STEM_POSTINGS] = checked_offset(o->postings) + take_number(at);
    numbers[SEGMENT_STEM_POSITIONS] = checked_offset(o->positions) + take_number(at);
    const uint64_t nsurfaces = take_number(at);

    buffer_clear(&o->payload);
    if (!buffer_add(&o->payload, counts, posting_info_write(counts, &info)) ||
        !add_number(&o->payload, nsurfaces))
        return error_nomem(err);
    for (uint64_t i = 0; i < nsurfaces && status == QUIRE_OK; i++)
        status = append_surface(o, key, key_bytes, (uint32_t)i, i + 1 == nsurfaces, at, err);
    if (status == QUIRE_OK)
        dictionary_add(o->stems, key, key_bytes, numbers, o->payload.bytes, o->payload.size);
    o->ordinal++;
    return status;
}

quire_status
merge_output_append(merge_output *o, merge_piece *p, quire_error *err)
{
    const uint8_t *at = (const uint8_t *)p->stems.bytes;
    const uint8_t *end = at == NULL ? NULL : at + p->stems.size;
    quire_status status = QUIRE_OK;

    while (at < end && status == QUIRE_OK)
        status = append_stem(o, &at, err);
    checked_write(o->postings, p->postings.bytes, p->postings.size);
    checked_write(o->positions, p->positions.bytes, p->positions.size);
    buffer_clear(&p->postings);
    buffer_clear(&p->positions);
    buffer_clear(&p->stems);
    return status;
}
