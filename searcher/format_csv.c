/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_csv.c - a table of results: CSV as RFC 4180 has it, and TSV.
 *
 * The first line names the columns.  A cell that a spreadsheet would take for a formula begins with
 * an apostrophe, and control characters are shown as what they are, so marks are given in bytes of
 * the cell, as they stand in it.  In TSV white space within a cell is a blank, in CSV line breaks
 * stay. */
#include <inttypes.h>
#include <string.h>

#include "format.h"
#include "show.h"

typedef struct {
    output *out;
    char separator;
    bool is_first;
} row;

static void
begin_row(row *r, output *out, char separator)
{
    *r = (row){.out = out, .separator = separator, .is_first = true};
}

static void
end_row(row *r)
{
    output_string(r->out, r->separator == ',' ? "\r\n" : "\n");
}

static void
next_cell(row *r)
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
        const size_t nplain = show_plain_run(text + at, end - at);
        const bool is_line = text[at] == '\n';
        shown c;

        if (nplain > 0) {
            output_bytes(cell, text + at, nplain);
            at += nplain;
            continue;
        }
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
put_cell(row *r, const output *cell)
{
    const bool is_formula = begins_formula(cell);
    bool is_quoted = is_formula;

    next_cell(r);
    for (size_t i = 0; i < cell->size && !is_quoted; i++)
        is_quoted = strchr(",\"\n\r; \t'", cell->bytes[i]) != NULL;
    is_quoted = is_quoted && r->separator == ',';
    if (is_quoted)
        output_char(r->out, '"');
    if (is_formula)
        output_char(r->out, '\'');
    for (size_t at = 0; at < cell->size;) {
        const char *quote = is_quoted ? memchr(cell->bytes + at, '"', cell->size - at) : NULL;
        const size_t end = quote != NULL ? (size_t)(quote - cell->bytes) + 1 : cell->size;

        output_bytes(r->out, cell->bytes + at, end - at);
        if (quote != NULL)
            output_char(r->out, '"');
        at = end;
    }
    if (is_quoted)
        output_char(r->out, '"');
    r->out->has_failed = r->out->has_failed || cell->has_failed;
}

static void
put_text(row *r, const char *text, size_t nbytes)
{
    output cell = {0};

    add_text(&cell, text, 0, nbytes, r->separator == ',');
    put_cell(r, &cell);
    output_free(&cell);
}

static void
put_string(row *r, const char *text)
{
    put_text(r, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

static void
put_number(row *r, uint64_t number)
{
    next_cell(r);
    output_number(r->out, number);
}

static void
put_offset(row *r, uint64_t offset)
{
    next_cell(r);
    if (offset != QUIRE_NO_OFFSET)
        output_number(r->out, offset);
}

/* A text, and a cell with the places of its marks. */
static void
put_marked(row *r, const char *text, size_t nbytes, const quire_mark *marks, size_t nmarks)
{
    const bool keeps_lines = r->separator == ',';
    output cell = {0};
    output places = {0};

    add_marked(&cell, text, nbytes, marks, nmarks, keeps_lines, false, &places);
    if (nmarks > 0 && begins_formula(&cell)) {
        output_clear(&cell, SIZE_MAX);
        output_clear(&places, SIZE_MAX);
        add_marked(&cell, text, nbytes, marks, nmarks, keeps_lines, true, &places);
    }
    put_cell(r, &cell);
    next_cell(r);
    output_bytes(r->out, places.bytes, places.size);
    r->out->has_failed = r->out->has_failed || places.has_failed;
    output_free(&cell);
    output_free(&places);
}

/* ---- Rows ---- */

static void
put_names(output *out, char separator)
{
    static const char *const names[] = {"query_id", "query", "rank",      "score",  "article",
                                        "passage",  "date",  "source",    "title",  "title_marks",
                                        "text",     "marks", "author",    "url",    "path",
                                        "start",    "end",   "furniture", "copies", "error"};
    row r;

    begin_row(&r, out, separator);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        put_string(&r, names[i]);
    end_row(&r);
}

static void
put_query(row *r, const answer *a)
{
    put_string(r, a->query_id);
    put_text(r, a->query != NULL ? a->query : "", a->query != NULL ? a->query_bytes : 0);
}

/* A row that only says what went wrong: columns between, then the message. */
static void
put_error(row *r, unsigned nempty, const char *message)
{
    for (unsigned i = 0; i < nempty; i++)
        next_cell(r);
    put_string(r, message);
    end_row(r);
}

static void
put_hit(row *r, const answer *a, const quire_hit *hit, size_t rank)
{
    put_query(r, a);
    put_number(r, rank);
    next_cell(r);
    output_decimals(r->out, hit->score, 6);
    if (hit->damage != NULL) {
        put_error(r, 15, hit->damage);
        return;
    }
    put_string(r, hit->article);
    put_number(r, hit->passage);
    put_string(r, hit->date);
    put_string(r, hit->source);
    put_marked(r, hit->title, hit->title_bytes, hit->title_marks, hit->ntitle_marks);
    put_marked(r, hit->text, hit->text_bytes, hit->marks, hit->nmarks);
    put_string(r, hit->author);
    put_string(r, hit->url);
    put_string(r, hit->path);
    put_offset(r, hit->start);
    put_offset(r, hit->end);
    put_number(r, hit->furniture);
    put_number(r, hit->copies_total);
    next_cell(r);
    end_row(r);
}

static void
print_rows(output *out, const answer *a, const presentation *p, char separator)
{
    const size_t nhits = format_nhits(a, p);
    row r;

    if (a->first)
        put_names(out, separator);
    if (a->results == NULL) {
        begin_row(&r, out, separator);
        put_query(&r, a);
        put_error(&r, 17, a->error);
    }
    for (size_t i = 0; i < nhits; i++) {
        begin_row(&r, out, separator);
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
