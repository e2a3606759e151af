/* SPDX-License-Identifier: GPL-3.0-or-later */
/* match.c - the span matcher: making one, the words of a passage, and whether they match.
 *
 * matcher_new turns a tree into numbers: stems, surfaces and forms with signs are interned, leaves
 * hang from the numbers of the words that they can begin with, and nodes lie in an array.  A
 * passage then costs one look into a table for each word, work in proportion to the places where a
 * leaf can begin, and one pass over the nodes.  Only what is near something else, or has slop, has
 * its intervals written down. */
#include "query/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "query/lists.h"
#include "query/match_internal.h"

/* ---- Making it: leaves ---- */

/* What there is to make room for. */
typedef struct {
    size_t nslots;
    size_t nwords;
    size_t nhooks;
} amounts;

static amounts
count_all(const query_tree *tree)
{
    amounts n = {0};

    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *from = tree->leaves[i];

        n.nslots += from->nslots;
        for (uint32_t k = 0; k < from->nslots; k++)
            n.nwords += from->slots[k].nwords;
        if (from->nslots > 0)
            n.nhooks += from->slots[0].nwords;
    }
    return n;
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

static slot_word
make_word(matcher *m, const query_word *word)
{
    const bool acronym = is_acronym(word->flags);
    slot_word made = {.by_surface = word->match != MATCH_STEM, .extra = INTERN_NONE};

    if (made.by_surface)
        made.number = intern_add(&m->surfaces, word->surface, word->surface_bytes, acronym);
    else
        made.number = intern_add(&m->stems, word->stem, word->stem_bytes, acronym);
    if (word->extra_bytes > 0)
        made.extra = intern_add(&m->extras, word->extra, word->extra_bytes, false);
    if (word->match == MATCH_CASE) {
        made.typed = word->typed;
        made.typed_bytes = word->typed_bytes;
    }
    return made;
}

static int
compare_words(const void *a, const void *b)
{
    const slot_word *first = a;
    const slot_word *second = b;

    if (first->by_surface != second->by_surface)
        return first->by_surface ? 1 : -1;
    return (first->number > second->number) - (first->number < second->number);
}

static slot_word *
make_slot(matcher *m, const query_slot *from, slot_word *words, match_slot *to)
{
    to->words = words;
    to->nwords = from->nwords;
    to->unit = from->unit;
    to->is_gap = from->kind == SLOT_GAP;
    for (uint32_t i = 0; i < from->nwords; i++)
        words[i] = make_word(m, &from->words[i]);
    if (from->nwords > 1)
        qsort(words, from->nwords, sizeof *words, compare_words);
    return words + from->nwords;
}

static bool
make_leaves(matcher *m, const query_tree *tree, const amounts *n)
{
    match_slot *slots = arena_array(m->a, n->nslots + 1, sizeof *slots);
    slot_word *words = arena_array(m->a, n->nwords + 1, sizeof *words);

    m->leaves = arena_array(m->a, (size_t)tree->nleaves + 1, sizeof *m->leaves);
    if (slots == NULL || words == NULL || m->leaves == NULL)
        return false;
    m->nleaves = tree->nleaves;
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *from = tree->leaves[i];
        leaf *to = &m->leaves[i];

        *to = (leaf){.slots = slots,
                     .nslots = from->nslots,
                     .clause = from->clause,
                     .slop = from->slop,
                     .articles = from->kind == QUERY_FIELD ? &from->articles : NULL,
                     .in_title = from->in_title,
                     .is_loose = from->is_loose,
                     .supports = from->role == ROLE_SUPPORTING,
                     .is_listed = from->slop > 0,
                     .next = NO_LEAF};
        for (uint32_t k = 0; k < from->nslots; k++)
            words = make_slot(m, &from->slots[k], words, slots++);
    }
    return true;
}

/* ---- Making it: hooks ---- */

static uint32_t *
make_heads(arena *a, const intern_table *t)
{
    uint32_t *heads = arena_array(a, (size_t)t->nkeys + 1, sizeof *heads);

    for (uint32_t i = 0; heads != NULL && i < t->nkeys; i++)
        heads[i] = NO_HOOK;
    return heads;
}

/* Hang the leaves without slop from their first words; of those with the same one, the lowest
 * clause comes first. */
static bool
hang_leaves(matcher *m, size_t nhooks)
{
    uint32_t nhung = 0;

    m->hooks = arena_array(m->a, nhooks + 1, sizeof *m->hooks);
    m->first_by_stem = make_heads(m->a, &m->stems);
    m->first_by_surface = make_heads(m->a, &m->surfaces);
    if (m->hooks == NULL || m->first_by_stem == NULL || m->first_by_surface == NULL)
        return false;
    for (uint32_t i = m->nleaves; i-- > 0;) {
        const leaf *l = &m->leaves[i];

        for (uint32_t k = 0; l->nslots > 0 && l->slop == 0 && k < l->slots[0].nwords; k++) {
            const slot_word *word = &l->slots[0].words[k];
            uint32_t *heads = word->by_surface ? m->first_by_surface : m->first_by_stem;

            m->hooks[nhung] = (hook){.leaf = i, .next = heads[word->number]};
            heads[word->number] = nhung++;
        }
    }
    return true;
}

/* ---- Making it: nodes ---- */

/* Can this child of a list be part of a run: words that match by stem wherever they stand? */
static bool
is_bare(const query_node *child)
{
    if ((child->kind != QUERY_WORD && child->kind != QUERY_COMPOUND) ||
        child->role == ROLE_EXCLUDED || child->in_title)
        return false;
    for (uint32_t i = 0; i < child->nslots; i++)
        if (child->slots[i].kind != SLOT_WORDS && child->slots[i].kind != SLOT_SPELLING)
            return false;
    return true;
}

/* The child behind child i; what narrows the list to some articles stands between no words.  NULL
 * where there is none. */
static const query_node *
next_child(const query_node *list, uint32_t i)
{
    for (i++; i < list->nchildren; i++) {
        const query_node *child = list->children[i];

        if (child->role != ROLE_REQUIRED || !lists_is_filter(child))
            return child;
    }
    return NULL;
}

/* Put node from at nodes[at], and all below it behind those that are there.  As deep as the tree,
 * which the parser bounds. */
static void
make_node(matcher *m, const query_node *from, uint32_t at, bool in_window)
{
    node *to = &m->nodes[at];

    in_window = in_window || from->kind == QUERY_WINDOW;
    to->kind = from->kind;
    to->role = from->role;
    to->window = from->window;
    to->distance = from->distance;
    to->leaf = NO_LEAF;
    if (from->kind != QUERY_LIST && from->kind != QUERY_WINDOW) {
        to->leaf = from->clause - 1;
        m->leaves[to->leaf].node = at;
        m->leaves[to->leaf].is_listed |= in_window;
    }
    to->first_child = m->nnodes;
    to->nchildren = from->nchildren;
    m->nnodes += from->nchildren;
    for (uint32_t i = 0; i < from->nchildren; i++) {
        const query_node *child = from->children[i];
        const query_node *next = is_bare(child) && !in_window ? next_child(from, i) : NULL;

        make_node(m, child, to->first_child + i, in_window);
        if (next != NULL && is_bare(next))
            m->leaves[child->clause - 1].next = next->clause - 1;
    }
}

static bool
make_matcher(matcher *m, const query_tree *tree)
{
    const amounts n = count_all(tree);

    if (!intern_init(&m->stems, m->a, n.nwords) || !intern_init(&m->surfaces, m->a, n.nwords) ||
        !intern_init(&m->extras, m->a, n.nwords))
        return false;
    m->nterms = tree->nterms;
    m->nunits = tree->nunits;
    for (uint32_t i = 0; i < tree->nterms; i++)
        intern_add(&m->stems, tree->terms[i].stem, tree->terms[i].stem_bytes,
                   tree->terms[i].acronym);
    if (!make_leaves(m, tree, &n) || !hang_leaves(m, n.nhooks))
        return false;

    m->frequencies = arena_array(m->a, (size_t)m->stems.nkeys + 1, sizeof *m->frequencies);
    m->unit_scores = arena_array(m->a, (size_t)m->nunits + 1, sizeof *m->unit_scores);
    if (m->frequencies == NULL || m->unit_scores == NULL)
        return false;
    if (tree->root == NULL)
        return true;
    m->nodes = arena_array(m->a, count_nodes(tree->root), sizeof *m->nodes);
    if (m->nodes == NULL)
        return false;
    m->nnodes = 1;
    make_node(m, tree->root, 0, false);
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
    for (uint32_t i = 0; i < m->nnodes; i++)
        free(m->nodes[i].intervals.items);
    free(m->marked.items);
    free(m->meanings);
    free(m->known);
    free(m->spans);
    arena_free(m->a);
    free(m);
}

/* ---- The words of a passage ---- */

static const meaning no_meaning = {INTERN_NONE, INTERN_NONE, INTERN_NONE};

static bool
make_room(matcher *m, size_t nwords)
{
    size_t room = m->room > 0 ? m->room : 256;
    meaning *meanings = NULL;
    uint32_t *known = NULL;
    match_span *spans = NULL;

    if (nwords <= m->room)
        return true;
    while (room < nwords)
        room *= 2;
    meanings = reallocarray(m->meanings, room, sizeof *meanings);
    if (meanings == NULL)
        return false;
    m->meanings = meanings;
    known = reallocarray(m->known, room, sizeof *known);
    if (known == NULL)
        return false;
    m->known = known;
    spans = reallocarray(m->spans, room, sizeof *spans);
    if (spans == NULL)
        return false;
    m->spans = spans;
    for (size_t i = m->room; i < room; i++)
        meanings[i] = no_meaning;
    m->room = room;
    return true;
}

/* Word number i, of which something may be known: its stem was looked up, or surfaces or forms with
 * signs are looked for. */
static void
read_word(matcher *m, uint32_t i)
{
    const passage_words *words = m->passage->words;
    const token *t = &words->list.tokens[i];
    const word_place *from = &words->places[i];
    const bool acronym = is_acronym(t->flags);
    meaning *to = &m->meanings[i];

    if (from->stem_bytes > 0)
        to->stem =
            intern_find(&m->stems, passage_words_stem(words, from), from->stem_bytes, acronym);
    if (to->stem != INTERN_NONE)
        m->frequencies[to->stem]++;
    if (m->surfaces.nkeys > 0)
        to->surface =
            intern_find(&m->surfaces, token_surface(&words->list, t), t->surface_bytes, acronym);
    if (m->extras.nkeys > 0 && t->extra_bytes > 0)
        to->extra = intern_find(&m->extras, token_extra(&words->list, t), t->extra_bytes, false);
    if (to->stem != INTERN_NONE || to->surface != INTERN_NONE || to->extra != INTERN_NONE)
        m->known[m->nknown++] = i;
}

static void
read_words(matcher *m)
{
    const bool reads_all = m->surfaces.nkeys > 0 || m->extras.nkeys > 0;

    for (uint32_t i = 0; i < m->nknown; i++) /* of the passage before */
        m->meanings[m->known[i]] = no_meaning;
    m->nknown = 0;
    for (uint32_t i = 0; i < m->nplaces; i++)
        if (reads_all || m->places[i].stem_bytes > 0)
            read_word(m, i);
}

/* Are the token's own bytes those that were typed? */
static bool
is_typed(const matcher *m, const slot_word *word, uint32_t at)
{
    const token *t = &m->passage->words->list.tokens[at];
    const char *from = m->places[at].in_title ? m->passage->title : m->passage->text;

    return t->end - t->start == word->typed_bytes &&
           memcmp(from + t->start, word->typed, word->typed_bytes) == 0;
}

static bool
is_word(const matcher *m, const slot_word *word, uint32_t at)
{
    return (word->extra == INTERN_NONE || word->extra == m->meanings[at].extra) &&
           (word->typed == NULL || is_typed(m, word, at));
}

/* Is the word of this number, by stem or by surface, among the slot's? */
static bool
has_number(const matcher *m, const match_slot *slot, bool by_surface, uint32_t number, uint32_t at)
{
    uint32_t low = 0;
    uint32_t high = slot->nwords;

    if (number == INTERN_NONE)
        return false;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const slot_word *word = &slot->words[middle];

        if (word->by_surface < by_surface ||
            (word->by_surface == by_surface && word->number < number))
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < slot->nwords && slot->words[low].by_surface == by_surface &&
           slot->words[low].number == number;
         low++)
        if (is_word(m, &slot->words[low], at))
            return true;
    return false;
}

bool
match_slot_is(const matcher *m, const match_slot *slot, uint32_t at)
{
    const meaning *p = &m->meanings[at];

    return slot->is_gap || has_number(m, slot, false, p->stem, at) ||
           has_number(m, slot, true, p->surface, at);
}

bool
match_occurs(const matcher *m, const leaf *l, uint32_t at)
{
    if (l->nslots > m->nplaces - at ||
        m->places[at + l->nslots - 1].sentence != m->places[at].sentence ||
        (l->in_title && !m->places[at].in_title))
        return false;
    for (uint32_t i = 0; i < l->nslots; i++)
        if (!match_slot_is(m, &l->slots[i], at + i))
            return false;
    return true;
}

/* ---- Does it match? ---- */

bool
match_add_interval(matcher *m, interval_list *list, const interval *added)
{
    if (!ARRAY_GROW(list->items, list->nitems, &list->room)) {
        m->is_failed = true;
        return false;
    }
    list->items[list->nitems++] = *added;
    return true;
}

/* Of the leaves that hang from first on, note those that occur at a word.  is_active stands for
 * "occurs" until the lists are known. */
static void
find_leaves(matcher *m, uint32_t first, uint32_t at)
{
    for (uint32_t i = first; i != NO_HOOK; i = m->hooks[i].next) {
        leaf *l = &m->leaves[m->hooks[i].leaf];
        interval_list *intervals = &m->nodes[l->node].intervals;
        const size_t n = intervals->nitems;

        if ((l->is_active && !l->is_listed) || !match_occurs(m, l, at))
            continue;
        l->is_active = true;
        /* It may hang from the stem and from the surface of the same word. */
        if (l->is_listed && (n == 0 || intervals->items[n - 1].first != at))
            match_add_interval(m, intervals, &(interval){.first = at, .last = at + l->nslots - 1});
    }
}

static void
find_all(matcher *m)
{
    for (uint32_t i = 0; i < m->nknown; i++) {
        const uint32_t at = m->known[i];
        const meaning *p = &m->meanings[at];

        if (p->stem != INTERN_NONE)
            find_leaves(m, m->first_by_stem[p->stem], at);
        if (p->surface != INTERN_NONE)
            find_leaves(m, m->first_by_surface[p->surface], at);
    }
    for (uint32_t i = 0; i < m->nleaves; i++) {
        leaf *l = &m->leaves[i];

        if (l->articles != NULL) {
            const uint32_t number = m->passage->article - 1;

            l->is_active = *l->articles != NULL && ((*l->articles)[number / 64] >> number % 64 & 1);
        } else if (l->slop > 0) {
            match_find_sloppy(m, l);
            l->is_active = m->nodes[l->node].intervals.nitems > 0;
        }
    }
}

bool
match_holds(const matcher *m, const node *list)
{
    bool has_required = false;
    bool has_optional = false;
    bool is_required_met = true;
    bool is_optional_met = false;
    bool is_excluded_met = false;

    for (uint32_t i = 0; i < list->nchildren; i++) {
        const node *child = &m->nodes[list->first_child + i];

        if (child->role == ROLE_REQUIRED) {
            has_required = true;
            is_required_met = is_required_met && child->is_matched;
        } else if (child->role == ROLE_OPTIONAL) {
            has_optional = true;
            is_optional_met = is_optional_met || child->is_matched;
        } else if (child->role == ROLE_EXCLUDED) {
            is_excluded_met = is_excluded_met || child->is_matched;
        }
    }
    return is_required_met && !is_excluded_met &&
           (has_required || !has_optional || is_optional_met);
}

/* Does it match?  What stands in a window is matched where it occurs: that it is near counts for
 * the window. */
static bool
match_node(matcher *m, node *n)
{
    for (uint32_t i = 0; i < n->nchildren; i++)
        match_node(m, &m->nodes[n->first_child + i]);
    if (n->leaf != NO_LEAF) {
        n->is_matched = m->leaves[n->leaf].is_active;
    } else if (n->kind == QUERY_WINDOW) {
        match_find_window(m, n);
        n->is_matched = n->intervals.nitems > 0;
    } else {
        n->is_matched = match_holds(m, n);
    }
    return n->is_matched;
}

void
match_activate(matcher *m, const node *n, bool is_active)
{
    leaf *l = n->leaf == NO_LEAF ? NULL : &m->leaves[n->leaf];

    is_active = is_active && n->is_matched; /* an excluded child's list would not have matched */
    for (uint32_t i = 0; i < n->nchildren; i++)
        match_activate(m, &m->nodes[n->first_child + i], is_active);
    if (l == NULL)
        return;
    l->is_active = is_active;
    for (uint32_t i = 0; i < l->nslots && is_active; i++)
        if (l->slots[i].unit != QUERY_NONE)
            m->unit_scores[l->slots[i].unit] = true;
}

bool
match_look(matcher *m, const match_passage *at)
{
    const size_t nwords = at->words->list.ntokens;

    if (nwords >= UINT32_MAX || !make_room(m, nwords))
        return false;
    m->passage = at;
    m->places = at->words->places;
    m->nplaces = (uint32_t)nwords;
    m->is_failed = false;
    memset(m->frequencies, 0, m->stems.nkeys * sizeof *m->frequencies);
    for (uint32_t i = 0; i < m->nleaves; i++)
        m->leaves[i].is_active = false;
    for (uint32_t i = 0; i < m->nnodes; i++)
        m->nodes[i].intervals.nitems = 0;
    read_words(m);
    find_all(m);
    if (m->nnodes > 0)
        match_node(m, &m->nodes[0]);
    return !m->is_failed;
}

bool
matcher_run(matcher *m, const match_passage *at, bool want_spans, match_result *out)
{
    if (!match_look(m, at))
        return false;
    memset(m->unit_scores, 0, m->nunits * sizeof *m->unit_scores);
    *out = (match_result){
        .term_frequency = m->frequencies, .unit_scores = m->unit_scores, .spans = m->spans};
    if (m->nnodes == 0 || !m->nodes[0].is_matched)
        return true;
    out->matched = true;
    match_activate(m, &m->nodes[0], true);
    if (want_spans)
        out->nspans = match_find_spans(m);
    return !m->is_failed;
}
