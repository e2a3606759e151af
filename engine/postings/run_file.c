/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_file.c - sorted files between memory and the merge.
 *
 * A merge may have more runs than a process may have open files, so a reader can do without a
 * descriptor of its own between two fetches. */
#include "postings/run_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/error.h"
#include "base/file.h"
#include "postings/dictionary.h"
#include "postings/little_endian.h"
#include "postings/run_heap.h"

#define WRITE_BYTES ((size_t)1 << 18)
#define TAIL_BYTES 16

static const uint64_t tail_magic = UINT64_C(0x6e75724552495551); /* "QUIRErun" */

/* ---- Writing ---- */

void
run_writer_open(run_writer *w, const char *path)
{
    *w = (run_writer){.fd = -1};
    w->path = strdup(path);
    w->bytes = malloc(WRITE_BYTES);
    if (w->path == NULL || w->bytes == NULL) {
        w->status = error_nomem(&w->error);
        return;
    }
    w->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (w->fd < 0)
        w->status = error_set(&w->error, QUIRE_EIO, "%s: %s", path, strerror(errno));
}

void
run_writer_flush(run_writer *w)
{
    if (w->status == QUIRE_OK && w->size > 0)
        w->status = file_write(w->fd, w->path, w->bytes, w->size, &w->error);
    w->written += w->size;
    w->size = 0;
}

void
run_writer_add(run_writer *w, const void *bytes, size_t nbytes)
{
    const uint8_t *from = bytes;

    if (w->status != QUIRE_OK)
        return;
    while (nbytes > 0) {
        size_t n = WRITE_BYTES - w->size;
        n = n < nbytes ? n : nbytes;
        memcpy(w->bytes + w->size, from, n);
        w->size += n;
        from += n;
        nbytes -= n;
        if (w->size == WRITE_BYTES)
            run_writer_flush(w);
    }
}

void
run_writer_number(run_writer *w, uint64_t number)
{
    uint8_t bytes[VARINT_MAX_BYTES];

    run_writer_add(w, bytes, varint_write(bytes, number));
}

void
run_writer_sign(run_writer *w, const char *key, size_t key_bytes)
{
    uint8_t numbers[2 * VARINT_MAX_BYTES];
    const size_t length = varint_write(numbers, key_bytes);

    if (w->status == QUIRE_OK &&
        (!buffer_add(&w->signs, numbers, length) || !buffer_add(&w->signs, key, key_bytes) ||
         !buffer_add(&w->signs, numbers, varint_write(numbers, run_writer_offset(w)))))
        w->status = error_nomem(&w->error);
}

void
run_writer_end_body(run_writer *w)
{
    uint8_t tail[TAIL_BYTES];

    store_u64(tail, tail_magic);
    store_u64(tail + sizeof tail_magic, run_writer_offset(w));
    run_writer_add(w, w->signs.bytes, w->signs.size);
    run_writer_add(w, tail, sizeof tail);
}

uint64_t
run_writer_offset(const run_writer *w)
{
    return w->written + w->size;
}

quire_status
run_writer_close(run_writer *w, quire_error *err)
{
    run_writer_flush(w);
    if (w->fd >= 0 && close(w->fd) != 0 && w->status == QUIRE_OK)
        w->status = error_set(&w->error, QUIRE_EIO, "%s: %s", w->path, strerror(errno));
    if (w->status != QUIRE_OK && w->fd >= 0)
        unlink(w->path);
    if (w->status != QUIRE_OK && err != NULL)
        *err = w->error;
    free(w->path);
    free(w->bytes);
    buffer_free(&w->signs);
    w->path = NULL;
    w->bytes = NULL;
    w->fd = -1;
    return w->status;
}

/* ---- Reading ---- */

static quire_status
fail(const run_reader *r, quire_error *err)
{
    return error_set(err, QUIRE_EIO, "%s: %s", r->path, strerror(errno));
}

quire_status
run_reader_damaged(const run_reader *r, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: damaged", r->path);
}

quire_status
run_reader_open(run_reader *r, const char *path, uint64_t start, uint64_t end, size_t room,
                bool keeps_open, quire_error *err)
{
    struct stat info;

    *r = (run_reader){.path = path, .fd = -1, .at = start, .end = end};
    r->room = room < RUN_FILE_MIN_ROOM ? RUN_FILE_MIN_ROOM : room;
    r->bytes = malloc(r->room);
    if (r->bytes == NULL)
        return error_nomem(err);
    if (keeps_open) {
        r->fd = open(path, O_RDONLY | O_CLOEXEC);
        if (r->fd < 0 || fstat(r->fd, &info) != 0)
            return fail(r, err);
    } else if (stat(path, &info) != 0) {
        return fail(r, err);
    }
    if (r->end > (uint64_t)info.st_size)
        r->end = (uint64_t)info.st_size;
    if (r->at > r->end)
        r->at = r->end;
    return QUIRE_OK;
}

void
run_reader_close(run_reader *r)
{
    if (r->path != NULL && r->fd >= 0)
        close(r->fd);
    free(r->bytes);
    *r = (run_reader){.fd = -1};
}

/* Read on until the buffer is full or the part ends. */
static quire_status
fetch_from(run_reader *r, int fd, quire_error *err)
{
    while (r->size < r->room && r->at < r->end) {
        size_t wanted = r->room - r->size;
        if (wanted > r->end - r->at)
            wanted = (size_t)(r->end - r->at);
        ssize_t got = pread(fd, r->bytes + r->size, wanted, (off_t)r->at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(r, err);
        if (got == 0)
            return run_reader_damaged(r, err);
        r->size += (size_t)got;
        r->at += (uint64_t)got;
    }
    return QUIRE_OK;
}

/* Move what is unread to the front of the buffer and fill up behind it. */
static quire_status
fetch(run_reader *r, quire_error *err)
{
    size_t unread = r->size - r->from;

    if (unread > 0)
        memmove(r->bytes, r->bytes + r->from, unread);
    r->from = 0;
    r->size = unread;
    if (r->fd >= 0)
        return fetch_from(r, r->fd, err);

    int fd = open(r->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(r, err);
    quire_status status = fetch_from(r, fd, err);
    close(fd);
    return status;
}

quire_status
run_reader_take(run_reader *r, size_t nbytes, const uint8_t **bytes_out, quire_error *err)
{
    if (r->size - r->from < nbytes) {
        quire_status status = fetch(r, err);
        if (status != QUIRE_OK)
            return status;
        if (r->size < nbytes)
            return run_reader_damaged(r, err);
    }
    *bytes_out = r->bytes + r->from;
    r->from += nbytes;
    return QUIRE_OK;
}

quire_status
run_reader_skip(run_reader *r, uint64_t nbytes, quire_error *err)
{
    const size_t unread = r->size - r->from;

    if (nbytes > run_reader_left(r))
        return run_reader_damaged(r, err);
    if (nbytes <= unread) {
        r->from += (size_t)nbytes;
        return QUIRE_OK;
    }
    r->at += nbytes - unread;
    r->from = r->size = 0;
    return QUIRE_OK;
}

quire_status
run_reader_long_number(run_reader *r, uint64_t limit, uint64_t *number_out, quire_error *err)
{
    if (r->size - r->from < VARINT_MAX_BYTES && r->at < r->end) {
        quire_status status = fetch(r, err);
        if (status != QUIRE_OK)
            return status;
    }
    const uint8_t *from = r->bytes + r->from;
    const uint8_t *behind = varint_read(from, r->bytes + r->size, number_out);
    if (behind == NULL || *number_out > limit)
        return run_reader_damaged(r, err);
    r->from += (size_t)(behind - from);
    return QUIRE_OK;
}

/* ---- Signs ---- */

/* Read the last bytes of a file and say where its signs begin and end. */
static quire_status
find_signs(const char *path, uint64_t *start_out, uint64_t *end_out, quire_error *err)
{
    run_reader r;
    const uint8_t *tail;
    quire_status status = run_reader_open(&r, path, 0, UINT64_MAX, 0, true, err);

    if (status == QUIRE_OK && r.end < TAIL_BYTES)
        status = run_reader_damaged(&r, err);
    if (status == QUIRE_OK) {
        r.at = r.end - TAIL_BYTES;
        status = run_reader_take(&r, TAIL_BYTES, &tail, err);
    }
    if (status == QUIRE_OK) {
        *end_out = r.end - TAIL_BYTES;
        *start_out = load_u64(tail + sizeof tail_magic);
        if (load_u64(tail) != tail_magic || *start_out > *end_out)
            status = run_reader_damaged(&r, err);
    }
    run_reader_close(&r);
    return status;
}

/* Read the next sign; it comes behind the one before. */
static quire_status
read_sign(run_signs *s, run_reader *r, quire_error *err)
{
    run_sign sign = {.key = s->keys.size};
    uint64_t nbytes;
    const uint8_t *bytes;
    quire_status status = run_reader_number(r, DICTIONARY_MAX_KEY, &nbytes, err);

    if (status == QUIRE_OK)
        status = run_reader_take(r, (size_t)nbytes, &bytes, err);
    if (status == QUIRE_OK &&
        (!ARRAY_GROW(s->signs, s->nsigns, &s->room) || !buffer_add(&s->keys, bytes, nbytes)))
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = run_reader_number(r, s->body_end, &sign.offset, err);
    if (status != QUIRE_OK)
        return status;
    sign.key_bytes = (size_t)nbytes;
    if (s->nsigns == 0 ? sign.offset != 0
                       : sign.offset <= s->signs[s->nsigns - 1].offset ||
                             run_heap_compare(s->keys.bytes + s->signs[s->nsigns - 1].key,
                                              s->signs[s->nsigns - 1].key_bytes,
                                              s->keys.bytes + sign.key, sign.key_bytes) >= 0)
        return run_reader_damaged(r, err);
    s->signs[s->nsigns++] = sign;
    return QUIRE_OK;
}

quire_status
run_signs_read(run_signs *s, const char *path, quire_error *err)
{
    uint64_t end = 0;
    run_reader r = {.fd = -1};
    quire_status status = find_signs(path, &s->body_end, &end, err);

    if (status == QUIRE_OK)
        status = run_reader_open(&r, path, s->body_end, end, 0, true, err);
    while (status == QUIRE_OK && run_reader_left(&r) > 0)
        status = read_sign(s, &r, err);
    if (status == QUIRE_OK && s->nsigns == 0 && s->body_end > 0)
        status = run_reader_damaged(&r, err);
    run_reader_close(&r);
    return status;
}

void
run_signs_free(run_signs *s)
{
    free(s->signs);
    buffer_free(&s->keys);
    *s = (run_signs){0};
}

uint64_t
run_signs_find(const run_signs *s, const char *key, size_t key_bytes)
{
    uint64_t offset = 0;

    for (size_t i = 0; i < s->nsigns; i++)
        if (run_heap_compare(s->keys.bytes + s->signs[i].key, s->signs[i].key_bytes, key,
                             key_bytes) <= 0)
            offset = s->signs[i].offset;
    return offset;
}
