/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_plain.c - one result a line, for eyes and for cut and awk:
 *
 *   rank TAB score TAB article#passage TAB date TAB text, what matched in brackets
 *
 * In a batch each line begins with the query's id and a TAB, and a query that was an error has the
 * line  id TAB "error" TAB message. */
#include <inttypes.h>

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
    for (size_t i = 0; i < nhits; i++) {
        print_id(out, a, p);
        print_hit(out, quire_results_hit(a->results, i), i + 1);
    }
    if (p->count) {
        print_id(out, a, p);
        format_count(out, a, p);
    }
}

const format format_plain = {"plain", false, print_plain, ""};
