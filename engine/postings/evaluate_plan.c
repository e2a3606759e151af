/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_plan.c - from the words of a query tree to lists of a segment.
 *
 * A stem has one cursor, whoever asks for it; this works since all cursors are only ever moved to
 * the passage at hand. */
#include "postings/evaluate_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "text/words.h"

typedef struct {
    evaluation *e;
    evaluate_plan *plan;
} planner;

static bool
fail_nomem(planner *p)
{
    evaluate_fail(p->e, error_nomem(p->e->err));
    return false;
}

static bool
is_acronym(const query_word *word)
{
    return (word->flags & TOKEN_ACRONYM) != 0;
}

/* ---- Stems ---- */

static bool
intern_stems(planner *p)
{
    const query_tree *tree = p->e->request->tree;
    intern_table *keys = &p->plan->keys;
    size_t nwords = tree->nterms;

    for (uint32_t i = 0; i < tree->nleaves; i++)
        nwords += tree->leaves[i]->nwords;
    if (!intern_init(keys, p->e->a, nwords))
        return fail_nomem(p);
    for (uint32_t i = 0; i < tree->nterms; i++)
        intern_add(keys, tree->terms[i].stem, tree->terms[i].stem_bytes, tree->terms[i].acronym);
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *leaf = tree->leaves[i];

        for (uint32_t j = 0; j < leaf->nwords; j++)
            intern_add(keys, leaf->words[j].stem, leaf->words[j].stem_bytes,
                       is_acronym(&leaf->words[j]));
    }
    return true;
}

static bool
open_stem(planner *p, uint32_t number)
{
    const evaluate_request *request = p->e->request;
    const intern_key *key = &p->plan->keys.keys[number];
    bool scores = number < request->tree->nterms;
    evaluate_stem *stem = NULL;
    posting_info info = {0};
    quire_status status =
        segment_find_stem(p->e->segment, key->bytes, key->nbytes, &info, p->e->err);

    if (status != QUIRE_OK) {
        evaluate_fail(p->e, status);
        return false;
    }
    if (info.df == 0)
        return true;
    stem =
        evaluate_stem_open(p->e, &info, scores, scores ? request->document_frequencies[number] : 0);
    if (stem == NULL)
        return false;
    stem->number = number;
    p->plan->stems[number] = stem;
    return true;
}

static bool
open_stems(planner *p)
{
    evaluate_plan *plan = p->plan;

    plan->stems = arena_array(p->e->a, (size_t)plan->keys.nkeys + 1, sizeof *plan->stems);
    if (plan->stems == NULL)
        return fail_nomem(p);
    for (uint32_t i = 0; i < plan->keys.nkeys; i++)
        if (!open_stem(p, i))
            return false;
    return true;
}

/* ---- Leaves ---- */

/* Is every one of the first n bits set, or none? */
static void
look_at_bits(const uint64_t *set, uint32_t n, bool *all_out, bool *none_out)
{
    uint32_t nset = 0;

    for (uint32_t i = 0; i < n; i++)
        nset += (uint32_t)(set[i / 64] >> (i % 64)) & 1;
    *all_out = nset == n;
    *none_out = nset == 0;
}

/* The surfaces that a word stands for, where it is not all that its stem has. */
static bool
find_ranks(planner *p, const query_word *word, evaluate_leaf *leaf, evaluate_leaf_word *out)
{
    uint64_t *set = NULL;
    bool has_all = false;
    bool has_none = false;
    quire_status status =
        segment_find_ranks(p->e->segment, word->stem, word->stem_bytes, word->surface,
                           word->surface_bytes, word->extra_bytes > 0 ? word->extra : NULL,
                           word->extra_bytes, p->e->a, &set, &out->nranks, p->e->err);

    if (status != QUIRE_OK) {
        evaluate_fail(p->e, status);
        return false;
    }
    look_at_bits(set, out->nranks, &has_all, &has_none);
    if (has_none) {
        leaf->is_nowhere = true;
    } else if (!has_all) {
        out->ranks = set;
        leaf->needs_positions = true;
    }
    return true;
}

/* Where two words that follow on one another are both very frequent, there is a list of the
 * passages in which they do, or there are none. */
static bool
find_pair(planner *p, const query_word *words, const evaluate_leaf_word *to, evaluate_leaf *leaf)
{
    const pair_lists *pairs = &p->e->segment->pairs;
    evaluate_stem *pair = NULL;
    posting_info info = {0};
    quire_status status = QUIRE_OK;

    if (!pair_lists_has(pairs, to[0].stem->list.info.df, words[0].stem_bytes) ||
        !pair_lists_has(pairs, to[1].stem->list.info.df, words[1].stem_bytes))
        return true;
    status = pair_lists_find(pairs, words[0].stem, words[0].stem_bytes, words[1].stem,
                             words[1].stem_bytes, &info, p->e->err);
    if (status != QUIRE_OK) {
        evaluate_fail(p->e, status);
        return false;
    }
    if (info.df == 0) {
        leaf->is_nowhere = true;
        return true;
    }
    pair = evaluate_stem_open_pair(p->e, &info);
    if (pair == NULL)
        return false;
    leaf->stems[leaf->nstems++] = pair;
    p->plan->npairs++;
    return true;
}

static bool
find_pairs(planner *p, const query_node *from, evaluate_leaf *leaf)
{
    bool has_ranks = false;

    for (uint32_t i = 0; i + 1 < from->nwords && !leaf->is_nowhere; i++)
        if (!find_pair(p, &from->words[i], &leaf->words[i], leaf))
            return false;
    for (uint32_t i = 0; i < from->nwords; i++)
        has_ranks = has_ranks || leaf->words[i].ranks != NULL;
    /* The list of the only pair says it all. */
    if (from->nwords == 2 && leaf->nstems == 1 && !has_ranks)
        leaf->needs_positions = false;
    return true;
}

static bool
make_leaf(planner *p, const query_node *from, evaluate_leaf *leaf)
{
    evaluate_stem *const *stems = p->plan->stems;

    leaf->scratch = &p->plan->scratch;
    leaf->needs_positions = from->nwords > 1;
    leaf->words = arena_array(p->e->a, from->nwords, sizeof *leaf->words);
    leaf->stems = arena_array(p->e->a, 2 * (size_t)from->nwords, sizeof(evaluate_stem *));
    if (leaf->words == NULL || leaf->stems == NULL)
        return fail_nomem(p);
    for (uint32_t i = 0; i < from->nwords && !leaf->is_nowhere; i++) {
        const query_word *word = &from->words[i];
        evaluate_leaf_word *to = &leaf->words[i];

        to->offset = i;
        to->stem =
            stems[intern_find(&p->plan->keys, word->stem, word->stem_bytes, is_acronym(word))];
        if (to->stem == NULL)
            leaf->is_nowhere = true;
        else if ((from->kind == QUERY_PHRASE || word->extra_bytes > 0) &&
                 !find_ranks(p, word, leaf, to))
            return false;
    }
    if (!leaf->is_nowhere && !find_pairs(p, from, leaf))
        return false;
    if (leaf->is_nowhere)
        return true;
    leaf->nwords = from->nwords;
    evaluate_leaf_order(leaf);
    for (uint32_t i = 0; i < leaf->nstems && !from->excluded; i++)
        leaf->limit = evaluate_add(leaf->limit, leaf->stems[i]->limit);
    return true;
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
            if (!tree->leaves[i]->excluded && !plan->leaves[i].is_nowhere &&
                (tree->leaves[i]->role == ROLE_REQUIRED) == (pass == 0))
                plan->scored[plan->nscored++] = &plan->leaves[i];
    return true;
}

/* ---- Nodes ---- */

/* As deep as the tree, which the parser bounds. */
static bool
make_node(planner *p, const query_node *from, evaluate_node *to)
{
    to->role = from->role;
    if (from->kind != QUERY_LIST) {
        to->leaf = &p->plan->leaves[from->clause - 1];
        to->limit = to->leaf->limit;
        return true;
    }
    to->nchildren = from->nchildren;
    to->children = arena_array(p->e->a, (size_t)from->nchildren + 1, sizeof *to->children);
    if (to->children == NULL)
        return fail_nomem(p);
    for (uint32_t i = 0; i < from->nchildren; i++) {
        evaluate_node *child = &to->children[i];

        if (!make_node(p, from->children[i], child))
            return false;
        to->has_required = to->has_required || child->role == ROLE_REQUIRED;
        to->has_optional = to->has_optional || child->role == ROLE_OPTIONAL;
        to->has_excluded = to->has_excluded || child->role == ROLE_EXCLUDED;
        to->limit = evaluate_add(to->limit, child->limit);
    }
    return true;
}

bool
evaluate_plan_make(evaluation *e, evaluate_plan *plan)
{
    planner p = {.e = e, .plan = plan};

    if (!intern_stems(&p) || !open_stems(&p) || !make_leaves(&p))
        return false;
    plan->root = arena_alloc(e->a, sizeof *plan->root);
    return plan->root != NULL ? make_node(&p, e->request->tree->root, plan->root) : fail_nomem(&p);
}

void
evaluate_plan_free(evaluate_plan *plan)
{
    free(plan->scratch.numbers);
    plan->scratch = (evaluate_scratch){0};
}
