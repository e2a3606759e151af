/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.h - what of a query tree scores: its terms and units. */
#ifndef QUIRE_QUERY_UNITS_H
#define QUIRE_QUERY_UNITS_H

#include "query/tree.h"

/* Number the distinct stems of the leaves that are not excluded, tell the words of all leaves, and
 * make the units of their slots; say what kind of tree it is.  For a tree whose leaves are
 * complete, and again once its patterns are expanded.  False when memory is out. */
bool units_make(query_tree *tree, arena *a);

#endif
