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
print_title(output *out, const quire_hit *hit, const styles *s)
{
    output_string(out, s->title_open);
    if (hit->title_bytes > 0)
        show_marked(out, hit->title, hit->title_bytes, hit->title_marks, hit->ntitle_marks,
                    &s->title);
    else
        show_string(out, hit->article);
    output_printf(out, "%s\n", s->title_close);
}

/* Source, date, passage and where its bytes are. */
static void
print_origin(output *out, const quire_hit *hit)
{
    output_blanks(out, (size_t)INDENT);
    if (hit->source != NULL && hit->source[0] != '\0') {
        show_string(out, hit->source);
        output_string(out, ", ");
    }
    if (hit->date != NULL) {
        show_string(out, hit->date);
        output_string(out, ", ");
    }
    show_string(out, hit->article);
    output_printf(out, "#%" PRIu32, hit->passage);
    if (hit->furniture)
        output_string(out, " (site furniture)");
    if (hit->path != NULL) {
        output_string(out, ", ");
        show_string(out, hit->path);
        if (hit->start != QUIRE_NO_OFFSET)
            output_printf(out, ":%" PRIu64 "-%" PRIu64, hit->start, hit->end);
    }
    output_char(out, '\n');
}

static void
print_text(output *out, const quire_hit *hit, const styles *s, const presentation *p)
{
    if (hit->text_bytes == 0)
        return;
    output_blanks(out, (size_t)INDENT);
    show_wrapped(out, hit->text, hit->text_bytes, hit->marks, hit->nmarks, &s->text, INDENT,
                 p->width);
    output_char(out, '\n');
}

/* The first of an article's passages, whose headline it is, has the marks in that. */
static void
print_passages(output *out, const quire_hit *hit, const styles *s, const presentation *p)
{
    print_title(out, &hit->passages[0], s);
    for (size_t i = 0; i < hit->npassages; i++) {
        print_origin(out, &hit->passages[i]);
        print_text(out, &hit->passages[i], s, p);
    }
}

static void
print_hit(output *out, const quire_hit *hit, size_t rank, const presentation *p)
{
    styles s = choose_styles(p->color);

    output_printf(out, "%zu. ", rank);
    if (hit->npassages > 0) {
        print_passages(out, hit, &s, p);
    } else {
        print_title(out, hit, &s);
        print_origin(out, hit);
        print_text(out, hit, &s, p);
    }
    if (hit->explanation != NULL)
        show_lines(out, hit->explanation, INDENT);
}

static void
print_heading(output *out, const answer *a)
{
    if (!a->first)
        output_char(out, '\n');
    output_string(out, "== ");
    show_string(out, a->query_id);
    output_string(out, ": ");
    if (a->query != NULL && a->query_bytes <= HEADING_BYTES) {
        show_text(out, a->query, a->query_bytes);
    } else if (a->query != NULL) {
        size_t cut = HEADING_BYTES;
        while (cut > 0 && (a->query[cut] & 0xC0) == 0x80) /* inside a character */
            cut--;
        show_text(out, a->query, cut);
        output_string(out, "...");
    }
    output_char(out, '\n');
}

/* In a batch everything about a query stands under its heading. */
static void
print_remarks(output *out, const answer *a, const presentation *p)
{
    const quire_note *note = NULL;

    for (size_t i = 0; (note = format_note(a, i)) != NULL; i++) {
        char *line = format_note_line(a, note);

        output_string(out, "note: ");
        show_string(out, line != NULL ? line : note->text);
        output_char(out, '\n');
        free(line);
    }
    if (a->results == NULL) {
        output_string(out, "error: ");
        show_string(out, a->error);
        output_char(out, '\n');
    } else if (quire_results_size(a->results) == 0 && quire_results_count(a->results) == 0) {
        output_printf(out, "no %s found\n", p->by_article ? "article" : "passage");
    }
}

static void
print_human(output *out, const answer *a, const presentation *p)
{
    size_t nhits = format_nhits(a, p);
    bool is_counted = p->count && a->results != NULL;

    if (p->batch) {
        print_heading(out, a);
        print_remarks(out, a, p);
    }
    if (a->results == NULL)
        return;
    if (p->explain)
        show_lines(out, quire_results_explanation(a->results), 0);
    for (size_t i = 0; i < nhits; i++) {
        if (i > 0 || p->explain)
            output_char(out, '\n');
        print_hit(out, quire_results_hit(a->results, i), i + 1, p);
    }
    if (is_counted) {
        if (nhits > 0)
            output_char(out, '\n');
        format_count(out, a, p);
    }
}

const format format_human = {"human", false, print_human, ""};
