/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spool.h - articles between the two passes of a build, in memory and on disk. */
#ifndef QUIRE_BUILD_SPOOL_H
#define QUIRE_BUILD_SPOOL_H

#include "article/article.h"
#include "base/buffer.h"
#include "quire.h"

typedef struct spool spool;

/* An empty spool in directory, of which memory_bytes may be kept in memory.  Its file has no name,
 * so it goes with the process, however that ends.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status spool_new(const char *directory, uint64_t memory_bytes, spool **spool_out,
                       quire_error *err);
void spool_free(spool *s);           /* NULL is fine */
uint64_t spool_held(const spool *s); /* bytes in memory */

/* What one thread writes; it begins with its spool and else zeroed. */
typedef struct {
    spool *spool;
    buffer pending; /* of a stretch that is to go to the file */
    char *bytes;    /* of the stretch that is its own: in pending, or in the spool's memory */
    uint64_t start; /* that is where */
    uint64_t end;
    size_t used; /* bytes of it */
} spool_writer;

/* Add an article; *offset_out is where.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status spool_add(spool_writer *w, const article *a, uint64_t *offset_out, quire_error *err);

/* Write out what is held back: before the first spool_get. */
quire_status spool_flush(spool_writer *w, quire_error *err);
void spool_writer_free(spool_writer *w); /* a zeroed one is fine */

/* The article at offset, into a, which is cleared first and borrows its strings from record until
 * the next call, or from the spool.  Many threads may read at a time, each with an article and a
 * record of its own. QUIRE_EIO, QUIRE_ENOMEM. */
quire_status spool_get(const spool *s, uint64_t offset, buffer *record, article *a,
                       quire_error *err);

#endif
