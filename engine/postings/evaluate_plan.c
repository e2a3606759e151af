/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_plan.c - from the words of a query tree to lists of a segment.
 *
 * A stem that stands alone has one cursor, whoever asks for it, and so has a unit; this works since
 * all cursors are only ever moved to the passage at hand.  Units of several stems have cursors of
 * their own, since weights differ from unit to unit. */
#include "postings/evaluate_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "postings/evaluate_field.h"
#include "text/words.h"

typedef struct {
    evaluation *e;
    evaluate_plan *plan;
    uint32_t *numbers; /* of the stems of the slot at hand */
    uint64_t **sets;   /* by stem of the slot at hand: ranks */
} planner;

static bool
fail_nomem(planner *p)
{
    evaluate_fail(p->e, error_nomem(p->e->err));
    return false;
}

static bool
fail_with(planner *p, quire_status status)
{
    evaluate_fail(p->e, status);
    return false;
}

/* ---- Stems ---- */

static bool
is_acronym(const query_word *word)
{
    return (word->flags & TOKEN_ACRONYM) != 0;
}

static uint32_t
number_of(const planner *p, const query_word *word)
{
    return intern_find(&p->plan->keys, word->stem, word->stem_bytes, is_acronym(word));
}

static void
intern_leaf(planner *p, const query_node *leaf, size_t *most)
{
    for (uint32_t i = 0; i < leaf->nslots; i++) {
        const query_slot *slot = &leaf->slots[i];

        for (uint32_t k = 0; k < slot->nwords; k++)
            intern_add(&p->plan->keys, slot->words[k].stem, slot->words[k].stem_bytes,
                       is_acronym(&slot->words[k]));
        if (slot->nwords > *most)
            *most = slot->nwords;
    }
}

static bool
intern_stems(planner *p)
{
    const query_tree *tree = p->e->request->tree;
    intern_table *keys = &p->plan->keys;
    size_t nwords = tree->nterms;
    size_t most = 0;

    for (uint32_t i = 0; i < tree->nleaves; i++)
        for (uint32_t k = 0; k < tree->leaves[i]->nslots; k++)
            nwords += tree->leaves[i]->slots[k].nwords;
    if (!intern_init(keys, p->e->a, nwords))
        return fail_nomem(p);
    for (uint32_t i = 0; i < tree->nterms; i++)
        intern_add(keys, tree->terms[i].stem, tree->terms[i].stem_bytes, tree->terms[i].acronym);
    for (uint32_t i = 0; i < tree->nleaves; i++)
        intern_leaf(p, tree->leaves[i], &most);
    p->plan->singles = arena_array(p->e->a, (size_t)keys->nkeys + 1, sizeof(evaluate_unit *));
    p->numbers = arena_array(p->e->a, most + 1, sizeof *p->numbers);
    p->sets = arena_array(p->e->a, most + 1, sizeof *p->sets);
    return (p->plan->singles != NULL && p->numbers != NULL && p->sets != NULL) || fail_nomem(p);
}

/* NULL in *out where the stem is not in the segment. */
static bool
open_stem(planner *p, uint32_t number, bool scores, double idf, evaluate_stem **out)
{
    const intern_key *key = &p->plan->keys.keys[number];
    posting_info info = {0};
    quire_status status =
        segment_find_stem(p->e->segment, key->bytes, key->nbytes, &info, p->e->err);

    *out = NULL;
    if (status != QUIRE_OK)
        return fail_with(p, status);
    if (info.df == 0)
        return true;
    *out = evaluate_stem_open(p->e, &info, scores, idf);
    if (*out == NULL)
        return false;
    (*out)->number = number;
    return true;
}

/* ---- Units ---- */

/* The unit of the stems of these numbers, which ascend; idfs: NULL where it does not score.  *out
 * is NULL where none is in the segment. */
static bool
make_unit(planner *p, const uint32_t *numbers, uint32_t n, const double *idfs, evaluate_unit **out)
{
    evaluate_stem **stems = arena_array(p->e->a, n, sizeof(evaluate_stem *));
    uint32_t nstems = 0;

    *out = NULL;
    if (stems == NULL)
        return fail_nomem(p);
    for (uint32_t i = 0; i < n; i++) {
        if (!open_stem(p, numbers[i], idfs != NULL, idfs != NULL ? idfs[i] : 0, &stems[nstems]))
            return false;
        nstems += stems[nstems] != NULL;
    }
    if (nstems == 0)
        return true;
    *out = evaluate_unit_new(p->e, stems, nstems, p->plan->nall++);
    return *out != NULL;
}

/* The numbers of terms are those of their stems. */
static bool
make_units(planner *p)
{
    const query_tree *tree = p->e->request->tree;
    const scoring *from = p->e->request->scoring;
    evaluate_plan *plan = p->plan;

    plan->units = arena_array(p->e->a, (size_t)tree->nunits + 1, sizeof(evaluate_unit *));
    if (plan->units == NULL)
        return fail_nomem(p);
    for (uint32_t i = 0; i < tree->nunits; i++) {
        const query_unit *unit = &tree->units[i];

        for (uint32_t k = 0; k < unit->nchoices; k++)
            p->numbers[k] = unit->choices[k].term;
        if (!make_unit(p, p->numbers, unit->nchoices, from->idf + from->first_choice[i],
                       &plan->units[i]))
            return false;
        if (unit->nchoices == 1)
            plan->singles[unit->choices[0].term] = plan->units[i];
    }
    return true;
}

static int
compare_numbers(const void *a, const void *b)
{
    const uint32_t first = *(const uint32_t *)a;
    const uint32_t second = *(const uint32_t *)b;

    return (first > second) - (first < second);
}

/* The unit of a slot that does not score. */
static bool
make_excluded(planner *p, const query_slot *slot, evaluate_unit **out)
{
    evaluate_unit **single = NULL;
    uint32_t n = 0;

    for (uint32_t i = 0; i < slot->nwords; i++)
        p->numbers[i] = number_of(p, &slot->words[i]);
    if (slot->nwords > 1)
        qsort(p->numbers, slot->nwords, sizeof *p->numbers, compare_numbers);
    for (uint32_t i = 0; i < slot->nwords; i++)
        if (n == 0 || p->numbers[i] != p->numbers[n - 1])
            p->numbers[n++] = p->numbers[i];
    if (n > 1)
        return make_unit(p, p->numbers, n, NULL, out);
    single = &p->plan->singles[p->numbers[0]];
    if (*single == NULL && !make_unit(p, p->numbers, 1, NULL, single))
        return false;
    *out = *single;
    return true;
}

static bool
find_unit(planner *p, const query_slot *slot, evaluate_unit **out)
{
    if (slot->unit == QUERY_NONE)
        return make_excluded(p, slot, out);
    *out = p->plan->units[slot->unit];
    return true;
}

/* ---- Surfaces ---- */

/* Is every one of the first n bits set, or none?  No set has none. */
static void
look_at_bits(const uint64_t *set, uint32_t n, bool *all_out, bool *none_out)
{
    uint32_t nset = 0;

    *all_out = false;
    *none_out = true;
    if (set == NULL)
        return;

    for (uint32_t i = 0; i < n; i++)
        nset += (uint32_t)(set[i / 64] >> (i % 64)) & 1;
    *all_out = nset == n;
    *none_out = nset == 0;
}

/* Which of a unit's stems, which ascend by number; nstems: none. */
static uint32_t
find_stem(const evaluate_unit *u, uint32_t number)
{
    uint32_t low = 0;
    uint32_t high = u->nstems;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (u->stems[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < u->nstems && u->stems[low]->number == number ? low : u->nstems;
}

/* Add the surfaces that a word stands for to those of its stem. */
static bool
add_ranks(planner *p, const query_word *word, evaluate_ranks *ranks, uint64_t **set)
{
    uint64_t *added = NULL;
    uint32_t nranks = 0;
    quire_status status = QUIRE_OK;

    if (word->match == MATCH_STEM && word->extra_bytes == 0)
        ranks->is_all = true;
    if (ranks->is_all)
        return true;
    status = segment_find_ranks(p->e->segment, word->stem, word->stem_bytes, word->surface,
                                word->surface_bytes, word->extra_bytes > 0 ? word->extra : NULL,
                                word->extra_bytes, p->e->a, &added, &nranks, p->e->err);
    if (status != QUIRE_OK)
        return fail_with(p, status);
    for (uint32_t i = 0; *set != NULL && i < (nranks + 63) / 64; i++)
        added[i] |= (*set)[i];
    *set = added;
    ranks->set = added;
    ranks->nranks = nranks;
    return true;
}

/* Does a slot stand for all that its unit has: one stem, whatever its surface? */
static bool
is_whole_unit(const planner *p, const query_slot *from, const evaluate_unit *u)
{
    const query_word *word = &from->words[0];

    return from->nwords == 1 && word->match == MATCH_STEM && word->extra_bytes == 0 &&
           u->nstems == 1 && u->stems[0]->number == number_of(p, word);
}

/* The surfaces that a slot stands for, where that is not all that its stems have.  Of stems that
 * its unit has for others' sake, which ask for more, it stands for none. */
static bool
find_ranks(planner *p, const query_slot *from, evaluate_leaf *leaf, evaluate_slot *to)
{
    const uint32_t nstems = to->unit->nstems;
    evaluate_ranks *ranks = NULL;
    bool are_all = true;
    bool are_none = true;

    if (is_whole_unit(p, from, to->unit))
        return true;
    ranks = arena_array(p->e->a, nstems, sizeof *ranks);
    if (ranks == NULL)
        return fail_nomem(p);
    memset(p->sets, 0, nstems * sizeof *p->sets);
    for (uint32_t i = 0; i < from->nwords; i++) {
        const uint32_t stem = find_stem(to->unit, number_of(p, &from->words[i]));

        if (stem < nstems && !add_ranks(p, &from->words[i], &ranks[stem], &p->sets[stem]))
            return false;
    }
    for (uint32_t i = 0; i < nstems; i++) {
        bool has_none = false;

        if (!ranks[i].is_all)
            look_at_bits(ranks[i].set, ranks[i].nranks, &ranks[i].is_all, &has_none);
        are_all = are_all && ranks[i].is_all;
        are_none = are_none && has_none;
    }
    if (are_none)
        leaf->is_nowhere = true;
    if (are_all)
        return true;
    to->ranks = ranks;
    leaf->needs_positions = true;
    return true;
}

/* ---- Pairs ---- */

/* Where two words that follow on one another are both very frequent, there is a list of the
 * passages in which they do, or there are none. */
static bool
find_pair(planner *p, const evaluate_stem *first, const evaluate_stem *second, evaluate_leaf *leaf)
{
    const pair_lists *pairs = &p->e->segment->pairs;
    const intern_key *first_key = &p->plan->keys.keys[first->number];
    const intern_key *second_key = &p->plan->keys.keys[second->number];
    evaluate_stem **pair = arena_alloc(p->e->a, sizeof(evaluate_stem *));
    posting_info info = {0};
    quire_status status = QUIRE_OK;

    if (pair == NULL)
        return fail_nomem(p);
    if (!pair_lists_has(pairs, first->list.info.df, first_key->nbytes) ||
        !pair_lists_has(pairs, second->list.info.df, second_key->nbytes))
        return true;
    status = pair_lists_find(pairs, first_key->bytes, first_key->nbytes, second_key->bytes,
                             second_key->nbytes, &info, p->e->err);
    if (status != QUIRE_OK)
        return fail_with(p, status);
    if (info.df == 0) {
        leaf->is_nowhere = true;
        return true;
    }
    *pair = evaluate_stem_open_pair(p->e, &info);
    if (*pair == NULL)
        return false;
    leaf->units[leaf->nunits] = evaluate_unit_new(p->e, pair, 1, p->plan->nall++);
    return leaf->units[leaf->nunits++] != NULL;
}

/* The slots are still in the order of the leaf. */
static bool
find_pairs(planner *p, evaluate_leaf *leaf)
{
    bool has_ranks = false;

    for (uint32_t i = 0; i + 1 < leaf->nslots && !leaf->is_nowhere; i++) {
        const evaluate_slot *first = &leaf->slots[i];
        const evaluate_slot *second = first + 1;

        if (second->offset == first->offset + 1 && first->unit->nstems == 1 &&
            second->unit->nstems == 1 &&
            !find_pair(p, first->unit->stems[0], second->unit->stems[0], leaf))
            return false;
    }
    for (uint32_t i = 0; i < leaf->nslots; i++)
        has_ranks = has_ranks || leaf->slots[i].ranks != NULL;
    /* The list of the only pair says it all. */
    if (leaf->nslots == 2 && leaf->nunits == 1 && !has_ranks && !leaf->in_title)
        leaf->needs_positions = false;
    return true;
}

/* ---- Leaves ---- */

static bool
make_slot(planner *p, const query_slot *from, uint32_t offset, evaluate_leaf *leaf)
{
    evaluate_slot *to = &leaf->slots[leaf->nslots];

    if (from->nwords == 0) {
        leaf->is_nowhere = true;
        return true;
    }
    to->offset = offset;
    leaf->width = offset;
    if (!find_unit(p, from, &to->unit))
        return false;
    if (to->unit == NULL) {
        leaf->is_nowhere = true;
        return true;
    }
    leaf->nslots++;
    leaf->has_alternatives = leaf->has_alternatives || to->unit->nstems > 1;
    for (uint32_t i = 0; i < from->nwords; i++)
        leaf->is_exact = leaf->is_exact && from->words[i].match != MATCH_CASE;
    return find_ranks(p, from, leaf, to);
}

static bool
make_slots(planner *p, const query_node *from, evaluate_leaf *leaf)
{
    leaf->slots = arena_array(p->e->a, (size_t)from->nslots + 1, sizeof *leaf->slots);
    leaf->units = arena_array(p->e->a, 2 * (size_t)from->nslots + 1, sizeof(evaluate_unit *));
    if (leaf->slots == NULL || leaf->units == NULL)
        return fail_nomem(p);
    for (uint32_t i = 0; i < from->nslots && !leaf->is_nowhere; i++) {
        if (from->slots[i].kind == SLOT_GAP)
            leaf->is_exact = false;
        else if (!make_slot(p, &from->slots[i], i, leaf))
            return false;
    }
    /* Gaps alone are nowhere. */
    leaf->is_nowhere = leaf->is_nowhere || leaf->nslots == 0;
    return true;
}

static bool
make_leaf(planner *p, const query_node *from, evaluate_leaf *leaf)
{
    leaf->scratch = &p->plan->scratch;
    leaf->is_exact = from->slop == 0 && !from->in_title;
    if (from->kind == QUERY_FIELD) {
        leaf->passages = evaluate_field_passages(p->e, from);
        return leaf->passages != NULL;
    }
    leaf->in_title = from->in_title;
    leaf->end = UINT32_MAX;
    leaf->needs_positions = from->nslots > 1 || from->in_title;
    if (!make_slots(p, from, leaf))
        return false;
    if (from->slop > 0)
        leaf->needs_positions = false;
    else if (!leaf->is_nowhere && !find_pairs(p, leaf))
        return false;
    if (leaf->is_nowhere)
        return true;
    evaluate_leaf_order(leaf);
    for (uint32_t i = 0; i < leaf->nunits && !from->excluded; i++)
        leaf->limit = evaluate_add(leaf->limit, leaf->units[i]->limit);
    return true;
}

static bool
may_score(const evaluate_plan *plan, const query_node *leaf)
{
    const evaluate_leaf *made = &plan->leaves[leaf->clause - 1];

    return !leaf->excluded && made->nunits > 0 && !made->is_nowhere;
}

static bool
make_leaves(planner *p)
{
    const query_tree *tree = p->e->request->tree;
    evaluate_plan *plan = p->plan;

    plan->leaves = arena_array(p->e->a, (size_t)tree->nleaves + 1, sizeof *plan->leaves);
    plan->scored = arena_array(p->e->a, (size_t)tree->nleaves + 1, sizeof(evaluate_leaf *));
    if (plan->leaves == NULL || plan->scored == NULL)
        return fail_nomem(p);
    for (uint32_t i = 0; i < tree->nleaves; i++)
        if (!make_leaf(p, tree->leaves[i], &plan->leaves[i]))
            return false;
    for (uint32_t pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < tree->nleaves; i++)
            if (may_score(plan, tree->leaves[i]) &&
                (tree->leaves[i]->role == ROLE_REQUIRED) == (pass == 0))
                plan->scored[plan->nscored++] = &plan->leaves[i];
    return true;
}

/* ---- Nodes ---- */

static bool make_node(planner *p, const query_node *from, bool is_lower, evaluate_node *to);

static bool
make_children(planner *p, const query_node *from, bool is_lower, evaluate_node *to)
{
    to->nchildren = from->nchildren;
    to->children = arena_array(p->e->a, (size_t)from->nchildren + 1, sizeof *to->children);
    if (to->children == NULL)
        return fail_nomem(p);
    for (uint32_t i = 0; i < from->nchildren; i++) {
        evaluate_node *child = &to->children[i];
        const bool flips = from->children[i]->role == ROLE_EXCLUDED;

        if (!make_node(p, from->children[i], is_lower != flips, child))
            return false;
        if (from->kind == QUERY_WINDOW)
            child->role = ROLE_REQUIRED;
        to->has_required = to->has_required || child->role == ROLE_REQUIRED;
        to->has_optional = to->has_optional || child->role == ROLE_OPTIONAL;
        to->has_excluded = to->has_excluded || child->role == ROLE_EXCLUDED;
        to->limit = evaluate_add(to->limit, child->limit);
    }
    return true;
}

/* As deep as the tree, which the parser bounds.  is_lower: it must not hold where it does not
 * match; else it must hold wherever it matches. */
static bool
make_node(planner *p, const query_node *from, bool is_lower, evaluate_node *to)
{
    to->role = from->role;
    if (from->kind == QUERY_LIST || from->kind == QUERY_WINDOW) {
        to->is_nowhere = from->kind == QUERY_WINDOW && is_lower;
        return make_children(p, from, is_lower, to);
    }
    to->leaf = &p->plan->leaves[from->clause - 1];
    if (is_lower && !to->leaf->is_exact)
        to->leaf->is_nowhere = true;
    to->is_nowhere = to->leaf->is_nowhere;
    to->limit = to->leaf->limit;
    return true;
}

bool
evaluate_plan_make(evaluation *e, const query_node *root, evaluate_plan *plan)
{
    planner p = {.e = e, .plan = plan};

    if (!intern_stems(&p) || !make_units(&p) || !make_leaves(&p))
        return false;
    plan->root = arena_alloc(e->a, sizeof *plan->root);
    return plan->root != NULL ? make_node(&p, root, false, plan->root) : fail_nomem(&p);
}

void
evaluate_plan_free(evaluate_plan *plan)
{
    free(plan->scratch.numbers);
    plan->scratch = (evaluate_scratch){0};
}
