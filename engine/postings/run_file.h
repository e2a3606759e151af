/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_file.h - the builder's own sorted files on their way from memory to the merge: written and
 * read once, front to back, through small buffers.  Numbers are LEB128.
 *
 * What follows a file's body, where it is signed, are the signs, so that a part can be read by its
 * keys:
 *
 *   for each sign: bytes of a key, the key, where in the body what begins with that key stands
 *   u64 magic "QUIRErun", u64 where the signs begin, both little-endian */
#ifndef QUIRE_POSTINGS_RUN_FILE_H
#define QUIRE_POSTINGS_RUN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "quire.h"

#define RUN_FILE_MIN_ROOM ((size_t)4096) /* bytes of a reader's buffer; no wish is larger */

/* ---- Writing: errors stick until the end ---- */

typedef struct {
    char *path;
    int fd;
    uint8_t *bytes;
    size_t size;
    uint64_t written; /* before what is in bytes */
    buffer signs;
    quire_status status;
    quire_error error;
} run_writer;

/* Begin a new file at path.  After a failure, too, run_writer_close must be called. */
void run_writer_open(run_writer *w, const char *path);
void run_writer_add(run_writer *w, const void *bytes, size_t nbytes);
void run_writer_number(run_writer *w, uint64_t number);
uint64_t run_writer_offset(const run_writer *w); /* bytes so far */

/* What is added next begins with key, which is above all that were signed before. */
void run_writer_sign(run_writer *w, const char *key, size_t key_bytes);

/* End the body of a signed file, which may have no signs. */
void run_writer_end_body(run_writer *w);

/* Write what is left: what follows may be read already, through the file's name. */
void run_writer_flush(run_writer *w);

/* End the file and say how it went; when badly, it is removed. */
quire_status run_writer_close(run_writer *w, quire_error *err);

/* ---- Reading ---- */

typedef struct {
    const char *path; /* the caller's */
    int fd;           /* -1: opened anew each time that bytes are fetched */
    uint64_t at;      /* offset in the file of what follows the buffer */
    uint64_t end;     /* of the part that is read */
    uint8_t *bytes;
    size_t room;
    size_t from; /* bytes[from .. size) are unread */
    size_t size;
} run_reader;

/* Read bytes start .. end of path (end is cut to the file's), room bytes at a time.  With
 * keeps_open a descriptor is held all along.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status run_reader_open(run_reader *r, const char *path, uint64_t start, uint64_t end,
                             size_t room, bool keeps_open, quire_error *err);
void run_reader_close(run_reader *r); /* a zeroed one is fine */

static inline uint64_t
run_reader_left(const run_reader *r) /* bytes to the end */
{
    return r->size - r->from + (r->end - r->at);
}

/* The next nbytes, at most RUN_FILE_MIN_ROOM, which live until the next call. QUIRE_ECORRUPT where
 * the file ends before; QUIRE_EIO. */
quire_status run_reader_take(run_reader *r, size_t nbytes, const uint8_t **bytes_out,
                             quire_error *err);

/* Pass over nbytes. QUIRE_ECORRUPT where the file ends before. */
quire_status run_reader_skip(run_reader *r, uint64_t nbytes, quire_error *err);

/* A number; QUIRE_ECORRUPT also where it is larger than limit. */
quire_status run_reader_long_number(run_reader *r, uint64_t limit, uint64_t *number_out,
                                    quire_error *err);

static inline quire_status
run_reader_number(run_reader *r, uint64_t limit, uint64_t *number_out, quire_error *err)
{
    if (r->from < r->size && r->bytes[r->from] < 0x80 && r->bytes[r->from] <= limit) {
        *number_out = r->bytes[r->from++];
        return QUIRE_OK;
    }
    return run_reader_long_number(r, limit, number_out, err);
}

/* ---- Signs ---- */

typedef struct {
    size_t key; /* offset in run_signs.keys */
    size_t key_bytes;
    uint64_t offset;
} run_sign;

typedef struct {
    run_sign *signs; /* ascending by key and by offset */
    size_t nsigns;
    size_t room;
    buffer keys;
    uint64_t body_end;
} run_signs;

/* Read the signs of path.  QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status run_signs_read(run_signs *s, const char *path, quire_error *err);
void run_signs_free(run_signs *s); /* a zeroed one is fine */

/* Where to begin to read so as to meet key, or whatever comes behind it. */
uint64_t run_signs_find(const run_signs *s, const char *key, size_t key_bytes);

/* What a reader says of a file that makes no sense. */
quire_status run_reader_damaged(const run_reader *r, quire_error *err);

#endif
