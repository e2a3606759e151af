/* SPDX-License-Identifier: GPL-3.0-or-later */
/* missing.h - notes on the words of a query that no passage has. */
#ifndef QUIRE_RESULT_MISSING_H
#define QUIRE_RESULT_MISSING_H

#include "base/arena.h"
#include "query/parse.h"
#include "query/tree.h"
#include "quire.h"
#include "store/store.h"

/* Add a note for each word of the leaves that stands in no passage searched, excluded and
 * supporting leaves apart: "only-in-furniture" where site furniture has it and is not searched,
 * else "no-such-word"; and a note "no-such-article" for each field that means none.  A word that is
 * asked more than once is noted once.  Statuses as for store_search. */
quire_status missing_note(store *st, bool furniture, const query_tree *tree, arena *a,
                          query_notes *notes, quire_error *err);

#endif
