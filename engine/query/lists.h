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

/* The same for the two sides of a window: nodes that can stand in one, see lists_is_side.  The
 * function words among their alternatives do not support but match. */
bool lists_make_window(node_stack *stack, size_t first, query_window window, uint32_t distance,
                       arena *a);

/* Can the node be a side of a window: words, a phrase, a window, or alternatives of those? */
bool lists_is_side(const query_node *node);

/* Does the node say only what the article is? */
bool lists_is_filter(const query_node *node);

void lists_free(node_stack *stack);

/* Finish a tree whose root is set, with its leaves in clause order: who is excluded, and what
 * scores.  False when memory is out. */
bool lists_finish(query_tree *tree, query_node *const *leaves, size_t nleaves, arena *a);

#endif
