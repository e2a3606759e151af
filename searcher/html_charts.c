/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_charts.c - when and where results are from: a time line, and a table of sources and clauses.
 *
 * The time line is drawn without a scale of its own: heights are pixels and all places on its axis
 * per cent, so that a phone shows it with letters as large as a desk's. */
#include <stdlib.h>
#include <string.h>

#include "html.h"

#define MAX_ROWS 12 /* of sources in the time line; the others share one more */
#define MAX_TABLE_ROWS 100
#define OPEN_ROWS 8    /* of the table: a longer one is folded, so that results are not far away */
#define MAX_COLUMNS 20 /* of clauses in the table */
#define ROW_HEIGHT 34
#define AXIS_HEIGHT 26
#define LEFT 3.0 /* per cent, where the axis begins, and as much is left at its end */

/* What a source has among the results. */
typedef struct {
    const char *name; /* NULL: none */
    size_t first;     /* result, from 0 */
    size_t first_dot;
    size_t nhits;
} source;

/* A result: its row is that of its source. */
typedef struct {
    const char *name; /* of the source */
    size_t hit;
    size_t row;
    int day; /* count_days; NO_DAY */
} dot;

/* The results, those that are damaged apart. */
typedef struct {
    const quire_results *results;
    const char *prefix;
    size_t nhits;
    source *sources; /* the one with most results first */
    size_t nsources;
    dot *dots;
    size_t ndots;
    int first_day;
    int last_day;
    size_t ndated;
} chart;

#define NO_DAY (-1)

/* ---- Days ---- */

/* Days since 1 March of year 0 of the Gregorian calendar, extended backwards. */
static int
count_days(int year, int month, int day)
{
    const int y = month <= 2 ? year - 1 : year;
    const int m = month <= 2 ? month + 9 : month - 3;

    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
}

static void
split_days(int days, int *year, int *month, int *day)
{
    const int era = days / 146097;
    const int in_era = days % 146097;
    const int y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    const int in_year = in_era - (365 * y + y / 4 - y / 100);
    const int m = (5 * in_year + 2) / 153;

    *day = in_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = era * 400 + y + (*month <= 2);
}

/* The day of "2025-11-16..."; NO_DAY where it says none. */
static int
read_day(const char *date)
{
    int parts[3] = {0};
    static const int lengths[] = {4, 2, 2};

    for (int i = 0; date != NULL && i < 3; i++) {
        for (int j = 0; j < lengths[i]; j++, date++) {
            if (*date < '0' || *date > '9')
                return NO_DAY;
            parts[i] = parts[i] * 10 + *date - '0';
        }
        if (i < 2 && *date++ != '-')
            return NO_DAY;
    }
    if (parts[0] < 1 || parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 31)
        return NO_DAY;
    return count_days(parts[0], parts[1], parts[2]);
}

static void
put_day(output *out, int days)
{
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int year = 0;
    int month = 0;
    int day = 0;

    split_days(days, &year, &month, &day);
    output_printf(out, "%d %s %d", day, months[month - 1], year);
}

/* ---- Sorting the results ---- */

static int
compare_sources(const void *x, const void *y)
{
    const source *a = x;
    const source *b = y;

    if (a->nhits != b->nhits)
        return a->nhits > b->nhits ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static const char *
source_name(const quire_hit *hit)
{
    return hit->source != NULL && hit->source[0] != '\0' ? hit->source : NULL;
}

/* Results by the name of their source, none first, then by rank. */
static int
compare_names(const void *x, const void *y)
{
    const dot *a = x;
    const dot *b = y;
    const int order = a->name == NULL || b->name == NULL ? (a->name != NULL) - (b->name != NULL)
                                                         : strcmp(a->name, b->name);

    return order != 0 ? order : (a->hit > b->hit) - (a->hit < b->hit);
}

/* Sort the results that are whole by their sources, and number these. */
static void
gather_sources(chart *c)
{
    size_t ndots = 0;

    for (size_t i = 0; i < c->nhits; i++) {
        const quire_hit *hit = quire_results_hit(c->results, i);

        if (hit->damage == NULL)
            c->dots[ndots++] =
                (dot){.name = source_name(hit), .hit = i, .day = read_day(hit->date)};
    }
    if (ndots > 0)
        qsort(c->dots, ndots, sizeof *c->dots, compare_names);
    for (size_t i = 0; i < ndots; i++) {
        const char *name = c->dots[i].name;
        const char *before = i > 0 ? c->dots[i - 1].name : NULL;

        if (i == 0 || (name != before && (name == NULL || before == NULL || strcmp(name, before))))
            c->sources[c->nsources++] =
                (source){.name = name, .first = c->dots[i].hit, .first_dot = i};
        c->sources[c->nsources - 1].nhits++;
    }
    if (c->nsources > 0)
        qsort(c->sources, c->nsources, sizeof *c->sources, compare_sources);
    for (size_t row = 0; row < c->nsources; row++)
        for (size_t i = 0; i < c->sources[row].nhits; i++)
            c->dots[c->sources[row].first_dot + i].row = row;
    c->ndots = ndots;
}

static int
compare_places(const void *x, const void *y)
{
    const dot *a = x;
    const dot *b = y;

    if (a->row != b->row && (a->row < MAX_ROWS || b->row < MAX_ROWS))
        return a->row < b->row ? -1 : 1;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return (a->hit > b->hit) - (a->hit < b->hit);
}

static void
gather_days(chart *c)
{
    for (size_t i = 0; i < c->ndots; i++) {
        const int day = c->dots[i].day;

        if (day == NO_DAY)
            continue;
        if (c->ndated == 0 || day < c->first_day)
            c->first_day = day;
        if (c->ndated == 0 || day > c->last_day)
            c->last_day = day;
        c->ndated++;
    }
}

static void
put_name(output *out, const chart *c, size_t i)
{
    if (i >= c->nsources)
        PUT(out, "other sources");
    else if (c->sources[i].name == NULL)
        PUT(out, "no source named");
    else
        html_short(out, c->sources[i].name, 60);
}

/* ---- The time line ---- */

static double
place(const chart *c, int day)
{
    if (c->first_day == c->last_day)
        return 50;
    return LEFT +
           (100 - 2 * LEFT) * (double)(day - c->first_day) / (double)(c->last_day - c->first_day);
}

/* Dots first up to end are of one row and day: one for all, which leads to the best. */
static void
put_dot(output *out, const chart *c, size_t first, size_t end)
{
    static const double radii[] = {4.5, 6, 7, 8, 9}; /* by the square root of their number */
    const dot *at = &c->dots[first];
    const size_t row = at->row < MAX_ROWS ? at->row : MAX_ROWS;
    const size_t n = end - first;
    size_t step = 0;

    while (step + 1 < sizeof radii / sizeof *radii && (step + 2) * (step + 2) <= n)
        step++;
    output_printf(out, "<a href=\"#%s%zu\"><title>", c->prefix, at->hit + 1);
    put_name(out, c, row == MAX_ROWS ? c->nsources : row);
    PUT(out, ", ");
    put_day(out, at->day);
    output_printf(out, ": %zu %s</title><circle cx=\"%.2f%%\" cy=\"%zu\" r=\"%.1f\"/></a>\n", n,
                  n == 1 ? "passage" : "passages", place(c, at->day), row * ROW_HEIGHT + 24,
                  radii[step]);
}

static void
put_dots(output *out, const chart *c)
{
    size_t end = 0;

    for (size_t first = 0; first < c->ndots; first = end) {
        const dot *at = &c->dots[first];

        for (end = first + 1; end < c->ndots && c->dots[end].day == at->day &&
                              (c->dots[end].row == at->row ||
                               (c->dots[end].row >= MAX_ROWS && at->row >= MAX_ROWS));)
            end++;
        if (at->day != NO_DAY)
            put_dot(out, c, first, end);
    }
}

/* Names of days: as many as a phone has room for, from the first to the last. */
static void
put_axis(output *out, const chart *c, size_t nrows)
{
    static const char *const anchors[] = {"start", "middle", "middle", "end"};
    const int span = c->last_day - c->first_day;
    const int nsteps = span < 3 ? 1 : 3;
    const size_t bottom = nrows * ROW_HEIGHT + AXIS_HEIGHT - 6;

    if (span == 0) {
        output_printf(out, "<text x=\"50%%\" y=\"%zu\" text-anchor=\"middle\">", bottom);
        put_day(out, c->first_day);
        PUT(out, "</text>\n");
        return;
    }
    for (int i = 0; i <= nsteps; i++) {
        const int day = c->first_day + (int)((long)span * i / nsteps);
        const bool is_inner = i > 0 && i < nsteps;

        output_printf(out, "<text%s x=\"%.2f%%\" y=\"%zu\" text-anchor=\"%s\">",
                      is_inner ? " class=\"inner\"" : "",
                      is_inner ? place(c, day)
                      : i == 0 ? 0.0
                               : 100.0,
                      bottom, anchors[i == nsteps ? 3 : i]);
        put_day(out, day);
        PUT(out, "</text>\n");
    }
}

static void
put_timeline(output *out, const chart *c)
{
    const size_t nrows = c->nsources > MAX_ROWS ? MAX_ROWS + 1 : c->nsources;

    PUT(out, "<details class=\"charts times\" open>\n<summary>When, and by whom</summary>\n"
             "<figure class=\"timeline\">\n<figcaption>By day and source");
    if (c->ndated < c->ndots)
        output_printf(out, "; %zu of %zu %s no date", c->ndots - c->ndated, c->ndots,
                      c->ndots - c->ndated == 1 ? "has" : "have");
    output_printf(out,
                  "</figcaption>\n<svg width=\"100%%\" height=\"%zu\" role=\"group\" "
                  "aria-label=\"Time line of the passages\">\n",
                  nrows * ROW_HEIGHT + AXIS_HEIGHT);
    for (size_t row = 0; row < nrows; row++) {
        output_printf(out, "<text x=\"0\" y=\"%zu\">", row * ROW_HEIGHT + 12);
        put_name(out, c, row == MAX_ROWS ? c->nsources : row);
        output_printf(out, "</text><line x1=\"0\" x2=\"100%%\" y1=\"%zu\" y2=\"%zu\"/>\n",
                      row * ROW_HEIGHT + 24, row * ROW_HEIGHT + 24);
    }
    put_axis(out, c, nrows);
    put_dots(out, c);
    PUT(out, "</svg>\n</figure>\n</details>\n");
}

/* ---- The table ---- */

static bool
has_clause(const quire_hit *hit, uint32_t clause)
{
    for (size_t i = 0; i < hit->nmarks; i++)
        if (hit->marks[i].clause == clause)
            return true;
    for (size_t i = 0; i < hit->ntitle_marks; i++)
        if (hit->title_marks[i].clause == clause)
            return true;
    return false;
}

/* The clauses that can make marks, at most MAX_COLUMNS; *nleft_out are not among them. */
static size_t
choose_columns(const chart *c, const quire_clause **columns, size_t *nleft_out)
{
    const size_t nclauses = quire_results_nclauses(c->results);
    size_t n = 0;

    *nleft_out = 0;
    for (size_t i = 0; i < nclauses; i++) {
        const quire_clause *clause = quire_results_clause(c->results, i);

        if (clause->marks && n < MAX_COLUMNS)
            columns[n++] = clause;
        else
            *nleft_out += clause->marks;
    }
    return n;
}

/* Count in one row for each source, the last one for all others. */
static void
count_mentions(const chart *c, const quire_clause *const *columns, size_t ncolumns,
               size_t counts[MAX_TABLE_ROWS + 1][MAX_COLUMNS + 1])
{
    for (size_t i = 0; i < c->ndots; i++) {
        const quire_hit *hit = quire_results_hit(c->results, c->dots[i].hit);
        const size_t row = c->dots[i].row < MAX_TABLE_ROWS ? c->dots[i].row : MAX_TABLE_ROWS;

        for (size_t j = 0; j < ncolumns; j++)
            counts[row][j] += has_clause(hit, columns[j]->number);
        counts[row][ncolumns]++;
    }
}

static void
put_table(output *out, const chart *c)
{
    const quire_clause *columns[MAX_COLUMNS] = {0};
    size_t counts[MAX_TABLE_ROWS + 1][MAX_COLUMNS + 1] = {0};
    const size_t nrows = c->nsources > MAX_TABLE_ROWS ? MAX_TABLE_ROWS + 1 : c->nsources;
    size_t nleft = 0;
    const size_t ncolumns = choose_columns(c, columns, &nleft);

    count_mentions(c, columns, ncolumns, counts);
    output_printf(out,
                  "<details class=\"charts mentions\"%s>\n<summary>Which source mentions what"
                  "</summary>\n",
                  nrows <= OPEN_ROWS ? " open" : "");
    PUT(out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Which source "
             "mentions what\">\n<table>\n<caption>Passages of each source that mention it");
    if (nleft > 0)
        output_printf(out, " (%zu further clauses are left out)", nleft);
    PUT(out, "</caption>\n<thead><tr><th scope=\"col\">Source</th>");
    for (size_t i = 0; i < ncolumns; i++) {
        output_printf(out, "<th scope=\"col\"><span class=\"key k%u\">",
                      html_color(columns[i]->number));
        html_short(out, columns[i]->text, 40);
        PUT(out, "</span></th>");
    }
    PUT(out, "<th scope=\"col\">All</th></tr></thead>\n<tbody>\n");
    for (size_t row = 0; row < nrows; row++) {
        PUT(out, "<tr><th scope=\"row\"><bdi>");
        put_name(out, c, row == MAX_TABLE_ROWS ? c->nsources : row);
        PUT(out, "</bdi></th>");
        for (size_t i = 0; i <= ncolumns; i++)
            output_printf(out, "<td%s>%zu</td>", counts[row][i] == 0 ? " class=\"none\"" : "",
                          counts[row][i]);
        PUT(out, "</tr>\n");
    }
    PUT(out, "</tbody>\n</table>\n</div>\n</details>\n");
}

void
html_charts(output *out, const quire_results *results, size_t nhits, const char *prefix)
{
    chart c = {.results = results, .prefix = prefix, .nhits = nhits};

    c.sources = calloc(nhits + 1, sizeof *c.sources);
    c.dots = calloc(nhits + 1, sizeof *c.dots);
    if (c.sources == NULL || c.dots == NULL) {
        out->has_failed = true;
    } else {
        gather_sources(&c);
        if (c.ndots > 0)
            qsort(c.dots, c.ndots, sizeof *c.dots, compare_places);
        gather_days(&c);
        if (c.ndated > 0)
            put_timeline(out, &c);
        if (c.ndots > 0)
            put_table(out, &c);
    }
    free(c.sources);
    free(c.dots);
}
