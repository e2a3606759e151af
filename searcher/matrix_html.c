/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matrix_html.c - the table of --matrix as a page. */
#include <inttypes.h>

#include "by.h"
#include "html.h"
#include "matrix.h"

static void
put_head(output *out, const matrix_column *c)
{
    size_t nbytes = 0;
    const char *head = matrix_head(c, &nbytes);

    PUT(out, "<bdi>");
    html_short(out, head != NULL && nbytes > 0 ? head : c->id, 40);
    PUT(out, "</bdi>");
}

/* Queries that have an id of their own are told below it; errors are, too. */
static void
put_queries(output *out, const matrix *m)
{
    PUT(out, "<ol class=\"meta\">\n");
    for (size_t i = 0; i < m->ncolumns; i++) {
        const matrix_column *c = &m->columns[i];

        PUT(out, "<li>");
        if (c->has_id) {
            PUT(out, "<strong><bdi>");
            html_string(out, c->id);
            PUT(out, "</bdi></strong>: ");
        }
        PUT(out, "<bdi>");
        html_text(out, c->text, c->nbytes < 300 ? c->nbytes : 300);
        PUT(out, "</bdi>");
        if (c->error != NULL) {
            PUT(out, " <span class=\"damage\">was not answered: ");
            html_string(out, c->error);
            PUT(out, "</span></li>\n");
        } else {
            output_printf(out, ", %" PRIu64 " article%s</li>\n", c->narticles,
                          c->narticles == 1 ? "" : "s");
        }
    }
    PUT(out, "</ol>\n");
}

static void
put_lacks(output *out, const matrix *m, size_t row)
{
    bool is_first = true;

    PUT(out, "<td class=\"lacks\">");
    for (size_t i = 0; i < m->ncolumns; i++) {
        if (!matrix_lacks(&m->columns[i], row))
            continue;
        if (!is_first)
            PUT(out, ", ");
        is_first = false;
        put_head(out, &m->columns[i]);
    }
    PUT(out, "</td>");
}

static void
put_row(output *out, const matrix *m, size_t row)
{
    const quire_tally_row *of = quire_tally_get(m->all, row);

    PUT(out, "<tr><th scope=\"row\"><bdi>");
    if (of->name != NULL)
        html_string(out, of->name);
    else
        output_string(out, by_nameless(m->options->by));
    output_printf(out, "</bdi></th><td>%" PRIu64 "</td>", of->narticles);
    for (size_t i = 0; i < m->ncolumns; i++) {
        const uint64_t *counts = m->columns[i].counts;

        if (counts == NULL)
            PUT(out, "<td class=\"none\">?</td>");
        else
            output_printf(out, "<td%s>%" PRIu64 "</td>", counts[row] == 0 ? " class=\"none\"" : "",
                          counts[row]);
    }
    put_lacks(out, m, row);
    PUT(out, "</tr>\n");
}

static void
put_table(output *out, const matrix *m)
{
    const char *name = by_name(m->options->by);

    PUT(out, "<div class=\"charts\"><div class=\"wide\" tabindex=\"0\" role=\"region\" "
             "aria-label=\"Who mentions what\">\n<table>\n<caption>Articles that match, of all");
    if (m->nrows < quire_tally_size(m->all))
        output_printf(out, " (%zu rows are left out)", quire_tally_size(m->all) - m->nrows);
    output_printf(out, "</caption>\n<thead><tr><th scope=\"col\">%c%s</th>", name[0] - 'a' + 'A',
                  name + 1);
    PUT(out, "<th scope=\"col\">All</th>");
    for (size_t i = 0; i < m->ncolumns; i++) {
        PUT(out, "<th scope=\"col\">");
        put_head(out, &m->columns[i]);
        PUT(out, "</th>");
    }
    PUT(out, "<th scope=\"col\" class=\"lacks\">Not mentioned</th></tr></thead>\n<tbody>\n");
    for (size_t row = 0; row < m->nrows; row++)
        put_row(out, m, row);
    PUT(out, "</tbody>\n</table>\n</div></div>\n");
}

void
matrix_html(output *out, const matrix *m)
{
    html_begin_page(out);
    PUT(out, "Who mentions what");
    html_begin_body(out);
    PUT(out, "<main>\n<section class=\"answer\">\n<header>\n<p class=\"by\">Articles by query</p>\n"
             "<h1 class=\"query\">Who mentions what</h1>\n");
    put_queries(out, m);
    PUT(out, "</header>\n");
    put_table(out, m);
    PUT(out, "</section>\n");
    output_string(out, html_end_page);
}
