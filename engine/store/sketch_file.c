/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch_file.c - a segment's file of sketches: reading. */
#include "store/sketch_file.h"

#include <inttypes.h>

#include "base/error.h"
#include "postings/little_endian.h"

#define FOOTER_BYTES 4
#define PLACE_BYTES 4
#define PLACE_UNIT 4

static quire_status
damaged(const sketch_file *f, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s is damaged", f->file.path);
}

quire_status
sketch_file_open(const char *path, sketch_file *f, quire_error *err)
{
    const uint8_t *footer;
    quire_status status;

    *f = (sketch_file){0};
    status = checked_open(path, CHECKED_SKETCHES, &f->file, err);
    if (status != QUIRE_OK)
        return status;
    if (f->file.size < FOOTER_BYTES) {
        status = damaged(f, err);
        goto done;
    }
    footer = checked_bytes(&f->file, f->file.size - FOOTER_BYTES, FOOTER_BYTES, &status, err);
    if (status != QUIRE_OK)
        goto done;
    f->narticles = load_u32(footer);
    const uint64_t nbytes = ((uint64_t)f->narticles + 1) * PLACE_BYTES;

    if (f->narticles == UINT32_MAX || nbytes > f->file.size - FOOTER_BYTES)
        status = damaged(f, err);
    else
        f->places_at = f->file.size - FOOTER_BYTES - nbytes;
done:
    if (status != QUIRE_OK)
        sketch_file_close(f);
    return status;
}

void
sketch_file_close(sketch_file *f)
{
    checked_close(&f->file);
    *f = (sketch_file){0};
}

quire_status
sketch_file_get(const sketch_file *f, uint32_t number, sketch *out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    const uint8_t *places;
    const uint8_t *bytes;

    if (number == 0 || number > f->narticles)
        return error_set(err, QUIRE_ECORRUPT, "%s: there is no article %" PRIu32, f->file.path,
                         number);
    places = checked_bytes(&f->file, f->places_at + (uint64_t)(number - 1) * PLACE_BYTES,
                           (uint64_t)2 * PLACE_BYTES, &status, err);
    if (status != QUIRE_OK)
        return status;
    const uint64_t start = (uint64_t)load_u32(places) * PLACE_UNIT;
    const uint64_t end = (uint64_t)load_u32(places + PLACE_BYTES) * PLACE_UNIT;

    if (start >= end || end > f->places_at)
        return damaged(f, err);
    bytes = checked_bytes(&f->file, start, end - start, &status, err);
    if (status == QUIRE_OK && !sketch_read(bytes, (size_t)(end - start), out))
        status = damaged(f, err);
    return status;
}
