/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matrix_formats.c - the table of --matrix for a terminal, for spreadsheets and for programs. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "by.h"
#include "cells.h"
#include "matrix.h"
#include "show.h"

#define MOST_NAME 30 /* columns of a terminal */
#define MOST_ID 12
#define LEAST_COLUMN 5

static const char *
name_of(const matrix *m, size_t row)
{
    const char *name = quire_tally_get(m->all, row)->name;

    return name != NULL ? name : by_nameless(m->options->by);
}

/* ---- For people ---- */

static void
begin_dim(output *out, const matrix *m)
{
    if (m->options->color)
        output_string(out, "\033[2m");
}

static void
end_dim(output *out, const matrix *m)
{
    if (m->options->color)
        output_string(out, "\033[0m");
}

/* What the columns stand for. */
static void
put_queries(output *out, const matrix *m)
{
    for (size_t i = 0; i < m->ncolumns; i++) {
        const matrix_column *c = &m->columns[i];

        show_string(out, c->id);
        output_string(out, ": ");
        show_text(out, c->text, c->nbytes < 200 ? c->nbytes : 200);
        if (c->error != NULL)
            output_string(out, " (an error)\n");
        else
            output_printf(out, " (%" PRIu64 " article%s)\n", c->narticles,
                          c->narticles == 1 ? "" : "s");
    }
}

static int
name_columns(const matrix *m)
{
    int most = by_width(by_name(m->options->by));

    for (size_t i = 0; i < m->nrows; i++) {
        const int width = by_width(name_of(m, i));

        most = width > most ? width : most;
    }
    return most < MOST_NAME ? most : MOST_NAME;
}

static int
column_width(const matrix_column *c)
{
    const int width = by_width(c->id) < MOST_ID ? by_width(c->id) : MOST_ID;
    const int digits = snprintf(NULL, 0, "%" PRIu64, c->narticles);
    const int most = width > digits ? width : digits;

    return (most > LEAST_COLUMN ? most : LEAST_COLUMN) + 2;
}

static void
put_right(output *out, const char *text, int columns)
{
    const int width = by_width(text) < MOST_ID ? by_width(text) : MOST_ID;

    output_blanks(out, (size_t)(columns - width));
    by_put_name(out, text, width);
}

static void
put_row(output *out, const matrix *m, size_t row, size_t first, size_t end, int name)
{
    by_put_name(out, name_of(m, row), name);
    output_printf(out, "%8" PRIu64, quire_tally_get(m->all, row)->narticles);
    for (size_t i = first; i < end; i++) {
        const matrix_column *c = &m->columns[i];
        const int width = column_width(c);

        if (c->counts == NULL) {
            output_printf(out, "%*s", width, "?");
            continue;
        }
        if (c->counts[row] == 0)
            begin_dim(out, m);
        output_printf(out, "%*" PRIu64, width, c->counts[row]);
        if (c->counts[row] == 0)
            end_dim(out, m);
    }
    output_char(out, '\n');
}

/* As many columns as a line has room for, and one at least; returns where the next ones begin. */
static size_t
put_block(output *out, const matrix *m, size_t first, int name)
{
    int width = name + 8;
    size_t end = first;

    while (end < m->ncolumns &&
           (end == first || width + column_width(&m->columns[end]) <= m->options->width))
        width += column_width(&m->columns[end++]);
    output_char(out, '\n');
    begin_dim(out, m);
    by_put_name(out, by_name(m->options->by), name);
    output_printf(out, "%8s", "all");
    for (size_t i = first; i < end; i++)
        put_right(out, m->columns[i].id, column_width(&m->columns[i]));
    end_dim(out, m);
    output_char(out, '\n');
    for (size_t row = 0; row < m->nrows; row++)
        put_row(out, m, row, first, end, name);
    return end;
}

/* Which queries each row has nothing of. */
static void
put_lacks(output *out, const matrix *m)
{
    bool is_first = true;

    for (size_t row = 0; row < m->nrows; row++) {
        size_t nlacks = 0;

        for (size_t i = 0; i < m->ncolumns; i++) {
            if (!matrix_lacks(&m->columns[i], row))
                continue;
            if (is_first)
                output_string(out, "\nNot mentioned:\n");
            is_first = false;
            if (nlacks == 0)
                show_string(out, name_of(m, row));
            output_string(out, nlacks++ == 0 ? ": " : ", ");
            show_string(out, m->columns[i].id);
        }
        if (nlacks > 0)
            output_char(out, '\n');
    }
}

void
matrix_human(output *out, const matrix *m)
{
    const int name = name_columns(m);
    const size_t nleft = quire_tally_size(m->all) - m->nrows;

    put_queries(out, m);
    output_string(out, "\nArticles that match:\n");
    for (size_t first = 0; first < m->ncolumns;)
        first = put_block(out, m, first, name);
    put_lacks(out, m);
    if (nleft > 0)
        output_printf(out, "\n%zu more rows are left out\n", nleft);
}

/* ---- For spreadsheets ---- */

/* The heads of the columns that a row lacks, as one cell. */
static void
put_lacks_cell(cells_row *r, const matrix *m, size_t row)
{
    output list = {0};

    for (size_t i = 0; i < m->ncolumns; i++) {
        size_t nbytes = 0;
        const char *head = matrix_head(&m->columns[i], &nbytes);

        if (!matrix_lacks(&m->columns[i], row))
            continue;
        if (list.size > 0)
            output_string(&list, "; ");
        output_bytes(&list, head, nbytes);
    }
    cells_text(r, list.bytes, list.size);
    r->out->has_failed = r->out->has_failed || list.has_failed;
    output_free(&list);
}

void
matrix_cells(output *out, const matrix *m, char separator)
{
    cells_row r;

    cells_begin(&r, out, separator);
    cells_string(&r, by_name(m->options->by));
    cells_string(&r, "all");
    for (size_t i = 0; i < m->ncolumns; i++) {
        size_t nbytes = 0;
        const char *head = matrix_head(&m->columns[i], &nbytes);

        cells_text(&r, head, nbytes);
    }
    cells_string(&r, "not mentioned");
    cells_end(&r);
    for (size_t row = 0; row < m->nrows; row++) {
        cells_begin(&r, out, separator);
        cells_string(&r, name_of(m, row));
        cells_number(&r, quire_tally_get(m->all, row)->narticles);
        for (size_t i = 0; i < m->ncolumns; i++) {
            if (m->columns[i].counts == NULL)
                cells_next(&r);
            else
                cells_number(&r, m->columns[i].counts[row]);
        }
        put_lacks_cell(&r, m, row);
        cells_end(&r);
    }
}

/* ---- For programs ---- */

static void
put_json_text(output *out, const char *key, const char *text)
{
    output_string(out, key);
    if (text != NULL)
        format_json_string(out, text, strlen(text));
    else
        output_string(out, "null");
}

static void
put_json_query(output *out, const matrix_column *c)
{
    put_json_text(out, "{\"query_id\":", c->id);
    output_string(out, ",\"query\":");
    format_json_string(out, c->text, c->nbytes);
    output_string(out, ",\"notes\":");
    if (c->notes.size > 0)
        output_bytes(out, c->notes.bytes, c->notes.size);
    else
        output_string(out, "[]");
    put_json_text(out, ",\"error\":", c->error);
    if (c->counts != NULL)
        output_printf(out, ",\"articles\":%" PRIu64 "}", c->narticles);
    else
        output_string(out, ",\"articles\":null}");
}

static void
put_json_row(output *out, const matrix *m, size_t row)
{
    bool is_first = true;

    put_json_text(out, "{\"type\":\"matrix_row\",\"name\":", quire_tally_get(m->all, row)->name);
    output_printf(out, ",\"all\":%" PRIu64 ",\"articles\":[",
                  quire_tally_get(m->all, row)->narticles);
    for (size_t i = 0; i < m->ncolumns; i++) {
        if (i > 0)
            output_char(out, ',');
        if (m->columns[i].counts == NULL)
            output_string(out, "null");
        else
            output_number(out, m->columns[i].counts[row]);
    }
    output_string(out, "],\"not_mentioned\":[");
    for (size_t i = 0; i < m->ncolumns; i++) {
        if (!matrix_lacks(&m->columns[i], row))
            continue;
        put_json_text(out, is_first ? "" : ",", m->columns[i].id);
        is_first = false;
    }
    output_string(out, "]}\n");
}

void
matrix_json(output *out, const matrix *m)
{
    output_printf(out, "{\"v\":1,\"type\":\"matrix\",\"by\":\"%s\",\"queries\":[",
                  by_name(m->options->by));
    for (size_t i = 0; i < m->ncolumns; i++) {
        if (i > 0)
            output_char(out, ',');
        put_json_query(out, &m->columns[i]);
    }
    output_printf(out, "],\"rows_left_out\":%zu}\n", quire_tally_size(m->all) - m->nrows);
    for (size_t row = 0; row < m->nrows; row++)
        put_json_row(out, m, row);
}
