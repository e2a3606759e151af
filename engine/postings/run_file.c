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

#include "base/error.h"
#include "base/file.h"
#include "postings/dictionary.h"

#define WRITE_BYTES ((size_t)1 << 18)

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
