/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cells.c - rows of CSV, as RFC 4180 has it, and of TSV.
 *
 * A cell that a spreadsheet would take for a formula begins with an apostrophe, and control
 * characters are shown as what they are, so marks are given in bytes of the cell, as they stand in
 * it.  In TSV white space within a cell is a blank, in CSV line breaks stay. */
#include "cells.h"

#include <inttypes.h>
#include <string.h>

#include "show.h"

void
cells_begin(cells_row *r, output *out, char separator)
{
    *r = (cells_row){.out = out, .separator = separator, .is_first = true};
}

void
cells_end(cells_row *r)
{
    output_string(r->out, r->separator == ',' ? "\r\n" : "\n");
}

void
cells_next(cells_row *r)
{
    if (!r->is_first)
        output_char(r->out, r->separator);
    r->is_first = false;
}

/* ---- What a cell holds ---- */

/* Would a spreadsheet read it as a formula?  Full-width signs count, too, and blanks before. */
static bool
begins_formula(const output *cell)
{
    static const char *const signs[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%"};
    size_t at = 0;

    while (at < cell->size && (cell->bytes[at] == ' ' || cell->bytes[at] == '\n'))
        at++;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (cell->size - at >= strlen(signs[i]) &&
            memcmp(cell->bytes + at, signs[i], strlen(signs[i])) == 0)
            return true;
    return false;
}

static void
add_text(output *cell, const char *text, size_t start, size_t end, bool keeps_lines)
{
    for (size_t at = start; at < end;) {
        shown c;
        const bool is_line = text[at] == '\n';

        at += show_next(text + at, end - at, &c);
        output_bytes(cell, is_line && keeps_lines ? "\n" : c.bytes, c.nbytes);
    }
}

/* The cell's text, and as START-END:CLAUSE where its marks are; inert: an apostrophe comes first.
 */
static void
add_marked(output *cell, const char *text, size_t nbytes, const quire_mark *marks, size_t nmarks,
           bool keeps_lines, bool inert, output *places)
{
    size_t at = 0;

    for (size_t i = 0; i < nmarks; i++) {
        add_text(cell, text, at, marks[i].start, keeps_lines);
        output_printf(places, "%s%zu-", i > 0 ? " " : "", cell->size + inert);
        add_text(cell, text, marks[i].start, marks[i].end, keeps_lines);
        output_printf(places, "%zu:%" PRIu32, cell->size + inert, marks[i].clause);
        at = marks[i].end;
    }
    add_text(cell, text, at, nbytes, keeps_lines);
}

/* Put a cell in quotes where it needs them. */
static void
put_cell(cells_row *r, const output *cell)
{
    const bool is_formula = begins_formula(cell);
    bool is_quoted = is_formula;

    cells_next(r);
    for (size_t i = 0; i < cell->size && r->separator == ','; i++)
        is_quoted = is_quoted || strchr(",\"\n\r; \t'", cell->bytes[i]) != NULL;
    is_quoted = is_quoted && r->separator == ',';
    if (is_quoted)
        output_char(r->out, '"');
    if (is_formula)
        output_char(r->out, '\'');
    for (size_t i = 0; i < cell->size; i++) {
        if (is_quoted && cell->bytes[i] == '"')
            output_char(r->out, '"');
        output_char(r->out, cell->bytes[i]);
    }
    if (is_quoted)
        output_char(r->out, '"');
    r->out->has_failed = r->out->has_failed || cell->has_failed;
}

void
cells_text(cells_row *r, const char *text, size_t nbytes)
{
    output cell = {0};

    add_text(&cell, text, 0, nbytes, r->separator == ',');
    put_cell(r, &cell);
    output_free(&cell);
}

void
cells_string(cells_row *r, const char *text)
{
    cells_text(r, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

void
cells_number(cells_row *r, uint64_t number)
{
    cells_next(r);
    output_number(r->out, number);
}

/* A text, and a cell with the places of its marks. */
void
cells_marked(cells_row *r, const char *text, size_t nbytes, const quire_mark *marks, size_t nmarks)
{
    const bool keeps_lines = r->separator == ',';
    output plain = {0};
    output cell = {0};
    output places = {0};

    add_text(&plain, text, 0, nbytes, keeps_lines);
    add_marked(&cell, text, nbytes, marks, nmarks, keeps_lines, begins_formula(&plain), &places);
    put_cell(r, &cell);
    cells_next(r);
    output_bytes(r->out, places.bytes, places.size);
    r->out->has_failed = r->out->has_failed || places.has_failed || plain.has_failed;
    output_free(&plain);
    output_free(&cell);
    output_free(&places);
}
