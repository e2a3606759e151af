/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch_file.c - a segment's file of sketches: reading. */
#include "store/sketch_file.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"
#include "postings/little_endian.h"

#define FOOTER_BYTES 8
#define PLACE_BYTES 4

static quire_status
damaged(const sketch_file *f, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s is damaged", f->file.path);
}

static uint32_t
count_parts(const sketch_file *f)
{
    return f->narticles / SKETCH_FILE_PART + (f->narticles % SKETCH_FILE_PART > 0);
}

static quire_status
read_footer(sketch_file *f, quire_error *err)
{
    quire_status status = QUIRE_OK;
    const uint8_t *footer;

    if (f->file.size < FOOTER_BYTES)
        return damaged(f, err);
    footer = checked_bytes(&f->file, f->file.size - FOOTER_BYTES, FOOTER_BYTES, &status, err);
    if (status != QUIRE_OK)
        return status;
    f->nbytes = load_u32(footer);
    f->narticles = load_u32(footer + 4);
    return f->file.size ==
                   (uint64_t)f->nbytes + (uint64_t)count_parts(f) * PLACE_BYTES + FOOTER_BYTES
               ? QUIRE_OK
               : damaged(f, err);
}

quire_status
sketch_file_open(const char *path, sketch_file *f, quire_error *err)
{
    quire_status status;

    *f = (sketch_file){0};
    status = checked_open(path, CHECKED_SKETCHES, &f->file, err);
    if (status != QUIRE_OK)
        return status;
    status = read_footer(f, err);
    if (status == QUIRE_OK) {
        f->hashes = malloc(SKETCH_ROOM * sizeof *f->hashes);
        status = f->hashes != NULL ? QUIRE_OK : error_nomem(err);
    }
    if (status != QUIRE_OK)
        sketch_file_close(f);
    return status;
}

void
sketch_file_close(sketch_file *f)
{
    checked_close(&f->file);
    free(f->hashes);
    *f = (sketch_file){0};
}

/* Go to the first article of a part. */
static quire_status
enter_part(sketch_file *f, uint32_t part, quire_error *err)
{
    const bool is_last = part + 1 == count_parts(f);
    quire_status status = QUIRE_OK;
    const uint8_t *places =
        checked_bytes(&f->file, f->nbytes + (uint64_t)part * PLACE_BYTES,
                      is_last ? PLACE_BYTES : 2 * (uint64_t)PLACE_BYTES, &status, err);

    f->next = 0;
    if (status != QUIRE_OK)
        return status;
    const uint32_t start = load_u32(places);
    const uint32_t end = is_last ? f->nbytes : load_u32(places + PLACE_BYTES);

    if (start >= end || end > f->nbytes)
        return damaged(f, err);
    f->at = checked_bytes(&f->file, start, end - start, &status, err);
    if (status != QUIRE_OK)
        return status;
    f->end = f->at + (end - start);
    f->seconds = 0;
    f->part = part;
    f->next = part * SKETCH_FILE_PART + 1;
    return QUIRE_OK;
}

quire_status
sketch_file_get(sketch_file *f, uint32_t number, sketch *out, quire_error *err)
{
    const uint32_t part = (number - 1) / SKETCH_FILE_PART;
    quire_status status = QUIRE_OK;

    if (number == 0 || number > f->narticles)
        return error_set(err, QUIRE_ECORRUPT, "%s: there is no article %" PRIu32, f->file.path,
                         number);
    if (f->next == 0 || number < f->next || f->part != part)
        status = enter_part(f, part, err);
    while (status == QUIRE_OK && f->next <= number) {
        f->at = sketch_unpack(f->at, f->end, &f->seconds, f->hashes, out);
        if (f->at == NULL) {
            f->next = 0;
            return damaged(f, err);
        }
        f->next++;
    }
    /* The last one of a part ends it. */
    if (status == QUIRE_OK && (number % SKETCH_FILE_PART == 0 || number == f->narticles) &&
        f->at != f->end)
        status = damaged(f, err);
    return status;
}
