/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.c - terms and units.
 *
 * Units that ask for the same terms are one, whose scales are the largest of both: so a word that
 * is asked for twice scores once, and "gaza gaza^2" as gaza^2. */
#include "query/units.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "query/intern.h"
#include "text/words.h"

static_assert(INTERN_NONE == QUERY_NONE, "a stem that is no term has no number");

#define NO_UNIT UINT32_MAX

typedef struct {
    query_tree *tree;
    arena *a;
    intern_table stems;
    uint32_t *heads; /* units by a hash of their terms: nheads, a power of two */
    uint32_t *next;  /* by unit: the next in its chain */
    size_t nheads;
    query_choice *choices; /* of the slot at hand */
} maker;

static bool
is_acronym(const query_word *word)
{
    return (word->flags & TOKEN_ACRONYM) != 0;
}

/* ---- Terms ---- */

static void
count_all(const query_tree *tree, size_t *nslots_out, size_t *nwords_out)
{
    *nslots_out = *nwords_out = 0;
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *leaf = tree->leaves[i];

        *nslots_out += leaf->nslots;
        for (uint32_t k = 0; k < leaf->nslots; k++)
            *nwords_out += leaf->slots[k].nwords;
    }
}

static void
intern_words(maker *m, const query_node *leaf)
{
    for (uint32_t i = 0; i < leaf->nslots; i++)
        for (uint32_t k = 0; k < leaf->slots[i].nwords; k++) {
            const query_word *word = &leaf->slots[i].words[k];

            intern_add(&m->stems, word->stem, word->stem_bytes, is_acronym(word));
        }
}

static void
tell_words(maker *m, query_node *leaf)
{
    for (uint32_t i = 0; i < leaf->nslots; i++)
        for (uint32_t k = 0; k < leaf->slots[i].nwords; k++) {
            query_word *word = &leaf->slots[i].words[k];

            word->term = intern_find(&m->stems, word->stem, word->stem_bytes, is_acronym(word));
        }
}

static bool
make_terms(maker *m)
{
    query_tree *tree = m->tree;

    for (uint32_t i = 0; i < tree->nleaves; i++)
        if (!tree->leaves[i]->excluded)
            intern_words(m, tree->leaves[i]);
    for (uint32_t i = 0; i < tree->nleaves; i++)
        tell_words(m, tree->leaves[i]);
    tree->terms = arena_array(m->a, (size_t)m->stems.nkeys + 1, sizeof *tree->terms);
    if (tree->terms == NULL)
        return false;
    tree->nterms = m->stems.nkeys;
    for (uint32_t i = 0; i < tree->nterms; i++)
        tree->terms[i] = (query_term){.stem = m->stems.keys[i].bytes,
                                      .stem_bytes = m->stems.keys[i].nbytes,
                                      .acronym = m->stems.keys[i].is_acronym};
    return true;
}

/* ---- Units ---- */

static int
compare_choices(const void *a, const void *b)
{
    const query_choice *first = a;
    const query_choice *second = b;

    if (first->term != second->term)
        return first->term < second->term ? -1 : 1;
    return (first->scale < second->scale) - (first->scale > second->scale);
}

/* The choices of a slot, by term, of each the largest scale; returns how many. */
static uint32_t
gather_choices(maker *m, const query_slot *slot, double weight)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < slot->nwords; i++)
        m->choices[i] =
            (query_choice){.term = slot->words[i].term,
                           .scale = weight * (double)slot->words[i].scale,
                           .is_akin = slot->kind == SLOT_WORDS && slot->words[i].scale < 1};
    if (slot->nwords > 1)
        qsort(m->choices, slot->nwords, sizeof *m->choices, compare_choices);
    for (uint32_t i = 0; i < slot->nwords; i++)
        if (n == 0 || m->choices[i].term != m->choices[n - 1].term)
            m->choices[n++] = m->choices[i];
    return n;
}

/* The next choice from number i on that was asked for; n where there is none. */
static uint32_t
next_asked(const query_choice *choices, uint32_t i, uint32_t n)
{
    while (i < n && choices[i].is_akin)
        i++;
    return i;
}

/* Has the unit the terms that these choices ask for, and no others? */
static bool
has_terms(const query_unit *unit, const query_choice *choices, uint32_t n, bool shared_df)
{
    uint32_t i = next_asked(unit->choices, 0, unit->nchoices);
    uint32_t k = next_asked(choices, 0, n);

    if (n > 1 && unit->nchoices > 1 && unit->shared_df != shared_df)
        return false;
    while (i < unit->nchoices && k < n && unit->choices[i].term == choices[k].term) {
        i = next_asked(unit->choices, i + 1, unit->nchoices);
        k = next_asked(choices, k + 1, n);
    }
    return i == unit->nchoices && k == n;
}

/* FNV-1a over the terms that the choices at hand ask for. */
static size_t
hash_terms(const maker *m, uint32_t n)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (uint32_t i = next_asked(m->choices, 0, n); i < n; i = next_asked(m->choices, i + 1, n))
        hash = (hash ^ m->choices[i].term) * UINT64_C(0x100000001b3);
    return (size_t)(hash ^ hash >> 32) & (m->nheads - 1);
}

static bool
set_choices(maker *m, uint32_t n, query_unit *unit)
{
    unit->choices = arena_array(m->a, n, sizeof *unit->choices);
    if (unit->choices == NULL)
        return false;
    memcpy(unit->choices, m->choices, n * sizeof *unit->choices);
    unit->nchoices = n;
    return true;
}

/* Let each choice that both have weigh what it weighs most; of two that ask for the same, one may
 * have what is akin to it and the other not. */
static bool
merge_choices(maker *m, uint32_t n, query_unit *unit)
{
    for (uint32_t i = 0, k = 0; i < unit->nchoices && k < n;) {
        query_choice *known = &unit->choices[i];
        query_choice *added = &m->choices[k];
        const double largest = known->scale > added->scale ? known->scale : added->scale;

        if (known->term == added->term)
            known->scale = added->scale = largest;
        i += known->term <= added->term;
        k += added->term <= known->term;
    }
    return n <= unit->nchoices || set_choices(m, n, unit);
}

/* The unit of the choices at hand, a new one if need be. */
static bool
find_unit(maker *m, uint32_t n, bool shared_df, uint32_t *unit_out)
{
    query_tree *tree = m->tree;
    uint32_t *const head = &m->heads[hash_terms(m, n)];
    query_unit *unit = NULL;

    for (uint32_t i = *head; i != NO_UNIT; i = m->next[i]) {
        unit = &tree->units[i];
        if (!has_terms(unit, m->choices, n, shared_df))
            continue;
        *unit_out = i;
        return merge_choices(m, n, unit);
    }
    unit = &tree->units[tree->nunits];
    if (!set_choices(m, n, unit))
        return false;
    unit->shared_df = shared_df && n > 1;
    unit->supports = true;
    unit->nasked = 0;
    m->next[tree->nunits] = *head;
    *head = tree->nunits;
    *unit_out = tree->nunits++;
    return true;
}

/* A leaf asks for a unit of one of its slots. */
static void
count_asked(const query_node *leaf, query_unit *unit)
{
    const bool supports = leaf->role == ROLE_SUPPORTING && !leaf->is_added;

    unit->supports = unit->supports && supports;
    unit->nasked += !supports && !leaf->is_added;
}

static bool
make_units(maker *m, query_node *leaf)
{
    for (uint32_t i = 0; i < leaf->nslots; i++) {
        query_slot *slot = &leaf->slots[i];
        const bool is_pattern = slot->kind == SLOT_WILDCARD || slot->kind == SLOT_FUZZY;

        slot->unit = QUERY_NONE;
        if (leaf->excluded || slot->nwords == 0)
            continue;
        if (!find_unit(m, gather_choices(m, slot, leaf->weight), is_pattern, &slot->unit))
            return false;
        count_asked(leaf, &m->tree->units[slot->unit]);
    }
    return true;
}

/* ---- What kind of tree ---- */

static bool
leaf_needs_text(const query_node *leaf)
{
    if (leaf->in_title || leaf->slop > 0)
        return true;
    for (uint32_t i = 0; i < leaf->nslots; i++) {
        if (leaf->slots[i].kind == SLOT_GAP)
            return true;
        for (uint32_t k = 0; k < leaf->slots[i].nwords; k++)
            if (leaf->slots[i].words[k].match == MATCH_CASE)
                return true;
    }
    return false;
}

static bool
has_window(const query_node *node)
{
    bool found = node->kind == QUERY_WINDOW;

    for (uint32_t i = 0; i < node->nchildren && !found; i++)
        found = has_window(node->children[i]);
    return found;
}

static void
describe(query_tree *tree)
{
    tree->needs_text = tree->root != NULL && has_window(tree->root);
    tree->has_patterns = false;
    tree->is_plain = true;
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *leaf = tree->leaves[i];

        tree->needs_text = tree->needs_text || leaf_needs_text(leaf);
        for (uint32_t k = 0; k < leaf->nslots; k++)
            tree->has_patterns = tree->has_patterns || leaf->slots[k].kind > SLOT_GAP;
    }
    for (uint32_t i = 0; i < tree->nunits; i++)
        tree->is_plain =
            tree->is_plain && tree->units[i].nchoices == 1 && tree->units[i].choices[0].scale == 1;
}

bool
units_make(query_tree *tree, arena *a)
{
    maker m = {.tree = tree, .a = a};
    size_t nslots;
    size_t nwords;

    count_all(tree, &nslots, &nwords);
    if (!intern_init(&m.stems, a, nwords) || !make_terms(&m))
        return false;
    tree->nunits = 0;
    tree->units = arena_array(a, nslots + 1, sizeof *tree->units);
    for (m.nheads = 16; m.nheads < nslots; m.nheads *= 2)
        ;
    m.heads = arena_array(a, m.nheads, sizeof *m.heads);
    m.next = arena_array(a, nslots + 1, sizeof *m.next);
    m.choices = arena_array(a, nwords + 1, sizeof *m.choices);
    if (tree->units == NULL || m.heads == NULL || m.next == NULL || m.choices == NULL)
        return false;
    for (size_t i = 0; i < m.nheads; i++)
        m.heads[i] = NO_UNIT;
    for (uint32_t i = 0; i < tree->nleaves; i++)
        if (!make_units(&m, tree->leaves[i]))
            return false;
    describe(tree);
    return true;
}
