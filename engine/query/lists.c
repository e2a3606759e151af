/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lists.c - lists and windows of a query tree: collapsing, function words, exclusion. */
#include "query/lists.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "query/units.h"
#include "text/words.h"

bool
lists_push(node_stack *stack, query_node *node)
{
    if (!ARRAY_GROW(stack->nodes, stack->size, &stack->room))
        return false;
    stack->nodes[stack->size++] = node;
    return true;
}

void
lists_free(node_stack *stack)
{
    free(stack->nodes);
    stack->nodes = NULL;
}

bool
lists_is_filter(const query_node *node)
{
    bool is_filter = node->kind == QUERY_FIELD || node->kind == QUERY_LIST;

    for (uint32_t i = 0; i < node->nchildren && is_filter; i++)
        is_filter = lists_is_filter(node->children[i]);
    return is_filter;
}

static bool
is_function_word(const query_node *node)
{
    const query_slot *slot = node->slots;

    return node->kind == QUERY_WORD && (slot->kind == SLOT_WORDS || slot->kind == SLOT_SPELLING) &&
           !node->in_title &&
           words_is_function_word(slot->words[0].surface, slot->words[0].surface_bytes);
}

/* Function words among the alternatives of a list only support, unless there is nothing else that
 * could match.  (What narrows a list is no part of it: see make_roles_list.) */
static void
support(query_node *list)
{
    bool has_other = false;

    for (uint32_t i = 0; i < list->nchildren && !has_other; i++) {
        const query_node *child = list->children[i];

        has_other = child->role == ROLE_REQUIRED ||
                    (child->role == ROLE_OPTIONAL && !is_function_word(child));
    }
    for (uint32_t i = 0; i < list->nchildren && has_other; i++) {
        query_node *child = list->children[i];

        if (child->role == ROLE_OPTIONAL && is_function_word(child))
            child->role = ROLE_SUPPORTING;
    }
}

static query_node *
make_list(query_node *const *children, size_t nchildren, arena *a)
{
    query_node *list = arena_alloc(a, sizeof *list);

    if (list == NULL)
        return NULL;
    list->children = arena_array(a, nchildren, sizeof *list->children);
    if (list->children == NULL)
        return NULL;
    memcpy(list->children, children, nchildren * sizeof *list->children);
    list->kind = QUERY_LIST;
    list->nchildren = (uint32_t)nchildren;
    list->start = children[0]->start;
    list->end = children[nchildren - 1]->end;
    for (size_t i = 0; i < nchildren; i++)
        if (list->height <= children[i]->height)
            list->height = children[i]->height + 1;
    return list;
}

static void
replace(node_stack *stack, size_t first, size_t end, query_node *node)
{
    node->role = ROLE_OPTIONAL;
    stack->nodes[first] = node;
    memmove(stack->nodes + first + 1, stack->nodes + end,
            (stack->size - end) * sizeof(query_node *));
    stack->size -= end - first - 1;
}

static bool
narrows(const query_node *child)
{
    return child->role == ROLE_REQUIRED && lists_is_filter(child);
}

/* What says only what the article is, and is required, narrows what else the list says: that
 * becomes a list of its own, required too, so that one of its alternatives must match.  Children
 * are put in order; returns how many narrow, 0 where nothing is to be done. */
static size_t
part_filters(query_node **children, size_t nchildren, arena *a, bool *has_memory)
{
    query_node **others = arena_array(a, nchildren, sizeof *others);
    size_t nfilters = 0;
    size_t nothers = 0;
    bool has_optional = false;

    *has_memory = others != NULL;
    for (size_t i = 0; i < nchildren; i++) {
        nfilters += narrows(children[i]);
        has_optional = has_optional || children[i]->role == ROLE_OPTIONAL;
    }
    if (nfilters == 0 || !has_optional || others == NULL)
        return 0;
    nfilters = 0;
    for (size_t i = 0; i < nchildren; i++)
        if (narrows(children[i]))
            children[nfilters++] = children[i];
        else
            others[nothers++] = children[i];
    memcpy(children + nfilters, others, nothers * sizeof(query_node *));
    return nfilters;
}

/* A list of these children, all roles known. */
static query_node *
make_roles_list(query_node **children, size_t nchildren, arena *a)
{
    bool has_memory = true;
    const size_t nfilters = part_filters(children, nchildren, a, &has_memory);
    query_node *list = NULL;

    if (!has_memory)
        return NULL;
    if (nfilters > 0 && nfilters + 1 < nchildren) {
        query_node *inner = make_list(children + nfilters, nchildren - nfilters, a);

        if (inner == NULL)
            return NULL;
        support(inner);
        children[nfilters] = inner;
        nchildren = nfilters + 1;
    }
    if (nfilters > 0)
        children[nfilters]->role = ROLE_REQUIRED;
    list = make_list(children, nchildren, a);
    if (list != NULL)
        support(list);
    return list;
}

bool
lists_make(node_stack *stack, size_t first, size_t end, arena *a)
{
    query_node *node = stack->nodes[first];

    assert(first < end && end <= stack->size);
    if (end - first > 1 || node->role == ROLE_EXCLUDED) {
        node = make_roles_list(stack->nodes + first, end - first, a);
        if (node == NULL)
            return false;
    }
    replace(stack, first, end, node);
    return true;
}

bool
lists_is_side(const query_node *node)
{
    if (node->kind != QUERY_LIST)
        return node->kind != QUERY_FIELD;
    for (uint32_t i = 0; i < node->nchildren; i++) {
        const query_node *child = node->children[i];

        if ((child->role != ROLE_OPTIONAL && child->role != ROLE_SUPPORTING) ||
            !lists_is_side(child))
            return false;
    }
    return true;
}

/* Every alternative of a side matches by itself.  As deep as the tree. */
static void
make_alternatives(query_node *side)
{
    side->role = ROLE_OPTIONAL;
    for (uint32_t i = 0; i < side->nchildren; i++)
        make_alternatives(side->children[i]);
}

bool
lists_make_window(node_stack *stack, size_t first, query_window window, uint32_t distance, arena *a)
{
    query_node *node = make_list(stack->nodes + first, 2, a);

    assert(first + 2 == stack->size);
    if (node == NULL)
        return false;
    node->kind = QUERY_WINDOW;
    node->window = window;
    node->distance = distance;
    make_alternatives(node);
    replace(stack, first, first + 2, node);
    return true;
}

/* As deep as the tree, which the parser bounds. */
static void
mark_excluded(query_node *node, bool is_within)
{
    node->excluded = is_within || node->role == ROLE_EXCLUDED;
    for (uint32_t i = 0; i < node->nchildren; i++)
        mark_excluded(node->children[i], node->excluded);
}

bool
lists_finish(query_tree *tree, query_node *const *leaves, size_t nleaves, arena *a)
{
    tree->leaves = arena_array(a, nleaves + 1, sizeof *tree->leaves);
    if (tree->leaves == NULL)
        return false;
    if (nleaves > 0)
        memcpy(tree->leaves, leaves, nleaves * sizeof(query_node *));
    tree->nleaves = (uint32_t)nleaves;
    if (tree->root != NULL) {
        tree->root->role = ROLE_REQUIRED;
        mark_excluded(tree->root, false);
    }
    return units_make(tree, a);
}
