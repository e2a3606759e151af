/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checked_file.h - files of an index: written once, read through mmap, every page under a checksum.
 *
 *   bytes 0 .. size  what was written
 *   slack            BITPACK_SLACK zero bytes, so that unpacking may read behind a last array
 *   checksums        u32 for each CHECKED_PAGE_BYTES of what was written (the last page may be
 *                    shorter): the low 32 bits of its XXH3, seeded with the page's number
 *   trailer          32 bytes: magic "QUIREchk", version (u32), kind (u32: which file this is),
 *                    size (u64), XXH3 of all from the slack to here (u64)
 *
 * All little-endian.  Slack, checksums and trailer are checked when the file is opened; a page when
 * it is first asked for, after which its bit in a table says so.  Nothing else is read at open. */
#ifndef QUIRE_POSTINGS_CHECKED_FILE_H
#define QUIRE_POSTINGS_CHECKED_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/stop.h"
#include "postings/file_map.h"
#include "quire.h"

#define CHECKED_PAGE_BYTES 4096
#define CHECKED_VERSION 4

/* Which file it is, so that one cannot stand in for another. */
typedef enum {
    CHECKED_STEMS = 1, /* dictionary of stems */
    CHECKED_SURFACES,  /* dictionary of surfaces */
    CHECKED_POSTINGS,
    CHECKED_POSITIONS,
    CHECKED_PASSAGES, /* columns, a value for each passage */
    CHECKED_ARTICLES, /* columns, a value for each article */
    CHECKED_TEXT,
    CHECKED_PAIRS, /* dictionary of pairs of stems */
    CHECKED_PAIR_LISTS,
    CHECKED_DEAD,     /* articles of a segment that are dead */
    CHECKED_SKETCHES, /* of articles */
    CHECKED_COPIES,   /* groups of them */
    CHECKED_TEST
} checked_kind;

typedef struct {
    const uint8_t *bytes; /* mapped; read through checked_bytes only */
    uint64_t size;        /* of what was written */
    const uint8_t *checksums;
    uint64_t *verified; /* the map's: a bit a page, set atomically, for others may share it */
    file_map *map;
    char *path; /* for messages */
} checked_file;

/* QUIRE_ECORRUPT (not such a file, cut short, checksum), QUIRE_EVERSION, QUIRE_EIO, QUIRE_ENOMEM.
 */
quire_status checked_open(const char *path, checked_kind kind, checked_file *file,
                          quire_error *err);
void checked_close(checked_file *file); /* a zeroed one is fine */

/* What checked_bytes does where it has to look closer. */
const uint8_t *checked_bytes_verify(const checked_file *file, uint64_t offset, uint64_t nbytes,
                                    quire_status *status_out, quire_error *err);

static inline bool
checked_page_is_verified(const checked_file *file, uint64_t page)
{
    return (__atomic_load_n(&file->verified[page / 64], __ATOMIC_RELAXED) >> (page % 64) & 1) != 0;
}

/* bytes[offset .. offset + nbytes), every page of them verified, *status_out QUIRE_OK; NULL and
 * QUIRE_ECORRUPT in *status_out where a checksum does not hold or the range is not in the file.
 * Cheap when the pages were verified before.  Behind the range BITPACK_SLACK more bytes may be
 * read, which are any bytes. */
static inline const uint8_t *
checked_bytes(const checked_file *file, uint64_t offset, uint64_t nbytes, quire_status *status_out,
              quire_error *err)
{
    const uint64_t page = offset / CHECKED_PAGE_BYTES;

    if (offset < file->size && nbytes != 0 && nbytes <= file->size - offset &&
        (offset + nbytes - 1) / CHECKED_PAGE_BYTES == page &&
        checked_page_is_verified(file, page)) {
        *status_out = QUIRE_OK;
        return file->bytes + offset;
    }
    return checked_bytes_verify(file, offset, nbytes, status_out, err);
}

/* Verify every page; stop may be NULL.  QUIRE_ECORRUPT, QUIRE_ECANCELED. */
quire_status checked_verify(const checked_file *file, const stop_wish *stop, quire_error *err);

/* Writing: bytes are appended, buffered; finishing adds checksums and trailer.  Errors stick: every
 * later call does nothing, and checked_finish reports the first. */
typedef struct checked_writer checked_writer;

checked_writer *checked_create(const char *path, checked_kind kind); /* NULL: out of memory only */
void checked_write(checked_writer *w, const void *bytes, size_t nbytes);
uint64_t checked_offset(const checked_writer *w);                 /* bytes written so far */
quire_status checked_finish(checked_writer *w, quire_error *err); /* not synced; frees w */
void checked_abandon(checked_writer *w); /* removes the file; NULL is fine */

#endif
