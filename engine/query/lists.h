/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lists.h - making the lists of a query tree out of their children, and the tree out of its root.
 *
 * The parser pushes nodes on a stack and makes lists of the topmost ones, as it goes up from what
 * binds tightest. */
#ifndef QUIRE_QUERY_LISTS_H
#define QUIRE_QUERY_LISTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "query/tree.h"

typedef struct {
    query_node **nodes;
    size_t size;
    size_t room;
} node_stack;

/* False when memory is out. */
bool lists_push(node_stack *stack, query_node *node);

/* Put one list in the place of stack[first..end); first < end.  The list is ROLE_OPTIONAL, and its
 * function words support where they may.  One child alone that is not excluded needs no list, and
 * stays, as ROLE_OPTIONAL.  False when memory is out. */
bool lists_make(node_stack *stack, size_t first, size_t end, arena *a);

void lists_free(node_stack *stack);

/* Finish a tree whose root is set, with its leaves in clause order: who is excluded, and which
 * distinct stems there are.  False when memory is out. */
bool lists_finish(query_tree *tree, query_node *const *leaves, size_t nleaves, arena *a);

#endif
