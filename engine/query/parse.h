/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parse.h - the query language: text in, tree and notes out.  quire-query(7) has the grammar. */
#ifndef QUIRE_QUERY_PARSE_H
#define QUIRE_QUERY_PARSE_H

#include "base/arena.h"
#include "query/tree.h"
#include "quire.h"
#include "text/stem.h"

#define QUERY_MAX_BYTES (1u << 20)
#define QUERY_MAX_CLAUSES 4096
#define QUERY_MAX_WORDS 16384 /* of all clauses */
#define QUERY_MAX_DEPTH 100   /* of parentheses */
#define QUERY_MAX_HEIGHT 250  /* of the tree: windows within windows */

typedef struct {
    bool require_all; /* unmarked clauses are required */
    bool surfaces;    /* bare words match as they are, not by stem */
    bool akin;        /* bare names of places find their people, at half the weight, and the other
                         way round */
    bool no_variants; /* British and American spellings are different words */
} query_options;

typedef struct {
    quire_note *notes;
    size_t nnotes;
    size_t room;
} query_notes;

/* Read a query.  Tree, notes and strings live in arena a.  text may hold anything: invalid UTF-8 is
 * repaired, with a note; everything else is read as well as it can be, with a note where that is
 * not as written.  On QUIRE_OK tree_out->root is NULL where there is no word to look for (a note
 * says so).
 *
 * QUIRE_EQUERY  longer than QUERY_MAX_BYTES, more leaves than QUERY_MAX_CLAUSES, more words in them
 *               than QUERY_MAX_WORDS, nested deeper than QUERY_MAX_DEPTH or QUERY_MAX_HEIGHT
 * QUIRE_ENOMEM */
quire_status query_parse(const char *text, size_t text_bytes, const query_options *options,
                         stemmer *s, arena *a, query_tree *tree_out, query_notes *notes,
                         quire_error *err);

/* Add a note whose text is made in the manner of printf; false when memory is out. */
bool query_note(query_notes *notes, arena *a, const char *code, size_t start, size_t end,
                const char *format, ...) __attribute__((format(printf, 6, 7)));

#endif
