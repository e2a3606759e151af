/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drivers.c - terms without any of which a query matches nothing.
 *
 * A leaf needs one of the words of each of its slots, a window what either side needs, a list what
 * any of its required children needs, or, without such, what all of its optional ones do.  Costs
 * are counted with terms as often as they are asked for, which is good enough to choose. */
#include "query/drivers.h"

#define ANYTHING UINT64_MAX /* what stands for "it may match without any" */

typedef struct {
    const uint64_t *frequencies;
    bool *drivers;
} finder;

static uint64_t
add(uint64_t a, uint64_t b)
{
    return a > ANYTHING - b ? ANYTHING : a + b;
}

static uint64_t
cost_of_slot(const finder *f, const query_slot *slot)
{
    uint64_t cost = 0;

    if (slot->kind == SLOT_GAP)
        return ANYTHING;
    for (uint32_t i = 0; i < slot->nwords; i++)
        cost = slot->words[i].term == QUERY_NONE ? ANYTHING
                                                 : add(cost, f->frequencies[slot->words[i].term]);
    return cost;
}

static const query_slot *
cheapest_slot(const finder *f, const query_node *leaf, uint64_t *cost_out)
{
    const query_slot *cheapest = NULL;

    *cost_out = ANYTHING;
    for (uint32_t i = 0; i < leaf->nslots; i++) {
        const uint64_t cost = cost_of_slot(f, &leaf->slots[i]);

        if (cost < *cost_out) {
            *cost_out = cost;
            cheapest = &leaf->slots[i];
        }
    }
    return cheapest;
}

static uint64_t cost_of(const finder *f, const query_node *node);

/* The child of a window, or the required one of a list, that costs least; NULL: there is none. */
static const query_node *
cheapest_child(const finder *f, const query_node *node, uint64_t *cost_out)
{
    const query_node *cheapest = NULL;

    *cost_out = ANYTHING;
    for (uint32_t i = 0; i < node->nchildren; i++) {
        const query_node *child = node->children[i];
        uint64_t cost = 0;

        if (node->kind == QUERY_LIST && child->role != ROLE_REQUIRED)
            continue;
        cost = cost_of(f, child);
        if (cost < *cost_out) {
            *cost_out = cost;
            cheapest = child;
        }
    }
    return cheapest;
}

static uint64_t
cost_of_optional(const finder *f, const query_node *list)
{
    uint64_t cost = 0;
    bool has_any = false;

    for (uint32_t i = 0; i < list->nchildren; i++) {
        if (list->children[i]->role == ROLE_REQUIRED)
            return ANYTHING; /* which may match without any */
        if (list->children[i]->role == ROLE_OPTIONAL) {
            has_any = true;
            cost = add(cost, cost_of(f, list->children[i]));
        }
    }
    return has_any ? cost : ANYTHING;
}

static uint64_t
cost_of(const finder *f, const query_node *node)
{
    uint64_t cost = ANYTHING;

    if (node->kind == QUERY_FIELD)
        return ANYTHING;
    if (node->kind != QUERY_LIST && node->kind != QUERY_WINDOW)
        cheapest_slot(f, node, &cost);
    else if (cheapest_child(f, node, &cost) == NULL && node->kind == QUERY_LIST)
        cost = cost_of_optional(f, node);
    return cost;
}

static void
take(const finder *f, const query_node *node)
{
    uint64_t cost = 0;

    if (node->kind == QUERY_LIST || node->kind == QUERY_WINDOW) {
        const query_node *child = cheapest_child(f, node, &cost);

        if (child != NULL)
            take(f, child);
        for (uint32_t i = 0; child == NULL && i < node->nchildren; i++)
            if (node->children[i]->role == ROLE_OPTIONAL)
                take(f, node->children[i]);
    } else {
        const query_slot *slot = cheapest_slot(f, node, &cost);

        for (uint32_t i = 0; slot != NULL && i < slot->nwords; i++)
            f->drivers[slot->words[i].term] = true;
    }
}

bool
drivers_find(const query_tree *tree, const uint64_t *frequencies, bool *drivers)
{
    const finder f = {.frequencies = frequencies, .drivers = drivers};

    for (uint32_t i = 0; i < tree->nterms; i++)
        drivers[i] = false;
    if (cost_of(&f, tree->root) == ANYTHING)
        return false;
    take(&f, tree->root);
    return true;
}

/* Is a child one that a list must have? */
static bool
is_required(const query_node *list, const query_node *child)
{
    uint32_t noptional = 0;

    for (uint32_t i = 0; i < list->nchildren; i++) {
        if (list->children[i]->role == ROLE_REQUIRED)
            return child->role == ROLE_REQUIRED;
        noptional += list->children[i]->role == ROLE_OPTIONAL;
    }
    return child->role == ROLE_OPTIONAL && noptional == 1;
}

static void
require(const query_node *node, bool *required)
{
    if (node->kind == QUERY_FIELD)
        return;
    for (uint32_t i = 0; i < node->nchildren; i++)
        if (node->kind == QUERY_WINDOW || is_required(node, node->children[i]))
            require(node->children[i], required);
    for (uint32_t i = 0; i < node->nslots; i++)
        if (node->slots[i].kind != SLOT_GAP && node->slots[i].nwords == 1 &&
            node->slots[i].words[0].term != QUERY_NONE)
            required[node->slots[i].words[0].term] = true;
}

void
drivers_require(const query_tree *tree, bool *required)
{
    for (uint32_t i = 0; i < tree->nterms; i++)
        required[i] = false;
    require(tree->root, required);
}
