/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch_file_writer.c - a segment's file of sketches: writing. */
#include <stdlib.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/little_endian.h"
#include "store/sketch_file.h"

#define FLUSHED 65536 /* bytes */

struct sketch_file_writer {
    checked_writer *file;
    buffer packed; /* sketches on their way there */
    int64_t seconds;
    uint32_t narticles;
    uint32_t *places; /* as they are stored */
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

static void
flush(sketch_file_writer *w)
{
    checked_write(w->file, w->packed.bytes, w->packed.size);
    buffer_clear(&w->packed);
}

/* Note that a part begins here. */
static bool
begin_part(sketch_file_writer *w)
{
    const uint64_t at = checked_offset(w->file) + w->packed.size;

    w->seconds = 0;
    if (at > UINT32_MAX || !ARRAY_GROW(w->places, w->nplaces, &w->room))
        return false;
    store_u32((uint8_t *)&w->places[w->nplaces++], (uint32_t)at);
    return true;
}

bool
sketch_file_add(sketch_file_writer *w, const sketch *s)
{
    if (w->narticles == UINT32_MAX || (w->narticles % SKETCH_FILE_PART == 0 && !begin_part(w)) ||
        !sketch_pack(s, &w->seconds, &w->packed))
        return false;
    w->narticles++;
    if (w->packed.size >= FLUSHED)
        flush(w);
    return true;
}

quire_status
sketch_file_finish(sketch_file_writer *w, quire_error *err)
{
    uint8_t footer[8];
    uint64_t nbytes;
    quire_status status;

    flush(w);
    nbytes = checked_offset(w->file);
    if (nbytes > UINT32_MAX) {
        sketch_file_abandon(w);
        return error_nomem(err);
    }
    checked_write(w->file, w->places, w->nplaces * sizeof *w->places);
    store_u32(footer, (uint32_t)nbytes);
    store_u32(footer + 4, w->narticles);
    checked_write(w->file, footer, sizeof footer);
    status = checked_finish(w->file, err);
    free(w->places);
    buffer_free(&w->packed);
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
    buffer_free(&w->packed);
    free(w);
}
