/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matrix.h - --matrix: a table of sources (authors, days, ...) by the queries of a batch. */
#ifndef SEARCHER_MATRIX_H
#define SEARCHER_MATRIX_H

#include "options.h"
#include "output.h"

/* A query of the batch. */
typedef struct {
    char *id;
    char *text; /* may hold NULs; "" where its line could not be taken in */
    size_t nbytes;
    bool has_id; /* its line named it */
    bool has_failed;
    char *error;     /* why it was not answered; NULL: it was, or memory is out */
    output notes;    /* an array in JSON */
    output messages; /* for standard error */
    uint64_t narticles;
    uint64_t *counts; /* of articles, by row; NULL where there was an error */
} matrix_column;

/* Rows are those of a tally of all that the options let through, at most nrows of them. */
typedef struct {
    const options *options;
    quire_tally *all;
    size_t nrows;
    matrix_column *columns;
    size_t ncolumns;
    size_t room;
} matrix;

/* What stands above a column: the id that its line has, or the query. */
const char *matrix_head(const matrix_column *c, size_t *nbytes_out);

/* Does a row have nothing of a query that was answered? */
bool matrix_lacks(const matrix_column *c, size_t row);

/* Can this format print it? */
bool matrix_has_format(const format *f);

void matrix_human(output *out, const matrix *m);
void matrix_cells(output *out, const matrix *m, char separator);
void matrix_json(output *out, const matrix *m);
void matrix_html(output *out, const matrix *m);

/* Ask all queries of the batch file, by as many threads as the options say, and print the table;
 * returns the exit status: 0, or 2 where there was an error. */
int matrix_run(const options *o, quire_index *index);

#endif
