/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch_file_writer.c - a segment's file of sketches: writing. */
#include <stdlib.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/little_endian.h"
#include "store/sketch_file.h"

#define PLACE_UNIT 4

struct sketch_file_writer {
    checked_writer *file;
    uint32_t *places; /* of each sketch, as they are stored */
    size_t nplaces;
    size_t room;
};

sketch_file_writer *
sketch_file_create(const char *path)
{
    sketch_file_writer *w = calloc(1, sizeof *w);

    if (w == NULL)
        return NULL;
    w->file = checked_create(path, CHECKED_SKETCHES);
    if (w->file == NULL) {
        free(w);
        return NULL;
    }
    return w;
}

static bool
add_place(sketch_file_writer *w, uint64_t at)
{
    if (at / PLACE_UNIT > UINT32_MAX || w->nplaces == UINT32_MAX ||
        !ARRAY_GROW(w->places, w->nplaces, &w->room))
        return false;
    store_u32((uint8_t *)&w->places[w->nplaces++], (uint32_t)(at / PLACE_UNIT));
    return true;
}

bool
sketch_file_add(sketch_file_writer *w, const char *sketches, size_t nbytes)
{
    const uint64_t start = checked_offset(w->file);

    for (size_t at = 0; at < nbytes;) {
        sketch one;

        if (!sketch_read_first((const uint8_t *)sketches + at, nbytes - at, &one) ||
            !add_place(w, start + at))
            return false;
        at += sketch_bytes(&one);
    }
    checked_write(w->file, sketches, nbytes);
    return true;
}

quire_status
sketch_file_finish(sketch_file_writer *w, quire_error *err)
{
    const size_t narticles = w->nplaces;
    uint8_t footer[4];
    quire_status status;

    if (!add_place(w, checked_offset(w->file))) {
        sketch_file_abandon(w);
        return error_nomem(err);
    }
    checked_write(w->file, w->places, w->nplaces * sizeof *w->places);
    store_u32(footer, (uint32_t)narticles);
    checked_write(w->file, footer, sizeof footer);
    status = checked_finish(w->file, err);
    free(w->places);
    free(w);
    return status;
}

void
sketch_file_abandon(sketch_file_writer *w)
{
    if (w == NULL)
        return;
    checked_abandon(w->file);
    free(w->places);
    free(w);
}
