/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader_jsonl.c - articles out of JSON Lines: one object a line.
 *
 *   stream --lines, bounded--> repaired UTF-8 --jansson--> object --fields--> article
 *
 * A line that is no article is named and skipped, and the reading goes on after it, however long it
 * is.  What a record holds beyond the keys that are known goes into article.extra. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "article/reader_internal.h"
#include "base/error.h"

#define KEEP_BYTES (1u << 20) /* a larger line buffer is given back */

#define SHOWN_KEYS_BYTES 120 /* of the keys of a record; those beyond are not named */

typedef enum { LINE_END, LINE_WHOLE, LINE_TOO_LONG } line_kind;

/* Read the next line, without its newline, into r->bytes.  What comes behind a failure of the
 * stream is no line: it may be half of one. */
static quire_status
read_line(reader *r, line_kind *kind_out, quire_error *err)
{
    const char *bytes;
    size_t nbytes;
    bool has_any = false;

    *kind_out = LINE_WHOLE;
    if (r->bytes.room > KEEP_BYTES)
        buffer_free(&r->bytes);
    buffer_clear(&r->bytes);
    r->line++;
    while ((nbytes = stream_read(r->stream, &bytes)) > 0) {
        const char *newline = memchr(bytes, '\n', nbytes);
        size_t part = newline == NULL ? nbytes : (size_t)(newline - bytes);

        has_any = true;
        if (part > READER_MAX_ARTICLE_BYTES - r->bytes.size) {
            *kind_out = LINE_TOO_LONG;
            buffer_free(&r->bytes);
        }
        if (*kind_out == LINE_WHOLE && !buffer_add(&r->bytes, bytes, part))
            return error_nomem(err);
        stream_take(r->stream, newline == NULL ? part : part + 1);
        if (newline != NULL)
            return QUIRE_OK;
    }
    if (!has_any || stream_failure(r->stream) != NULL)
        *kind_out = LINE_END;
    return reader_stream_status(r, err);
}

static bool
is_blank(const buffer *b)
{
    for (size_t i = 0; i < b->size; i++)
        if (strchr(" \t\r\f\v", b->bytes[i]) == NULL || b->bytes[i] == '\0')
            return false;
    return true;
}

/* ---- a line to an object ---- */

/* Parse the line.  Jansson holds integers in 64 bits; a record that has a larger one somewhere is
 * read with it as a floating point number, rather than not at all. */
static json_t *
parse_once(const buffer *line, json_error_t *error, bool *is_rounded_out)
{
    json_t *record = json_loadb(line->bytes, line->size, JSON_ALLOW_NUL, error);

    *is_rounded_out = false;
    if (record == NULL && json_error_code(error) == json_error_numeric_overflow) {
        record =
            json_loadb(line->bytes, line->size, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, error);
        *is_rounded_out = record != NULL;
    }
    return record;
}

/* Parse the line in r->bytes, or repaired in r->valid; *record_out is NULL where it is bad, and
 * *error says why.
 *
 * When memory runs out, jansson mostly blames the text.  So a line is bad only if it still is when
 * there is memory for several times its length. */
static quire_status
parse(reader *r, const buffer *line, json_t **record_out, json_error_t *error, bool *is_rounded_out,
      quire_error *err)
{
    json_t *record = parse_once(line, error, is_rounded_out);

    if (record == NULL) {
        void *probe = malloc(4 * line->size + KEEP_BYTES);
        if (probe == NULL)
            return error_nomem(err);
        free(probe);
        record = parse_once(line, error, is_rounded_out);
    }

    /* A long line and the article of it need not be held together. */
    if (record != NULL && line->size > KEEP_BYTES) {
        buffer_free(&r->bytes);
        buffer_free(&r->valid);
    }
    *record_out = record;
    return QUIRE_OK;
}

/* Does the line hold only the opening of a document that goes on below it? */
static bool
is_lone_bracket(const buffer *line)
{
    size_t end = line->size;

    while (end > 0 && strchr(" \t\r", line->bytes[end - 1]) != NULL && line->bytes[end - 1] != '\0')
        end--;
    return end > 0 && (line->bytes[end - 1] == '{' || line->bytes[end - 1] == '[') &&
           strspn(line->bytes, " \t") == end - 1;
}

static bool
report_bad_line(reader *r, const buffer *line, const json_t *record, const json_error_t *error)
{
    if (record != NULL)
        return reader_report(r, r->line, true, "not a JSON object, but %s",
                             json_is_array(record)    ? "an array"
                             : json_is_string(record) ? "a string"
                             : json_is_number(record) ? "a number"
                                                      : "a single value");
    if (is_lone_bracket(line)) {
        /* Above everything else it opens a document that is the whole file. */
        r->is_done = !r->has_content;
        return reader_report(r, r->line, true,
                             "bad JSON: an article must stand whole on one line: see jq -c%s",
                             r->has_content ? "" : "; the whole file is skipped");
    }
    return reader_report(r, r->line, true, "bad JSON: %s, at byte %d", error->text,
                         error->position < 1 ? 1 : error->position);
}

/* ---- an object to an article ---- */

static char *
copy(const char *bytes, size_t nbytes)
{
    char *string = malloc(nbytes + 1);

    if (string == NULL)
        return NULL;
    memcpy(string, bytes, nbytes);
    string[nbytes] = '\0';
    return string;
}

static const char *
type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    default:
        return "true or false";
    }
}

/* Take the string at key out of the record.  Absent, null and empty are the same: *string_out NULL.
 * Any other value is reported and stays, to be kept among the extra keys; so does a string with a
 * NUL unless bytes_out is given, since the catalogue's fields end at one. */
static quire_status
take_string(reader *r, json_t *record, const char *key, char **string_out, size_t *bytes_out,
            quire_error *err)
{
    json_t *value = json_object_get(record, key);
    const char *wrong = NULL;

    if (value == NULL)
        return QUIRE_OK;
    if (!json_is_string(value) && !json_is_null(value))
        wrong = type_name(value);
    else if (json_is_string(value) && bytes_out == NULL &&
             strlen(json_string_value(value)) != json_string_length(value))
        wrong = "a string with a NUL";
    if (wrong != NULL) {
        if (!reader_report(r, r->line, false, "%s is %s, not a string: kept only among other keys",
                           key, wrong))
            return error_nomem(err);
        return QUIRE_OK;
    }
    if (json_string_length(value) > 0) {
        *string_out = copy(json_string_value(value), json_string_length(value));
        if (*string_out == NULL)
            return error_nomem(err);
        if (bytes_out != NULL)
            *bytes_out = json_string_length(value);
    }
    json_object_del(record, key);
    return QUIRE_OK;
}

/* The id: a string, a whole number, or else FILE:LINE. */
static quire_status
take_id(reader *r, json_t *record, article *a, quire_error *err)
{
    json_t *value = json_object_get(record, "id");
    quire_status status = QUIRE_OK;
    buffer id = {0};

    if (json_is_integer(value)) {
        if (!buffer_printf(&id, "%lld", (long long)json_integer_value(value)))
            return error_nomem(err);
        json_object_del(record, "id");
    } else {
        status = take_string(r, record, "id", &a->id, NULL, err);
        if (status != QUIRE_OK || a->id != NULL)
            return status;
        if (!buffer_printf(&id, "%s:%llu", r->input.name, (unsigned long long)r->line)) {
            buffer_free(&id);
            return error_nomem(err);
        }
    }
    a->id = buffer_detach(&id);
    return a->id != NULL ? QUIRE_OK : error_nomem(err);
}

static quire_status
take_date(reader *r, json_t *record, article *a, quire_error *err)
{
    char *written = NULL;
    size_t nbytes = 0;
    quire_status status = take_string(r, record, "date", &written, &nbytes, err);

    if (status == QUIRE_OK && written != NULL) {
        a->has_date = date_parse(written, nbytes, &a->date);
        if (!a->has_date &&
            !reader_report(r, r->line, false, "date \"%.*s\" is not read: use ISO 8601",
                           (int)utf8_cut(written, nbytes, 60), written))
            status = error_nomem(err);
    }
    free(written);
    return status;
}

/* Write what is left of a record.  Fifteen digits show a number as people wrote it ("0.1"); where
 * they do not give the same number back, seventeen do. */
static char *
dump(const json_t *record)
{
    size_t flags = JSON_COMPACT | JSON_SORT_KEYS;
    char *text = json_dumps(record, flags | JSON_REAL_PRECISION(15));
    json_t *again = text == NULL ? NULL : json_loads(text, JSON_ALLOW_NUL, NULL);

    if (text != NULL && !json_equal(record, again)) {
        free(text);
        text = json_dumps(record, flags | JSON_REAL_PRECISION(17));
    }
    json_decref(again);
    return text;
}

/* Count a record that names neither title nor text but things that are not known: probably it has a
 * text under another name.  One that has them empty knows their names. */
static quire_status
count_nameless(reader *r, const json_t *record, quire_error *err)
{
    static const char *const known[] = {"id", "date", "source", "author", "url", "language"};
    size_t nknown = 0;
    const char *key = NULL;
    json_t *value = NULL;
    buffer *keys = &r->nameless_keys;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        nknown += json_object_get(record, known[i]) != NULL;
    if (json_object_get(record, "title") != NULL || json_object_get(record, "text") != NULL ||
        json_object_size(record) == nknown || r->nnameless++ > 0)
        return QUIRE_OK;
    json_object_foreach((json_t *)record, key, value)
    {
        const char *comma = keys->size > 0 ? ", " : "";

        if (keys->size + strlen(key) > SHOWN_KEYS_BYTES)
            return buffer_printf(keys, "%s...", comma) ? QUIRE_OK : error_nomem(err);
        if (!buffer_printf(keys, "%s%s", comma, key))
            return error_nomem(err);
    }
    return QUIRE_OK;
}

static quire_status
take_fields(reader *r, json_t *record, article *a, quire_error *err)
{
    const struct {
        const char *key;
        char **string;
        size_t *nbytes;
    } fields[] = {
        {"title", &a->title, &a->title_bytes},
        {"text", &a->text, &a->text_bytes},
        {"source", &a->source, NULL},
        {"author", &a->author, NULL},
        {"url", &a->url, NULL},
        {"language", &a->language, NULL},
    };
    quire_status status = count_nameless(r, record, err);

    if (status == QUIRE_OK)
        status = take_id(r, record, a, err);
    for (size_t i = 0; i < sizeof fields / sizeof *fields && status == QUIRE_OK; i++)
        status = take_string(r, record, fields[i].key, fields[i].string, fields[i].nbytes, err);
    if (status == QUIRE_OK)
        status = take_date(r, record, a, err);
    if (status != QUIRE_OK)
        return status;

    if (json_object_size(record) > 0 && (a->extra = dump(record)) == NULL)
        return error_nomem(err);
    if (a->text == NULL && (a->text = copy("", 0)) == NULL)
        return error_nomem(err);
    a->path = strdup(r->input.name);
    return a->path != NULL ? QUIRE_OK : error_nomem(err);
}

/* The article of the line in r->bytes; *is_article_out is false where it is none. */
static quire_status
read_record(reader *r, article *a, bool *is_article_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    const buffer *line = &r->bytes;
    json_t *record = NULL;
    json_error_t error;
    bool is_rounded = false;

    *is_article_out = false;
    if (utf8_valid_prefix(line->bytes, line->size) < line->size) {
        utf8_repair *repairs = NULL;
        size_t nrepairs = 0;

        buffer_clear(&r->valid);
        if (!utf8_repair_text(line->bytes, line->size, &r->valid, &repairs, &nrepairs))
            return error_nomem(err);
        line = &r->valid;
        if (!reader_report_repairs(r, r->line, repairs, nrepairs))
            status = error_nomem(err);
        free(repairs);
        if (status != QUIRE_OK)
            return status;
    }
    status = parse(r, line, &record, &error, &is_rounded, err);
    if (status != QUIRE_OK)
        return status;
    if (!json_is_object(record)) {
        if (!report_bad_line(r, line, record, &error))
            status = error_nomem(err);
        goto done;
    }
    if (is_rounded &&
        !reader_report(r, r->line, false, "numbers beyond 64 bits: all of its numbers are rounded"))
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = take_fields(r, record, a, err);
    *is_article_out = status == QUIRE_OK;
done:
    json_decref(record);
    return status;
}

/* How the stream ended, where it was not well, and whether its records were understood. */
static quire_status
report_end(reader *r, quire_error *err)
{
    const char *failure = stream_failure(r->stream);
    bool is_told = true;

    if (failure != NULL)
        is_told = reader_report(r, 0, false, "%s: %s", failure,
                                r->nused > 0 ? "only the records before were used"
                                             : "no record could be read");
    else if (stream_has_garbage(r->stream))
        is_told = reader_report(r, 0, false, "what follows the compressed data was left out");
    if (is_told && r->nnameless > 0)
        is_told = reader_report(r, 0, false,
                                "no title and no text in %llu record%s; the keys of the first are: "
                                "%s",
                                (unsigned long long)r->nnameless, r->nnameless == 1 ? "" : "s",
                                r->nameless_keys.bytes);
    return is_told ? QUIRE_OK : error_nomem(err);
}

quire_status
reader_jsonl_next(reader *r, article *a, bool *more_out, quire_error *err)
{
    for (;;) {
        line_kind kind;
        quire_status status = read_line(r, &kind, err);

        if (status != QUIRE_OK)
            return status;
        if (kind == LINE_END)
            return report_end(r, err);
        if (kind == LINE_TOO_LONG) {
            if (!reader_report(r, r->line, true, "longer than %u MiB",
                               READER_MAX_ARTICLE_BYTES >> 20))
                return error_nomem(err);
            r->has_content = true;
            continue;
        }
        if (r->line == 1 && r->bytes.size >= 3 && memcmp(r->bytes.bytes, "\xef\xbb\xbf", 3) == 0) {
            memmove(r->bytes.bytes, r->bytes.bytes + 3, r->bytes.size - 2); /* the NUL too */
            r->bytes.size -= 3;
        }
        if (is_blank(&r->bytes))
            continue;
        status = read_record(r, a, more_out, err);
        if (status != QUIRE_OK || r->is_done)
            return status;
        r->has_content = true;
        if (*more_out) {
            r->nused++;
            return QUIRE_OK;
        }
        article_clear(a);
    }
}
