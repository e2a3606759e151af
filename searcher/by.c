/* SPDX-License-Identifier: GPL-3.0-or-later */
/* by.c - who says what, and when: a tally as bars for people, as rows for programs. */
#include "by.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "show.h"

#define LEAST_NAME 12 /* columns of a terminal */
#define LEAST_BAR 6
#define MOST_BAR 60

static const char *const names[] = {[QUIRE_BY_SOURCE] = "source",
                                    [QUIRE_BY_AUTHOR] = "author",
                                    [QUIRE_BY_DAY] = "day",
                                    [QUIRE_BY_MONTH] = "month",
                                    [QUIRE_BY_YEAR] = "year"};

bool
by_read(const char *text, quire_by *out)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], text) == 0) {
            *out = (quire_by)i;
            return true;
        }
    }
    return false;
}

const char *
by_name(quire_by by)
{
    return names[by];
}

const char *
by_nameless(quire_by by)
{
    return by == QUIRE_BY_SOURCE   ? "(no source)"
           : by == QUIRE_BY_AUTHOR ? "(no author)"
                                   : "(no date)";
}

static bool
is_time(quire_by by)
{
    return by != QUIRE_BY_SOURCE && by != QUIRE_BY_AUTHOR;
}

by_rows
by_choose(const answer *a, const presentation *p)
{
    const size_t n = quire_tally_size(a->tally);
    const size_t wanted = n < p->number_of_rows ? n : p->number_of_rows;
    by_rows rows = {.end = wanted, .nleft = n - wanted};

    if (is_time(p->by)) {
        rows.first = n - wanted;
        rows.end = n;
    }
    for (size_t i = 0; i < n; i++) {
        const uint64_t narticles = quire_tally_get(a->tally, i)->narticles;

        if (i < rows.first || i >= rows.end)
            rows.narticles_left += narticles;
        else if (narticles > rows.most)
            rows.most = narticles;
    }
    return rows;
}

/* ---- Gaps of time ---- */

/* Days since 1 March of year 0, months since year 0, or years. */
static long
ordinal_of(quire_by by, const char *name)
{
    long year = strtol(name, NULL, 10);
    const long month = by == QUIRE_BY_YEAR ? 0 : strtol(name + 5, NULL, 10);
    long march = 0;

    if (by == QUIRE_BY_YEAR)
        return year;
    if (by == QUIRE_BY_MONTH)
        return 12 * year + month;
    march = month <= 2 ? month + 9 : month - 3;
    year -= month <= 2;
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * march + 2) / 5 +
           strtol(name + 8, NULL, 10);
}

uint64_t
by_gap(quire_by by, const quire_tally_row *before, const quire_tally_row *row)
{
    long gap;

    if (!is_time(by) || before->name == NULL || row->name == NULL)
        return 0;
    gap = ordinal_of(by, row->name) - ordinal_of(by, before->name) - 1;
    return gap > 0 ? (uint64_t)gap : 0;
}

/* ---- For people ---- */

void
by_put_rest(output *out, const by_rows *rows, quire_by by)
{
    if (rows->nleft == 0)
        return;
    output_printf(out, "%" PRIu64 " %s%s%s with %" PRIu64 " article%s %s left out", rows->nleft,
                  is_time(by) ? "earlier " : "", by_name(by), rows->nleft == 1 ? "" : "s",
                  rows->narticles_left, rows->narticles_left == 1 ? "" : "s",
                  rows->nleft == 1 ? "is" : "are");
}

static const char *
name_of(const quire_tally_row *row, quire_by by)
{
    return row->name != NULL ? row->name : by_nameless(by);
}

static int
width_of(const char *text)
{
    const size_t nbytes = strlen(text);
    int width = 0;

    for (size_t at = 0; at < nbytes;) {
        shown c;

        at += show_next(text + at, nbytes - at, &c);
        width += c.is_blank ? 1 : c.width;
    }
    return width;
}

/* A name in so many columns, cut with dots where it is longer. */
static void
put_name(output *out, const char *name, int columns)
{
    const size_t nbytes = strlen(name);
    const bool is_cut = width_of(name) > columns;
    const int room = is_cut ? columns - 3 : columns;
    int width = 0;

    for (size_t at = 0; at < nbytes;) {
        shown c;
        size_t taken = show_next(name + at, nbytes - at, &c);
        int of_it = c.is_blank ? 1 : c.width;

        if (width + of_it > room)
            break;
        output_bytes(out, c.is_blank ? " " : c.bytes, c.is_blank ? 1 : c.nbytes);
        width += of_it;
        at += taken;
    }
    if (is_cut)
        output_string(out, "...");
    output_blanks(out, (size_t)(columns - width - (is_cut ? 3 : 0)));
}

/* So many of most, in a bar of columns, to an eighth of a column; whatever is not 0 is seen. */
static void
put_bar(output *out, uint64_t n, uint64_t most, int columns, const presentation *p)
{
    static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const double share = most > 0 ? (double)n / (double)most : 0;
    int eighths = (int)(share * columns * 8 + 0.5);

    if (n > 0 && eighths == 0)
        eighths = 1;
    if (eighths == 0)
        return;
    output_string(out, p->color ? "  \033[31m" : "  ");
    for (int i = 0; i < eighths / 8; i++)
        output_string(out, "█");
    output_string(out, parts[eighths % 8]);
    if (p->color)
        output_string(out, "\033[0m");
}

/* Columns of the table. */
typedef struct {
    int name;
    int number; /* of each of the three */
    int bar;    /* 0: no room for one */
} layout;

static layout
choose_layout(const answer *a, const presentation *p, const by_rows *rows)
{
    const int nnumbers = p->by_article ? 2 : 3;
    layout l = {.name = LEAST_NAME, .number = 10};

    for (size_t i = rows->first; i < rows->end; i++) {
        const int width = width_of(name_of(quire_tally_get(a->tally, i), p->by));

        l.name = width > l.name ? width : l.name;
    }
    if (l.name > p->width * 2 / 5)
        l.name = p->width * 2 / 5 > LEAST_NAME ? p->width * 2 / 5 : LEAST_NAME;
    l.bar = p->width - l.name - nnumbers * l.number - 2;
    if (l.bar < LEAST_BAR)
        l.bar = 0;
    if (l.bar > MOST_BAR)
        l.bar = MOST_BAR;
    return l;
}

static void
put_numbers(output *out, const quire_tally_row *row, const layout *l, const presentation *p)
{
    output_printf(out, "%*" PRIu64 "%*" PRIu64, l->number, row->narticles, l->number,
                  row->nstories);
    if (!p->by_article)
        output_printf(out, "%*" PRIu64, l->number, row->npassages);
}

static void
put_dim(output *out, const presentation *p, bool is_begin)
{
    if (p->color)
        output_string(out, is_begin ? "\033[2m" : "\033[0m");
}

static void
put_human_row(output *out, const answer *a, const presentation *p, const by_rows *rows, size_t i,
              const layout *l)
{
    const quire_tally_row *row = quire_tally_get(a->tally, i);
    const uint64_t gap = i > rows->first ? by_gap(p->by, quire_tally_get(a->tally, i - 1), row) : 0;

    if (gap > 0) {
        put_dim(out, p, true);
        output_printf(out, "  (%" PRIu64 " %s%s without)", gap, by_name(p->by),
                      gap == 1 ? "" : "s");
        put_dim(out, p, false);
        output_char(out, '\n');
    }
    put_name(out, name_of(row, p->by), l->name);
    put_numbers(out, row, l, p);
    if (l->bar > 0)
        put_bar(out, row->narticles, rows->most, l->bar, p);
    output_char(out, '\n');
}

void
by_human(output *out, const answer *a, const presentation *p)
{
    const by_rows rows = by_choose(a, p);
    const layout l = choose_layout(a, p, &rows);

    if (quire_tally_size(a->tally) == 0)
        return;
    put_dim(out, p, true);
    put_name(out, by_name(p->by), l.name);
    output_printf(out, "%*s%*s", l.number, "articles", l.number, "stories");
    if (!p->by_article)
        output_printf(out, "%*s", l.number, "passages");
    put_dim(out, p, false);
    output_char(out, '\n');
    for (size_t i = rows.first; i < rows.end; i++)
        put_human_row(out, a, p, &rows, i, &l);
    put_dim(out, p, true);
    put_name(out, "in all", l.name);
    put_numbers(out, quire_tally_total(a->tally), &l, p);
    put_dim(out, p, false);
    output_char(out, '\n');
    if (rows.nleft > 0) {
        by_put_rest(out, &rows, p->by);
        output_char(out, '\n');
    }
}

/* name TAB articles TAB stories TAB passages; behind the query's id in a batch. */
void
by_plain(output *out, const answer *a, const presentation *p)
{
    const by_rows rows = by_choose(a, p);

    for (size_t i = rows.first; i < rows.end; i++) {
        const quire_tally_row *row = quire_tally_get(a->tally, i);

        if (p->batch) {
            show_string(out, a->query_id);
            output_char(out, '\t');
        }
        show_string(out, name_of(row, p->by));
        output_printf(out, "\t%" PRIu64 "\t%" PRIu64, row->narticles, row->nstories);
        if (!p->by_article)
            output_printf(out, "\t%" PRIu64, row->npassages);
        output_char(out, '\n');
    }
}

/* ---- For programs ---- */

static void
put_query(cells_row *r, const answer *a)
{
    cells_string(r, a->query_id);
    cells_text(r, a->query != NULL ? a->query : "", a->query != NULL ? a->query_bytes : 0);
}

static void
put_row(output *out, const answer *a, const presentation *p, const quire_tally_row *row,
        char separator)
{
    cells_row r;

    cells_begin(&r, out, separator);
    put_query(&r, a);
    cells_string(&r, by_name(p->by));
    cells_string(&r, name_of(row, p->by));
    cells_number(&r, row->narticles);
    cells_number(&r, row->nstories);
    if (p->by_article)
        cells_next(&r);
    else
        cells_number(&r, row->npassages);
    cells_next(&r);
    cells_end(&r);
}

void
by_cells(output *out, const answer *a, const presentation *p, char separator)
{
    static const char *const titles[] = {"query_id", "query",   "by",       "name",
                                         "articles", "stories", "passages", "error"};
    by_rows rows;
    cells_row r;

    cells_begin(&r, out, separator);
    for (size_t i = 0; a->first && i < sizeof titles / sizeof *titles; i++)
        cells_string(&r, titles[i]);
    if (a->first)
        cells_end(&r);
    if (a->tally == NULL) {
        cells_begin(&r, out, separator);
        put_query(&r, a);
        for (int i = 0; i < 5; i++)
            cells_next(&r);
        cells_string(&r, a->error);
        cells_end(&r);
        return;
    }
    rows = by_choose(a, p);
    for (size_t i = rows.first; i < rows.end; i++)
        put_row(out, a, p, quire_tally_get(a->tally, i), separator);
}

static void
put_json_counts(output *out, const quire_tally_row *row, const presentation *p)
{
    output_printf(out,
                  "\"articles\":%" PRIu64 ",\"stories\":%" PRIu64 ",\"passages\":", row->narticles,
                  row->nstories);
    if (p->by_article)
        output_string(out, "null");
    else
        output_number(out, row->npassages);
}

void
by_json_totals(output *out, const answer *a, const presentation *p)
{
    const by_rows rows = by_choose(a, p);

    output_printf(out, ",\"by\":\"%s\",\"totals\":{", by_name(p->by));
    put_json_counts(out, quire_tally_total(a->tally), p);
    output_printf(out, "},\"left_out\":{\"rows\":%" PRIu64 ",\"articles\":%" PRIu64 "}", rows.nleft,
                  rows.narticles_left);
}

void
by_json_rows(output *out, const answer *a, const presentation *p)
{
    const by_rows rows = by_choose(a, p);

    for (size_t i = rows.first; i < rows.end; i++) {
        const quire_tally_row *row = quire_tally_get(a->tally, i);

        output_string(out, "{\"type\":\"tally\",\"query_id\":");
        format_json_string(out, a->query_id, strlen(a->query_id));
        output_string(out, ",\"name\":");
        if (row->name != NULL)
            format_json_string(out, row->name, strlen(row->name));
        else
            output_string(out, "null");
        output_char(out, ',');
        put_json_counts(out, row, p);
        output_string(out, "}\n");
    }
}
