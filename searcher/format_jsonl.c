/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_jsonl.c - JSON Lines for programs: an object for the query, then one for each result.
 *
 *   {"v":1,"type":"query","query_id":…,"query":…,"notes":[…],"error":null}
 *   {"type":"result","query_id":…,"rank":1,"score":…,"article":…,"passage":1,"title":…,…}
 *
 * quire-search(1) describes the keys.  v changes only when a key goes or changes its meaning.
 * Characters that could steer a terminal are written as \u escapes, which is the same JSON. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "format.h"
#include "show.h"

/* A string object of text, its invalid bytes replaced by U+FFFD; null where there is no text. */
static json_t *
make_string(const char *text, size_t nbytes)
{
    json_t *string = NULL;
    char *repaired = NULL;
    size_t size = 0;

    if (text == NULL)
        return json_null();
    if (u8_check((const uint8_t *)text, nbytes) == NULL)
        return json_stringn(text, nbytes);
    repaired = malloc(3 * nbytes);
    if (repaired == NULL)
        return NULL;
    for (size_t at = 0; at < nbytes;) {
        ucs4_t c = 0;
        int length = u8_mbtoucr(&c, (const uint8_t *)text + at, nbytes - at);

        if (length < 1) {
            memcpy(repaired + size, "\xEF\xBF\xBD", 3);
            size += 3;
            at++;
        } else {
            memcpy(repaired + size, text + at, (size_t)length);
            size += (size_t)length;
            at += (size_t)length;
        }
    }
    string = json_stringn(repaired, size);
    free(repaired);
    return string;
}

static json_t *
make_text(const char *text)
{
    return make_string(text, text != NULL ? strlen(text) : 0);
}

static json_t *
make_offset(uint64_t offset)
{
    return offset == QUIRE_NO_OFFSET ? json_null() : json_integer((json_int_t)offset);
}

static json_t *
make_marks(const quire_mark *marks, size_t nmarks)
{
    json_t *list = json_array();

    for (size_t i = 0; i < nmarks; i++)
        json_array_append_new(list, json_pack("{s:I,s:I,s:I}", "start", (json_int_t)marks[i].start,
                                              "end", (json_int_t)marks[i].end, "clause",
                                              (json_int_t)marks[i].clause));
    return list;
}

static json_t *
make_notes(const answer *a)
{
    json_t *list = json_array();
    const quire_note *note = NULL;

    for (size_t i = 0; (note = format_note(a, i)) != NULL; i++) {
        json_t *object = json_object();

        json_object_set_new(object, "code", make_text(note->code));
        json_object_set_new(object, "text", make_text(note->text));
        json_object_set_new(object, "start", json_integer((json_int_t)note->start));
        json_object_set_new(object, "end", json_integer((json_int_t)note->end));
        json_array_append_new(list, object);
    }
    return list;
}

/* Names of statuses, for programs. */
static const char *
status_name(quire_status status)
{
    switch (status) {
    case QUIRE_ENOMEM:
        return "no-memory";
    case QUIRE_EIO:
        return "io";
    case QUIRE_ENOINDEX:
        return "no-index";
    case QUIRE_ECORRUPT:
        return "corrupt";
    case QUIRE_EVERSION:
        return "version";
    case QUIRE_EQUERY:
        return "query";
    case QUIRE_EUSAGE:
        return "usage";
    default:
        return "internal";
    }
}

static json_t *
make_error(const answer *a)
{
    json_t *object = NULL;

    if (a->results != NULL)
        return json_null();
    object = json_object();
    json_object_set_new(object, "status", json_string(status_name(a->status)));
    json_object_set_new(object, "message", make_text(a->error));
    return object;
}

static json_t *
make_query(const answer *a, const presentation *p)
{
    json_t *object = json_object();

    json_object_set_new(object, "v", json_integer(1));
    json_object_set_new(object, "type", json_string("query"));
    json_object_set_new(object, "query_id", make_text(a->query_id));
    json_object_set_new(object, "query", make_string(a->query, a->query_bytes));
    json_object_set_new(object, "notes", make_notes(a));
    json_object_set_new(object, "error", make_error(a));
    if (p->count && a->results != NULL)
        json_object_set_new(object, "count",
                            json_integer((json_int_t)quire_results_count(a->results)));
    if (p->explain && a->results != NULL)
        json_object_set_new(object, "explanation",
                            make_text(quire_results_explanation(a->results)));
    return object;
}

static void
set_origin(json_t *object, const quire_hit *hit)
{
    json_object_set_new(object, "title", make_string(hit->title, hit->title_bytes));
    json_object_set_new(object, "date", make_text(hit->date));
    json_object_set_new(object, "source", make_text(hit->source));
    json_object_set_new(object, "url", make_text(hit->url));
    json_object_set_new(object, "path", make_text(hit->path));
    json_object_set_new(object, "start", make_offset(hit->start));
    json_object_set_new(object, "end", make_offset(hit->end));
}

static json_t *
make_result(const answer *a, const quire_hit *hit, size_t rank)
{
    json_t *object = json_object();

    json_object_set_new(object, "type", json_string("result"));
    json_object_set_new(object, "query_id", make_text(a->query_id));
    json_object_set_new(object, "rank", json_integer((json_int_t)rank));
    json_object_set_new(object, "score", json_real(hit->score));
    json_object_set_new(object, "article", make_text(hit->article));
    json_object_set_new(object, "passage", json_integer((json_int_t)hit->passage));
    set_origin(object, hit);
    json_object_set_new(object, "text", make_string(hit->text, hit->text_bytes));
    json_object_set_new(object, "marks", make_marks(hit->marks, hit->nmarks));
    json_object_set_new(object, "title_marks", make_marks(hit->title_marks, hit->ntitle_marks));
    json_object_set_new(object, "copies", json_array());
    json_object_set_new(object, "author", make_text(hit->author));
    json_object_set_new(object, "language", make_text(hit->language));
    json_object_set_new(object, "furniture", json_boolean(hit->furniture));
    if (hit->extra != NULL)
        json_object_set_new(object, "extra", json_loads(hit->extra, JSON_ALLOW_NUL, NULL));
    if (hit->explanation != NULL)
        json_object_set_new(object, "explanation", make_text(hit->explanation));
    return object;
}

/* jansson leaves characters above U+001F as they are; those a terminal or a reader of lines might
 * act upon stand in strings only, where an escape means the same. */
static void
write_escaped(FILE *out, const char *line)
{
    size_t nbytes = strlen(line);
    size_t from = 0;
    size_t at = 0;

    while (at < nbytes) {
        ucs4_t c = 0;
        int length = u8_mbtoucr(&c, (const uint8_t *)line + at, nbytes - at);
        size_t next = at + (length < 1 ? 1 : (size_t)length);

        if (length > 0 && show_is_unsafe(c)) {
            fwrite(line + from, 1, at - from, out);
            if (c >= 0x10000)
                fprintf(out, "\\u%04X\\u%04X", (unsigned)(0xD800 + ((c - 0x10000) >> 10)),
                        (unsigned)(0xDC00 + ((c - 0x10000) & 0x3FF)));
            else
                fprintf(out, "\\u%04X", (unsigned)c);
            from = next;
        }
        at = next;
    }
    fwrite(line + from, 1, nbytes - from, out);
    fputc('\n', out);
}

/* Print an object, and end it.  An object that memory did not suffice for is reported as such, so
 * that a reader never takes half an answer for a whole one. */
static void
write_object(FILE *out, json_t *object)
{
    char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17));

    if (line != NULL)
        write_escaped(out, line);
    else
        fputs("{\"v\":1,\"type\":\"error\",\"message\":\"out of memory\"}\n", out);
    free(line);
    json_decref(object);
}

static void
print_jsonl(FILE *out, const answer *a, const presentation *p)
{
    size_t nhits = format_nhits(a, p);

    write_object(out, make_query(a, p));
    for (size_t i = 0; i < nhits; i++)
        write_object(out, make_result(a, quire_results_hit(a->results, i), i + 1));
}

const format format_jsonl = {"jsonl", true, print_jsonl};
