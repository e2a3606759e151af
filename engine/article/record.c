/* SPDX-License-Identifier: GPL-3.0-or-later */
/* record.c - a line of JSON Lines to an article, by jansson: it has the last word on what is JSON,
 * and sees whatever is out of the ordinary.  What a record holds beyond the keys that are known
 * goes into article.extra. */
#include "article/record.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "article/reader_internal.h"
#include "base/error.h"
#include "base/safe_json.h"

#define KEEP_BYTES (1u << 20) /* a longer line is given back */
#define SHOWN_KEYS_BYTES 120  /* of the keys of a record; those beyond are not named */

typedef struct {
    const char *bytes;
    size_t nbytes;
} view;

/* ---- a line to an object ---- */

/* Parse the line.  Jansson holds integers in 64 bits; a record that has a larger one somewhere is
 * read with it as a floating point number, rather than not at all. */
static json_t *
parse_once(view line, json_error_t *error, bool *is_rounded_out)
{
    json_t *record = safe_json_read(line.bytes, line.nbytes, JSON_ALLOW_NUL, error);

    *is_rounded_out = false;
    if (record == NULL && json_error_code(error) == json_error_numeric_overflow) {
        record = safe_json_read(line.bytes, line.nbytes, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL,
                                error);
        *is_rounded_out = record != NULL;
    }
    return record;
}

/* Parse the line; *record_out is NULL where it is bad, and *error says why. */
static quire_status
parse(view line, json_t **record_out, json_error_t *error, bool *is_rounded_out, quire_error *err)
{
    json_t *record = parse_once(line, error, is_rounded_out);

    if (record == NULL && json_error_code(error) == json_error_out_of_memory)
        return error_nomem(err);
    *record_out = record;
    return QUIRE_OK;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Does the line hold only the opening of a document that goes on below it? */
static bool
is_lone_bracket(view line)
{
    size_t start = 0;
    size_t end = line.nbytes;

    while (end > 0 && is_blank(line.bytes[end - 1]))
        end--;
    while (start < end && (line.bytes[start] == ' ' || line.bytes[start] == '\t'))
        start++;
    return start + 1 == end && (line.bytes[start] == '{' || line.bytes[start] == '[');
}

static bool
report_bad_line(const record_place *place, view line, const json_t *record,
                const json_error_t *error)
{
    if (record != NULL)
        return reader_report(place->input, place->line, true, "not a JSON object, but %s",
                             json_is_array(record)    ? "an array"
                             : json_is_string(record) ? "a string"
                             : json_is_number(record) ? "a number"
                                                      : "a single value");
    if (is_lone_bracket(line)) {
        /* Above everything else it opens a document that is the whole file. */
        place->totals->is_over = !place->has_content;
        return reader_report(place->input, place->line, true,
                             "bad JSON: an article must stand whole on one line: see jq -c%s",
                             place->has_content ? "" : "; the whole file is skipped");
    }
    return reader_report(place->input, place->line, true, "bad JSON: %s, at byte %d", error->text,
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
take_string(const record_place *place, json_t *record, const char *key, char **string_out,
            size_t *bytes_out, quire_error *err)
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
        if (!reader_report(place->input, place->line, false,
                           "%s is %s, not a string: kept only among other keys", key, wrong))
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
take_id(const record_place *place, json_t *record, article *a, quire_error *err)
{
    json_t *value = json_object_get(record, "id");
    quire_status status = QUIRE_OK;
    buffer id = {0};

    if (json_is_integer(value)) {
        if (!buffer_printf(&id, "%lld", (long long)json_integer_value(value)))
            return error_nomem(err);
        json_object_del(record, "id");
    } else {
        status = take_string(place, record, "id", &a->id, NULL, err);
        if (status != QUIRE_OK || a->id != NULL)
            return status;
        if (!buffer_printf(&id, "%s:%llu", place->input->name, (unsigned long long)place->line)) {
            buffer_free(&id);
            return error_nomem(err);
        }
    }
    a->id = buffer_detach(&id);
    return a->id != NULL ? QUIRE_OK : error_nomem(err);
}

bool
record_set_date(const record_place *place, const char *written, size_t nbytes, article *a)
{
    a->has_date = date_parse(written, nbytes, &a->date);
    return a->has_date || reader_report(place->input, place->line, false,
                                        "date \"%.*s\" is not read: use ISO 8601",
                                        (int)utf8_cut(written, nbytes, 60), written);
}

static quire_status
take_date(const record_place *place, json_t *record, article *a, quire_error *err)
{
    char *written = NULL;
    size_t nbytes = 0;
    quire_status status = take_string(place, record, "date", &written, &nbytes, err);

    if (status == QUIRE_OK && written != NULL && !record_set_date(place, written, nbytes, a))
        status = error_nomem(err);
    free(written);
    return status;
}

/* Write what is left of a record.  Fifteen digits show a number as people wrote it ("0.1"); where
 * they do not give the same number back, seventeen do. */
static char *
dump(const json_t *record)
{
    size_t flags = JSON_COMPACT | JSON_SORT_KEYS;
    char *text = safe_json_write(record, flags | JSON_REAL_PRECISION(15));
    json_t *again = text == NULL ? NULL : safe_json_read(text, strlen(text), JSON_ALLOW_NUL, NULL);

    if (text != NULL && !json_equal(record, again)) {
        free(text);
        text = safe_json_write(record, flags | JSON_REAL_PRECISION(17));
    }
    json_decref(again);
    return text;
}

bool
record_dump(const char *json, size_t nbytes, char **text_out)
{
    json_t *record = safe_json_read(json, nbytes, JSON_ALLOW_NUL, NULL);

    *text_out = record == NULL ? NULL : dump(record);
    json_decref(record);
    return *text_out != NULL;
}

/* Count a record that names neither title nor text but things that are not known: probably it has a
 * text under another name.  One that has them empty knows their names. */
static quire_status
count_nameless(const record_place *place, const json_t *record, quire_error *err)
{
    static const char *const known[] = {"id", "date", "source", "author", "url", "language"};
    size_t nknown = 0;
    const char *key = NULL;
    json_t *value = NULL;
    buffer *keys = &place->totals->nameless_keys;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        nknown += json_object_get(record, known[i]) != NULL;
    if (json_object_get(record, "title") != NULL || json_object_get(record, "text") != NULL ||
        json_object_size(record) == nknown || place->totals->nnameless++ > 0)
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
take_fields(const record_place *place, json_t *record, article *a, quire_error *err)
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
    quire_status status = count_nameless(place, record, err);

    if (status == QUIRE_OK)
        status = take_id(place, record, a, err);
    for (size_t i = 0; i < sizeof fields / sizeof *fields && status == QUIRE_OK; i++)
        status = take_string(place, record, fields[i].key, fields[i].string, fields[i].nbytes, err);
    if (status == QUIRE_OK)
        status = take_date(place, record, a, err);
    if (status != QUIRE_OK)
        return status;

    if (json_object_size(record) > 0 && (a->extra = dump(record)) == NULL)
        return error_nomem(err);
    if (a->text == NULL && (a->text = copy("", 0)) == NULL)
        return error_nomem(err);
    a->path = strdup(place->input->name);
    return a->path != NULL ? QUIRE_OK : error_nomem(err);
}

/* The line repaired, where it is not UTF-8: in valid. */
static quire_status
repair(const record_place *place, view *line, buffer *valid, quire_error *err)
{
    utf8_repair *repairs = NULL;
    size_t nrepairs = 0;
    bool is_told;

    if (utf8_valid_prefix(line->bytes, line->nbytes) == line->nbytes)
        return QUIRE_OK;
    buffer_clear(valid);
    if (!utf8_repair_text(line->bytes, line->nbytes, valid, &repairs, &nrepairs))
        return error_nomem(err);
    *line = (view){valid->bytes, valid->size};
    is_told = reader_report_repairs(place->input, place->line, repairs, nrepairs);
    free(repairs);
    return is_told ? QUIRE_OK : error_nomem(err);
}

quire_status
record_read(const record_place *place, record_line *from, article *a, bool *is_article_out,
            quire_error *err)
{
    view line = {from->bytes, from->nbytes};
    json_t *record = NULL;
    json_error_t error;
    bool is_rounded = false;
    quire_status status = repair(place, &line, from->valid, err);

    *is_article_out = false;
    if (status == QUIRE_OK)
        status = parse(line, &record, &error, &is_rounded, err);
    if (status != QUIRE_OK)
        return status;

    /* A long line and the article of it need not be held together. */
    if (record != NULL && from->holder != NULL && line.nbytes > KEEP_BYTES) {
        buffer_free(from->holder);
        buffer_free(from->valid);
    }
    if (!json_is_object(record)) {
        if (!report_bad_line(place, line, record, &error))
            status = error_nomem(err);
        goto done;
    }
    if (is_rounded && !reader_report(place->input, place->line, false,
                                     "numbers beyond 64 bits: all of its numbers are rounded"))
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = take_fields(place, record, a, err);
    *is_article_out = status == QUIRE_OK;
done:
    json_decref(record);
    return status;
}
