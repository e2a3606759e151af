/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogue.c - an article's record as the catalogue stores it.
 *
 *   {"author":"...","date":"2025-11-16","extra":{...},"id":"...","seconds":1763251200,...}
 *   0123456789abcdef
 *
 * One compact JSON object with sorted keys, those without a value left out, and on the second line,
 * which has no end, the XXH3 of all bytes before it, the newline included. */
#include "store/catalogue.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"

#define CHECKSUM_BYTES (HASH_HEX_BYTES - 1)

/* ---- Writing ---- */

static bool
add_string(json_t *root, const char *key, const char *string)
{
    return string == NULL || json_object_set_new(root, key, json_string(string)) == 0;
}

/* Other keys of the article are an object of their own; text that is none (which no reader makes)
 * is kept as it is. */
static bool
add_extra(json_t *root, const char *extra)
{
    json_t *object;

    if (extra == NULL)
        return true;
    object = json_loads(extra, JSON_ALLOW_NUL, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        object = json_string(extra);
    }
    return json_object_set_new(root, "extra", object) == 0;
}

static bool
fill_record(json_t *root, const article *from)
{
    if (root == NULL || !add_string(root, "id", from->id) ||
        !add_string(root, "source", from->source) || !add_string(root, "author", from->author) ||
        !add_string(root, "url", from->url) || !add_string(root, "language", from->language) ||
        !add_string(root, "path", from->path) || !add_extra(root, from->extra))
        return false;
    if (from->title_bytes > 0 &&
        json_object_set_new(root, "title", json_stringn(from->title, from->title_bytes)) != 0)
        return false;
    return !from->has_date ||
           (add_string(root, "date", from->date.iso) &&
            json_object_set_new(root, "seconds", json_integer(from->date.seconds)) == 0);
}

bool
catalogue_record_write(const article *from, buffer *out)
{
    const size_t start = out->size;
    json_t *root = json_object();
    char *text = NULL;
    char hex[HASH_HEX_BYTES];
    bool ok = false;

    if (!fill_record(root, from))
        goto done;
    text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
    if (text == NULL || !buffer_add_string(out, text) || !buffer_add_char(out, '\n'))
        goto done;
    hash_to_hex(hash_bytes(out->bytes + start, out->size - start), hex);
    ok = buffer_add(out, hex, CHECKSUM_BYTES);
done:
    free(text);
    json_decref(root);
    return ok;
}

/* ---- Reading ---- */

/* A string of the record, copied; *nomem is set where memory is out. */
static const char *
get_string(const json_t *root, const char *key, arena *a, bool *nomem)
{
    const json_t *value = json_object_get(root, key);
    const char *copy;

    if (!json_is_string(value))
        return NULL;
    copy = arena_copy(a, json_string_value(value), json_string_length(value));
    if (copy == NULL)
        *nomem = true;
    return copy;
}

static const char *
get_extra(const json_t *root, arena *a, bool *nomem)
{
    const json_t *value = json_object_get(root, "extra");
    const char *copy;
    char *text;

    if (!json_is_object(value))
        return get_string(root, "extra", a, nomem);
    text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
    copy = text != NULL ? arena_copy(a, text, strlen(text)) : NULL;
    if (copy == NULL)
        *nomem = true;
    free(text);
    return copy;
}

static bool
get_record(const json_t *root, arena *a, article_record *out)
{
    const json_t *seconds = json_object_get(root, "seconds");
    bool nomem = false;

    *out = (article_record){
        .id = get_string(root, "id", a, &nomem),
        .title = get_string(root, "title", a, &nomem),
        .title_bytes = json_string_length(json_object_get(root, "title")),
        .date = get_string(root, "date", a, &nomem),
        .has_date = json_is_integer(seconds),
        .date_seconds = json_integer_value(seconds),
        .source = get_string(root, "source", a, &nomem),
        .author = get_string(root, "author", a, &nomem),
        .url = get_string(root, "url", a, &nomem),
        .language = get_string(root, "language", a, &nomem),
        .path = get_string(root, "path", a, &nomem),
        .extra = get_extra(root, a, &nomem),
    };
    return !nomem;
}

quire_status
catalogue_record_read(const char *bytes, size_t nbytes, arena *a, article_record *out,
                      quire_error *err)
{
    const char *const advice = "the index is damaged; rebuild it with quire-index";
    char hex[HASH_HEX_BYTES];
    json_t *root;
    quire_status status = QUIRE_OK;

    if (nbytes < CHECKSUM_BYTES)
        return error_set(err, QUIRE_ECORRUPT, "an article's record is cut short: %s", advice);
    const size_t checked = nbytes - CHECKSUM_BYTES;

    hash_to_hex(hash_bytes(bytes, checked), hex);
    if (memcmp(bytes + checked, hex, CHECKSUM_BYTES) != 0)
        return error_set(err, QUIRE_ECORRUPT, "an article's record does not fit its checksum: %s",
                         advice);
    root = json_loadb(bytes, checked, JSON_ALLOW_NUL, NULL);
    if (!json_is_object(root) || !json_is_string(json_object_get(root, "id")))
        status = error_set(err, QUIRE_ECORRUPT, "an article's record makes no sense: %s", advice);
    else if (!get_record(root, a, out))
        status = error_nomem(err);
    json_decref(root);
    return status;
}
