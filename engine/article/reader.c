/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader.c - opening an input, telling its format, and what the formats share.
 *
 *   file or fd --stream--> reader_text.c ------------------------------> article
 *                     \--> line_cutter.c --parts--> reader_jsonl.c --/ */
#include "article/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "article/format.h"
#include "article/reader_internal.h"
#include "base/error.h"
#include "base/file.h"

/* A message is one line of valid UTF-8, whatever of the input it quotes. */
static void
make_plain(char *what)
{
    size_t nbytes = strlen(what);
    size_t at = 0;

    while ((at += utf8_valid_prefix(what + at, nbytes - at)) < nbytes)
        what[at] = '?';
    for (at = 0; at < nbytes; at++)
        if ((unsigned char)what[at] < 0x20 || what[at] == 0x7f)
            what[at] = '?';
}

bool
reader_report(const reader_input *input, uint64_t line, bool skipped, const char *format, ...)
{
    char *what = NULL;
    buffer where = {0};
    bool is_told;
    va_list arguments;
    int n;

    if (input->problem == NULL)
        return true;
    va_start(arguments, format);
    n = vasprintf(&what, format, arguments);
    va_end(arguments);
    if (n < 0)
        return false;
    make_plain(what);
    is_told = buffer_add_string(&where, input->name) &&
              (line == 0 || buffer_printf(&where, ":%llu", (unsigned long long)line));
    if (is_told)
        input->problem(input->closure, where.bytes, what, skipped);
    buffer_free(&where);
    free(what);
    return is_told;
}

bool
reader_report_repairs(const reader_input *input, uint64_t line, const utf8_repair *repairs,
                      size_t nrepairs)
{
    size_t nbytes = 0;

    for (size_t i = 0; i < nrepairs; i++)
        nbytes += repairs[i].replaced;
    return nbytes == 0 ||
           reader_report(input, line, false, "%zu invalid byte%s repaired: not UTF-8", nbytes,
                         nbytes == 1 ? "" : "s");
}

quire_status
reader_fail(const char *name, const char *reason, quire_error *err)
{
    return error_set(
        err, QUIRE_EIO,
        "%s: %s; nothing was published, for the articles that cannot be read now would "
        "be missing",
        name, reason);
}

quire_status
reader_stream_status(const reader *r, quire_error *err)
{
    if (stream_is_out_of_memory(r->stream))
        return error_nomem(err);
    if (stream_is_stopped(r->stream))
        return error_set(err, QUIRE_ECANCELED, "%s: stopped", r->input.name);
    if (stream_is_broken(r->stream))
        return reader_fail(r->input.name, stream_failure(r->stream), err);
    return QUIRE_OK;
}

static bool
is_utf16(const char *bytes, size_t nbytes)
{
    return nbytes >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0);
}

/* Is this the start of a record, in a file whose name says nothing? */
static bool
looks_like_record(const char *bytes, size_t nbytes)
{
    size_t at = 0;

    if (nbytes >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        at = 3;
    while (at < nbytes && strchr(" \t\r\n", bytes[at]) != NULL && bytes[at] != '\0')
        at++;
    if (at == nbytes || bytes[at++] != '{')
        return false;
    while (at < nbytes && (bytes[at] == ' ' || bytes[at] == '\t'))
        at++;
    return at < nbytes && bytes[at] == '"';
}

/* Why the input is not read at all, judged by its first bytes and its name; NULL where it is, and
 * then r->is_jsonl says how. */
static const char *
judge_format(reader *r, bool is_stdin)
{
    const char *advice = NULL;
    const char *bytes;
    size_t nbytes;
    format_kind kind = is_stdin ? FORMAT_JSONL : format_of_name(r->input.name, &advice);

    if (kind == FORMAT_FOREIGN)
        return advice;

    /* A program that feeds us may write its first line long before its second. */
    nbytes = stream_peek(r->stream, is_stdin ? 2 : STREAM_PEEK_BYTES, &bytes);
    if (is_utf16(bytes, nbytes))
        return "UTF-16 is not read: convert it with iconv -f UTF-16 -t UTF-8";
    if (!is_stdin && format_is_binary(bytes, nbytes))
        return "not text, or text in another encoding than UTF-8: see iconv(1)";
    if (nbytes >= 5 && memcmp(bytes, "%PDF-", 5) == 0)
        return "PDF is not read: convert it with pdftotext";
    r->is_jsonl =
        kind == FORMAT_JSONL || (kind == FORMAT_UNKNOWN && looks_like_record(bytes, nbytes));
    return NULL;
}

/* A FIFO opens at once, and is then waited for where it can be stopped. */
static int
open_input(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

quire_status
reader_open(const reader_input *input, reader **reader_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    bool is_stdin = strcmp(input->name, "-") == 0;
    int fd = input->fd;
    const char *reason = NULL;
    reader *r = calloc(1, sizeof *r);

    *reader_out = NULL;
    if (r == NULL)
        return error_nomem(err);
    r->input = *input;
    r->cutter.line = 1;

    if (fd < 0) {
        fd = open_input(input->path);
        if (fd < 0) {
            reason = strerror(errno);
            if (file_may_come_back(errno))
                status = reader_fail(input->name, reason, err);
            goto done;
        }
    }
    r->stream = stream_new(fd, input->fd < 0, input->is_stopped, input->closure);
    if (r->stream == NULL) {
        if (input->fd < 0)
            close(fd);
        status = error_nomem(err);
        goto done;
    }
    reason = judge_format(r, is_stdin);
    status = reader_stream_status(r, err);
    if (status == QUIRE_OK && reason == NULL) {
        *reader_out = r;
        r = NULL;
    }
done:
    if (status == QUIRE_OK && reason != NULL && !reader_report(&r->input, 0, true, "%s", reason))
        status = error_nomem(err);
    reader_close(r);
    return status;
}

quire_status
reader_next(reader *r, article *a, bool *more_out, quire_error *err)
{
    quire_status status;

    article_clear(a);
    *more_out = false;
    if (r->is_done)
        return QUIRE_OK;
    if (r->is_jsonl)
        status = reader_jsonl_next(r, a, more_out, err);
    else
        status = reader_text_next(r, a, more_out, err);
    if (status != QUIRE_OK || !*more_out) {
        r->is_done = true;
        *more_out = false;
        article_clear(a);
    }
    return status;
}

uint64_t
reader_bytes(const reader *r)
{
    return stream_file_bytes(r->stream);
}

uint64_t
reader_text_bytes(const reader *r)
{
    return r->totals.is_over ? r->totals.text_end : stream_text_bytes(r->stream);
}

bool
reader_is_gzip(const reader *r)
{
    return stream_is_gzip(r->stream);
}

uint64_t
reader_line(const reader *r)
{
    return r->lines != NULL ? line_reader_line(r->lines) : 0;
}

reader_line_state
reader_line_is(const reader *r)
{
    return r->lines != NULL ? line_reader_line_is(r->lines) : (reader_line_state){0};
}

bool
reader_hash(const reader *r, uint64_t *hash_out)
{
    return stream_hash(r->stream, hash_out);
}

void
reader_close(reader *r)
{
    if (r == NULL)
        return;
    stream_free(r->stream);
    buffer_free(&r->bytes);
    buffer_free(&r->valid);
    buffer_free(&r->cutter.rest);
    buffer_free(&r->part.bytes);
    line_reader_free(r->lines);
    reader_totals_free(&r->totals);
    free(r);
}
