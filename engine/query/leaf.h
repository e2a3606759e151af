/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaf.h - a chunk or phrase of a query as leaves of its tree. */
#ifndef QUIRE_QUERY_LEAF_H
#define QUIRE_QUERY_LEAF_H

#include <stdbool.h>
#include <stddef.h>

#include "query/lex.h"
#include "query/slots.h"
#include "query/tree.h"

#define LEAF_MAX_SLOP_WORDS 32

/* Makes leaves and keeps them in query order. */
typedef struct {
    slot_reader slots;
    query_node **leaves; /* all so far; leaves[i]->clause is i + 1 */
    size_t nleaves;
    size_t room;
    size_t nwords; /* of all their slots; a gap or pattern counts as one */
} leaf_reader;

typedef enum { LEAF_OK, LEAF_NOMEM, LEAF_TOO_MANY, LEAF_TOO_MANY_WORDS } leaf_status;

/* Append the leaves of a chunk (a word or compound for each run of joined words) or of a phrase
 * (none where it has no word; several where alternatives in it differ in length: they are
 * alternatives then), or of the value of a field.  Roles are left to the caller.  LEAF_TOO_MANY
 * where there would be more than QUERY_MAX_CLAUSES, LEAF_TOO_MANY_WORDS more than QUERY_MAX_WORDS.
 */
leaf_status leaf_read(leaf_reader *r, const lex_item *item);

/* Append a phrase of these slots; for phrase.h. */
leaf_status leaf_add_phrase(leaf_reader *r, const lex_item *item, const slot_row *row);

void leaf_free(leaf_reader *r);

#endif
