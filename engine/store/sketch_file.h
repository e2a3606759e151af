/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch_file.h - the sketches of a segment's articles, by which copies are found
 * (copies/sketch.h): SEGMENT/sketches.
 *
 *   sketches   each article's, in its stored form (sketch_pack), one behind the other; dates count
 *              anew from 0 in each SKETCH_FILE_PART articles
 *   places     u32 for each SKETCH_FILE_PART articles: where the first one's begins
 *   footer     u32 bytes of the sketches, u32 narticles
 *
 * All little-endian, within a checked file.  An update groups old articles and new ones by their
 * sketches without reading the old articles again. */
#ifndef QUIRE_STORE_SKETCH_FILE_H
#define QUIRE_STORE_SKETCH_FILE_H

#include "copies/sketch.h"
#include "postings/checked_file.h"

#define SKETCH_FILE "sketches"
#define SKETCH_FILE_PART 64

typedef struct {
    checked_file file;
    uint32_t narticles;
    uint32_t nbytes; /* of the sketches */
    /* Where reading is: */
    uint32_t next; /* the article whose sketch begins at `at`; 0: none */
    uint32_t part; /* which it is in */
    const uint8_t *at;
    const uint8_t *end;
    int64_t seconds;
    uint32_t *hashes;
} sketch_file;

/* QUIRE_ECORRUPT, QUIRE_EVERSION, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status sketch_file_open(const char *path, sketch_file *f, quire_error *err);
void sketch_file_close(sketch_file *f); /* a zeroed one is fine */

/* The sketch of article number, from 1; it lives until the next call.  To read them in order costs
 * least; it is for one thread at a time.  QUIRE_ECORRUPT. */
quire_status sketch_file_get(sketch_file *f, uint32_t number, sketch *out, quire_error *err);

typedef struct sketch_file_writer sketch_file_writer;

sketch_file_writer *sketch_file_create(const char *path); /* NULL: out of memory only */

/* Append a sketch; false when memory is out, or there are too many. */
bool sketch_file_add(sketch_file_writer *w, const sketch *s);

/* The writer is ended, whatever the status.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status sketch_file_finish(sketch_file_writer *w, quire_error *err);
void sketch_file_abandon(sketch_file_writer *w); /* NULL is fine */

#endif
