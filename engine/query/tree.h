/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree.h - a query as a tree of leaves and lists.
 *
 * Leaves are what is looked for; lists combine.  Every operator is a list whose children have
 * roles:
 *
 *   a b          {optional a, optional b}       a OR b       the same
 *   +a b         {required a, optional b}       a AND b      {required a, required b}
 *   a -b, a NOT b {optional a, excluded b}      a AND NOT b  {required a, excluded b}
 *   -b, NOT b    {excluded b}                   a OR NOT b   {optional a, optional {excluded b}}
 *   the gaza     {supporting the, optional gaza}
 *
 * A list matches a passage when all required children match, no excluded one does, and, where none
 * is required, an optional one does; a list of excluded children alone matches whatever they do
 * not. Supporting children add to the score and the marks of a list that matches, and decide
 * nothing. */
#ifndef QUIRE_QUERY_TREE_H
#define QUIRE_QUERY_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef enum {
    QUERY_WORD,     /* one bare word, by stem */
    QUERY_COMPOUND, /* words by stem, next to each other in one sentence: hostage-release, 4.5bn */
    QUERY_PHRASE,   /* words by surface, next to each other in one sentence; one word or more */
    QUERY_LIST
} query_kind;

typedef enum { ROLE_REQUIRED, ROLE_OPTIONAL, ROLE_SUPPORTING, ROLE_EXCLUDED } query_role;

/* A word of a leaf, as the tokenizer and the stemmer give it. */
typedef struct {
    const char *surface;
    const char *stem;
    const char *extra; /* the form with its sign, "$4.5", which the token must have too; or NULL */
    uint32_t surface_bytes;
    uint32_t stem_bytes;
    uint32_t extra_bytes;
    uint8_t flags; /* of token */
    uint32_t term; /* its stem, as an index into query_tree.terms; QUERY_NO_TERM where every leaf
                      that has it is excluded */
} query_word;

#define QUERY_NO_TERM UINT32_MAX

typedef struct query_node query_node;

struct query_node {
    query_kind kind;
    query_role role; /* in its list; the root is ROLE_REQUIRED */
    bool excluded;   /* it or a list that it stands in is excluded: never marked, never scored */
    size_t start;    /* bytes of the query that it was read from */
    size_t end;

    /* leaves */
    uint32_t clause; /* from 1, in query order */
    query_word *words;
    uint32_t nwords;

    /* lists */
    query_node **children;
    uint32_t nchildren;
};

/* A distinct stem among the leaves that are not excluded; scored once, however often it is asked.
 */
typedef struct {
    const char *stem;
    uint32_t stem_bytes;
    bool acronym;
} query_term;

typedef struct {
    query_node *root;    /* NULL: the query has no word */
    query_node **leaves; /* in clause order: leaves[clause - 1] */
    uint32_t nleaves;
    query_term *terms;
    uint32_t nterms;
} query_tree;

/* The tree as text for --explain: one line a node, indented by two blanks a level, each line ended
 * by a newline.  NULL when memory is out. */
char *query_tree_print(const query_tree *tree, arena *a);

#endif
