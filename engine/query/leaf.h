/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaf.h - the words of a chunk or phrase of a query, as leaves of its tree. */
#ifndef QUIRE_QUERY_LEAF_H
#define QUIRE_QUERY_LEAF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "query/lex.h"
#include "query/notes.h"
#include "query/tree.h"
#include "text/stem.h"
#include "text/words.h"

/* Makes leaves and keeps them in query order. */
typedef struct {
    const char *text; /* valid UTF-8, what the items of the lexer count in */
    bool is_shouting;
    arena *a;
    stemmer *stemmer;
    note_writer *notes;  /* knows the offsets in the text as it was given */
    token_list tokens;   /* of the item at hand */
    query_node **leaves; /* all so far; leaves[i]->clause is i + 1 */
    size_t nleaves;
    size_t room;
} leaf_reader;

typedef enum { LEAF_OK, LEAF_NOMEM, LEAF_TOO_MANY } leaf_status;

/* Append the leaves of a chunk (a word or compound for each run of joined words) or of a phrase
 * (one leaf, or none where it has no word).  Roles are left to the caller.  LEAF_TOO_MANY where
 * there would be more than QUERY_MAX_CLAUSES. */
leaf_status leaf_read(leaf_reader *r, const lex_item *item);

void leaf_free(leaf_reader *r);

#endif
