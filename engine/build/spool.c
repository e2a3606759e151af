/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spool.c - articles between the two passes of a build: the first ones in memory, the rest on disk.
 *
 * Writers reserve a stretch each, and so never wait for each other; what is left of a stretch when
 * a record does not fit is never written.  An offset below memory_bytes is one in memory, another
 * is so much more than one in the file.  A record, in the byte order and the types of this machine,
 * since this process alone reads it:
 *
 *   header   struct record_header: the numbers, and the length of each string (ABSENT: NULL)
 *   repairs  nrepairs * utf8_repair
 *   strings  id title text source author url language extra path, each ended by a NUL */
#include "build/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/large.h"

#define STRETCH_BYTES (256u << 10)
#define GUESS_BYTES 4096 /* read at once: most articles are no longer */
#define ALIGNMENT 8      /* of records */
#define ABSENT UINT32_MAX

enum { ID, TITLE, TEXT, SOURCE, AUTHOR, URL, LANGUAGE, EXTRA, PATH, NSTRINGS };

typedef struct {
    uint64_t record_bytes; /* this header included */
    uint64_t body_start;
    uint64_t skipped_bytes;
    uint64_t nrepairs;
    uint32_t string_bytes[NSTRINGS];
    bool has_date;
    bool text_is_file;
    article_date date;
} record_header;

_Static_assert(sizeof(record_header) % _Alignof(utf8_repair) == 0, "repairs stand behind it");

struct spool {
    int fd;
    char *memory;                          /* of the first stretches; NULL: none */
    uint64_t memory_bytes;                 /* touched only as far as they are needed */
    atomic_uint_least64_t reserved_memory; /* bytes; may be more than there are */
    atomic_uint_least64_t reserved;        /* bytes of the file */
};

/* Without that memory, all is on disk. */
static void
get_memory(spool *s, uint64_t nbytes)
{
    if (nbytes == 0 || nbytes > SIZE_MAX)
        return;
    s->memory = mmap(NULL, (size_t)nbytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (s->memory == MAP_FAILED)
        s->memory = NULL;
    else
        s->memory_bytes = nbytes;
    if (s->memory_bytes > LARGE_PAGE) /* what little is written of an update needs no large page */
        large_hint(s->memory + LARGE_PAGE, (size_t)nbytes - LARGE_PAGE);
}

quire_status
spool_new(const char *directory, uint64_t memory_bytes, spool **spool_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    buffer path = {0};
    spool *s = calloc(1, sizeof *s);

    if (s == NULL || !buffer_printf(&path, "%s/spool", directory)) {
        free(s);
        return error_nomem(err);
    }
    s->fd = open(path.bytes, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (s->fd < 0 || unlink(path.bytes) != 0) {
        status = error_set(err, QUIRE_EIO, "%s: %s", path.bytes, strerror(errno));
        spool_free(s);
    } else {
        get_memory(s, memory_bytes);
        *spool_out = s;
    }
    buffer_free(&path);
    return status;
}

void
spool_free(spool *s)
{
    if (s == NULL)
        return;
    if (s->memory != NULL)
        munmap(s->memory, (size_t)s->memory_bytes);
    if (s->fd >= 0)
        close(s->fd); /* without a name it is gone: nothing is left to lose */
    free(s);
}

uint64_t
spool_held(const spool *s)
{
    const uint64_t reserved = atomic_load(&s->reserved_memory);

    return reserved < s->memory_bytes ? reserved : s->memory_bytes;
}

/* ---- Writing ---- */

static quire_status
write_at(const spool *s, uint64_t offset, const char *bytes, size_t nbytes, quire_error *err)
{
    while (nbytes > 0) {
        const ssize_t n = pwrite(s->fd, bytes, nbytes, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, QUIRE_EIO, "the spool of the index: %s", strerror(errno));
        bytes += n;
        nbytes -= (size_t)n;
        offset += (uint64_t)n;
    }
    return QUIRE_OK;
}

quire_status
spool_flush(spool_writer *w, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (w->start >= w->spool->memory_bytes)
        status =
            write_at(w->spool, w->start - w->spool->memory_bytes, w->pending.bytes, w->used, err);
    w->start = w->end = 0;
    w->used = 0;
    if (w->pending.room > 4 * STRETCH_BYTES)
        buffer_free(&w->pending);
    return status;
}

void
spool_writer_free(spool_writer *w)
{
    buffer_free(&w->pending);
}

/* Have room for a record in the stretch. */
static quire_status
make_room(spool_writer *w, uint64_t nbytes, quire_error *err)
{
    const uint64_t stretch = nbytes > STRETCH_BYTES ? nbytes : STRETCH_BYTES;
    spool *s = w->spool;
    uint64_t start;
    quire_status status;

    if (w->end - w->start - w->used >= nbytes)
        return QUIRE_OK;
    status = spool_flush(w, err);
    if (status != QUIRE_OK)
        return status;
    start = atomic_fetch_add(&s->reserved_memory, stretch);
    if (start + stretch <= s->memory_bytes) {
        w->bytes = s->memory + start;
    } else {
        start = s->memory_bytes + atomic_fetch_add(&s->reserved, stretch);
        if (!buffer_reserve(&w->pending, (size_t)stretch))
            return error_nomem(err);
        w->bytes = w->pending.bytes;
    }
    w->start = start;
    w->end = start + stretch;
    return QUIRE_OK;
}

/* The strings of an article in the order of the record. */
static void
list_strings(const article *a, const char *strings[NSTRINGS], uint32_t nbytes[NSTRINGS])
{
    const char *const list[NSTRINGS] = {a->id,  a->title,    a->text,  a->source, a->author,
                                        a->url, a->language, a->extra, a->path};

    /* Nothing is longer than some times READER_MAX_ARTICLE_BYTES. */
    for (int i = 0; i < NSTRINGS; i++) {
        strings[i] = list[i];
        nbytes[i] = list[i] == NULL ? ABSENT : (uint32_t)strlen(list[i]);
    }
    if (a->title != NULL)
        nbytes[TITLE] = (uint32_t)a->title_bytes;
    if (a->text != NULL)
        nbytes[TEXT] = (uint32_t)a->text_bytes;
}

static void
put(char **at, const void *bytes, size_t nbytes)
{
    if (nbytes > 0)
        memcpy(*at, bytes, nbytes);
    *at += nbytes;
}

quire_status
spool_add(spool_writer *w, const article *a, uint64_t *offset_out, quire_error *err)
{
    record_header header;
    const char *strings[NSTRINGS];
    const size_t repair_bytes = a->nrepairs * sizeof *a->repairs;
    quire_status status;
    char *at;

    memset(&header, 0, sizeof header); /* the padding too */
    list_strings(a, strings, header.string_bytes);
    header.body_start = a->body_start;
    header.skipped_bytes = a->skipped_bytes;
    header.nrepairs = a->nrepairs;
    header.date = a->date;
    header.has_date = a->has_date;
    header.text_is_file = a->text_is_file;
    header.record_bytes = sizeof header + repair_bytes;
    for (int i = 0; i < NSTRINGS; i++)
        header.record_bytes += strings[i] == NULL ? 0 : (uint64_t)header.string_bytes[i] + 1;
    header.record_bytes = (header.record_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    status = make_room(w, header.record_bytes, err);
    if (status != QUIRE_OK)
        return status;

    *offset_out = w->start + w->used;
    at = w->bytes + w->used;
    put(&at, &header, sizeof header);
    put(&at, a->repairs, repair_bytes);
    for (int i = 0; i < NSTRINGS; i++) {
        if (strings[i] == NULL)
            continue;
        put(&at, strings[i], header.string_bytes[i]);
        *at++ = '\0';
    }
    w->used += header.record_bytes;
    memset(at, 0, (size_t)(w->bytes + w->used - at));
    return QUIRE_OK;
}

/* ---- Reading ---- */

/* Have wanted bytes of the record at offset in record; fewer only at the end of the spool. */
static quire_status
read_record(const spool *s, uint64_t offset, size_t wanted, buffer *record, quire_error *err)
{
    if (record->size < wanted && !buffer_reserve(record, wanted - record->size))
        return error_nomem(err);
    while (record->size < wanted) {
        ssize_t n = pread(s->fd, record->bytes + record->size, wanted - record->size,
                          (off_t)(offset + record->size));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, QUIRE_EIO, "the spool of the index: %s", strerror(errno));
        if (n == 0)
            break;
        record->size += (size_t)n;
    }
    return QUIRE_OK;
}

/* The article of a record, which its strings point into. */
static void
decode(char *record, const record_header *header, article *a)
{
    char **const strings[NSTRINGS] = {&a->id,  &a->title,    &a->text,  &a->source, &a->author,
                                      &a->url, &a->language, &a->extra, &a->path};
    char *at = record + sizeof *header;

    a->memory = ARTICLE_BORROWED;
    a->body_start = (size_t)header->body_start;
    a->skipped_bytes = header->skipped_bytes;
    a->date = header->date;
    a->has_date = header->has_date;
    a->text_is_file = header->text_is_file;
    a->nrepairs = (size_t)header->nrepairs;
    a->repairs = a->nrepairs > 0 ? (utf8_repair *)(void *)at : NULL;
    at += a->nrepairs * sizeof *a->repairs;
    for (int i = 0; i < NSTRINGS; i++) {
        if (header->string_bytes[i] == ABSENT)
            continue;
        *strings[i] = at;
        at += (size_t)header->string_bytes[i] + 1;
    }
    a->title_bytes = a->title == NULL ? 0 : header->string_bytes[TITLE];
    a->text_bytes = a->text == NULL ? 0 : header->string_bytes[TEXT];
}

quire_status
spool_get(const spool *s, uint64_t offset, buffer *record, article *a, quire_error *err)
{
    quire_status status;
    record_header header = {0};

    article_clear(a);
    if (offset < s->memory_bytes) {
        memcpy(&header, s->memory + offset, sizeof header);
        decode(s->memory + offset, &header, a);
        return QUIRE_OK;
    }
    offset -= s->memory_bytes;
    if (record->room > 4 * STRETCH_BYTES)
        buffer_free(record);
    buffer_clear(record);
    status = read_record(s, offset, GUESS_BYTES, record, err);
    if (status != QUIRE_OK)
        return status;
    if (record->size >= sizeof header)
        memcpy(&header, record->bytes, sizeof header);
    if (header.record_bytes > record->size)
        status = read_record(s, offset, (size_t)header.record_bytes, record, err);
    if (status != QUIRE_OK)
        return status;
    if (record->size < sizeof header || record->size < header.record_bytes)
        return error_set(err, QUIRE_EIO, "the spool of the index is cut short");
    decode(record->bytes, &header, a);
    return QUIRE_OK;
}
