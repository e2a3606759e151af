/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cells.h - rows of CSV, as RFC 4180 has it, and of TSV. */
#ifndef SEARCHER_CELLS_H
#define SEARCHER_CELLS_H

#include "output.h"
#include "quire.h"

typedef struct {
    output *out;
    char separator; /* a comma or a TAB */
    bool is_first;  /* no cell was put yet */
} cells_row;

void cells_begin(cells_row *r, output *out, char separator);
void cells_end(cells_row *r);

/* Begin a cell; one that nothing is put into is empty. */
void cells_next(cells_row *r);

/* Each is a cell, inert in a spreadsheet and on a terminal. */
void cells_text(cells_row *r, const char *text, size_t nbytes);
void cells_string(cells_row *r, const char *text); /* NULL: an empty cell */
void cells_number(cells_row *r, uint64_t number);

/* Two: a text, and as START-END:CLAUSE where its marks are in the cell. */
void cells_marked(cells_row *r, const char *text, size_t nbytes, const quire_mark *marks,
                  size_t nmarks);

#endif
