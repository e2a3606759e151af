/* SPDX-License-Identifier: GPL-3.0-or-later */
/* match.c - the span matcher.
 *
 * matcher_new turns a tree into numbers: stems, surfaces and forms with signs are interned, leaves
 * hang from the number of their first word, and nodes lie in an array.  A passage then costs one
 * look into a table for each word, work in proportion to the places where a leaf can begin, and one
 * pass over the nodes.
 *
 * A run is what bare words make that are neighbours in the query and in the text alike: from a leaf
 * at a word, its next sibling at the next word, and so on as far as it goes. */
#include "query/match.h"

#include <stdlib.h>
#include <string.h>

#include "query/intern.h"

/* A word of a leaf: of a phrase the number of its surface, otherwise of its stem. */
typedef struct {
    uint32_t number;
    uint32_t extra; /* number of the form with its sign that the token must have, or INTERN_NONE */
    uint32_t term;  /* of the tree, or QUERY_NO_TERM */
} leaf_word;

typedef struct {
    const leaf_word *words;
    uint32_t nwords;
    uint32_t clause;
    bool by_surface;
    bool supports;      /* ROLE_SUPPORTING */
    bool is_active;     /* in this passage: it takes part in the match, so it scores and marks */
    uint32_t next;      /* the leaf that goes on with a run, or NO_LEAF */
    uint32_t next_same; /* the next leaf whose first word has the same number, or NO_LEAF */
} leaf;

#define NO_LEAF UINT32_MAX

/* A node; its children are neighbours in the array. */
typedef struct {
    query_role role;
    bool is_matched; /* in this passage */
    uint32_t leaf;   /* or NO_LEAF, for a list */
    uint32_t first_child;
    uint32_t nchildren;
} node;

/* What a word of the passage is to the query. */
typedef struct {
    uint32_t stem;
    uint32_t surface;
    uint32_t extra;
    uint32_t sentence;
} place;

struct matcher {
    arena *a;
    uint32_t nterms;
    intern_table stems; /* those of the tree's terms come first, in their order */
    intern_table surfaces;
    intern_table extras;
    uint32_t *first_by_stem; /* leaves by the number of their first word */
    uint32_t *first_by_surface;
    leaf *leaves;
    uint32_t nleaves;
    node *nodes; /* the root first; none where the query has no word */
    uint32_t nnodes;

    /* Of the passage at hand. */
    uint32_t *frequencies; /* by stem */
    bool *term_scores;
    place *places;
    match_span *spans; /* at most one a word */
    size_t room;       /* for places and spans */
    uint32_t nplaces;
};

/* ---- Making it ---- */

static size_t
count_words(const query_tree *tree)
{
    size_t nwords = 0;

    for (uint32_t i = 0; i < tree->nleaves; i++)
        nwords += tree->leaves[i]->nwords;
    return nwords;
}

static uint32_t
count_nodes(const query_node *from)
{
    uint32_t nnodes = 1;

    for (uint32_t i = 0; i < from->nchildren; i++)
        nnodes += count_nodes(from->children[i]);
    return nnodes;
}

static bool
is_acronym(uint8_t token_flags)
{
    return (token_flags & TOKEN_ACRONYM) != 0;
}

static void
make_word(matcher *m, const query_word *word, bool by_surface, leaf_word *out)
{
    bool acronym = is_acronym(word->flags);

    if (by_surface)
        out->number = intern_add(&m->surfaces, word->surface, word->surface_bytes, acronym);
    else
        out->number = intern_add(&m->stems, word->stem, word->stem_bytes, acronym);
    out->extra = INTERN_NONE;
    if (word->extra_bytes > 0)
        out->extra = intern_add(&m->extras, word->extra, word->extra_bytes, false);
    out->term = word->term;
}

static bool
make_leaves(matcher *m, const query_tree *tree, size_t nwords)
{
    leaf_word *words = arena_array(m->a, nwords + 1, sizeof *words);

    m->leaves = arena_array(m->a, (size_t)tree->nleaves + 1, sizeof *m->leaves);
    if (words == NULL || m->leaves == NULL)
        return false;
    m->nleaves = tree->nleaves;
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *from = tree->leaves[i];
        leaf *to = &m->leaves[i];

        to->words = words;
        to->nwords = from->nwords;
        to->clause = from->clause;
        to->by_surface = from->kind == QUERY_PHRASE;
        to->supports = from->role == ROLE_SUPPORTING;
        to->next = NO_LEAF;
        for (uint32_t j = 0; j < from->nwords; j++)
            make_word(m, &from->words[j], to->by_surface, words++);
    }
    return true;
}

static uint32_t *
make_heads(arena *a, const intern_table *t)
{
    uint32_t *heads = arena_array(a, (size_t)t->nkeys + 1, sizeof *heads);

    for (uint32_t i = 0; heads != NULL && i < t->nkeys; i++)
        heads[i] = NO_LEAF;
    return heads;
}

/* Hang the leaves from their first words; of those with the same one, the lowest clause first. */
static bool
hang_leaves(matcher *m)
{
    m->first_by_stem = make_heads(m->a, &m->stems);
    m->first_by_surface = make_heads(m->a, &m->surfaces);
    if (m->first_by_stem == NULL || m->first_by_surface == NULL)
        return false;
    for (uint32_t i = m->nleaves; i-- > 0;) {
        leaf *l = &m->leaves[i];
        uint32_t *heads = l->by_surface ? m->first_by_surface : m->first_by_stem;

        l->next_same = heads[l->words[0].number];
        heads[l->words[0].number] = i;
    }
    return true;
}

/* Can this child of a list be part of a run? */
static bool
is_bare(const query_node *child)
{
    return (child->kind == QUERY_WORD || child->kind == QUERY_COMPOUND) &&
           child->role != ROLE_EXCLUDED;
}

/* Put node from at nodes[at], and all below it behind those that are there.  As deep as the tree,
 * which the parser bounds. */
static void
make_node(matcher *m, const query_node *from, uint32_t at)
{
    node *to = &m->nodes[at];

    to->role = from->role;
    to->leaf = from->kind == QUERY_LIST ? NO_LEAF : from->clause - 1;
    to->first_child = m->nnodes;
    to->nchildren = from->nchildren;
    m->nnodes += from->nchildren;
    for (uint32_t i = 0; i < from->nchildren; i++) {
        const query_node *child = from->children[i];

        make_node(m, child, to->first_child + i);
        if (i + 1 < from->nchildren && is_bare(child) && is_bare(from->children[i + 1]))
            m->leaves[child->clause - 1].next = from->children[i + 1]->clause - 1;
    }
}

static bool
make_matcher(matcher *m, const query_tree *tree)
{
    size_t nwords = count_words(tree);

    if (!intern_init(&m->stems, m->a, nwords) || !intern_init(&m->surfaces, m->a, nwords) ||
        !intern_init(&m->extras, m->a, nwords))
        return false;
    m->nterms = tree->nterms;
    for (uint32_t i = 0; i < tree->nterms; i++)
        intern_add(&m->stems, tree->terms[i].stem, tree->terms[i].stem_bytes,
                   tree->terms[i].acronym);
    if (!make_leaves(m, tree, nwords) || !hang_leaves(m))
        return false;

    m->frequencies = arena_array(m->a, (size_t)m->stems.nkeys + 1, sizeof *m->frequencies);
    m->term_scores = arena_array(m->a, (size_t)m->nterms + 1, sizeof *m->term_scores);
    if (m->frequencies == NULL || m->term_scores == NULL)
        return false;
    if (tree->root == NULL)
        return true;
    m->nodes = arena_array(m->a, count_nodes(tree->root), sizeof *m->nodes);
    if (m->nodes == NULL)
        return false;
    m->nnodes = 1;
    make_node(m, tree->root, 0);
    return true;
}

matcher *
matcher_new(const query_tree *tree)
{
    matcher *m = calloc(1, sizeof *m);

    if (m == NULL)
        return NULL;
    m->a = arena_new();
    if (m->a == NULL || !make_matcher(m, tree)) {
        matcher_free(m);
        return NULL;
    }
    return m;
}

void
matcher_free(matcher *m)
{
    if (m == NULL)
        return;
    free(m->places);
    free(m->spans);
    arena_free(m->a);
    free(m);
}

/* ---- The words of a passage ---- */

static bool
make_room(matcher *m, size_t nwords)
{
    size_t room = m->room > 0 ? m->room : 256;
    place *places = NULL;
    match_span *spans = NULL;

    if (nwords <= m->room)
        return true;
    while (room < nwords)
        room *= 2;
    places = reallocarray(m->places, room, sizeof *places);
    if (places == NULL)
        return false;
    m->places = places;
    spans = reallocarray(m->spans, room, sizeof *spans);
    if (spans == NULL)
        return false;
    m->spans = spans;
    m->room = room;
    return true;
}

static void
read_places(matcher *m, const passage_words *words)
{
    const char *stems = words->stems.bytes;

    for (uint32_t i = 0; i < m->nplaces; i++) {
        const token *t = &words->list.tokens[i];
        const word_place *from = &words->places[i];
        bool acronym = is_acronym(t->flags);
        place *to = &m->places[i];

        to->sentence = from->sentence;
        to->stem = intern_find(&m->stems, stems + from->stem, from->stem_bytes, acronym);
        if (to->stem != INTERN_NONE)
            m->frequencies[to->stem]++;
        to->surface = INTERN_NONE;
        if (m->surfaces.nkeys > 0)
            to->surface = intern_find(&m->surfaces, token_surface(&words->list, t),
                                      t->surface_bytes, acronym);
        to->extra = INTERN_NONE;
        if (m->extras.nkeys > 0 && t->extra_bytes > 0)
            to->extra =
                intern_find(&m->extras, token_extra(&words->list, t), t->extra_bytes, false);
    }
}

/* Do the words of a leaf stand at word number at and behind it? */
static bool
occurs(const matcher *m, const leaf *l, uint32_t at)
{
    if (l->nwords > m->nplaces - at ||
        m->places[at + l->nwords - 1].sentence != m->places[at].sentence)
        return false;
    for (uint32_t i = 0; i < l->nwords; i++) {
        const leaf_word *wanted = &l->words[i];
        const place *p = &m->places[at + i];

        if (wanted->number != (l->by_surface ? p->surface : p->stem) ||
            (wanted->extra != INTERN_NONE && wanted->extra != p->extra))
            return false;
    }
    return true;
}

/* Leaves that begin with the stem, and with the surface, of word number at. */
static uint32_t
first_by_stem(const matcher *m, uint32_t at)
{
    uint32_t stem = m->places[at].stem;

    return stem == INTERN_NONE ? NO_LEAF : m->first_by_stem[stem];
}

static uint32_t
first_by_surface(const matcher *m, uint32_t at)
{
    uint32_t surface = m->places[at].surface;

    return surface == INTERN_NONE ? NO_LEAF : m->first_by_surface[surface];
}

/* ---- Does it match? ---- */

/* Of the leaves from first on that begin alike, note those that occur at a word.  is_active stands
 * for "occurs" until the lists are known. */
static void
find_leaves(matcher *m, uint32_t first, uint32_t at)
{
    for (uint32_t i = first; i != NO_LEAF; i = m->leaves[i].next_same) {
        leaf *l = &m->leaves[i];

        l->is_active = l->is_active || occurs(m, l, at);
    }
}

static bool match_node(matcher *m, node *n);

static bool
match_list(matcher *m, const node *list)
{
    bool has_required = false;
    bool has_optional = false;
    bool is_required_met = true;
    bool is_optional_met = false;
    bool is_excluded_met = false;

    for (uint32_t i = 0; i < list->nchildren; i++) {
        node *child = &m->nodes[list->first_child + i];
        bool is_matched = match_node(m, child);

        if (child->role == ROLE_REQUIRED) {
            has_required = true;
            is_required_met = is_required_met && is_matched;
        } else if (child->role == ROLE_OPTIONAL) {
            has_optional = true;
            is_optional_met = is_optional_met || is_matched;
        } else if (child->role == ROLE_EXCLUDED) {
            is_excluded_met = is_excluded_met || is_matched;
        }
    }
    return is_required_met && !is_excluded_met &&
           (has_required || !has_optional || is_optional_met);
}

static bool
match_node(matcher *m, node *n)
{
    n->is_matched = n->leaf == NO_LEAF ? match_list(m, n) : m->leaves[n->leaf].is_active;
    return n->is_matched;
}

/* Go down from a node that takes part (or not) to the leaves that do, and to their terms. */
static void
activate(matcher *m, const node *n, bool is_active)
{
    is_active = is_active && n->is_matched; /* an excluded child's list would not have matched */
    for (uint32_t i = 0; i < n->nchildren; i++)
        activate(m, &m->nodes[n->first_child + i], is_active);
    if (n->leaf == NO_LEAF)
        return;
    m->leaves[n->leaf].is_active = is_active;
    for (uint32_t i = 0; i < m->leaves[n->leaf].nwords && is_active; i++)
        m->term_scores[m->leaves[n->leaf].words[i].term] = true;
}

/* ---- What to mark ---- */

/* The run that begins with leaf l at word number at, where it occurs: the word behind its end.
 * at itself where that is nothing to mark: function words alone. */
static uint32_t
run_end(const matcher *m, const leaf *l, uint32_t at)
{
    uint32_t end = at;
    bool is_worth_it = false;

    for (;;) {
        is_worth_it = is_worth_it || !l->supports;
        end += l->nwords;
        if (l->next == NO_LEAF || end >= m->nplaces ||
            m->places[end].sentence != m->places[at].sentence)
            break;
        l = &m->leaves[l->next];
        if (!occurs(m, l, end))
            break;
    }
    return is_worth_it ? end : at;
}

/* Of the leaves from first on that begin alike, the longest mark from word number at, of equal ones
 * that of the lowest clause.  best->last + 1 is the word behind it, best->first is at; clause 0
 * means that there is none yet. */
static void
find_longest(const matcher *m, uint32_t first, uint32_t at, match_span *best)
{
    for (uint32_t i = first; i != NO_LEAF; i = m->leaves[i].next_same) {
        const leaf *l = &m->leaves[i];
        uint32_t end = at;

        if (!l->is_active || !occurs(m, l, at))
            continue;
        end = run_end(m, l, at);
        if (end == at)
            continue;
        if (best->clause == 0 || end - 1 > best->last ||
            (end - 1 == best->last && l->clause < best->clause)) {
            best->last = end - 1;
            best->clause = l->clause;
        }
    }
}

/* From left to right, the longest mark at each word that no mark covers yet. */
static size_t
find_spans(matcher *m)
{
    size_t nspans = 0;
    uint32_t at = 0;

    while (at < m->nplaces) {
        match_span best = {.first = at};

        find_longest(m, first_by_stem(m, at), at, &best);
        find_longest(m, first_by_surface(m, at), at, &best);
        at++;
        if (best.clause != 0) {
            m->spans[nspans++] = best;
            at = best.last + 1;
        }
    }
    return nspans;
}

bool
matcher_run(matcher *m, const passage_words *words, bool want_spans, match_result *out)
{
    if (words->list.ntokens >= UINT32_MAX || !make_room(m, words->list.ntokens))
        return false;
    m->nplaces = (uint32_t)words->list.ntokens;
    memset(m->frequencies, 0, m->stems.nkeys * sizeof *m->frequencies);
    memset(m->term_scores, 0, m->nterms * sizeof *m->term_scores);
    for (uint32_t i = 0; i < m->nleaves; i++)
        m->leaves[i].is_active = false;
    *out = (match_result){
        .term_frequency = m->frequencies, .term_scores = m->term_scores, .spans = m->spans};

    read_places(m, words);
    for (uint32_t at = 0; at < m->nplaces; at++) {
        find_leaves(m, first_by_stem(m, at), at);
        find_leaves(m, first_by_surface(m, at), at);
    }
    if (m->nnodes == 0 || !match_node(m, &m->nodes[0]))
        return true;
    out->matched = true;
    activate(m, &m->nodes[0], true);
    if (want_spans)
        out->nspans = find_spans(m);
    return true;
}
