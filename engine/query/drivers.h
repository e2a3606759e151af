/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drivers.h - terms without any of which a query matches nothing: only articles that have
 * one of them need to be looked at. */
#ifndef QUIRE_QUERY_DRIVERS_H
#define QUIRE_QUERY_DRIVERS_H

#include "query/tree.h"

/* Set drivers, a bool for each of tree->terms, for those that together stand in the fewest passages
 * (frequencies by term), as far as that is easily told.  False: there are none, anything may match.
 */
bool drivers_find(const query_tree *tree, const uint64_t *frequencies, bool *drivers);

/* Set required, a bool for each of tree->terms, for those without which nothing matches, as far as
 * that is easily told. */
void drivers_require(const query_tree *tree, bool *required);

#endif
