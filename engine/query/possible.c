/* SPDX-License-Identifier: GPL-3.0-or-later */
/* possible.c - a query tree as sets of articles: words may match anywhere.
 *
 * What is excluded is known to be away only where it is sure to match, so a node has two sets: of
 * the articles where it may match, and of those where it must, in every passage.  Words may
 * anywhere and must nowhere. */
#include "query/possible.h"

#include <stdlib.h>
#include <string.h>

typedef enum { MAY, MUST } certainty;

static bool find(const query_node *node, certainty how, size_t nwords, uint64_t *bits);

static void
fill(uint64_t *bits, size_t nwords, bool all)
{
    memset(bits, all ? 0xff : 0, nwords * sizeof *bits);
}

static bool
has_role(const query_node *list, query_role role)
{
    for (uint32_t i = 0; i < list->nchildren; i++)
        if (list->children[i]->role == role)
            return true;
    return false;
}

/* A list matches where all that it requires does or, if that is nothing, one of its alternatives,
 * and nothing that it excludes. */
static bool
find_list(const query_node *list, certainty how, size_t nwords, uint64_t *bits)
{
    const bool is_any = !has_role(list, ROLE_REQUIRED) && has_role(list, ROLE_OPTIONAL);
    const query_role demanded = is_any ? ROLE_OPTIONAL : ROLE_REQUIRED;
    uint64_t *of_child = malloc(nwords * sizeof *of_child);
    bool has_memory = of_child != NULL;

    fill(bits, nwords, !is_any);
    for (uint32_t i = 0; i < list->nchildren && has_memory; i++) {
        if (list->children[i]->role != demanded)
            continue;
        has_memory = find(list->children[i], how, nwords, of_child);
        for (size_t k = 0; k < nwords && has_memory; k++)
            bits[k] = is_any ? bits[k] | of_child[k] : bits[k] & of_child[k];
    }
    for (uint32_t i = 0; i < list->nchildren && has_memory; i++) {
        if (list->children[i]->role != ROLE_EXCLUDED)
            continue;
        has_memory = find(list->children[i], how == MAY ? MUST : MAY, nwords, of_child);
        for (size_t k = 0; k < nwords && has_memory; k++)
            bits[k] &= ~of_child[k];
    }
    free(of_child);
    return has_memory;
}

static bool
find(const query_node *node, certainty how, size_t nwords, uint64_t *bits)
{
    if (node->kind == QUERY_LIST)
        return find_list(node, how, nwords, bits);
    if (node->kind == QUERY_FIELD)
        memcpy(bits, node->articles, nwords * sizeof *bits);
    else
        fill(bits, nwords, how == MAY);
    return true;
}

bool
possible_find(const query_tree *tree, size_t nwords, arena *a, const uint64_t **out)
{
    uint64_t *bits = NULL;
    bool has_field = false;

    *out = NULL;
    for (uint32_t i = 0; i < tree->nleaves && !has_field; i++)
        has_field = tree->leaves[i]->kind == QUERY_FIELD;
    if (!has_field)
        return true;
    bits = arena_array(a, nwords, sizeof *bits);
    *out = bits;
    return bits != NULL && find(tree->root, MAY, nwords, bits);
}
