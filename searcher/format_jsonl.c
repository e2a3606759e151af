/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_jsonl.c - JSON Lines for programs: an object for the query, then one for each result.
 *
 *   {"v":1,"type":"query","query_id":…,"query":…,"notes":[…],"error":null}
 *   {"type":"result","query_id":…,"rank":1,"score":…,"article":…,"passage":1,"title":…,…}
 *
 * quire-search(1) describes the keys.  v changes only when a key goes or changes its meaning.
 * Characters that could steer a terminal are written as \u escapes, which is the same JSON.
 *
 * The text is written as it is scanned, without a tree of objects between: that took a quarter of
 * the time of a batch. */
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "by.h"
#include "format.h"
#include "json_text.h"
#include "show.h"

/* A literal, its length known. */
#define PUT(out, literal) output_bytes(out, "" literal, sizeof literal - 1)

/* ---- values ---- */

static void
put_escape(output *out, ucs4_t c)
{
    if (c >= 0x10000)
        output_printf(out, "\\u%04X\\u%04X", (unsigned)(0xD800 + ((c - 0x10000) >> 10)),
                      (unsigned)(0xDC00 + ((c - 0x10000) & 0x3FF)));
    else
        output_printf(out, "\\u%04X", (unsigned)c);
}

/* A character that cannot stand in a string as it is. */
static void
put_special(output *out, unsigned char c)
{
    static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* each before how it is escaped */

    for (const char *letter = letters; *letter != '\0'; letter += 2) {
        if ((unsigned char)*letter == c) {
            output_char(out, '\\');
            output_char(out, letter[1]);
            return;
        }
    }
    put_escape(out, c);
}

static bool
is_plain(char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

#define EACH_BYTE(value) (UINT64_MAX / 0xFF * (value))

/* Are eight bytes all plain?  Arithmetic on all of them at once: a byte that is less than n, or
 * zero, borrows from its own top bit. */
static bool
are_plain(uint64_t bytes)
{
    const uint64_t quotes = bytes ^ EACH_BYTE('"');
    const uint64_t slashes = bytes ^ EACH_BYTE('\\');
    const uint64_t deletes = bytes ^ EACH_BYTE(0x7F);
    const uint64_t found =
        bytes | ((bytes - EACH_BYTE(0x20)) & ~bytes) | ((quotes - EACH_BYTE(1)) & ~quotes) |
        ((slashes - EACH_BYTE(1)) & ~slashes) | ((deletes - EACH_BYTE(1)) & ~deletes);

    return (found & EACH_BYTE(0x80)) == 0;
}

/* How many bytes at the start of text stand for themselves. */
static size_t
plain_length(const char *text, size_t nbytes)
{
    size_t at = 0;
    uint64_t eight = 0;

    for (; nbytes - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, text + at, sizeof eight);
        if (!are_plain(eight))
            break;
    }
    while (at < nbytes && is_plain(text[at]))
        at++;
    return at;
}

/* A string, its invalid bytes replaced by U+FFFD. */
static void
put_string(output *out, const char *text, size_t nbytes)
{
    output_char(out, '"');
    for (size_t at = 0; at < nbytes;) {
        size_t length = plain_length(text + at, nbytes - at);
        ucs4_t c = 0;

        output_bytes(out, text + at, length);
        at += length;
        if (at == nbytes)
            break;
        if ((unsigned char)text[at] < 0x7F) {
            put_special(out, (unsigned char)text[at]);
            at++;
            continue;
        }
        int nunits = u8_mbtoucr(&c, (const uint8_t *)text + at, nbytes - at);
        if (nunits < 1)
            PUT(out, "\xEF\xBF\xBD");
        else if (show_is_unsafe(c))
            put_escape(out, c);
        else
            output_bytes(out, text + at, (size_t)nunits);
        at += nunits < 1 ? 1 : (size_t)nunits;
    }
    output_char(out, '"');
}

void
format_json_string(output *out, const char *text, size_t nbytes)
{
    put_string(out, text, nbytes);
}

/* A string; null where there is no text. */
static void
put_text(output *out, const char *text)
{
    if (text == NULL)
        PUT(out, "null");
    else
        put_string(out, text, strlen(text));
}

static void
put_offset(output *out, uint64_t offset)
{
    if (offset == QUIRE_NO_OFFSET)
        PUT(out, "null");
    else
        output_number(out, offset);
}

static void
put_marks(output *out, const quire_mark *marks, size_t nmarks)
{
    output_char(out, '[');
    for (size_t i = 0; i < nmarks; i++) {
        if (i > 0)
            output_char(out, ',');
        PUT(out, "{\"start\":");
        output_number(out, marks[i].start);
        PUT(out, ",\"end\":");
        output_number(out, marks[i].end);
        PUT(out, ",\"clause\":");
        output_number(out, marks[i].clause);
        output_char(out, '}');
    }
    output_char(out, ']');
}

/* ---- the query ---- */

static void
put_notes(output *out, const answer *a)
{
    const quire_note *note = NULL;

    output_char(out, '[');
    for (size_t i = 0; (note = format_note(a, i)) != NULL; i++) {
        if (i > 0)
            output_char(out, ',');
        PUT(out, "{\"code\":");
        put_text(out, note->code);
        PUT(out, ",\"text\":");
        put_text(out, note->text);
        PUT(out, ",\"start\":");
        output_number(out, note->start);
        PUT(out, ",\"end\":");
        output_number(out, note->end);
        output_char(out, '}');
    }
    output_char(out, ']');
}

void
format_json_notes(output *out, const answer *a)
{
    put_notes(out, a);
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

static void
put_error(output *out, const answer *a)
{
    if (a->results != NULL) {
        PUT(out, "null");
        return;
    }
    PUT(out, "{\"status\":");
    put_text(out, status_name(a->status));
    PUT(out, ",\"message\":");
    put_text(out, a->error);
    output_char(out, '}');
}

/* What the numbers of marks stand for. */
static void
put_clauses(output *out, const answer *a)
{
    const size_t n = a->results != NULL ? quire_results_nclauses(a->results) : 0;

    PUT(out, ",\"clauses\":[");
    for (size_t i = 0; i < n; i++) {
        const quire_clause *clause = quire_results_clause(a->results, i);

        if (i > 0)
            output_char(out, ',');
        PUT(out, "{\"number\":");
        output_number(out, clause->number);
        PUT(out, ",\"text\":");
        put_text(out, clause->text);
        PUT(out, ",\"marks\":");
        output_string(out, clause->marks ? "true}" : "false}");
    }
    output_char(out, ']');
}

static void
print_query(output *out, const answer *a, const presentation *p)
{
    PUT(out, "{\"v\":1,\"type\":\"query\",\"query_id\":");
    put_text(out, a->query_id);
    PUT(out, ",\"query\":");
    if (a->query == NULL)
        PUT(out, "null");
    else
        put_string(out, a->query, a->query_bytes);
    if (a->like != NULL) {
        PUT(out, ",\"like\":");
        put_text(out, a->like);
    }
    PUT(out, ",\"notes\":");
    put_notes(out, a);
    PUT(out, ",\"error\":");
    put_error(out, a);
    put_clauses(out, a);
    if (p->count && a->results != NULL) {
        PUT(out, ",\"count\":");
        output_number(out, quire_results_count(a->results));
    }
    if (p->explain && a->results != NULL) {
        PUT(out, ",\"explanation\":");
        put_text(out, quire_results_explanation(a->results));
    }
    if (a->tally != NULL)
        by_json_totals(out, a, p);
    PUT(out, "}\n");
}

/* ---- results ---- */

static void
put_origin(output *out, const quire_hit *hit)
{
    PUT(out, ",\"title\":");
    put_string(out, hit->title, hit->title_bytes);
    PUT(out, ",\"date\":");
    put_text(out, hit->date);
    PUT(out, ",\"source\":");
    put_text(out, hit->source);
    PUT(out, ",\"url\":");
    put_text(out, hit->url);
    PUT(out, ",\"path\":");
    put_text(out, hit->path);
    PUT(out, ",\"start\":");
    put_offset(out, hit->start);
    PUT(out, ",\"end\":");
    put_offset(out, hit->end);
}

/* An article's other keys, which are JSON already.  In it, what a terminal or a reader of lines
 * might act upon stands in strings only, where an escape means the same. */
static void
put_extra(output *out, const char *extra)
{
    const size_t nbytes = strlen(extra);

    if (!json_text_is_object(extra))
        return;
    PUT(out, ",\"extra\":");
    for (size_t at = 0; at < nbytes;) {
        ucs4_t c = 0;
        int length = u8_mbtoucr(&c, (const uint8_t *)extra + at, nbytes - at);
        size_t taken = length < 1 ? 1 : (size_t)length;

        if (length > 0 && show_is_unsafe(c))
            put_escape(out, c);
        else
            output_bytes(out, extra + at, taken);
        at += taken;
    }
}

/* The passages that are shown of an article. */
static void
put_passages(output *out, const quire_hit *hit)
{
    PUT(out, ",\"passages\":[");
    for (size_t i = 0; i < hit->npassages; i++) {
        const quire_hit *passage = &hit->passages[i];

        if (i > 0)
            output_char(out, ',');
        PUT(out, "{\"passage\":");
        output_number(out, passage->passage);
        PUT(out, ",\"score\":");
        output_real(out, passage->score);
        PUT(out, ",\"start\":");
        put_offset(out, passage->start);
        PUT(out, ",\"end\":");
        put_offset(out, passage->end);
        PUT(out, ",\"text\":");
        put_string(out, passage->text, passage->text_bytes);
        PUT(out, ",\"marks\":");
        put_marks(out, passage->marks, passage->nmarks);
        PUT(out, ",\"title_marks\":");
        put_marks(out, passage->title_marks, passage->ntitle_marks);
        output_char(out, '}');
    }
    output_char(out, ']');
}

static void
put_copy(output *out, const quire_copy *copy)
{
    PUT(out, "{\"article\":");
    put_text(out, copy->article);
    PUT(out, ",\"passage\":");
    if (copy->passage > 0)
        output_number(out, copy->passage);
    else
        PUT(out, "null");
    PUT(out, ",\"source\":");
    put_text(out, copy->source);
    PUT(out, ",\"date\":");
    put_text(out, copy->date);
    PUT(out, ",\"path\":");
    put_text(out, copy->path);
    PUT(out, ",\"earliest\":");
    output_string(out, copy->is_earliest ? "true" : "false");
    PUT(out, ",\"longest\":");
    output_string(out, copy->is_longest ? "true" : "false");
    output_char(out, '}');
}

static void
put_copies(output *out, const quire_hit *hit)
{
    PUT(out, ",\"copies\":[");
    for (size_t i = 0; i < hit->ncopies; i++) {
        if (i > 0)
            output_char(out, ',');
        put_copy(out, &hit->copies[i]);
    }
    PUT(out, "],\"copies_total\":");
    output_number(out, hit->copies_total);
}

/* The words that stand in other results too: where, and in which. */
static void
put_quotations(output *out, const answer *a, const quire_hit *hit)
{
    PUT(out, ",\"quotation\":[");
    for (size_t i = 0; i < hit->nquotations; i++) {
        const quire_quotation *q = &hit->quotations[i];
        const quire_hit *other = quire_results_hit(a->results, q->hit);

        if (i > 0)
            output_char(out, ',');
        PUT(out, "{\"start\":");
        output_number(out, q->start);
        PUT(out, ",\"end\":");
        output_number(out, q->end);
        PUT(out, ",\"rank\":");
        output_number(out, q->hit + 1);
        PUT(out, ",\"article\":");
        put_text(out, other->article);
        PUT(out, ",\"passage\":");
        output_number(out, other->passage);
        output_char(out, '}');
    }
    output_char(out, ']');
}

/* A passage whose stored text does not fit its checksum. */
static void
print_damaged(output *out, const answer *a, const quire_hit *hit, size_t rank)
{
    PUT(out, "{\"type\":\"damaged\",\"query_id\":");
    put_text(out, a->query_id);
    PUT(out, ",\"rank\":");
    output_number(out, rank);
    PUT(out, ",\"score\":");
    output_real(out, hit->score);
    PUT(out, ",\"error\":{\"status\":\"corrupt\",\"message\":");
    put_text(out, hit->damage);
    PUT(out, "}}\n");
}

static void
print_result(output *out, const answer *a, const quire_hit *hit, size_t rank)
{
    if (hit->damage != NULL) {
        print_damaged(out, a, hit, rank);
        return;
    }
    PUT(out, "{\"type\":\"result\",\"query_id\":");
    put_text(out, a->query_id);
    PUT(out, ",\"rank\":");
    output_number(out, rank);
    PUT(out, ",\"score\":");
    output_real(out, hit->score);
    PUT(out, ",\"article\":");
    put_text(out, hit->article);
    PUT(out, ",\"passage\":");
    output_number(out, hit->passage);
    put_origin(out, hit);
    PUT(out, ",\"text\":");
    put_string(out, hit->text, hit->text_bytes);
    PUT(out, ",\"marks\":");
    put_marks(out, hit->marks, hit->nmarks);
    PUT(out, ",\"title_marks\":");
    put_marks(out, hit->title_marks, hit->ntitle_marks);
    put_copies(out, hit);
    put_quotations(out, a, hit);
    PUT(out, ",\"author\":");
    put_text(out, hit->author);
    PUT(out, ",\"language\":");
    put_text(out, hit->language);
    PUT(out, ",\"furniture\":");
    output_string(out, hit->furniture ? "true" : "false");
    if (hit->extra != NULL)
        put_extra(out, hit->extra);
    if (hit->passages != NULL)
        put_passages(out, hit);
    if (hit->explanation != NULL) {
        PUT(out, ",\"explanation\":");
        put_text(out, hit->explanation);
    }
    PUT(out, "}\n");
}

static void
print_jsonl(output *out, const answer *a, const presentation *p)
{
    size_t nhits = format_nhits(a, p);

    print_query(out, a, p);
    if (a->tally != NULL)
        by_json_rows(out, a, p);
    for (size_t i = 0; i < nhits; i++)
        print_result(out, a, quire_results_hit(a->results, i), i + 1);
}

/* ---- A whole article ---- */

static void
put_article(output *out, const answer *a, const quire_hit *hit)
{
    PUT(out, "{\"v\":1,\"type\":\"article\",\"article\":");
    put_text(out, a->article);
    PUT(out, ",\"query\":");
    put_string(out, a->query, a->query_bytes);
    PUT(out, ",\"notes\":");
    put_notes(out, a);
    PUT(out, ",\"error\":");
    put_error(out, a);
    put_clauses(out, a);
    if (hit != NULL) {
        PUT(out, ",\"title\":");
        put_string(out, hit->title, hit->title_bytes);
        PUT(out, ",\"title_marks\":");
        put_marks(out, hit->title_marks, hit->ntitle_marks);
        PUT(out, ",\"date\":");
        put_text(out, hit->date);
        PUT(out, ",\"source\":");
        put_text(out, hit->source);
        PUT(out, ",\"author\":");
        put_text(out, hit->author);
        PUT(out, ",\"url\":");
        put_text(out, hit->url);
        PUT(out, ",\"language\":");
        put_text(out, hit->language);
        PUT(out, ",\"path\":");
        put_text(out, hit->path);
        if (hit->extra != NULL)
            put_extra(out, hit->extra);
    }
    PUT(out, "}\n");
}

static void
put_sentences(output *out, const quire_hit *hit)
{
    PUT(out, ",\"sentences\":[");
    for (size_t i = 0; i < hit->nsentences; i++) {
        if (i > 0)
            output_char(out, ',');
        PUT(out, "{\"start\":");
        output_number(out, hit->sentences[i].start);
        PUT(out, ",\"end\":");
        output_number(out, hit->sentences[i].end);
        PUT(out, ",\"block\":");
        output_number(out, hit->sentences[i].block);
        output_char(out, '}');
    }
    output_char(out, ']');
}

static void
put_passage(output *out, const answer *a, const quire_hit *hit)
{
    PUT(out, "{\"type\":\"passage\",\"article\":");
    put_text(out, a->article);
    PUT(out, ",\"passage\":");
    output_number(out, hit->passage);
    PUT(out, ",\"furniture\":");
    output_string(out, hit->furniture ? "true" : "false");
    PUT(out, ",\"start\":");
    put_offset(out, hit->start);
    PUT(out, ",\"end\":");
    put_offset(out, hit->end);
    PUT(out, ",\"text\":");
    put_string(out, hit->text, hit->text_bytes);
    PUT(out, ",\"marks\":");
    put_marks(out, hit->marks, hit->nmarks);
    put_sentences(out, hit);
    PUT(out, "}\n");
}

static void
show_jsonl(output *out, const answer *a, const presentation *p)
{
    (void)p;
    put_article(out, a, format_first_passage(a));
    for (size_t i = 0; a->results != NULL && i < quire_results_size(a->results); i++) {
        const quire_hit *hit = quire_results_hit(a->results, i);

        if (hit->damage != NULL)
            print_damaged(out, a, hit, i + 1);
        else
            put_passage(out, a, hit);
    }
}

/* A reader never takes half an answer for a whole one. */
static const char without_memory[] = "{\"v\":1,\"type\":\"error\",\"message\":\"out of memory\"}\n";

const format format_jsonl = {.name = "jsonl",
                             .holds_notes = true,
                             .print = print_jsonl,
                             .show = show_jsonl,
                             .named_copies = QUIRE_MAX_COPIES,
                             .without_memory = without_memory};
