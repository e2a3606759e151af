/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_human.c - results for people: title, where it comes from, the passage wrapped to the
 * terminal, what matched in colour or, where there is none, in brackets. */
#include <inttypes.h>
#include <stdlib.h>

#include "format.h"
#include "show.h"

#define INDENT 3          /* of a result's lines after the first */
#define HEADING_BYTES 200 /* of a query, above its results in a batch */

typedef struct {
    show_style title;
    show_style text;
    const char *title_open;
    const char *title_close;
} styles;

static styles
choose_styles(bool color)
{
    static const show_style brackets = {"[", "]", 1};

    if (!color)
        return (styles){brackets, brackets, "", ""};
    return (styles){.title = {"\033[0;1;31m", "\033[0;1m", 0},
                    .text = {"\033[1;31m", "\033[0m", 0},
                    .title_open = "\033[1m",
                    .title_close = "\033[0m"};
}

static void
print_title(FILE *out, const quire_hit *hit, const styles *s)
{
    fputs(s->title_open, out);
    if (hit->title_bytes > 0)
        show_marked(out, hit->title, hit->title_bytes, hit->title_marks, hit->ntitle_marks,
                    &s->title);
    else
        show_string(out, hit->article);
    fprintf(out, "%s\n", s->title_close);
}

/* Source, date, passage and where its bytes are. */
static void
print_origin(FILE *out, const quire_hit *hit)
{
    fprintf(out, "%*s", INDENT, "");
    if (hit->source != NULL && hit->source[0] != '\0') {
        show_string(out, hit->source);
        fputs(", ", out);
    }
    if (hit->date != NULL) {
        show_string(out, hit->date);
        fputs(", ", out);
    }
    show_string(out, hit->article);
    fprintf(out, "#%" PRIu32, hit->passage);
    if (hit->furniture)
        fputs(" (site furniture)", out);
    if (hit->path != NULL) {
        fputs(", ", out);
        show_string(out, hit->path);
        if (hit->start != QUIRE_NO_OFFSET)
            fprintf(out, ":%" PRIu64 "-%" PRIu64, hit->start, hit->end);
    }
    fputc('\n', out);
}

static void
print_hit(FILE *out, const quire_hit *hit, size_t rank, const presentation *p)
{
    styles s = choose_styles(p->color);

    fprintf(out, "%zu. ", rank);
    print_title(out, hit, &s);
    print_origin(out, hit);
    if (hit->text_bytes > 0) {
        fprintf(out, "%*s", INDENT, "");
        show_wrapped(out, hit->text, hit->text_bytes, hit->marks, hit->nmarks, &s.text, INDENT,
                     p->width);
        fputc('\n', out);
    }
    if (hit->explanation != NULL)
        show_lines(out, hit->explanation, INDENT);
}

static void
print_heading(FILE *out, const answer *a)
{
    if (!a->first)
        fputc('\n', out);
    fputs("== ", out);
    show_string(out, a->query_id);
    fputs(": ", out);
    if (a->query != NULL && a->query_bytes <= HEADING_BYTES) {
        show_text(out, a->query, a->query_bytes);
    } else if (a->query != NULL) {
        size_t cut = HEADING_BYTES;
        while (cut > 0 && (a->query[cut] & 0xC0) == 0x80) /* inside a character */
            cut--;
        show_text(out, a->query, cut);
        fputs("...", out);
    }
    fputc('\n', out);
}

/* In a batch everything about a query stands under its heading. */
static void
print_remarks(FILE *out, const answer *a)
{
    const quire_note *note = NULL;

    for (size_t i = 0; (note = format_note(a, i)) != NULL; i++) {
        char *line = format_note_line(a, note);

        fputs("note: ", out);
        show_string(out, line != NULL ? line : note->text);
        fputc('\n', out);
        free(line);
    }
    if (a->results == NULL) {
        fputs("error: ", out);
        show_string(out, a->error);
        fputc('\n', out);
    } else if (quire_results_size(a->results) == 0 && quire_results_count(a->results) == 0) {
        fputs("no passage found\n", out);
    }
}

static void
print_human(FILE *out, const answer *a, const presentation *p)
{
    size_t nhits = format_nhits(a, p);
    bool is_counted = p->count && a->results != NULL;

    if (p->batch) {
        print_heading(out, a);
        print_remarks(out, a);
    }
    if (a->results == NULL)
        return;
    if (p->explain)
        show_lines(out, quire_results_explanation(a->results), 0);
    for (size_t i = 0; i < nhits; i++) {
        if (i > 0 || p->explain)
            fputc('\n', out);
        print_hit(out, quire_results_hit(a->results, i), i + 1, p);
    }
    if (is_counted) {
        if (nhits > 0)
            fputc('\n', out);
        format_count(out, a, p);
    }
}

const format format_human = {"human", false, print_human};
