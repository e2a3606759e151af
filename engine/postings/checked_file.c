/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checked_file.c - writing and reading files whose every page is under a checksum.
 *
 * Pages are verified one by one, on first use, so that opening a large index costs nothing and no
 * byte is ever used unseen.  The table of verified pages is shared by threads without a lock: the
 * worst that can happen is that two of them verify the same page. */
#include "postings/checked_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "postings/bitpack.h"
#include "postings/little_endian.h"

#define TRAILER_BYTES 32
#define TRAILER_HASHED (TRAILER_BYTES - 8) /* all but the hash itself */
#define CHECKSUM_BYTES 4
#define PAGES_A_STOP 1024
#define WRITE_BYTES ((size_t)CHECKED_PAGE_BYTES * 32) /* whole pages */

static const char magic[8] = {'Q', 'U', 'I', 'R', 'E', 'c', 'h', 'k'};
static const char advice[] = "rebuild the index with quire-index";

static uint32_t
page_checksum(const uint8_t *bytes, size_t nbytes, uint64_t page)
{
    return (uint32_t)XXH3_64bits_withSeed(bytes, nbytes, page);
}

static uint64_t
page_count(uint64_t size)
{
    return size / CHECKED_PAGE_BYTES + (size % CHECKED_PAGE_BYTES != 0);
}

/* ---- Reading ---- */

static quire_status
fail_corrupt(const checked_file *file, const char *what, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: %s: %s", file->path, what, advice);
}

/* Does the trailer hold, with all that it covers? */
static quire_status
check_trailer(checked_file *file, checked_kind kind, quire_error *err)
{
    const size_t mapped_bytes = file_map_size(file->map);
    const uint8_t *trailer = file->bytes + mapped_bytes - TRAILER_BYTES;
    const uint64_t covered = mapped_bytes - BITPACK_SLACK - TRAILER_BYTES;
    uint32_t version = load_u32(trailer + 8);
    uint64_t npages;

    if (memcmp(trailer, magic, sizeof magic) != 0)
        return fail_corrupt(file, "not a file of an index, or cut short", err);
    if (version != CHECKED_VERSION)
        return error_set(err, QUIRE_EVERSION, "%s: of format version %" PRIu32 ", not %d: %s",
                         file->path, version, CHECKED_VERSION, advice);
    file->size = load_u64(trailer + 16);
    npages = page_count(file->size);
    if (file->size > covered || npages * CHECKSUM_BYTES != covered - file->size)
        return fail_corrupt(file, "not of the size that it says", err);
    if (XXH3_64bits(file->bytes + file->size,
                    mapped_bytes - (size_t)file->size - sizeof(uint64_t)) !=
        load_u64(trailer + TRAILER_HASHED))
        return fail_corrupt(file, "its trailer does not fit its checksum", err);
    if (load_u32(trailer + 12) != (uint32_t)kind)
        return fail_corrupt(file, "another file than its name says", err);
    file->checksums = file->bytes + file->size + BITPACK_SLACK;
    return QUIRE_OK;
}

quire_status
checked_open(const char *path, checked_kind kind, checked_file *file, quire_error *err)
{
    quire_status status = QUIRE_OK;
    int fd = -1;

    *file = (checked_file){.path = strdup(path)};
    if (file->path == NULL)
        return error_nomem(err);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        status = error_set(err, QUIRE_EIO, "%s: %s", path, strerror(errno));
        goto done;
    }
    status = file_map_open(fd, path, BITPACK_SLACK + TRAILER_BYTES, &file->map, err);
    if (status != QUIRE_OK)
        goto done;
    file->bytes = file_map_bytes(file->map);
    file->verified = file_map_verified(file->map);
    status = check_trailer(file, kind, err);
done:
    if (fd >= 0)
        close(fd);
    if (status != QUIRE_OK)
        checked_close(file);
    return status;
}

void
checked_close(checked_file *file)
{
    file_map_close(file->map);
    free(file->path);
    *file = (checked_file){0};
}

static quire_status
verify_page(const checked_file *file, uint64_t page, quire_error *err)
{
    const uint64_t start = page * CHECKED_PAGE_BYTES;
    const uint64_t rest = file->size - start;
    const size_t nbytes = rest < CHECKED_PAGE_BYTES ? (size_t)rest : CHECKED_PAGE_BYTES;

    if (page_checksum(file->bytes + start, nbytes, page) !=
        load_u32(file->checksums + page * CHECKSUM_BYTES))
        return error_set(err, QUIRE_ECORRUPT,
                         "%s: damaged between bytes %" PRIu64 " and %" PRIu64 ": %s", file->path,
                         start, start + nbytes, advice);
    __atomic_fetch_or(&file->verified[page / 64], (uint64_t)1 << (page % 64), __ATOMIC_RELAXED);
    return QUIRE_OK;
}

/* Verify the pages from first up to end (exclusive) that are not verified yet. */
static quire_status
verify_pages(const checked_file *file, uint64_t first, uint64_t end, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (uint64_t page = first; page < end && status == QUIRE_OK; page++)
        if (!checked_page_is_verified(file, page))
            status = verify_page(file, page, err);
    return status;
}

const uint8_t *
checked_bytes_verify(const checked_file *file, uint64_t offset, uint64_t nbytes,
                     quire_status *status_out, quire_error *err)
{
    *status_out = QUIRE_OK;
    if (offset > file->size || nbytes > file->size - offset)
        *status_out = fail_corrupt(file, "it points behind its own end", err);
    else if (nbytes > 0)
        *status_out =
            verify_pages(file, offset / CHECKED_PAGE_BYTES, page_count(offset + nbytes), err);
    return *status_out == QUIRE_OK ? file->bytes + offset : NULL;
}

quire_status
checked_verify(const checked_file *file, const stop_wish *stop, quire_error *err)
{
    quire_status status = QUIRE_OK;

    /* Also those that were found good before: whoever asks wants to know how they are now. */
    for (uint64_t page = 0; page < page_count(file->size) && status == QUIRE_OK; page++) {
        status = verify_page(file, page, err);
        if (status == QUIRE_OK && page % PAGES_A_STOP == 0 && stop_is_wanted(stop))
            status = error_set(err, QUIRE_ECANCELED, "stopped");
    }
    return status;
}

/* ---- Writing ---- */

struct checked_writer {
    int fd; /* -1: could not be created, or closed */
    bool is_created;
    checked_kind kind;
    char *path;
    uint64_t offset;  /* bytes written so far, pending ones included */
    uint64_t npages;  /* under a checksum so far */
    size_t npending;  /* bytes in pending */
    buffer checksums; /* of the pages before pending */
    quire_status status;
    quire_error error;
    uint8_t pending[WRITE_BYTES];
};

checked_writer *
checked_create(const char *path, checked_kind kind)
{
    checked_writer *w = malloc(sizeof *w);

    if (w == NULL)
        return NULL;
    w->kind = kind;
    w->path = strdup(path);
    w->offset = w->npages = 0;
    w->npending = 0;
    w->checksums = (buffer){0};
    w->status = QUIRE_OK;
    w->error = (quire_error){.status = QUIRE_OK};
    if (w->path == NULL) {
        free(w);
        return NULL;
    }
    w->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    w->is_created = w->fd >= 0;
    if (!w->is_created)
        w->status = error_set(&w->error, QUIRE_EIO, "%s: %s", path, strerror(errno));
    return w;
}

/* Write the pending bytes out, and their checksums down. */
static void
flush(checked_writer *w)
{
    for (size_t start = 0; start < w->npending && w->status == QUIRE_OK;
         start += CHECKED_PAGE_BYTES) {
        const size_t rest = w->npending - start;
        const size_t nbytes = rest < CHECKED_PAGE_BYTES ? rest : CHECKED_PAGE_BYTES;
        uint8_t sum[CHECKSUM_BYTES];

        store_u32(sum, page_checksum(w->pending + start, nbytes, w->npages++));
        if (!buffer_add(&w->checksums, sum, sizeof sum))
            w->status = error_nomem(&w->error);
    }
    if (w->status == QUIRE_OK)
        w->status = file_write(w->fd, w->path, w->pending, w->npending, &w->error);
    w->npending = 0;
}

void
checked_write(checked_writer *w, const void *bytes, size_t nbytes)
{
    const uint8_t *rest = bytes;

    while (nbytes > 0 && w->status == QUIRE_OK) {
        const size_t room = sizeof w->pending - w->npending;
        const size_t part = nbytes < room ? nbytes : room;

        memcpy(w->pending + w->npending, rest, part);
        w->npending += part;
        w->offset += part;
        rest += part;
        nbytes -= part;
        if (w->npending == sizeof w->pending)
            flush(w);
    }
}

uint64_t
checked_offset(const checked_writer *w)
{
    return w->offset;
}

/* Write slack, checksums and trailer. */
static void
write_trailer(checked_writer *w)
{
    static const uint8_t slack[BITPACK_SLACK];
    uint8_t trailer[TRAILER_BYTES];
    buffer tail = {0};

    memcpy(trailer, magic, sizeof magic);
    store_u32(trailer + 8, CHECKED_VERSION);
    store_u32(trailer + 12, (uint32_t)w->kind);
    store_u64(trailer + 16, w->offset);
    if (buffer_add(&tail, slack, sizeof slack) &&
        buffer_add(&tail, w->checksums.bytes, w->checksums.size) &&
        buffer_add(&tail, trailer, TRAILER_HASHED)) {
        store_u64(trailer + TRAILER_HASHED, XXH3_64bits(tail.bytes, tail.size));
        w->status = file_write(w->fd, w->path, tail.bytes, tail.size, &w->error);
    } else {
        w->status = error_nomem(&w->error);
    }
    if (w->status == QUIRE_OK)
        w->status = file_write(w->fd, w->path, trailer + TRAILER_HASHED,
                               TRAILER_BYTES - TRAILER_HASHED, &w->error);
    buffer_free(&tail);
}

static void
close_file(checked_writer *w)
{
    if (w->fd >= 0 && close(w->fd) != 0 && w->status == QUIRE_OK)
        w->status = error_set(&w->error, QUIRE_EIO, "%s: %s", w->path, strerror(errno));
    w->fd = -1;
}

static void
free_writer(checked_writer *w)
{
    buffer_free(&w->checksums);
    free(w->path);
    free(w);
}

quire_status
checked_finish(checked_writer *w, quire_error *err)
{
    quire_status status;

    if (w->status == QUIRE_OK)
        flush(w);
    if (w->status == QUIRE_OK)
        write_trailer(w);
    if (w->status == QUIRE_OK) {
        file_begin_sync(w->fd); /* the disk has time while other files are made */
        close_file(w);
    }
    status = w->status;
    if (status != QUIRE_OK && err != NULL)
        *err = w->error;
    if (status == QUIRE_OK)
        free_writer(w);
    else
        checked_abandon(w);
    return status;
}

void
checked_abandon(checked_writer *w)
{
    if (w == NULL)
        return;
    close_file(w);
    if (w->is_created)
        unlink(w->path);
    free_writer(w);
}
