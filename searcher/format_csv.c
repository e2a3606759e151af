/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_csv.c - a table of results, in cells (cells.h): CSV and TSV.
 *
 * The first line names the columns. */
#include <inttypes.h>

#include "by.h"
#include "cells.h"
#include "format.h"

static void
put_offset(cells_row *r, uint64_t offset)
{
    cells_next(r);
    if (offset != QUIRE_NO_OFFSET)
        output_number(r->out, offset);
}

/* ---- Rows ---- */

static void
put_names(output *out, char separator)
{
    static const char *const names[] = {"query_id", "query", "rank",      "score",  "article",
                                        "passage",  "date",  "source",    "title",  "title_marks",
                                        "text",     "marks", "author",    "url",    "path",
                                        "start",    "end",   "furniture", "copies", "error"};
    cells_row r;

    cells_begin(&r, out, separator);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cells_string(&r, names[i]);
    cells_end(&r);
}

static void
put_query(cells_row *r, const answer *a)
{
    cells_string(r, a->query_id);
    cells_text(r, a->query != NULL ? a->query : "", a->query != NULL ? a->query_bytes : 0);
}

/* A row that only says what went wrong: columns between, then the message. */
static void
put_error(cells_row *r, unsigned nempty, const char *message)
{
    for (unsigned i = 0; i < nempty; i++)
        cells_next(r);
    cells_string(r, message);
    cells_end(r);
}

static void
put_hit(cells_row *r, const answer *a, const quire_hit *hit, size_t rank)
{
    put_query(r, a);
    cells_number(r, rank);
    cells_next(r);
    output_printf(r->out, "%.6f", hit->score);
    if (hit->damage != NULL) {
        put_error(r, 15, hit->damage);
        return;
    }
    cells_string(r, hit->article);
    cells_number(r, hit->passage);
    cells_string(r, hit->date);
    cells_string(r, hit->source);
    cells_marked(r, hit->title, hit->title_bytes, hit->title_marks, hit->ntitle_marks);
    cells_marked(r, hit->text, hit->text_bytes, hit->marks, hit->nmarks);
    cells_string(r, hit->author);
    cells_string(r, hit->url);
    cells_string(r, hit->path);
    put_offset(r, hit->start);
    put_offset(r, hit->end);
    cells_number(r, hit->furniture);
    cells_number(r, hit->copies_total);
    cells_next(r);
    cells_end(r);
}

static void
print_rows(output *out, const answer *a, const presentation *p, char separator)
{
    const size_t nhits = format_nhits(a, p);
    cells_row r;

    if (p->has_by) {
        by_cells(out, a, p, separator);
        return;
    }
    if (a->first)
        put_names(out, separator);
    if (a->results == NULL) {
        cells_begin(&r, out, separator);
        put_query(&r, a);
        put_error(&r, 17, a->error);
    }
    for (size_t i = 0; i < nhits; i++) {
        cells_begin(&r, out, separator);
        put_hit(&r, a, quire_results_hit(a->results, i), i + 1);
    }
}

static void
print_csv(output *out, const answer *a, const presentation *p)
{
    print_rows(out, a, p, ',');
}

static void
print_tsv(output *out, const answer *a, const presentation *p)
{
    print_rows(out, a, p, '\t');
}

const format format_csv = {.name = "csv", .print = print_csv, .without_memory = ""};
const format format_tsv = {.name = "tsv", .print = print_tsv, .without_memory = ""};
