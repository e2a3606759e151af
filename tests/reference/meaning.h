/* SPDX-License-Identifier: GPL-3.0-or-later */
/* meaning.h - what a query means, read from the tree that it was made up as: leaves, and lists
 * whose children have roles.
 *
 *   a b          {optional a, optional b}       a OR b       the same
 *   +a b         {required a, optional b}       a AND b      {required a, required b}
 *   a -b, a NOT b {optional a, excluded b}      a AND NOT b  {required a, excluded b}
 *   a OR NOT b   {optional a, optional {excluded b}}
 *   the gaza     {supporting the, optional gaza} */
#ifndef QUIRE_TESTS_REFERENCE_MEANING_H
#define QUIRE_TESTS_REFERENCE_MEANING_H

#include "queries.h"
#include "wording.h"

typedef enum { REQUIRED, OPTIONAL, SUPPORTING, EXCLUDED } role;

typedef struct node node;

struct node {
    role role;
    bool under_exclusion; /* it or what it stands in is excluded */

    /* leaves */
    bool is_leaf;
    bool is_phrase;
    uint32_t clause;
    naive_word *words;
    size_t nwords;
    size_t *frequencies; /* of each word: in how many of the passages searched its stem occurs */

    /* lists */
    node **children;
    size_t nchildren;
    size_t room;

    /* in the passage at hand */
    bool matched;
    bool takes_part; /* it matched, so did all that it stands in, and nothing excludes it */
};

typedef struct {
    wording *wording;
    arena *arena;
    bool shouting;
    bool require_all;
    node *root;
    node **leaves; /* in the order of the query */
    size_t nleaves;
    size_t room;
    bool is_wordless; /* a piece of it has no word */
} meaning;

/* Read a query; wording, arena, shouting and require_all are set by the caller. */
void meaning_read(meaning *m, const said *query);
void meaning_free(meaning *m);

#endif
