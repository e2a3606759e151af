/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader_text.c - a text file as one article.
 *
 *   first line          the title, if it is under 200 bytes and a blank line follows
 *   among the first     a line that is only a date is the article's date
 *   five
 *   the rest            the body; where it starts is article.body_start
 *
 * The whole file is the article's text, so that its offsets lead back to the file. */
#include <stdlib.h>
#include <string.h>

#include "article/reader_internal.h"
#include "base/error.h"

#define MAX_TITLE_BYTES 200
#define DATE_LINES 5

/* A line without its end, blanks at both sides left out. */
typedef struct {
    size_t start;
    size_t end;
    size_t next; /* where the next line starts */
} line;

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

static line
line_at(const char *text, size_t nbytes, size_t start)
{
    const char *newline = start < nbytes ? memchr(text + start, '\n', nbytes - start) : NULL;
    line l = {.start = start};

    l.end = newline == NULL ? nbytes : (size_t)(newline - text);
    l.next = newline == NULL ? nbytes : l.end + 1;
    while (l.end > l.start && is_space(text[l.end - 1]))
        l.end--;
    while (l.start < l.end && is_space(text[l.start]))
        l.start++;
    return l;
}

static bool
is_blank(line l)
{
    return l.start == l.end;
}

/* The date of the article, from a line that holds nothing else. */
static bool
read_date(const char *text, line l, article_date *date)
{
    return l.end - l.start <= 60 && date_parse(text + l.start, l.end - l.start, date);
}

static void
find_date(article *a)
{
    size_t at = 0;

    for (int i = 0; i < DATE_LINES && !a->has_date && at < a->text_bytes; i++) {
        line l = line_at(a->text, a->text_bytes, at);
        a->has_date = read_date(a->text, l, &a->date);
        at = l.next;
    }
}

/* Where the body starts, behind a title and a date that stand at the head of the text, in either
 * order; *title_out is the title, blank where there is none.
 *
 * A date is never a title.  A title may have the date directly below it, in place of the blank
 * line. */
static size_t
find_body(const article *a, line *title_out)
{
    size_t at = 0;
    size_t body = 0;
    bool has_title = false;
    bool has_date = false;
    int nlines = 0;

    *title_out = (line){0};
    while (at < a->text_bytes) {
        line l = line_at(a->text, a->text_bytes, at);
        article_date date;

        nlines++;
        at = l.next;
        if (is_blank(l)) {
            body = has_title || has_date ? at : body;
            continue;
        }
        if (!has_date && nlines <= DATE_LINES && read_date(a->text, l, &date)) {
            has_date = true;
        } else if (!has_title) {
            line below = line_at(a->text, a->text_bytes, at);
            bool is_followed = at < a->text_bytes &&
                               (is_blank(below) || (!has_date && read_date(a->text, below, &date)));
            if (!is_followed || l.end - l.start >= MAX_TITLE_BYTES)
                break;
            has_title = true;
            *title_out = l;
        } else {
            break;
        }
        body = l.next;
    }
    return body;
}

/* Read all of the stream into r->bytes; *fits_out is false where it is too long. */
static quire_status
read_all(reader *r, bool *fits_out, quire_error *err)
{
    const char *bytes;
    size_t nbytes;

    *fits_out = true;
    while ((nbytes = stream_read(r->stream, &bytes)) > 0) {
        if (nbytes > READER_MAX_ARTICLE_BYTES - r->bytes.size) {
            *fits_out = false;
            return QUIRE_OK;
        }
        if (!buffer_add(&r->bytes, bytes, nbytes))
            return error_nomem(err);
        stream_take(r->stream, nbytes);
    }
    return reader_stream_status(r, err);
}

/* Make r->bytes from byte skip on the article's text, repaired where it is not UTF-8. */
static bool
set_text(reader *r, article *a, size_t skip)
{
    const char *bytes = r->bytes.size == 0 ? "" : r->bytes.bytes + skip;
    size_t nbytes = r->bytes.size - skip;

    if (utf8_valid_prefix(bytes, nbytes) == nbytes) {
        if (!buffer_add(&r->valid, bytes, nbytes))
            return false;
    } else if (!utf8_repair_text(bytes, nbytes, &r->valid, &a->repairs, &a->nrepairs)) {
        return false;
    }
    buffer_free(&r->bytes);
    a->text_bytes = r->valid.size;
    a->text = buffer_detach(&r->valid);
    a->skipped_bytes = skip;
    a->text_is_file = !stream_is_gzip(r->stream);
    return a->text != NULL;
}

static bool
set_strings(reader *r, article *a, line title)
{
    a->id = strdup(r->input.id);
    a->path = strdup(r->input.name);
    a->title_bytes = title.end - title.start;
    if (a->title_bytes > 0) {
        a->title = malloc(a->title_bytes + 1);
        if (a->title == NULL)
            return false;
        memcpy(a->title, a->text + title.start, a->title_bytes);
        a->title[a->title_bytes] = '\0';
    }
    return a->id != NULL && a->path != NULL;
}

quire_status
reader_text_next(reader *r, article *a, bool *more_out, quire_error *err)
{
    quire_status status;
    bool fits;
    size_t skip;
    line title;

    if (r->is_used)
        return QUIRE_OK;
    status = read_all(r, &fits, err);
    if (status != QUIRE_OK)
        return status;
    if (!fits || stream_failure(r->stream) != NULL) {
        bool is_told =
            fits ? reader_report(&r->input, 0, true, "%s", stream_failure(r->stream))
                 : reader_report(&r->input, 0, true, "longer than %u MiB: split it into articles",
                                 READER_MAX_ARTICLE_BYTES >> 20);
        return is_told ? QUIRE_OK : error_nomem(err);
    }

    skip = r->bytes.size >= 3 && memcmp(r->bytes.bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (!set_text(r, a, skip))
        return error_nomem(err);
    find_date(a);
    a->body_start = find_body(a, &title);
    if (!set_strings(r, a, title) || !reader_report_repairs(&r->input, 0, a->repairs, a->nrepairs))
        return error_nomem(err);
    if (stream_has_garbage(r->stream) &&
        !reader_report(&r->input, 0, false, "what follows the compressed data was left out"))
        return error_nomem(err);
    r->is_used = true;
    *more_out = true;
    return QUIRE_OK;
}
