/* SPDX-License-Identifier: GPL-3.0-or-later */
/* possible.h - which articles may have a passage that matches, as far as the fields of a query
 * tell: so that no other need be read. */
#ifndef QUIRE_QUERY_POSSIBLE_H
#define QUIRE_QUERY_POSSIBLE_H

#include "query/tree.h"

/* Set *out to those of the articles that may match, nwords words as query_node.articles has them,
 * in the arena; to NULL where the query has no field.  The tree is not empty, and its fields have
 * their articles.  False when memory is out. */
bool possible_find(const query_tree *tree, size_t nwords, arena *a, const uint64_t **out);

#endif
