/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spool.h - articles on disk between the two passes of a build. */
#ifndef QUIRE_BUILD_SPOOL_H
#define QUIRE_BUILD_SPOOL_H

#include "article/article.h"
#include "base/buffer.h"
#include "quire.h"

typedef struct spool spool;

/* An empty spool in directory.  Its file has no name, so it goes with the process, however that
 * ends.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status spool_new(const char *directory, spool **spool_out, quire_error *err);
void spool_free(spool *s); /* NULL is fine */

/* What one thread writes; it begins with its spool and else zeroed. */
typedef struct {
    spool *spool;
    buffer pending;
    uint64_t start; /* of the stretch of the file that is its own: where pending goes */
    uint64_t end;
} spool_writer;

/* Add an article; *offset_out is where.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status spool_add(spool_writer *w, const article *a, uint64_t *offset_out, quire_error *err);

/* Write out what is held back: before the first spool_get. */
quire_status spool_flush(spool_writer *w, quire_error *err);
void spool_writer_free(spool_writer *w); /* a zeroed one is fine */

/* The article at offset, into a, which is cleared first and borrows its strings from record until
 * the next call.  Many threads may read at a time, each with an article and a record of its own.
 * QUIRE_EIO, QUIRE_ENOMEM. */
quire_status spool_get(const spool *s, uint64_t offset, buffer *record, article *a,
                       quire_error *err);

#endif
