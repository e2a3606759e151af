/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_plan.h - a query tree and a filter as a query of Xapian's. */
#ifndef QUIRE_STORE_XAPIAN_PLAN_H
#define QUIRE_STORE_XAPIAN_PLAN_H

#include "query/tree.h"
#include "store/store.h"
#include "store/xapian_shim.h"

/* Make a query that finds at least the passages that match the tree (root not NULL) and pass the
 * filter; where *exact_out is true, those and no others.  If it is to be weighted (the tree has
 * terms then), its weights are at least their scores.  db is the database to be searched: its terms
 * tell which years there are.  QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status xapian_plan_make(const query_tree *tree, const store_filter *filter, bool weighted,
                              xap_db *db, xap_query **query_out, bool *exact_out, quire_error *err);

/* Has the tree so many phrases and the like, or words for its wildcards, that Xapian only finds
 * candidates, and little is won by its weights, which let nearly all of them pass? */
bool xapian_plan_is_wide(const query_tree *tree);

#endif
