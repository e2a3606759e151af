/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader_jsonl.c - articles out of a part of JSON Lines: one object a line.
 *
 *   line --plain_json.cc--> the values of an object that is nothing out of the ordinary --\
 *      \--record.c--> any other, repaired, judged ----------------------------------------->
 * article
 *
 * Both read the same articles; the first is many times as fast.  A line that is no article is named
 * and skipped, and the reading goes on after it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "article/plain_json.h"
#include "article/reader_internal.h"
#include "article/record.h"
#include "base/error.h"
#include "base/hash.h"

#define PART_BYTES (128u << 10)     /* of reader_next */
#define PLAIN_LINE_BYTES (1u << 20) /* longer lines go to jansson, which holds them once */

enum { ID, TITLE, TEXT, SOURCE, AUTHOR, URL, LANGUAGE, DATE, NKEYS };

static const char *const keys[NKEYS] = {"id",     "title", "text",     "source",
                                        "author", "url",   "language", "date"};

struct line_reader {
    const reader_input *input;
    reader_part *part;
    size_t at;        /* where the next line begins */
    uint64_t line;    /* number of the one last read */
    bool has_content; /* more than blank lines stands before it */
    reader_line_state state;
    plain_json *plain;
    plain_value values[NKEYS];
    buffer rest;
    buffer valid;
    reader_totals totals;
};

line_reader *
line_reader_new(void)
{
    line_reader *l = calloc(1, sizeof *l);

    if (l != NULL && (l->plain = plain_json_new()) == NULL) {
        free(l);
        return NULL;
    }
    return l;
}

void
line_reader_free(line_reader *l)
{
    if (l == NULL)
        return;
    plain_json_free(l->plain);
    buffer_free(&l->rest);
    buffer_free(&l->valid);
    reader_totals_free(&l->totals);
    free(l);
}

void
line_reader_begin(line_reader *l, const reader_input *input, reader_part *part)
{
    l->input = input;
    l->part = part;
    l->at = 0;
    l->line = part->line - 1;
    l->has_content = part->has_content;
    reader_totals_free(&l->totals);
}

uint64_t
line_reader_line(const line_reader *l)
{
    return l->line;
}

reader_line_state
line_reader_line_is(const line_reader *l)
{
    return l->state;
}

const reader_totals *
line_reader_totals(const line_reader *l)
{
    return &l->totals;
}

/* ---- Totals ---- */

bool
reader_totals_add(reader_totals *to, const reader_totals *more)
{
    if (to->is_over)
        return true;
    if (to->nnameless == 0 && more->nnameless > 0 &&
        !buffer_add(&to->nameless_keys, more->nameless_keys.bytes, more->nameless_keys.size))
        return false;
    to->narticles += more->narticles;
    to->nnameless += more->nnameless;
    to->is_over = more->is_over;
    to->text_end = more->text_end;
    return true;
}

void
reader_totals_free(reader_totals *t)
{
    buffer_free(&t->nameless_keys);
    *t = (reader_totals){0};
}

/* ---- A line to an article ---- */

static record_place
place_of(line_reader *l)
{
    return (record_place){l->input, l->line, l->has_content, &l->totals};
}

/* May the values be an article's as they are?  Of the strings only those that have a length of
 * their own may hold a NUL; and a record of neither title nor text is looked at closer. */
static bool
are_usable(const plain_value *values)
{
    if (!values[TITLE].is_there && !values[TEXT].is_there)
        return false;
    for (int i = 0; i < NKEYS; i++)
        if (i != TITLE && i != TEXT && i != DATE && values[i].nbytes > 0 &&
            memchr(values[i].string, '\0', values[i].nbytes) != NULL)
            return false;
    return true;
}

/* A copy at *at, which moves on, and a NUL; NULL of nothing. */
static char *
place_string(char **at, const char *string, size_t nbytes)
{
    char *placed = *at;

    if (nbytes == 0)
        return NULL;
    memcpy(placed, string, nbytes);
    placed[nbytes] = '\0';
    *at += nbytes + 1;
    return placed;
}

/* The id as it is written, in id[0..room) where it is none that the record has as a string. */
static size_t
write_id(const line_reader *l, char *id, size_t room)
{
    int n = l->values[ID].is_number
                ? snprintf(id, room, "%lld", (long long)l->values[ID].number)
                : snprintf(id, room, "%s:%llu", l->input->name, (unsigned long long)l->line);

    return (size_t)n;
}

/* Make one block of memory of all strings. */
static bool
set_strings(const line_reader *l, const char *extra, article *a)
{
    const plain_value *v = l->values;
    const size_t name_bytes = strlen(l->input->name);
    const size_t extra_bytes = extra == NULL ? 0 : strlen(extra);
    size_t nbytes = 2 * (name_bytes + 1) + 24 + extra_bytes + 1 + NKEYS + 1;
    char *at;

    for (int i = 0; i < DATE; i++)
        nbytes += v[i].nbytes;
    at = malloc(nbytes);
    if (at == NULL)
        return false;
    a->memory = ARTICLE_TOGETHER;
    a->id = place_string(&at, v[ID].string, v[ID].nbytes);
    if (a->id == NULL) {
        a->id = at;
        at += write_id(l, at, name_bytes + 24) + 1;
    }
    a->title = place_string(&at, v[TITLE].string, a->title_bytes = v[TITLE].nbytes);
    a->source = place_string(&at, v[SOURCE].string, v[SOURCE].nbytes);
    a->author = place_string(&at, v[AUTHOR].string, v[AUTHOR].nbytes);
    a->url = place_string(&at, v[URL].string, v[URL].nbytes);
    a->language = place_string(&at, v[LANGUAGE].string, v[LANGUAGE].nbytes);
    a->extra = place_string(&at, extra, extra_bytes);
    a->text = place_string(&at, v[TEXT].string, a->text_bytes = v[TEXT].nbytes);
    if (a->text == NULL) {
        a->text = at;
        *at++ = '\0';
    }
    a->path = at;
    memcpy(at, l->input->name, name_bytes + 1);
    return true;
}

/* The hash of a line whose article's id is made of its number. */
static uint64_t
hash_at_line(uint64_t hash, uint64_t line)
{
    const uint64_t both[] = {hash, line};

    return hash_bytes(both, sizeof both);
}

/* The article of a line that is nothing out of the ordinary; *is_read_out is false where another
 * has to read it. */
static quire_status
read_plain(line_reader *l, const char *bytes, size_t nbytes, article *a, bool *is_read_out,
           quire_error *err)
{
    const record_place place = place_of(l);
    const plain_value *date = &l->values[DATE];
    char *extra = NULL;
    bool is_made;

    *is_read_out = nbytes <= PLAIN_LINE_BYTES &&
                   plain_json_read(l->plain, bytes, nbytes, keys, l->values, NKEYS, &l->rest) &&
                   are_usable(l->values) &&
                   (l->rest.size == 0 || record_dump(l->rest.bytes, l->rest.size, &extra));
    if (!*is_read_out)
        return QUIRE_OK;
    is_made = set_strings(l, extra, a);
    free(extra);
    if (is_made && date->nbytes > 0)
        is_made = record_set_date(&place, date->string, date->nbytes, a);
    l->state.is_plain = date->nbytes == 0 || a->has_date;
    if (l->values[ID].nbytes == 0 && !l->values[ID].is_number)
        l->state.hash = hash_at_line(l->state.hash, l->line);
    return is_made ? QUIRE_OK : error_nomem(err);
}

static quire_status
read_line(line_reader *l, const char *bytes, size_t nbytes, article *a, bool *is_article_out,
          quire_error *err)
{
    quire_status status = read_plain(l, bytes, nbytes, a, is_article_out, err);
    const record_place place = place_of(l);
    record_line line = {.bytes = bytes, .nbytes = nbytes, .valid = &l->valid};

    if (status != QUIRE_OK || *is_article_out)
        return status;
    if (l->at >= l->part->bytes.size)
        line.holder = &l->part->bytes;
    return record_read(&place, &line, a, is_article_out, err);
}

/* ---- The lines of a part ---- */

static bool
is_blank(const char *bytes, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++)
        if (bytes[i] != ' ' && (bytes[i] < '\t' || bytes[i] > '\r'))
            return false;
    return true;
}

/* The next line, without its newline; false at the end. */
static bool
take_line(line_reader *l, const char **bytes_out, size_t *nbytes_out)
{
    const buffer *b = &l->part->bytes;
    const char *start;
    const char *newline;

    if (l->at >= b->size)
        return false;
    start = b->bytes + l->at;
    newline = memchr(start, '\n', b->size - l->at);
    *bytes_out = start;
    *nbytes_out = newline == NULL ? b->size - l->at : (size_t)(newline - start);
    l->at += *nbytes_out + (newline != NULL);
    l->line++;
    if (l->line == 1 && *nbytes_out >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0) {
        *bytes_out += 3;
        *nbytes_out -= 3;
    }
    return true;
}

static quire_status
report_long_line(line_reader *l, quire_error *err)
{
    l->part->is_too_long = false;
    l->line++;
    return reader_report(l->input, l->line, true, "longer than %u MiB",
                         READER_MAX_ARTICLE_BYTES >> 20)
               ? QUIRE_OK
               : error_nomem(err);
}

static bool
is_known(const reader_input *input, uint64_t hash)
{
    return input->is_known != NULL && input->is_known(input->known, hash);
}

/* The article of a line, unless it is known. */
static quire_status
take_article(line_reader *l, const char *bytes, size_t nbytes, article *a, bool *is_article_out,
             quire_error *err)
{
    const uint64_t hash = hash_bytes(bytes, nbytes);

    l->state = (reader_line_state){.hash = hash};
    if (is_known(l->input, hash)) {
        l->state.is_known = true;
    } else if (is_known(l->input, hash_at_line(hash, l->line))) {
        l->state.is_known = true;
        l->state.hash = hash_at_line(hash, l->line);
    }
    if (l->state.is_known) {
        l->state.is_plain = true;
        *is_article_out = true;
        return QUIRE_OK;
    }
    return read_line(l, bytes, nbytes, a, is_article_out, err);
}

quire_status
line_reader_next(line_reader *l, article *a, bool *more_out, quire_error *err)
{
    const char *bytes;
    size_t nbytes;

    article_clear(a);
    *more_out = false;
    if (l->part->is_too_long)
        return report_long_line(l, err);
    while (!l->totals.is_over && take_line(l, &bytes, &nbytes)) {
        quire_status status;

        if (is_blank(bytes, nbytes))
            continue;
        status = take_article(l, bytes, nbytes, a, more_out, err);
        l->has_content = true;
        l->totals.text_end = l->part->text_start + l->at;
        l->totals.narticles += *more_out;
        if (status != QUIRE_OK || *more_out)
            return status;
        article_clear(a);
    }
    return QUIRE_OK;
}

/* ---- A whole input ---- */

quire_status
reader_finish(reader *r, const reader_totals *totals, quire_error *err)
{
    const char *failure = stream_failure(r->stream);
    bool is_told = true;

    if (totals->is_over)
        return QUIRE_OK;
    if (failure != NULL)
        is_told = reader_report(&r->input, 0, false, "%s: %s", failure,
                                totals->narticles > 0 ? "only the records before were used"
                                                      : "no record could be read");
    else if (stream_has_garbage(r->stream))
        is_told =
            reader_report(&r->input, 0, false, "what follows the compressed data was left out");
    if (is_told && totals->nnameless > 0)
        is_told = reader_report(&r->input, 0, false,
                                "no title and no text in %llu record%s; the keys of the first are: "
                                "%s",
                                (unsigned long long)totals->nnameless,
                                totals->nnameless == 1 ? "" : "s", totals->nameless_keys.bytes);
    return is_told ? QUIRE_OK : error_nomem(err);
}

/* Begin the next part, or the first; *more_out is false at the end. */
static quire_status
next_part(reader *r, bool *more_out, quire_error *err)
{
    quire_status status;

    *more_out = false;
    if (r->lines == NULL)
        r->lines = line_reader_new();
    else if (!reader_totals_add(&r->totals, line_reader_totals(r->lines)))
        return error_nomem(err);
    if (r->lines == NULL)
        return error_nomem(err);
    if (r->totals.is_over)
        return QUIRE_OK;
    status = reader_cut(r, PART_BYTES, &r->part, more_out, err);
    if (status == QUIRE_OK && *more_out)
        line_reader_begin(r->lines, &r->input, &r->part);
    return status;
}

quire_status
reader_jsonl_next(reader *r, article *a, bool *more_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    bool has_part = r->lines != NULL;

    for (;;) {
        if (has_part)
            status = line_reader_next(r->lines, a, more_out, err);
        if (status != QUIRE_OK || *more_out)
            return status;
        status = next_part(r, &has_part, err);
        if (status != QUIRE_OK)
            return status;
        if (!has_part)
            return reader_finish(r, &r->totals, err);
    }
}
