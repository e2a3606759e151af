/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate.c - from a query tree to the best passages of a segment.  Lists of bare words, which
 * most queries are, go their own way (evaluate_words.c); all other trees go through
 * evaluate_tree.c. */
#include "postings/evaluate.h"

#include <assert.h>

#include "base/error.h"
#include "postings/evaluate_field.h"
#include "postings/evaluate_plan.h"
#include "postings/evaluate_tree.h"
#include "postings/evaluate_words.h"

/* More alternatives may be merged, and then have no cursors of their own. */
#define FEW_ALTERNATIVES 8

/* A word that stands for all that its unit has, whatever the surface. */
static bool
is_bare_word(const query_tree *tree, const query_node *node)
{
    if (node->kind != QUERY_WORD || node->in_title || node->slots[0].unit == QUERY_NONE ||
        node->slots[0].nwords < tree->units[node->slots[0].unit].nchoices ||
        node->slots[0].nwords > FEW_ALTERNATIVES)
        return false;
    for (uint32_t i = 0; i < node->slots[0].nwords; i++)
        if (node->slots[0].words[i].match != MATCH_STEM || node->slots[0].words[i].extra_bytes > 0)
            return false;
    return node->slots[0].nwords > 0;
}

/* The articles of excluded fields are left out already. */
static bool
are_words(const query_tree *tree, const query_node *root)
{
    bool has_optional = false;

    if (root->kind != QUERY_LIST)
        return is_bare_word(tree, root);
    for (uint32_t i = 0; i < root->nchildren; i++) {
        const query_node *child = root->children[i];

        if (child->kind == QUERY_FIELD && child->role == ROLE_EXCLUDED)
            continue;
        if (!is_bare_word(tree, child) ||
            (child->role != ROLE_OPTIONAL && child->role != ROLE_SUPPORTING))
            return false;
        has_optional = has_optional || child->role == ROLE_OPTIONAL;
    }
    return has_optional;
}

bool
evaluate_is_words(const query_tree *tree)
{
    return are_words(tree, evaluate_field_rest(tree->root));
}

static void
note_word(const query_node *node, evaluate_word *words)
{
    if (node->kind == QUERY_WORD && node->role != ROLE_SUPPORTING)
        words[node->slots[0].unit].supports = false;
}

/* The distinct units, each of which supports only where all that ask for it do. */
static uint64_t
run_words(evaluation *e, const query_node *root, const evaluate_plan *plan)
{
    const uint32_t nunits = e->request->tree->nunits;
    evaluate_word *words = arena_array(e->a, (size_t)nunits + 1, sizeof *words);
    bool matches = false;
    uint32_t nwords = 0;

    if (words == NULL) {
        evaluate_fail(e, error_nomem(e->err));
        return 0;
    }
    for (uint32_t i = 0; i < nunits; i++)
        words[i].supports = true;
    note_word(root, words);
    for (uint32_t i = 0; i < root->nchildren; i++)
        note_word(root->children[i], words);
    for (uint32_t i = 0; i < nunits; i++) {
        if (plan->units[i] == NULL)
            continue;
        matches = matches || !words[i].supports;
        words[nwords++] = (evaluate_word){.unit = plan->units[i], .supports = words[i].supports};
    }
    return matches ? evaluate_words(e, words, nwords) : 0;
}

static uint64_t
run(evaluation *e, evaluate_plan *plan)
{
    const query_node *root = evaluate_field_narrow(e, e->request->tree->root);

    if (root == NULL || e->first >= e->end || !evaluate_plan_make(e, root, plan))
        return 0;
    return are_words(e->request->tree, root) ? run_words(e, root, plan) : evaluate_tree(e, plan);
}

quire_status
evaluate(const segment *s, const evaluate_request *request, evaluate_hit *hits, uint32_t *nhits_out,
         uint64_t *count_out, quire_error *err)
{
    evaluation e = {.segment = s, .request = request, .err = err};
    evaluate_plan plan = {0};
    uint64_t count = 0;

    assert(request->verify != NULL || !request->tree->needs_text);
    *nhits_out = 0;
    *count_out = 0;
    if (request->tree->root == NULL || s->npassages == 0 ||
        (request->max_hits == 0 && !request->count))
        return QUIRE_OK;
    e.allowed = request->allowed;
    e.first = request->first;
    e.end = request->end != 0 && request->end < s->npassages ? request->end : s->npassages;
    e.a = arena_new();
    if (e.a == NULL)
        return error_nomem(err);
    evaluate_top_init(&e.top, hits, request->max_hits);
    evaluate_top_expect(&e.top, request->expected);
    evaluate_weights_init(&e.weights, request->scoring->model, s->lengths);
    count = run(&e, &plan);
    if (e.status == QUIRE_OK) {
        evaluate_top_sort(&e.top);
        *nhits_out = e.top.nhits;
        *count_out = request->count ? count : 0;
    }
    evaluate_plan_free(&plan);
    arena_free(e.a);
    return e.status;
}
