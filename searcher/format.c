/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format.c - the table of output formats, and what they share. */
#include "format.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "show.h"

const format *
format_find(const char *name)
{
    static const format *const formats[] = {&format_human, &format_plain, &format_jsonl,
                                            &format_tsv,   &format_csv,   &format_html,
                                            &format_trec};

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

const quire_note *
format_note(const answer *a, size_t i)
{
    const quire_results *noted = a->results != NULL ? a->results : a->refused;

    if (i < a->nnotes)
        return &a->notes[i];
    return noted != NULL ? quire_results_note(noted, i - a->nnotes) : NULL;
}

#define EXCERPT_BYTES 40

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool
is_inside_character(char c)
{
    return (c & 0xC0) == 0x80;
}

/* Bytes *start_out up to *end_out of the query are the words, or a part of them, that a note is
 * about. */
static void
find_excerpt(const answer *a, const quire_note *note, size_t *start_out, size_t *end_out)
{
    size_t start = note->start;
    size_t end = note->end;

    if (end > start + EXCERPT_BYTES)
        end = start + EXCERPT_BYTES;
    while (start > 0 && end - start < EXCERPT_BYTES && !is_blank(a->query[start - 1]))
        start--;
    while (end < a->query_bytes && end - start < EXCERPT_BYTES && !is_blank(a->query[end]))
        end++;
    while (start < end && is_inside_character(a->query[start]))
        start++;
    while (end > start && end < a->query_bytes && is_inside_character(a->query[end]))
        end--;
    *start_out = start;
    *end_out = end;
}

char *
format_note_line(const answer *a, const quire_note *note)
{
    size_t start = 0;
    size_t end = 0;
    char *line = NULL;

    if (a->query == NULL || note->start >= note->end || note->end > a->query_bytes ||
        strcmp(note->code, "empty-query") == 0)
        return strdup(note->text);
    if (memmem(note->text, strlen(note->text), a->query + note->start, note->end - note->start) !=
        NULL)
        return strdup(note->text);
    find_excerpt(a, note, &start, &end);
    if (asprintf(&line, "%s: %.*s", note->text, (int)(end - start), a->query + start) < 0)
        return NULL;
    return line;
}

/* ---- the place of a note ---- */

#define PLACE_BEFORE 60 /* bytes of a long query that are shown before the place */
#define PLACE_BYTES 240 /* that are shown in all */

/* Add a character of the query, and below it what stands under it. */
static void
add_character(output *line, output *below, const shown *c, char mark)
{
    const size_t width = c->is_blank ? 1 : (size_t)(c->width > 0 ? c->width : 0);

    if (c->is_blank)
        output_char(line, ' ');
    else
        output_bytes(line, c->bytes, c->nbytes);
    for (size_t i = 0; i < width; i++)
        output_char(below, mark);
}

/* The part of a query that is shown: all of it, if it is not long. */
static void
choose_part(const answer *a, size_t place, size_t *start_out, size_t *end_out)
{
    size_t start = place > 2 * PLACE_BEFORE ? place - PLACE_BEFORE : 0;
    size_t end = a->query_bytes - start > PLACE_BYTES ? start + PLACE_BYTES : a->query_bytes;

    while (start < place && is_inside_character(a->query[start]))
        start++;
    while (end > start && end < a->query_bytes && is_inside_character(a->query[end]))
        end--;
    *start_out = start;
    *end_out = end;
}

void
format_place(output *out, const answer *a, const quire_note *note)
{
    static const shown dots = {.bytes = "...", .nbytes = 3, .width = 3};
    output below = {0};
    bool is_marked = false;
    size_t at = 0;
    size_t end = 0;

    if (a->query == NULL || note->start > a->query_bytes)
        return;
    choose_part(a, note->start, &at, &end);
    output_string(out, "  ");
    if (at > 0)
        add_character(out, &below, &dots, ' ');
    while (at < end) {
        shown c = {0};
        const bool is_place = at >= note->start && at < note->end;

        at += show_next(a->query + at, end - at, &c);
        add_character(out, &below, &c, is_place ? '^' : ' ');
        is_marked = is_marked || (is_place && c.width > 0);
    }
    if (end < a->query_bytes)
        add_character(out, &below, &dots, ' ');
    output_string(out, "\n  ");
    while (is_marked && below.size > 0 && below.bytes[below.size - 1] == ' ')
        below.size--;
    output_bytes(out, below.bytes, below.size);
    output_string(out, is_marked ? "\n" : "^\n");
    out->has_failed = out->has_failed || below.has_failed;
    output_free(&below);
}

bool
format_choose(const quire_hit *hit, const presentation *p, format_snippet *out)
{
    const size_t n = hit->nsentences;

    *out = (format_snippet){.parts = calloc(n + 1, sizeof *out->parts)};
    if (out->parts == NULL)
        return false;
    if (p->snippet_words > 0)
        out->nparts = quire_snippet(hit, p->snippet_words, out->parts);
    if (out->nparts > 0) {
        out->is_cut_before = out->parts[0].start > hit->sentences[0].start;
        out->is_cut_after = out->parts[out->nparts - 1].end < hit->sentences[n - 1].end;
    } else {
        out->parts[0] = (quire_range){0, (uint32_t)hit->text_bytes};
        out->nparts = 1;
    }
    return true;
}

uint32_t
format_paragraph_end(const quire_hit *hit, uint32_t start, uint32_t end)
{
    size_t i = 0;

    while (i < hit->nsentences && hit->sentences[i].end <= start)
        i++;
    for (i++; i < hit->nsentences && hit->sentences[i].start < end; i++)
        if (hit->sentences[i].block != hit->sentences[i - 1].block)
            return hit->sentences[i].start;
    return end;
}

const quire_hit *
format_first_passage(const answer *a)
{
    const size_t nhits = a->results != NULL ? quire_results_size(a->results) : 0;
    const quire_hit *first = NULL;

    /* The title counts in the first passage that is no furniture. */
    for (size_t i = 0; i < nhits; i++) {
        const quire_hit *hit = quire_results_hit(a->results, i);

        if (hit->damage == NULL && (first == NULL || (first->furniture && !hit->furniture)))
            first = hit;
    }
    return first;
}

bool
format_has_source(const char *source)
{
    return source != NULL && source[0] != '\0';
}

/* By its source, unless that is the hit's own. */
static void
print_copy(output *out, const quire_copy *copy, const quire_hit *hit)
{
    if (format_has_source(copy->source) &&
        (!format_has_source(hit->source) || strcmp(copy->source, hit->source) != 0))
        show_string(out, copy->source);
    else
        show_string(out, copy->article);
    if (copy->is_earliest || copy->is_longest)
        output_printf(out, " (%s%s%s)", copy->is_earliest ? "the earliest" : "",
                      copy->is_earliest && copy->is_longest ? ", " : "",
                      copy->is_longest ? "the longest" : "");
}

void
format_copies(output *out, const quire_hit *hit)
{
    const size_t nshown = hit->ncopies < FORMAT_COPIES_SHOWN ? hit->ncopies : FORMAT_COPIES_SHOWN;

    output_printf(out, "also in %" PRIu64 " other%s: ", hit->copies_total,
                  hit->copies_total == 1 ? "" : "s");
    for (size_t i = 0; i < nshown; i++) {
        if (i > 0)
            output_string(out, ", ");
        print_copy(out, &hit->copies[i], hit);
    }
    if (nshown < hit->copies_total)
        output_string(out, ", ...");
}

bool
format_is_link(const char *url)
{
    if (url == NULL ||
        (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0))
        return false;
    for (const char *c = url; *c != '\0'; c++)
        if ((unsigned char)*c <= 0x20 || *c == 0x7F)
            return false;
    return true;
}

size_t
format_nhits(const answer *a, const presentation *p)
{
    size_t nhits = a->results != NULL ? quire_results_size(a->results) : 0;

    return nhits < p->number ? nhits : p->number;
}

void
format_count(output *out, const answer *a, const presentation *p)
{
    uint64_t count = quire_results_count(a->results);

    output_printf(out, "%" PRIu64, count);
    if (p->number > 0)
        output_printf(out, " %s%s", p->by_article ? "article" : "passage", count == 1 ? "" : "s");
    output_char(out, '\n');
}
