/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line_cutter.c - JSON Lines cut into parts of whole lines, bounded however long a line is.
 *
 *   stream --windows--> part: lines | rest --> the next part begins with the rest
 *
 * A line longer than a part has a part of its own. */
#include <string.h>

#include "article/plain_json.h"
#include "article/reader_internal.h"
#include "base/error.h"

/* A part while it is cut: whole lines, and what follows them of another. */
typedef struct {
    buffer *bytes;
    size_t whole; /* bytes of whole lines */
} cut;

static size_t
unfinished_bytes(const cut *k)
{
    return k->bytes->size - k->whole;
}

static bool
begin_part(line_cutter *c, size_t wanted, reader_part *part)
{
    buffer bytes = part->bytes;

    if (bytes.room > 4 * wanted)
        buffer_free(&bytes);
    buffer_clear(&bytes);
    *part = (reader_part){.bytes = bytes,
                          .line = c->line,
                          .text_start = c->text_start,
                          .has_content = c->has_content};
    if (c->rest.size > 0 && !buffer_add(&part->bytes, c->rest.bytes, c->rest.size))
        return false;
    buffer_clear(&c->rest);
    return true;
}

/* Is there more than blank lines?  The mark at a file's start is nothing. */
static bool
has_content(const reader_part *part)
{
    const char *at = part->bytes.bytes;
    const char *end = at + part->bytes.size;

    if (part->line == 1 && part->bytes.size >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    while (at < end && (*at == ' ' || (*at >= '\t' && *at <= '\r')))
        at++;
    return at < end;
}

static uint64_t
count_newlines(const buffer *b)
{
    const char *at = b->bytes;
    const char *end = at + b->size;
    uint64_t n = 0;

    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        at++;
        n++;
    }
    return n;
}

/* Leave whole lines in the part and keep the rest. */
static bool
end_part(reader *r, reader_part *part, size_t whole)
{
    line_cutter *c = &r->cutter;

    part->file_bytes = stream_file_bytes(r->stream);
    if (part->bytes.size > whole &&
        !buffer_add(&c->rest, part->bytes.bytes + whole, part->bytes.size - whole))
        return false;
    part->bytes.size = whole;
    if (whole == 0)
        return true;
    if (!buffer_reserve(&part->bytes, PLAIN_JSON_PADDING))
        return false;
    memset(part->bytes.bytes + whole, 0, PLAIN_JSON_PADDING);
    c->line += count_newlines(&part->bytes);
    c->text_start += whole;
    c->has_content = c->has_content || has_content(part);
    return true;
}

static void
end_long_line(reader *r, reader_part *part)
{
    line_cutter *c = &r->cutter;

    c->is_skipping = false;
    c->line++;
    c->text_start = stream_text_bytes(r->stream);
    c->has_content = true;
    part->is_too_long = true;
    part->file_bytes = stream_file_bytes(r->stream);
}

/* Pass over a line that is too long; it is no line where the stream fails within it. */
static void
skip_line(reader *r, reader_part *part)
{
    const char *bytes;
    size_t nbytes;

    while ((nbytes = stream_read(r->stream, &bytes)) > 0) {
        const char *newline = memchr(bytes, '\n', nbytes);

        stream_take(r->stream, newline == NULL ? nbytes : (size_t)(newline - bytes) + 1);
        if (newline != NULL) {
            end_long_line(r, part);
            return;
        }
    }
    r->cutter.is_done = true;
    if (stream_failure(r->stream) == NULL)
        end_long_line(r, part);
}

/* Add a window of the stream; of one in which a line longer than a part ends, no more than that
 * line. */
static bool
add_window(reader *r, size_t wanted, cut *k, const char *bytes, size_t nbytes)
{
    const char *newline = memchr(bytes, '\n', nbytes);
    const size_t piece = newline == NULL ? nbytes : (size_t)(newline - bytes);

    if (piece > READER_MAX_ARTICLE_BYTES - unfinished_bytes(k)) {
        k->bytes->size = k->whole;
        r->cutter.is_skipping = true;
        return true;
    }
    if (newline != NULL && unfinished_bytes(k) > wanted)
        nbytes = piece + 1;
    if (!buffer_add(k->bytes, bytes, nbytes))
        return false;
    stream_take(r->stream, nbytes);
    if (newline != NULL) {
        newline = memrchr(bytes, '\n', nbytes);
        k->whole = k->bytes->size - (nbytes - (size_t)(newline - bytes) - 1);
    }
    return true;
}

/* Add lines until there are enough, or those who write have no more for now. */
static quire_status
add_lines(reader *r, size_t wanted, cut *k, quire_error *err)
{
    const char *bytes;
    size_t nbytes;

    while (!r->cutter.is_skipping &&
           (k->whole == 0 || (k->bytes->size < wanted && !stream_must_wait(r->stream)))) {
        nbytes = stream_read(r->stream, &bytes);
        if (nbytes == 0) {
            /* What comes behind a failure of the stream is no line: it may be half of one. */
            if (stream_failure(r->stream) == NULL)
                k->whole = k->bytes->size;
            k->bytes->size = k->whole;
            r->cutter.is_done = true;
            break;
        }
        if (!add_window(r, wanted, k, bytes, nbytes))
            return error_nomem(err);
    }
    return reader_stream_status(r, err);
}

quire_status
reader_cut(reader *r, size_t wanted, reader_part *part, bool *more_out, quire_error *err)
{
    line_cutter *c = &r->cutter;
    cut k = {.bytes = &part->bytes};
    quire_status status = QUIRE_OK;

    *more_out = false;
    if (!begin_part(c, wanted, part))
        return error_nomem(err);
    if (c->is_done)
        return QUIRE_OK;
    if (!c->is_skipping)
        status = add_lines(r, wanted, &k, err);
    if (status == QUIRE_OK && c->is_skipping && k.whole == 0) {
        buffer_free(&part->bytes);
        skip_line(r, part);
        status = reader_stream_status(r, err);
    }
    if (status == QUIRE_OK && !end_part(r, part, k.whole))
        status = error_nomem(err);
    *more_out = status == QUIRE_OK && (k.whole > 0 || part->is_too_long);
    return status;
}

bool
reader_has_parts(const reader *r)
{
    return r->is_jsonl;
}

bool
reader_must_wait(const reader *r)
{
    return !r->cutter.is_done && stream_must_wait(r->stream);
}
