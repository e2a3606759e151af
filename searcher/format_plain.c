/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_plain.c - one result a line, for eyes and for cut and awk:
 *
 *   rank TAB score TAB article#passage TAB date TAB text, what matched in brackets
 *
 * A passage that is damaged has the line  rank TAB "error" TAB message.  In a batch each line
 * begins with the query's id and a TAB, and a query that was an error has the line  id TAB "error"
 * TAB message.  Of a whole article each paragraph has a line
 *
 *   article#passage TAB "title", "text", "furniture" or "error" TAB text, what matched in brackets
 */
#include <inttypes.h>

#include "by.h"
#include "format.h"
#include "show.h"

static const show_style brackets = {"[", "]", 1};

static void
print_id(output *out, const answer *a, const presentation *p)
{
    if (!p->batch)
        return;
    show_string(out, a->query_id);
    output_char(out, '\t');
}

/* A passage that has no text is its title. */
static void
print_passage(output *out, const quire_hit *hit)
{
    if (hit->text_bytes > 0)
        show_marked(out, hit->text, hit->text_bytes, hit->marks, hit->nmarks, &brackets);
    else
        show_marked(out, hit->title, hit->title_bytes, hit->title_marks, hit->ntitle_marks,
                    &brackets);
}

static void
print_hit(output *out, const quire_hit *hit, size_t rank)
{
    if (hit->damage != NULL) {
        output_printf(out, "%zu\terror\t", rank);
        show_string(out, hit->damage);
        output_char(out, '\n');
        return;
    }
    output_printf(out, "%zu\t%.6f\t", rank, hit->score);
    show_string(out, hit->article);
    if (hit->passages == NULL)
        output_printf(out, "#%" PRIu32, hit->passage);
    output_char(out, '\t');
    if (hit->date != NULL)
        show_string(out, hit->date);
    output_char(out, '\t');
    print_passage(out, hit);
    output_char(out, '\n');
}

static void
print_plain(output *out, const answer *a, const presentation *p)
{
    size_t nhits = format_nhits(a, p);

    if (a->results == NULL) {
        if (p->batch) {
            print_id(out, a, p);
            output_string(out, "error\t");
            show_string(out, a->error);
            output_char(out, '\n');
        }
        return;
    }
    if (a->tally != NULL) {
        by_plain(out, a, p);
        return;
    }
    for (size_t i = 0; i < nhits; i++) {
        print_id(out, a, p);
        print_hit(out, quire_results_hit(a->results, i), i + 1);
    }
    if (p->count) {
        print_id(out, a, p);
        format_count(out, a, p);
    }
}

/* ---- A whole article ---- */

static void
begin_line(output *out, const answer *a, const quire_hit *hit, const char *kind)
{
    show_string(out, a->article);
    output_printf(out, "#%" PRIu32 "\t%s\t", hit->passage, kind);
}

static void
show_passage(output *out, const answer *a, const quire_hit *hit)
{
    uint32_t end = 0;

    if (hit->damage != NULL) {
        begin_line(out, a, hit, "error");
        show_string(out, hit->damage);
        output_char(out, '\n');
    }
    for (uint32_t start = 0; start < hit->text_bytes; start = end) {
        end = format_paragraph_end(hit, start, (uint32_t)hit->text_bytes);
        begin_line(out, a, hit, hit->furniture ? "furniture" : "text");
        show_part(out, hit->text, start, end, hit->marks, hit->nmarks, &brackets, 0, 0);
        output_char(out, '\n');
    }
}

static void
show_plain(output *out, const answer *a, const presentation *p)
{
    const quire_hit *first = format_first_passage(a);

    (void)p;
    if (first != NULL && first->title_bytes > 0) {
        begin_line(out, a, first, "title");
        show_marked(out, first->title, first->title_bytes, first->title_marks, first->ntitle_marks,
                    &brackets);
        output_char(out, '\n');
    }
    for (size_t i = 0; a->results != NULL && i < quire_results_size(a->results); i++)
        show_passage(out, a, quire_results_hit(a->results, i));
}

const format format_plain = {.name = "plain",
                             .extension = "txt",
                             .print = print_plain,
                             .show = show_plain,
                             .without_memory = ""};
