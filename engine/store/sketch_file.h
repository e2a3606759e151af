/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch_file.h - the sketches of a segment's articles, by which copies are found
 * (copies/sketch.h): SEGMENT/sketches.
 *
 *   sketches   each article's, in its stored form, one behind the other
 *   places     u32 an article, and one more: where its sketch begins, and where the last one ends,
 *              in units of 4 bytes
 *   footer     narticles u32
 *
 * All little-endian, within a checked file.  An update groups old articles and new ones by their
 * sketches without reading the old articles again. */
#ifndef QUIRE_STORE_SKETCH_FILE_H
#define QUIRE_STORE_SKETCH_FILE_H

#include "copies/sketch.h"
#include "postings/checked_file.h"

#define SKETCH_FILE "sketches"

typedef struct {
    checked_file file;
    uint32_t narticles;
    uint64_t places_at;
} sketch_file;

/* QUIRE_ECORRUPT, QUIRE_EVERSION, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status sketch_file_open(const char *path, sketch_file *f, quire_error *err);
void sketch_file_close(sketch_file *f); /* a zeroed one is fine */

/* The sketch of article number, from 1; it lives as long as the file is open.  QUIRE_ECORRUPT. */
quire_status sketch_file_get(const sketch_file *f, uint32_t number, sketch *out, quire_error *err);

typedef struct sketch_file_writer sketch_file_writer;

sketch_file_writer *sketch_file_create(const char *path); /* NULL: out of memory only */

/* Append sketches in their stored forms, one or several; false when memory is out, or there are too
 * many. */
bool sketch_file_add(sketch_file_writer *w, const char *sketches, size_t nbytes);

/* The writer is ended, whatever the status.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status sketch_file_finish(sketch_file_writer *w, quire_error *err);
void sketch_file_abandon(sketch_file_writer *w); /* NULL is fine */

#endif
