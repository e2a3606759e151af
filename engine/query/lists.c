/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lists.c - lists of a query tree: collapsing, function words, exclusion, terms. */
#include "query/lists.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "query/intern.h"
#include "text/words.h"

static_assert(INTERN_NONE == QUERY_NO_TERM, "a stem that is no term has no number");

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

static bool
is_function_word(const query_node *node)
{
    return node->kind == QUERY_WORD &&
           words_is_function_word(node->words[0].surface, node->words[0].surface_bytes);
}

/* Function words among the alternatives of a list only support, unless there is nothing else that
 * could match. */
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
    support(list);
    return list;
}

bool
lists_make(node_stack *stack, size_t first, size_t end, arena *a)
{
    query_node *node = stack->nodes[first];

    assert(first < end && end <= stack->size);
    if (end - first > 1 || node->role == ROLE_EXCLUDED)
        node = make_list(stack->nodes + first, end - first, a);
    if (node == NULL)
        return false;
    node->role = ROLE_OPTIONAL;
    stack->nodes[first] = node;
    memmove(stack->nodes + first + 1, stack->nodes + end,
            (stack->size - end) * sizeof(query_node *));
    stack->size -= end - first - 1;
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

static bool
is_acronym(const query_word *word)
{
    return (word->flags & TOKEN_ACRONYM) != 0;
}

/* Number the distinct stems of the leaves that are not excluded, and tell the words of all. */
static bool
number_terms(query_tree *tree, arena *a)
{
    intern_table stems;
    size_t nwords = 0;

    for (uint32_t i = 0; i < tree->nleaves; i++)
        nwords += tree->leaves[i]->nwords;
    if (!intern_init(&stems, a, nwords))
        return false;
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *leaf = tree->leaves[i];

        for (uint32_t j = 0; j < leaf->nwords && !leaf->excluded; j++)
            intern_add(&stems, leaf->words[j].stem, leaf->words[j].stem_bytes,
                       is_acronym(&leaf->words[j]));
    }
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        query_node *leaf = tree->leaves[i];

        for (uint32_t j = 0; j < leaf->nwords; j++)
            leaf->words[j].term =
                intern_find(&stems, leaf->words[j].stem, leaf->words[j].stem_bytes,
                            is_acronym(&leaf->words[j]));
    }

    tree->terms = arena_array(a, (size_t)stems.nkeys + 1, sizeof *tree->terms);
    if (tree->terms == NULL)
        return false;
    tree->nterms = stems.nkeys;
    for (uint32_t i = 0; i < stems.nkeys; i++)
        tree->terms[i] = (query_term){.stem = stems.keys[i].bytes,
                                      .stem_bytes = stems.keys[i].nbytes,
                                      .acronym = stems.keys[i].is_acronym};
    return true;
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
    return number_terms(tree, a);
}
