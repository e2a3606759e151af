/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_human.c - results for people: title, where it comes from, the passage wrapped to the
 * terminal, what matched in colour or, where there is none, in brackets. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "by.h"
#include "format.h"
#include "show.h"

#define INDENT 3          /* of a result's lines after the first */
#define COPIES_SHOWN 5    /* of a result's, by name */
#define HEADING_BYTES 200 /* of a query, above its results in a batch */

typedef struct {
    show_style title;
    show_style text;
    const char *title_open;
    const char *title_close;
    const char *dim;
    const char *plain; /* again */
} styles;

static styles
choose_styles(bool color)
{
    static const show_style brackets = {"[", "]", 1};

    if (!color)
        return (styles){brackets, brackets, "", "", "", ""};
    return (styles){.title = {"\033[0;1;31m", "\033[0;1m", 0},
                    .text = {"\033[1;31m", "\033[0m", 0},
                    .title_open = "\033[1m",
                    .title_close = "\033[0m",
                    .dim = "\033[2m",
                    .plain = "\033[0m"};
}

/* Where the article can be read: its address, else its file, if that is there; "" else.  For
 * free(); NULL when memory is out. */
static char *
find_address(const quire_hit *hit)
{
    char host[256] = "";
    char *file = NULL;
    char *address = NULL;
    struct stat st;

    if (format_is_link(hit->url))
        return strdup(hit->url);
    if (hit->path != NULL)
        file = realpath(hit->path, NULL);
    if (file == NULL || stat(file, &st) != 0 || !S_ISREG(st.st_mode) ||
        gethostname(host, sizeof host - 1) != 0)
        address = strdup("");
    else if (asprintf(&address, "file://%s%s", host, file) < 0)
        address = NULL;
    free(file);
    return address;
}

/* Begin a hyperlink (OSC 8); false where there is nothing to lead to. */
static bool
open_link(output *out, const quire_hit *hit)
{
    char *address = find_address(hit);
    const bool is_link = address != NULL && address[0] != '\0';

    if (is_link) {
        output_string(out, "\033]8;;");
        show_address(out, address);
        output_string(out, "\033\\");
    }
    free(address);
    return is_link;
}

static void
print_title(output *out, const quire_hit *hit, const styles *s, const presentation *p)
{
    const bool is_link = p->hyperlinks && open_link(out, hit);

    output_string(out, s->title_open);
    if (hit->title_bytes > 0)
        show_marked(out, hit->title, hit->title_bytes, hit->title_marks, hit->ntitle_marks,
                    &s->title);
    else
        show_string(out, hit->article);
    output_printf(out, "%s%s\n", s->title_close, is_link ? "\033]8;;\033\\" : "");
}

static bool
has_source(const char *source)
{
    return source != NULL && source[0] != '\0';
}

/* Source, date, passage and where its bytes are. */
static void
print_origin(output *out, const quire_hit *hit, int indent, bool with_passage)
{
    output_blanks(out, (size_t)indent);
    if (has_source(hit->source)) {
        show_string(out, hit->source);
        output_string(out, ", ");
    }
    if (hit->date != NULL) {
        show_string(out, hit->date);
        output_string(out, ", ");
    }
    show_string(out, hit->article);
    if (with_passage)
        output_printf(out, "#%" PRIu32, hit->passage);
    if (hit->furniture && with_passage)
        output_string(out, " (site furniture)");
    if (hit->path != NULL) {
        output_string(out, ", ");
        show_string(out, hit->path);
        if (hit->start != QUIRE_NO_OFFSET && with_passage)
            output_printf(out, ":%" PRIu64 "-%" PRIu64, hit->start, hit->end);
    }
    output_char(out, '\n');
}

/* By its source, unless that is the hit's own. */
static void
print_copy(output *out, const quire_copy *copy, const quire_hit *hit)
{
    if (has_source(copy->source) &&
        (!has_source(hit->source) || strcmp(copy->source, hit->source) != 0))
        show_string(out, copy->source);
    else
        show_string(out, copy->article);
    if (copy->is_earliest || copy->is_longest)
        output_printf(out, " (%s%s%s)", copy->is_earliest ? "the earliest" : "",
                      copy->is_earliest && copy->is_longest ? ", " : "",
                      copy->is_longest ? "the longest" : "");
}

static void
print_copies(output *out, const quire_hit *hit)
{
    const size_t nshown = hit->ncopies < COPIES_SHOWN ? hit->ncopies : COPIES_SHOWN;

    if (hit->copies_total == 0)
        return;
    output_blanks(out, (size_t)INDENT);
    output_printf(out, "also in %" PRIu64 " other%s: ", hit->copies_total,
                  hit->copies_total == 1 ? "" : "s");
    for (size_t i = 0; i < nshown; i++) {
        if (i > 0)
            output_string(out, ", ");
        print_copy(out, &hit->copies[i], hit);
    }
    output_string(out, nshown < hit->copies_total ? ", ...\n" : "\n");
}

/* The other results that share words with this one, each once. */
static void
print_quotations(output *out, const answer *a, const quire_hit *hit)
{
    for (size_t i = 0; i < hit->nquotations; i++) {
        const size_t other = hit->quotations[i].hit;
        bool is_told = false;

        for (size_t j = 0; j < i; j++)
            is_told = is_told || hit->quotations[j].hit == other;
        if (is_told)
            continue;
        output_blanks(out, (size_t)INDENT);
        output_printf(out, "same quotation in %zu. ", other + 1);
        show_string(out, quire_results_hit(a->results, other)->article);
        output_char(out, '\n');
    }
}

static void
print_text(output *out, const quire_hit *hit, const presentation *p, const styles *s)
{
    format_snippet snippet;

    if (!format_choose(hit, p, &snippet)) {
        out->has_failed = true;
        return;
    }
    output_blanks(out, (size_t)INDENT);
    show_parts(out, hit->text, snippet.parts, snippet.nparts, snippet.is_cut_before,
               snippet.is_cut_after, hit->marks, hit->nmarks, &s->text, INDENT, p->width);
    output_char(out, '\n');
    free(snippet.parts);
}

static void
print_damage(output *out, const quire_hit *hit, const presentation *p, const styles *s)
{
    output_printf(out, "%sThis passage is damaged%s\n", s->title_open, s->title_close);
    output_blanks(out, (size_t)INDENT);
    show_wrapped(out, hit->damage, strlen(hit->damage), NULL, 0, &s->text, INDENT, p->width);
    output_char(out, '\n');
}

static void
print_origin_and_text(output *out, const quire_hit *hit, const presentation *p, const styles *s)
{
    print_origin(out, hit, INDENT, true);
    if (hit->text_bytes > 0)
        print_text(out, hit, p, s);
}

static void
print_passage(output *out, const quire_hit *hit, const presentation *p, const styles *s)
{
    print_title(out, hit, s, p);
    print_origin_and_text(out, hit, p, s);
}

/* The first of an article's passages, whose headline it is, has the marks in that. */
static void
print_passages(output *out, const quire_hit *hit, const presentation *p, const styles *s)
{
    print_title(out, &hit->passages[0], s, p);
    for (size_t i = 0; i < hit->npassages; i++)
        print_origin_and_text(out, &hit->passages[i], p, s);
}

static void
print_hit(output *out, const answer *a, size_t i, const presentation *p)
{
    const quire_hit *hit = quire_results_hit(a->results, i);
    styles s = choose_styles(p->color);

    output_printf(out, "%zu. ", i + 1);
    if (hit->damage != NULL) {
        print_damage(out, hit, p, &s);
        return;
    }
    if (hit->npassages > 0)
        print_passages(out, hit, p, &s);
    else
        print_passage(out, hit, p, &s);
    print_copies(out, hit);
    print_quotations(out, a, hit);
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
    if (a->tally != NULL) {
        by_human(out, a, p);
        return;
    }
    if (p->explain)
        show_lines(out, quire_results_explanation(a->results), 0);
    for (size_t i = 0; i < nhits; i++) {
        if (i > 0 || p->explain)
            output_char(out, '\n');
        print_hit(out, a, i, p);
    }
    if (is_counted) {
        if (nhits > 0)
            output_char(out, '\n');
        format_count(out, a, p);
    }
}

/* ---- A whole article ---- */

/* The paragraphs of a passage, an empty line before each; furniture is dim, or set off by a bar. */
static void
show_passage(output *out, const quire_hit *hit, const presentation *p, const styles *s)
{
    const int indent = hit->furniture && !p->color ? 2 : 0;
    uint32_t end = 0;

    if (hit->damage != NULL) {
        output_char(out, '\n');
        print_damage(out, hit, p, s);
    }
    for (uint32_t start = 0; start < hit->text_bytes; start = end) {
        end = format_paragraph_end(hit, start, (uint32_t)hit->text_bytes);
        output_printf(out, "\n%s%s", hit->furniture ? s->dim : "", indent > 0 ? "| " : "");
        show_part(out, hit->text, start, end, hit->marks, hit->nmarks, &s->text, indent, p->width);
        output_printf(out, "%s\n", hit->furniture ? s->plain : "");
    }
}

static void
show_human(output *out, const answer *a, const presentation *p)
{
    const styles s = choose_styles(p->color);
    const quire_hit *first = format_first_passage(a);

    if (first != NULL) {
        print_title(out, first, &s, p);
        print_origin(out, first, 0, false);
    }
    for (size_t i = 0; a->results != NULL && i < quire_results_size(a->results); i++)
        show_passage(out, quire_results_hit(a->results, i), p, &s);
}

const format format_human = {.name = "human",
                             .extension = "txt",
                             .print = print_human,
                             .show = show_human,
                             .named_copies = COPIES_SHOWN,
                             .without_memory = ""};
