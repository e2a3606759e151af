/* SPDX-License-Identifier: GPL-3.0-or-later */
/* by_html.c - a tally on the page: a table, with a bar in each row. */
#include <inttypes.h>

#include "by.h"
#include "html.h"

static void
put_gap(output *out, uint64_t gap, const presentation *p)
{
    output_printf(out, "<tr class=\"gap\"><td colspan=\"%d\">%" PRIu64 " %s%s without</td></tr>\n",
                  p->by_article ? 4 : 5, gap, by_name(p->by), gap == 1 ? "" : "s");
}

static void
put_numbers(output *out, const quire_tally_row *row, const presentation *p)
{
    output_printf(out, "<td>%" PRIu64 "</td><td>%" PRIu64 "</td>", row->narticles, row->nstories);
    if (!p->by_article)
        output_printf(out, "<td>%" PRIu64 "</td>", row->npassages);
}

static void
put_row(output *out, const quire_tally_row *row, const presentation *p, uint64_t most)
{
    PUT(out, "<tr><th scope=\"row\"><bdi>");
    if (row->name != NULL)
        html_string(out, row->name);
    else
        output_string(out, by_nameless(p->by));
    PUT(out, "</bdi></th>");
    put_numbers(out, row, p);
    output_printf(out,
                  "<td class=\"bar\"><svg width=\"100%%\" height=\"14\" aria-hidden=\"true\">"
                  "<rect width=\"%.2f%%\" height=\"14\"/></svg></td></tr>\n",
                  most > 0 ? 100.0 * (double)row->narticles / (double)most : 0.0);
}

void
by_html(output *out, const answer *a, const presentation *p)
{
    const by_rows rows = by_choose(a, p);

    if (quire_tally_size(a->tally) == 0)
        return;
    PUT(out, "<div class=\"charts\"><div class=\"wide\" tabindex=\"0\" role=\"region\" "
             "aria-label=\"Counts\">\n<table class=\"tally\">\n<caption>Articles that match");
    if (!p->by_article)
        PUT(out, " in some passage");
    output_printf(out, ", by %s; copies of an article are one story", by_name(p->by));
    if (rows.nleft > 0) {
        PUT(out, "; ");
        by_put_rest(out, &rows, p->by);
    }
    PUT(out, "</caption>\n<thead><tr>");
    output_printf(out, "<th scope=\"col\">%c%s</th>", by_name(p->by)[0] - 'a' + 'A',
                  by_name(p->by) + 1);
    PUT(out, "<th scope=\"col\">Articles</th><th scope=\"col\">Stories</th>");
    if (!p->by_article)
        PUT(out, "<th scope=\"col\">Passages</th>");
    PUT(out, "<td></td></tr></thead>\n<tbody>\n");
    for (size_t i = rows.first; i < rows.end; i++) {
        const quire_tally_row *row = quire_tally_get(a->tally, i);
        const uint64_t gap =
            i > rows.first ? by_gap(p->by, quire_tally_get(a->tally, i - 1), row) : 0;

        if (gap > 0)
            put_gap(out, gap, p);
        put_row(out, row, p, rows.most);
    }
    PUT(out, "</tbody>\n<tfoot><tr><th scope=\"row\">In all</th>");
    put_numbers(out, quire_tally_total(a->tally), p);
    PUT(out, "<td></td></tr></tfoot>\n</table>\n</div></div>\n");
}
