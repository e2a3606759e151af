/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clauses.h - what the numbers of marks stand for: the clauses of a query, as they were typed. */
#ifndef QUIRE_RESULT_CLAUSES_H
#define QUIRE_RESULT_CLAUSES_H

#include "base/arena.h"
#include "query/tree.h"
#include "result/search.h"

/* Fill in out's clauses from the tree that was read from text.  False when memory is out. */
bool clauses_make(const query_tree *tree, const char *text, size_t text_bytes, arena *a,
                  search_results *out);

#endif
