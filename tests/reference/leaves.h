/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaves.h - the leaves that words, phrases and fields of a query mean. */
#ifndef QUIRE_TESTS_REFERENCE_LEAVES_H
#define QUIRE_TESTS_REFERENCE_LEAVES_H

#include "meaning.h"

/* What holds for all that stands in a parenthesis. */
typedef struct {
    bool in_title;
    double weight;
} surroundings;

/* Append the leaves of a part of a query, which has no parts itself, to a list, each in a role. */
void leaves_read(meaning *m, const said *query, const surroundings *around, role as, node *list);

node *leaves_new_node(meaning *m, node_kind kind, role as);
void leaves_add_child(node *list, node *child);

#endif
