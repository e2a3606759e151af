/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate.c - from a query tree to the best passages of a segment.  Lists of bare words, which
 * most queries are, go their own way (evaluate_words.c); all other trees go through
 * evaluate_tree.c. */
#include "postings/evaluate.h"

#include "base/error.h"
#include "postings/evaluate_plan.h"
#include "postings/evaluate_tree.h"
#include "postings/evaluate_words.h"

static bool
is_bare_word(const query_node *node)
{
    return node->kind == QUERY_WORD && node->words[0].extra_bytes == 0;
}

bool
evaluate_is_words(const query_tree *tree)
{
    const query_node *root = tree->root;
    bool has_optional = false;

    if (root->kind != QUERY_LIST)
        return is_bare_word(root);
    for (uint32_t i = 0; i < root->nchildren; i++) {
        const query_node *child = root->children[i];

        if (!is_bare_word(child) ||
            (child->role != ROLE_OPTIONAL && child->role != ROLE_SUPPORTING))
            return false;
        has_optional = has_optional || child->role == ROLE_OPTIONAL;
    }
    return has_optional;
}

/* The distinct words, each of which supports only where all that ask for it do. */
static uint64_t
run_words(evaluation *e, const evaluate_plan *plan)
{
    const query_tree *tree = e->request->tree;
    evaluate_word *words = arena_array(e->a, (size_t)tree->nterms + 1, sizeof *words);
    bool matches = false;
    uint32_t nwords = 0;

    if (words == NULL) {
        evaluate_fail(e, error_nomem(e->err));
        return 0;
    }
    for (uint32_t i = 0; i < tree->nterms; i++)
        words[i].supports = true;
    for (uint32_t i = 0; i < tree->nleaves; i++)
        if (tree->leaves[i]->role != ROLE_SUPPORTING)
            words[tree->leaves[i]->words[0].term].supports = false;
    for (uint32_t i = 0; i < tree->nterms; i++) {
        if (plan->stems[i] == NULL)
            continue;
        matches = matches || !words[i].supports;
        words[nwords++] = (evaluate_word){.stem = plan->stems[i], .supports = words[i].supports};
    }
    return matches ? evaluate_words(e, words, nwords) : 0;
}

quire_status
evaluate(const segment *s, const evaluate_request *request, evaluate_hit *hits, uint32_t *nhits_out,
         uint64_t *count_out, quire_error *err)
{
    evaluation e = {.segment = s, .request = request, .err = err};
    evaluate_plan plan = {0};
    uint64_t count = 0;

    *nhits_out = 0;
    *count_out = 0;
    if (request->tree->root == NULL || s->npassages == 0 ||
        (request->max_hits == 0 && !request->count))
        return QUIRE_OK;
    e.a = arena_new();
    if (e.a == NULL)
        return error_nomem(err);
    evaluate_top_init(&e.top, hits, request->max_hits);
    evaluate_weights_init(&e.weights, request->model, s->lengths);
    if (evaluate_plan_make(&e, &plan)) {
        if (evaluate_is_words(request->tree))
            count = run_words(&e, &plan);
        else
            count = evaluate_tree(&e, &plan);
    }
    if (e.status == QUIRE_OK) {
        evaluate_top_sort(&e.top);
        *nhits_out = e.top.nhits;
        *count_out = request->count ? count : 0;
    }
    evaluate_plan_free(&plan);
    arena_free(e.a);
    return e.status;
}
