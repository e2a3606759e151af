/* SPDX-License-Identifier: GPL-3.0-or-later */
/* meaning.c - from a query's tree, as it was made up, to leaves and roles. */
#include "meaning.h"

#include <string.h>

#include "base/array.h"
#include "need.h"
#include "text/sentences.h"

static node *
new_node(meaning *m, role as)
{
    node *made = arena_alloc(m->arena, sizeof *made);

    NEED(made != NULL);
    made->role = as;
    return made;
}

static void
add_child(node *list, node *child)
{
    NEED(ARRAY_GROW(list->children, list->nchildren, &list->room));
    list->children[list->nchildren++] = child;
}

static node *
add_leaf(meaning *m, role as, const naive_word *words, size_t nwords, bool is_phrase)
{
    node *leaf = new_node(m, as);

    leaf->is_leaf = true;
    leaf->is_phrase = is_phrase;
    leaf->words = arena_array(m->arena, nwords, sizeof *words);
    leaf->nwords = nwords;
    leaf->frequencies = arena_array(m->arena, nwords, sizeof *leaf->frequencies);
    NEED(leaf->words != NULL && leaf->frequencies != NULL);
    NEED(ARRAY_GROW(m->leaves, m->nleaves, &m->room));
    memcpy(leaf->words, words, nwords * sizeof *words);
    m->leaves[m->nleaves++] = leaf;
    leaf->clause = (uint32_t)m->nleaves;
    return leaf;
}

/* The words of a piece of the query, sentence by sentence. */
static void
split_text(meaning *m, const char *text, word_list *list)
{
    size_t end = strlen(text);
    size_t at = strspn(text, " \t\n");

    for (uint32_t number = 0; at < end; number++) {
        size_t next = sentences_next(text, at, end);

        NEED(next > at && next <= end);
        wording_read(m->wording, m->arena, text, at, next, m->shouting, number, list);
        at = next + strspn(text + next, " \t\n");
    }
}

/* How many words, from the first on, are joined to it. */
static size_t
joined_words(const naive_word *words, size_t nwords)
{
    size_t n = 1;

    while (n < nwords && words[n].is_joined)
        n++;
    return n;
}

/* Append the leaves of words or of a phrase to a list. */
static void
read_leaves(meaning *m, const said *query, role as, node *list)
{
    word_list words = {0};

    split_text(m, query->text, &words);
    for (size_t i = 0; i < words.nwords;) {
        bool is_phrase = query->kind == SAID_PHRASE;
        size_t n = is_phrase ? words.nwords : joined_words(words.words + i, words.nwords - i);

        add_child(list, add_leaf(m, as, words.words + i, n, is_phrase));
        i += n;
    }
    m->is_wordless |= words.nwords == 0;
    free(words.words);
}

static void read_any(meaning *m, const said *query, bool top, node *list);
static void read_all(meaning *m, const said *query, node *list);

/* Append what a part says to a list, in a role.  Of words that are several leaves each has it. */
static void
read_part(meaning *m, const said *query, role as, node *list)
{
    node *inner = NULL;

    if (query->kind == SAID_WORDS || query->kind == SAID_PHRASE) {
        read_leaves(m, query, as, list);
        return;
    }
    inner = new_node(m, as);
    if (query->kind == SAID_ALL)
        read_all(m, query, inner);
    else
        read_any(m, query, false, inner);
    /* Parentheses around one thing are nothing, unless they exclude it. */
    if (inner->nchildren == 1 && inner->children[0]->role != EXCLUDED) {
        inner->children[0]->role = as;
        add_child(list, inner->children[0]);
        free(inner->children);
        inner->children = NULL;
        return;
    }
    add_child(list, inner);
}

static void
read_all(meaning *m, const said *query, node *list)
{
    for (size_t i = 0; i < query->nparts; i++) {
        const said_part *part = &query->parts[i];

        read_part(m, part->node, part->negated || part->minus ? EXCLUDED : REQUIRED, list);
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
read_negated(meaning *m, const said_part *part, node *list)
{
    if (part->negated)
        read_part(m, part->node, EXCLUDED, list);
    else
        read_all(m, part->node, list);
}

/* One part of a list: a b OR c -d.  A NOT beside an OR is an alternative, whatever has it not; any
 * other excludes from the whole list. */
static void
read_alternative(meaning *m, const said_part *part, role as, bool beside_or, node *list)
{
    if (only_negates(part) && beside_or) {
        node *complement = new_node(m, as);

        read_negated(m, part, complement);
        add_child(list, complement);
    } else if (only_negates(part)) {
        read_negated(m, part, list);
    } else {
        read_part(m, part->node, part->plus ? REQUIRED : part->minus ? EXCLUDED : as, list);
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
    return child->is_leaf && !child->is_phrase && child->nwords == 1 &&
           !child->words[0].is_acronym &&
           words_is_function_word(child->words[0].surface, strlen(child->words[0].surface));
}

/* Bare function words of a list support it, where there is anything else to match. */
static void
find_supporting(node *list)
{
    bool has_other = false;

    for (size_t i = 0; i < list->nchildren; i++) {
        const node *child = list->children[i];

        if (child->role == REQUIRED || (child->role == OPTIONAL && !is_function_word(child)))
            has_other = true;
    }
    for (size_t i = 0; has_other && i < list->nchildren; i++) {
        node *child = list->children[i];

        if (child->role == OPTIONAL && is_function_word(child))
            child->role = SUPPORTING;
    }
}

static void
read_any(meaning *m, const said *query, bool top, node *list)
{
    bool each_required = top && m->require_all;

    for (size_t i = 0; i < query->nparts;) {
        size_t n = chain_length(query->parts + i, query->nparts - i);
        role as = each_required && n == 1 ? REQUIRED : OPTIONAL;
        node *into = list;

        /* What is required of a chain of ORs is one of it. */
        if (each_required && n > 1)
            into = new_node(m, REQUIRED);
        for (size_t k = 0; k < n; k++)
            read_alternative(m, &query->parts[i++], as, n > 1, into);
        if (into != list) {
            find_supporting(into);
            add_child(list, into);
        }
    }
    find_supporting(list);
}

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
}

void
meaning_read(meaning *m, const said *query)
{
    m->root = new_node(m, REQUIRED);
    if (query->kind == SAID_ANY)
        read_any(m, query, true, m->root);
    else if (query->kind == SAID_ALL)
        read_all(m, query, m->root);
    else
        read_part(m, query, m->require_all ? REQUIRED : OPTIONAL, m->root);
    find_supporting(m->root);
    spread_exclusion(m->root, false);
}

void
meaning_free(meaning *m)
{
    free_children(m->root);
    free(m->leaves);
}
