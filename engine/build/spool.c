/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spool.c - articles on disk between the two passes of a build.
 *
 * A record, in the byte order and the types of this machine, since this process alone reads it:
 *
 *   header   struct record_header: the numbers, and the length of each string (ABSENT: NULL)
 *   strings  id title text source author url language extra path, without NULs at their ends
 *   repairs  nrepairs * utf8_repair */
#include "build/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

#define WRITE_BYTES (256u << 10) /* held back before a write */
#define GUESS_BYTES 8192         /* read at once: most articles are no longer */
#define ABSENT UINT64_MAX

enum { ID, TITLE, TEXT, SOURCE, AUTHOR, URL, LANGUAGE, EXTRA, PATH, NSTRINGS };

typedef struct {
    uint64_t record_bytes; /* this header included */
    uint64_t body_start;
    uint64_t skipped_bytes;
    uint64_t nrepairs;
    uint64_t string_bytes[NSTRINGS];
    article_date date;
    bool has_date;
    bool text_is_file;
} record_header;

struct spool {
    int fd;
    uint64_t flushed; /* bytes in the file */
    buffer pending;   /* and those that follow them */
};

quire_status
spool_new(const char *directory, spool **spool_out, quire_error *err)
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
    if (s->fd >= 0)
        close(s->fd); /* without a name it is gone: nothing is left to lose */
    buffer_free(&s->pending);
    free(s);
}

quire_status
spool_flush(spool *s, quire_error *err)
{
    quire_status status =
        file_write(s->fd, "the spool of the index", s->pending.bytes, s->pending.size, err);

    if (status != QUIRE_OK)
        return status;
    s->flushed += s->pending.size;
    if (s->pending.room > 4 * WRITE_BYTES)
        buffer_free(&s->pending);
    buffer_clear(&s->pending);
    return QUIRE_OK;
}

/* The strings of an article in the order of the record. */
static void
list_strings(const article *a, const char *strings[NSTRINGS], uint64_t nbytes[NSTRINGS])
{
    const char *const list[NSTRINGS] = {a->id,  a->title,    a->text,  a->source, a->author,
                                        a->url, a->language, a->extra, a->path};

    for (int i = 0; i < NSTRINGS; i++) {
        strings[i] = list[i];
        nbytes[i] = list[i] == NULL ? ABSENT : strlen(list[i]);
    }
    if (a->title != NULL)
        nbytes[TITLE] = a->title_bytes;
    if (a->text != NULL)
        nbytes[TEXT] = a->text_bytes;
}

quire_status
spool_add(spool *s, const article *a, uint64_t *offset_out, quire_error *err)
{
    size_t start = s->pending.size;
    record_header header;
    const char *strings[NSTRINGS];
    bool is_added;

    memset(&header, 0, sizeof header); /* the padding too */
    list_strings(a, strings, header.string_bytes);
    header.body_start = a->body_start;
    header.skipped_bytes = a->skipped_bytes;
    header.nrepairs = a->nrepairs;
    header.date = a->date;
    header.has_date = a->has_date;
    header.text_is_file = a->text_is_file;
    header.record_bytes = sizeof header + a->nrepairs * sizeof *a->repairs;
    for (int i = 0; i < NSTRINGS; i++)
        header.record_bytes += strings[i] == NULL ? 0 : header.string_bytes[i];

    is_added = buffer_add(&s->pending, &header, sizeof header);
    for (int i = 0; i < NSTRINGS && is_added; i++)
        is_added = strings[i] == NULL ||
                   buffer_add(&s->pending, strings[i], (size_t)header.string_bytes[i]);
    if (is_added && a->nrepairs > 0)
        is_added = buffer_add(&s->pending, a->repairs, a->nrepairs * sizeof *a->repairs);
    if (!is_added)
        return error_nomem(err);
    *offset_out = s->flushed + start;
    return s->pending.size >= WRITE_BYTES ? spool_flush(s, err) : QUIRE_OK;
}

/* ---- reading ---- */

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

/* A copy of nbytes at *at, which moves on, and a NUL. */
static bool
take_string(const char **at, uint64_t nbytes, char **string_out, size_t *bytes_out)
{
    char *copy;

    if (nbytes == ABSENT)
        return true;
    copy = malloc((size_t)nbytes + 1);
    if (copy == NULL)
        return false;
    memcpy(copy, *at, (size_t)nbytes);
    copy[nbytes] = '\0';
    *at += nbytes;
    *string_out = copy;
    if (bytes_out != NULL)
        *bytes_out = (size_t)nbytes;
    return true;
}

static bool
take_repairs(const char *at, const record_header *header, article *a)
{
    size_t nbytes = (size_t)header->nrepairs * sizeof *a->repairs;

    if (nbytes == 0)
        return true;
    a->repairs = malloc(nbytes);
    if (a->repairs == NULL)
        return false;
    memcpy(a->repairs, at, nbytes);
    a->nrepairs = (size_t)header->nrepairs;
    return true;
}

static bool
decode(const char *bytes, const record_header *header, article *a)
{
    const char *at = bytes + sizeof *header;
    char **const strings[NSTRINGS] = {&a->id,  &a->title,    &a->text,  &a->source, &a->author,
                                      &a->url, &a->language, &a->extra, &a->path};

    a->body_start = (size_t)header->body_start;
    a->skipped_bytes = header->skipped_bytes;
    a->date = header->date;
    a->has_date = header->has_date;
    a->text_is_file = header->text_is_file;
    for (int i = 0; i < NSTRINGS; i++) {
        size_t *bytes_out = i == TITLE ? &a->title_bytes : i == TEXT ? &a->text_bytes : NULL;
        if (!take_string(&at, header->string_bytes[i], strings[i], bytes_out))
            return false;
    }
    return take_repairs(at, header, a);
}

quire_status
spool_get(const spool *s, uint64_t offset, buffer *record, article *a, quire_error *err)
{
    quire_status status;
    record_header header;

    article_clear(a);
    if (record->room > 4 * WRITE_BYTES)
        buffer_free(record);
    buffer_clear(record);
    status = read_record(s, offset, GUESS_BYTES, record, err);
    if (status != QUIRE_OK)
        return status;
    if (record->size < sizeof header)
        return error_set(err, QUIRE_EIO, "the spool of the index is cut short");
    memcpy(&header, record->bytes, sizeof header);
    if (header.record_bytes > record->size)
        status = read_record(s, offset, (size_t)header.record_bytes, record, err);
    if (status != QUIRE_OK)
        return status;
    if (record->size < header.record_bytes)
        return error_set(err, QUIRE_EIO, "the spool of the index is cut short");
    if (!decode(record->bytes, &header, a)) {
        article_clear(a);
        return error_nomem(err);
    }
    return QUIRE_OK;
}
