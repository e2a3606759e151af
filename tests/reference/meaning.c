/* SPDX-License-Identifier: GPL-3.0-or-later */
/* meaning.c - from a query's tree, as it was made up, to lists, windows and roles. */
#include "meaning.h"

#include <string.h>

#include "leaves.h"
#include "need.h"

static void read_any(meaning *m, const said *query, const surroundings *around, bool top,
                     node *list);
static void read_all(meaning *m, const said *query, const surroundings *around, node *list);
static void read_near(meaning *m, const said *query, const surroundings *around, role as,
                      node *list);

/* What holds within a part of the query. */
static surroundings
within(const said *query, const surroundings *around)
{
    surroundings inner = *around;

    inner.in_title |= query->in_title;
    if (query->weight_text != NULL)
        inner.weight *= query->weight;
    return inner;
}

/* Append what a part says to a list, in a role.  Of words that are several leaves each has it. */
static void
read_part(meaning *m, const said *query, const surroundings *around, role as, node *list)
{
    const surroundings inside = within(query, around);
    node *inner = NULL;

    if (query->parts == NULL) {
        leaves_read(m, query, around, as, list);
        return;
    }
    if (query->kind == SAID_NEAR) {
        read_near(m, query, &inside, as, list);
        return;
    }
    inner = leaves_new_node(m, NODE_LIST, as);
    if (query->kind == SAID_ALL)
        read_all(m, query, &inside, inner);
    else
        read_any(m, query, &inside, false, inner);
    /* Parentheses around one thing are nothing, unless they exclude it. */
    if (inner->nchildren == 1 && inner->children[0]->role != EXCLUDED) {
        inner->children[0]->role = as;
        leaves_add_child(list, inner->children[0]);
        free(inner->children);
        inner->children = NULL;
        return;
    }
    leaves_add_child(list, inner);
}

bool
meaning_is_filter(const node *n)
{
    if (n->kind != NODE_LIST)
        return n->kind == NODE_FIELD;
    for (size_t i = 0; i < n->nchildren; i++)
        if (!meaning_is_filter(n->children[i]))
            return false;
    return true;
}

static void
read_all(meaning *m, const said *query, const surroundings *around, node *list)
{
    for (size_t i = 0; i < query->nparts; i++) {
        const said_part *part = &query->parts[i];

        read_part(m, part->node, around, part->negated || part->minus ? EXCLUDED : REQUIRED, list);
    }
}

/* Does it exclude by NOT alone: NOT a, NOT a AND NOT b? */
static bool
only_negates(const said_part *part)
{
    if (part->negated || part->plus || part->minus || part->node->in_parentheses ||
        part->node->kind != SAID_ALL)
        return part->negated;
    for (size_t i = 0; i < part->node->nparts; i++)
        if (!part->node->parts[i].negated)
            return false;
    return true;
}

/* Append what NOT excludes to a list. */
static void
read_negated(meaning *m, const said_part *part, const surroundings *around, node *list)
{
    if (part->negated)
        read_part(m, part->node, around, EXCLUDED, list);
    else
        read_all(m, part->node, around, list);
}

/* One part of a list: a b OR c -d.  A NOT beside an OR is an alternative, whatever has it not; any
 * other excludes from the whole list.  What says only what the article is narrows the list, unless
 * it stands beside an OR or among the values of a field. */
static void
read_alternative(meaning *m, const said_part *part, const surroundings *around, role as,
                 bool beside_or, bool among_values, node *list)
{
    const size_t nbefore = list->nchildren;

    if (only_negates(part) && beside_or) {
        node *complement = leaves_new_node(m, NODE_LIST, as);

        read_negated(m, part, around, complement);
        leaves_add_child(list, complement);
    } else if (only_negates(part)) {
        read_negated(m, part, around, list);
    } else {
        read_part(m, part->node, around, part->plus ? REQUIRED : part->minus ? EXCLUDED : as, list);
        if (!part->plus && !part->minus && !beside_or && !among_values &&
            list->nchildren == nbefore + 1 && meaning_is_filter(list->children[nbefore]))
            list->children[nbefore]->role = REQUIRED;
    }
}

/* How many parts, from the first on, ORs make one chain. */
static size_t
chain_length(const said_part *parts, size_t nparts)
{
    size_t n = 1;

    while (n < nparts && parts[n].or_before)
        n++;
    return n;
}

/* A word such as "the", which supports but does not decide. */
static bool
is_function_word(const node *child)
{
    const naive_word *word = NULL;

    if (child->kind != NODE_WORDS || !child->is_bare || child->nslots != 1)
        return false;
    word = &child->slots[0].words[0].word;
    return !word->is_acronym && words_is_function_word(word->surface, strlen(word->surface));
}

/* Bare function words of a list support it, where there is anything else to match. */
static void
find_supporting(node *list)
{
    bool has_other = false;

    for (size_t i = 0; i < list->nchildren; i++) {
        const node *child = list->children[i];

        if ((child->role == REQUIRED && !meaning_is_filter(child)) ||
            (child->role == OPTIONAL && !is_function_word(child)))
            has_other = true;
    }
    for (size_t i = 0; has_other && i < list->nchildren; i++) {
        node *child = list->children[i];

        if (child->role == OPTIONAL && is_function_word(child))
            child->role = SUPPORTING;
    }
}

/* What narrows a list narrows what else it says: {date:2025, a, b} is {date:2025, {a, b}}, both
 * required, so that a or b must be there. */
static void
part_filters(meaning *m, node *list)
{
    node *inner = leaves_new_node(m, NODE_LIST, REQUIRED);
    size_t nfilters = 0;
    bool has_optional = false;

    for (size_t i = 0; i < list->nchildren; i++) {
        nfilters += list->children[i]->role == REQUIRED && meaning_is_filter(list->children[i]);
        has_optional |= list->children[i]->role == OPTIONAL;
    }
    if (nfilters == 0 || !has_optional)
        return;
    nfilters = 0;
    for (size_t i = 0; i < list->nchildren; i++) {
        node *child = list->children[i];

        if (child->role == REQUIRED && meaning_is_filter(child))
            list->children[nfilters++] = child;
        else
            leaves_add_child(inner, child);
    }
    list->nchildren = nfilters;
    find_supporting(inner);
    leaves_add_child(list, inner);
}

static void
read_any(meaning *m, const said *query, const surroundings *around, bool top, node *list)
{
    bool each_required = top && m->require_all;

    for (size_t i = 0; i < query->nparts;) {
        size_t n = chain_length(query->parts + i, query->nparts - i);
        role as = each_required && n == 1 ? REQUIRED : OPTIONAL;
        node *into = list;

        /* What is required of a chain of ORs is one of it. */
        if (each_required && n > 1)
            into = leaves_new_node(m, NODE_LIST, REQUIRED);
        for (size_t k = 0; k < n; k++)
            read_alternative(m, &query->parts[i++], around, as, n > 1, query->names_values, into);
        if (into != list) {
            find_supporting(into);
            part_filters(m, into);
            leaves_add_child(list, into);
        }
    }
    find_supporting(list);
    part_filters(m, list);
}

/* ---- windows ---- */

/* Can it stand near something: words, a window, or alternatives of those? */
static bool
is_side(const node *n)
{
    if (n->kind == NODE_FIELD)
        return false;
    for (size_t i = 0; n->kind == NODE_LIST && i < n->nchildren; i++) {
        const node *child = n->children[i];

        if (child->role == REQUIRED || child->role == EXCLUDED || !is_side(child))
            return false;
    }
    return true;
}

/* One side; words that are several leaves are alternatives. */
static node *
read_side(meaning *m, const said *query, const surroundings *around)
{
    node *side = leaves_new_node(m, NODE_LIST, OPTIONAL);
    node *only = NULL;

    read_part(m, query, around, OPTIONAL, side);
    if (side->nchildren != 1) {
        find_supporting(side);
        return side;
    }
    only = side->children[0];
    free(side->children);
    side->children = NULL;
    return only;
}

/* In a window everything matches by itself. */
static void
make_alternatives(node *n)
{
    n->role = OPTIONAL;
    n->in_window = true;
    for (size_t i = 0; i < n->nchildren; i++)
        make_alternatives(n->children[i]);
}

static void
read_near(meaning *m, const said *query, const surroundings *around, role as, node *list)
{
    node *window = leaves_new_node(m, NODE_WINDOW, as);

    leaves_add_child(window, read_side(m, query->parts[0].node, around));
    leaves_add_child(window, read_side(m, query->parts[1].node, around));
    window->nearness = query->nearness;
    window->distance = query->distance;
    if (is_side(window->children[0]) && is_side(window->children[1])) {
        make_alternatives(window);
        window->role = as;
    } else {
        window->kind = NODE_LIST;
        window->children[0]->role = window->children[1]->role = REQUIRED;
    }
    leaves_add_child(list, window);
}

/* ---- all of it ---- */

static void
spread_exclusion(node *n, bool excluded)
{
    n->under_exclusion = excluded || n->role == EXCLUDED;
    for (size_t i = 0; i < n->nchildren; i++)
        spread_exclusion(n->children[i], n->under_exclusion);
}

static void
free_children(node *n)
{
    for (size_t i = 0; i < n->nchildren; i++)
        free_children(n->children[i]);
    free(n->children);
    free(n->intervals.items);
}

void
meaning_read(meaning *m, const said *query)
{
    const surroundings around = {.weight = 1};
    const surroundings inside = within(query, &around);

    m->root = leaves_new_node(m, NODE_LIST, REQUIRED);
    if (query->kind == SAID_ANY && !query->in_parentheses)
        read_any(m, query, &inside, true, m->root);
    else if (query->kind == SAID_ALL && !query->in_parentheses)
        read_all(m, query, &inside, m->root);
    else
        read_part(m, query, &around, m->require_all ? REQUIRED : OPTIONAL, m->root);
    find_supporting(m->root);
    spread_exclusion(m->root, false);
}

void
meaning_free(meaning *m)
{
    free_children(m->root);
    free(m->leaves);
}
