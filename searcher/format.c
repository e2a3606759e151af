/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format.c - the table of output formats, and what they share. */
#include "format.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const format *
format_find(const char *name)
{
    static const format *const formats[] = {&format_human, &format_plain, &format_jsonl,
                                            &format_trec};

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

const quire_note *
format_note(const answer *a, size_t i)
{
    if (i < a->nnotes)
        return &a->notes[i];
    return a->results != NULL ? quire_results_note(a->results, i - a->nnotes) : NULL;
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
        output_string(out, count == 1 ? " passage" : " passages");
    output_char(out, '\n');
}
