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

/* Put an article at the end; *offset_out is where.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status spool_add(spool *s, const article *a, uint64_t *offset_out, quire_error *err);

/* Write out what is held back: before the first spool_get. */
quire_status spool_flush(spool *s, quire_error *err);

/* The article at offset, into a, which is cleared first.  Many threads may read at a time, each
 * with an article and a scratch buffer of its own.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status spool_get(const spool *s, uint64_t offset, buffer *scratch, article *a,
                       quire_error *err);

#endif
