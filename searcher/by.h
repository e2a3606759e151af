/* SPDX-License-Identifier: GPL-3.0-or-later */
/* by.h - --by: all that match, counted by source, author or time, in each format. */
#ifndef SEARCHER_BY_H
#define SEARCHER_BY_H

#include "format.h"

/* "source", "author", "day", "month" or "year"; false where text is none of them. */
bool by_read(const char *text, quire_by *out);
const char *by_name(quire_by by);

/* What a row says that has no name: "(no source)". */
const char *by_nameless(quire_by by);

/* The rows that are printed, first up to end, and what is left out: of sources and authors the last
 * rows are, of times the first. */
typedef struct {
    size_t first;
    size_t end;
    uint64_t nleft; /* rows left out */
    uint64_t narticles_left;
    uint64_t most; /* articles of a row that is printed */
} by_rows;

by_rows by_choose(const answer *a, const presentation *p);

/* How many days, months or years lie between two rows' without any that matches; 0 for names. */
uint64_t by_gap(quire_by by, const quire_tally_row *before, const quire_tally_row *row);

/* "3 sources with 12 articles are left out", for people; "" where none is. */
void by_put_rest(output *out, const by_rows *rows, quire_by by);

/* What each format prints of a tally.  by_cells has a line for the names of columns, and for an
 * error. */
void by_human(output *out, const answer *a, const presentation *p);
void by_plain(output *out, const answer *a, const presentation *p);
void by_cells(output *out, const answer *a, const presentation *p, char separator);
void by_json_totals(output *out, const answer *a, const presentation *p); /* keys of the query */
void by_json_rows(output *out, const answer *a, const presentation *p);
void by_html(output *out, const answer *a, const presentation *p);

#endif
