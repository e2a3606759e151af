/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_tree.c - one passage after the other, for any query tree.
 *
 * Candidates come from what every match must have: the stems of the leaves that the root requires
 * (evaluate_meet.c).  Where nothing is required, they come from the alternatives, as long as those
 * can beat the threshold by themselves.
 *
 * A candidate's score is bounded by the stems that it has, then its leaves are held against their
 * positions, then it is scored.
 *
 * Of a list with many alternatives it is kept where each may be next, and only those that may be in
 * a candidate are looked at. */
#include "postings/evaluate_tree.h"

#include <stdlib.h>

#include "base/bits.h"
#include "base/error.h"
#include "postings/evaluate_field.h"
#include "postings/evaluate_meet.h"

/* So many alternatives are many. */
#define MANY_ALTERNATIVES 4

typedef struct {
    evaluation *e;
    evaluate_plan *plan;
    evaluate_node *root;
    bool has_many; /* a list with many alternatives */

    /* Stems that every match has, the rarest first, and where they meet.  Units of several stems
     * are not among them. */
    evaluate_stem **musts;
    uint32_t nmusts;
    evaluate_meeting meeting;
    bool is_covered; /* they are all that the root requires */
    int64_t others;  /* what units that are no musts may add */

    int64_t *scored_rest; /* by plan->scored: what the leaves from it on may add */

    /* The root's alternatives, where it requires nothing: those with the highest limits first. */
    evaluate_node **alternatives;
    uint32_t nalternatives;
    int64_t *alternatives_rest; /* what those from it on, and all that only supports, may add */
} evaluator;

static bool
fail_nomem(evaluator *t)
{
    evaluate_fail(t->e, error_nomem(t->e->err));
    return false;
}

/* ---- Where alternatives may be ---- */

static uint32_t next_of_node(const evaluator *t, evaluate_node *n, uint32_t target);

/* The first passage at target or behind it in which alternative i may hold. */
static inline uint32_t
next_of_many(const evaluator *t, evaluate_alternatives *many, uint32_t i, uint32_t target)
{
    if (many->next[i] < target)
        many->next[i] = next_of_node(t, many->nodes[i], target);
    return many->next[i];
}

static void
find_present(const evaluator *t, evaluate_alternatives *many, uint32_t number)
{
    if (many->present_at == number + 1)
        return;
    many->present_at = number + 1;
    many->npresent = 0;
    for (uint32_t i = 0; i < many->n; i++)
        if (next_of_many(t, many, i, number) == number)
            many->present[many->npresent++] = many->nodes[i];
}

/* ---- Does it match, and with what score ---- */

static bool node_holds(const evaluator *t, evaluate_node *n, uint32_t number);

static bool
has_alternative(const evaluator *t, const evaluate_node *list, uint32_t number)
{
    bool is_found = false;

    if (list->has_required || !list->has_optional)
        return true;
    if (list->many != NULL) {
        find_present(t, list->many, number);
        for (uint32_t i = 0; i < list->many->npresent && !is_found; i++)
            is_found = node_holds(t, list->many->present[i], number);
        return is_found;
    }
    for (uint32_t i = 0; i < list->nchildren && !is_found; i++)
        is_found =
            list->children[i].role == ROLE_OPTIONAL && node_holds(t, &list->children[i], number);
    return is_found;
}

static bool
list_holds(const evaluator *t, const evaluate_node *list, uint32_t number)
{
    for (uint32_t i = 0; i < list->nchildren && (list->has_required || list->has_excluded); i++) {
        evaluate_node *child = &list->children[i];

        if ((child->role == ROLE_REQUIRED || child->role == ROLE_EXCLUDED) &&
            node_holds(t, child, number) != (child->role == ROLE_REQUIRED))
            return false;
    }
    return has_alternative(t, list, number);
}

/* As deep as the tree, which the parser bounds. */
static bool
node_holds(const evaluator *t, evaluate_node *n, uint32_t number)
{
    if (n->is_nowhere)
        return false;
    if (n->leaf != NULL)
        return evaluate_leaf_holds(n->leaf, number);
    if (n->tested != number + 1) {
        n->tested = number + 1;
        n->holds = list_holds(t, n, number);
    }
    return n->holds;
}

/* What is done with a node of which something may score. */
typedef void visit_node(evaluator *t, evaluate_node *n, uint32_t number, int64_t *sum);

/* Visit the children of a list that may score, of many alternatives only those that may be there.
 */
static void
visit_children(evaluator *t, evaluate_node *n, visit_node *visit, uint32_t number, int64_t *sum)
{
    evaluate_alternatives *many = n->many;
    const uint32_t nothers = many == NULL ? n->nchildren : n->nchildren - many->n;

    if (many != NULL) {
        find_present(t, many, number);
        for (uint32_t i = 0; i < many->npresent; i++)
            visit(t, many->present[i], number, sum);
    }
    for (uint32_t i = 0; i < n->nchildren && nothers > 0; i++) {
        const query_role role = n->children[i].role;

        if (role != ROLE_EXCLUDED && (many == NULL || role != ROLE_OPTIONAL))
            visit(t, &n->children[i], number, sum);
    }
}

/* Add the weights of a matching node's units that are not summed yet. */
static void
add_score(evaluator *t, evaluate_node *n, uint32_t number, int64_t *sum)
{
    if (!node_holds(t, n, number))
        return;
    for (uint32_t i = 0; n->leaf != NULL && i < n->leaf->nunits; i++) {
        evaluate_unit *u = n->leaf->units[i];

        if (u->summed != number + 1)
            *sum += evaluate_unit_weight(u, number);
        u->summed = number + 1;
    }
    visit_children(t, n, add_score, number, sum);
}

static int64_t
score_of(evaluator *t, uint32_t number)
{
    int64_t score = 0;

    add_score(t, t->root, number, &score);
    return score;
}

/* Add what the units of a leaf that a passage has may add to its score, as far as that is not done
 * yet. */
static void
add_leaf_bound(const evaluate_leaf *leaf, uint32_t number, int64_t *sum)
{
    if (!evaluate_leaf_has_units(leaf, number))
        return;
    for (uint32_t i = 0; i < leaf->nunits; i++) {
        evaluate_unit *u = leaf->units[i];

        if (u->bounded != number + 1)
            *sum = evaluate_add(*sum, evaluate_unit_weight(u, number));
        u->bounded = number + 1;
    }
}

static void
add_bound(evaluator *t, evaluate_node *n, uint32_t number, int64_t *sum)
{
    if (n->leaf != NULL && n->leaf->limit > 0)
        add_leaf_bound(n->leaf, number, sum);
    visit_children(t, n, add_bound, number, sum);
}

/* May the passage enter, going by the units that it has? */
static bool
may_enter(evaluator *t, uint32_t number)
{
    int64_t threshold = t->e->top.threshold;
    int64_t sum = 0;

    if (threshold < 0)
        return true;
    if (t->has_many) {
        add_bound(t, t->root, number, &sum);
        return sum > threshold;
    }
    for (uint32_t i = 0; i < t->plan->nscored; i++) {
        if (evaluate_add(sum, t->scored_rest[i]) <= threshold)
            return false;
        add_leaf_bound(t->plan->scored[i], number, &sum);
    }
    return sum > threshold;
}

/* Have the text of a passage that may match read; true where it does. */
static bool
verify(evaluator *t, uint32_t number)
{
    evaluation *e = t->e;
    bool is_match = false;
    int64_t score = 0;
    quire_status status =
        e->request->verify(e->request->closure, number, &is_match, &score, e->err);

    /* Nobody can say any more whether a damaged passage matches: it is let through by what the
     * index knows of it, and whoever shows it will say that it is damaged.  Where nobody will show
     * it, that is a failure. */
    if (status == QUIRE_ECORRUPT && e->request->matched == NULL) {
        is_match = true;
        score = score_of(t, number);
        status = QUIRE_OK;
    }
    if (status != QUIRE_OK)
        evaluate_fail(e, status);
    else if (is_match)
        evaluate_top_add(&e->top, number, score);
    return status == QUIRE_OK && is_match;
}

/* Look at a candidate; true where it matches. */
static bool
examine(evaluator *t, uint32_t number)
{
    bool counts = t->e->request->count;

    /* Where there are no stems but those that it must have, their weights were looked at. */
    if (!evaluate_is_allowed(t->e, number) ||
        (!counts && (t->others > 0 || t->nmusts == 0) && !may_enter(t, number)) ||
        !node_holds(t, t->root, number))
        return false;
    if (t->e->request->tree->needs_text)
        return verify(t, number);
    if (!counts || may_enter(t, number))
        evaluate_top_add(&t->e->top, number, score_of(t, number));
    return true;
}

/* ---- Candidates of what must be there ---- */

static int
compare_musts(const void *a, const void *b)
{
    const evaluate_stem *first = *(evaluate_stem *const *)a;
    const evaluate_stem *second = *(evaluate_stem *const *)b;

    if (first->list.info.df != second->list.info.df)
        return first->list.info.df < second->list.info.df ? -1 : 1;
    return (first->number > second->number) - (first->number < second->number);
}

/* Gather the stems of the leaves that n requires, each once; false where one is nowhere, so that
 * nothing matches. */
static bool
gather_musts(evaluator *t, evaluate_node *n)
{
    if (n->is_nowhere)
        return false;
    for (uint32_t i = 0; n->leaf != NULL && i < n->leaf->nunits; i++) {
        evaluate_unit *u = n->leaf->units[i];

        if (u->nstems > 1)
            t->is_covered = false;
        else if (!u->is_must)
            t->musts[t->nmusts++] = u->stems[0];
        u->is_must = u->nstems == 1;
    }
    if (n->leaf == NULL ? !n->has_required : n->leaf->passages != NULL)
        t->is_covered = false;
    for (uint32_t i = 0; i < n->nchildren; i++)
        if (n->children[i].role == ROLE_REQUIRED && !gather_musts(t, &n->children[i]))
            return false;
    return true;
}

/* ---- Candidates of anything else ---- */

static uint32_t
sooner(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t
later(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* No passage from target on matches n before the one returned.  Cursors move to target, not
 * beyond. */
static uint32_t
next_of_node(const evaluator *t, evaluate_node *n, uint32_t target)
{
    uint32_t next = n->has_required || !n->has_optional ? target : POSTING_NONE;

    if (n->is_nowhere)
        return POSTING_NONE;
    if (n->leaf != NULL && n->leaf->passages != NULL)
        return evaluate_field_next(n->leaf->passages, t->e->end, target);
    if (n->leaf != NULL)
        return evaluate_unit_seek(n->leaf->units[0], target);
    for (uint32_t i = 0; n->many != NULL && !n->has_required && i < n->many->n; i++)
        next = sooner(next, next_of_many(t, n->many, i, target));
    for (uint32_t i = 0; i < n->nchildren && (n->many == NULL || n->has_required); i++) {
        evaluate_node *child = &n->children[i];

        if (n->has_required && child->role == ROLE_REQUIRED)
            next = later(next, next_of_node(t, child, target));
        else if (!n->has_required && child->role == ROLE_OPTIONAL)
            next = sooner(next, next_of_node(t, child, target));
    }
    return next;
}

/* The same of the root's alternatives, but those that cannot bring a passage in. */
static uint32_t
next_alternative(const evaluator *t, uint32_t target)
{
    int64_t threshold = evaluate_threshold(t->e);
    uint32_t next = POSTING_NONE;

    for (uint32_t i = 0; i < t->nalternatives && t->alternatives_rest[i] > threshold; i++)
        next = sooner(next, t->root->many != NULL ? next_of_many(t, t->root->many, i, target)
                                                  : next_of_node(t, t->alternatives[i], target));
    return next;
}

/* The first passage at target or behind it that has any of what may score, but for what cannot
 * bring a passage in. */
static uint32_t
next_scored(const evaluator *t, uint32_t target)
{
    const int64_t threshold = evaluate_threshold(t->e);
    uint32_t next = POSTING_NONE;

    for (uint32_t i = 0; i < t->plan->nscored && t->scored_rest[i] > threshold; i++)
        next = sooner(next, evaluate_unit_seek(t->plan->scored[i]->units[0], target));
    return next;
}

/* What the tree must have, where that is not stems that meet. */
static uint32_t
next_by_tree(const evaluator *t, uint32_t target)
{
    uint32_t next = POSTING_NONE;

    if (t->nalternatives > 0)
        return next_alternative(t, target);
    next = next_of_node(t, t->root, target);
    /* A score of 0 does not enter any more. */
    if (next != POSTING_NONE && t->nmusts == 0 && !t->has_many && evaluate_threshold(t->e) >= 0)
        next = later(next, next_scored(t, next));
    return next;
}

static uint32_t
next_candidate(evaluator *t, uint32_t target)
{
    for (;;) {
        uint32_t next = target;

        if (t->nmusts > 0)
            next = evaluate_meeting_next(&t->meeting, target);
        if (next == POSTING_NONE || (t->nmusts > 0 && t->is_covered))
            return next;
        target = next;
        next = next_by_tree(t, target);
        if (next == target || next == POSTING_NONE)
            return next;
        target = next;
    }
}

/* ---- Making it ---- */

static int
compare_alternatives(const void *a, const void *b)
{
    const evaluate_node *first = *(evaluate_node *const *)a;
    const evaluate_node *second = *(evaluate_node *const *)b;

    return (first->limit < second->limit) - (first->limit > second->limit);
}

/* Where the root is a single word, or a list that needs no more than a word of it, bounds tell what
 * the best passages reach. */
static void
survey(evaluator *t, const evaluate_node *n)
{
    const evaluation *e = t->e;
    bool reaches = !t->root->has_excluded && !evaluate_is_filtered(e) && n->leaf != NULL &&
                   !n->is_nowhere && !n->leaf->needs_positions && n->leaf->is_exact &&
                   n->leaf->nunits == 1 && n->leaf->units[0]->nstems == 1;

    if (reaches) {
        evaluate_unit *u = n->leaf->units[0];

        evaluate_top_expect(&t->e->top, evaluate_stem_survey(u->stems[0], e->request->max_hits));
        u->limit = u->stems[0]->limit;
    }
}

static bool
make_alternatives(evaluator *t)
{
    evaluate_node *root = t->root;
    int64_t sum = 0;

    t->alternatives = arena_array(t->e->a, (size_t)root->nchildren + 1, sizeof(evaluate_node *));
    t->alternatives_rest =
        arena_array(t->e->a, (size_t)root->nchildren + 1, sizeof *t->alternatives_rest);
    if (t->alternatives == NULL || t->alternatives_rest == NULL)
        return fail_nomem(t);
    for (uint32_t i = 0; i < root->nchildren; i++) {
        evaluate_node *child = &root->children[i];

        if (child->role == ROLE_OPTIONAL) {
            t->alternatives[t->nalternatives++] = child;
            survey(t, child);
        } else if (child->role == ROLE_SUPPORTING) {
            sum = evaluate_add(sum, child->limit);
        }
    }
    qsort(t->alternatives, t->nalternatives, sizeof(evaluate_node *), compare_alternatives);
    for (uint32_t i = t->nalternatives; i-- > 0;) {
        sum = evaluate_add(sum, t->alternatives[i]->limit);
        t->alternatives_rest[i] = sum;
    }
    return true;
}

static evaluate_alternatives *
new_alternatives(evaluator *t, evaluate_node **nodes, uint32_t n)
{
    evaluate_alternatives *many = arena_alloc(t->e->a, sizeof *many);

    if (many == NULL)
        return NULL;
    *many = (evaluate_alternatives){
        .nodes = nodes,
        .n = n,
        .next = arena_array(t->e->a, n, sizeof *many->next),
        .present = arena_array(t->e->a, n, sizeof(evaluate_node *)),
    };
    return many->next != NULL && many->present != NULL ? many : NULL;
}

/* Give n, and all lists below it, their many alternatives; those of the root keep their order.  As
 * deep as the tree. */
static bool
make_many(evaluator *t, evaluate_node *n)
{
    evaluate_node **nodes = n == t->root && t->nalternatives > 0 ? t->alternatives : NULL;
    uint32_t noptional = 0;

    for (uint32_t i = 0; i < n->nchildren; i++) {
        noptional += n->children[i].role == ROLE_OPTIONAL;
        if (!make_many(t, &n->children[i]))
            return false;
    }
    if (noptional < MANY_ALTERNATIVES)
        return true;
    if (nodes == NULL) {
        nodes = arena_array(t->e->a, noptional, sizeof(evaluate_node *));
        noptional = 0;
        for (uint32_t i = 0; nodes != NULL && i < n->nchildren; i++)
            if (n->children[i].role == ROLE_OPTIONAL)
                nodes[noptional++] = &n->children[i];
    }
    n->many = nodes == NULL ? NULL : new_alternatives(t, nodes, noptional);
    t->has_many = true;
    return n->many != NULL || fail_nomem(t);
}

/* What a passage may score at most: each unit once. */
static int64_t
make_limits(evaluator *t)
{
    const evaluate_plan *plan = t->plan;
    int64_t rest = 0;
    int64_t limit = 0;

    for (uint32_t i = plan->nscored; i-- > 0;) {
        rest = evaluate_add(rest, plan->scored[i]->limit);
        t->scored_rest[i] = rest;
    }
    for (uint32_t i = 0; i < t->e->request->tree->nunits; i++) {
        const evaluate_unit *u = plan->units[i];

        if (u == NULL)
            continue;
        limit = evaluate_add(limit, u->limit);
        if (!u->is_must)
            t->others = evaluate_add(t->others, u->limit);
    }
    return limit;
}

/* False where nothing matches, or it failed. */
static bool
make_evaluator(evaluator *t)
{
    const evaluate_plan *plan = t->plan;
    size_t nstems = (size_t)plan->nall + 1;

    t->root = plan->root;
    t->is_covered = true;
    t->musts = arena_array(t->e->a, nstems, sizeof(evaluate_stem *));
    t->scored_rest = arena_array(t->e->a, (size_t)plan->nscored + 1, sizeof *t->scored_rest);
    if (t->musts == NULL || t->scored_rest == NULL)
        return fail_nomem(t);
    if (!gather_musts(t, t->root))
        return false;
    qsort(t->musts, t->nmusts, sizeof(evaluate_stem *), compare_musts);
    if (t->root->leaf == NULL && !t->root->has_required && t->root->has_optional &&
        !make_alternatives(t))
        return false;
    return make_many(t, t->root);
}

static bool
needs_positions(const evaluator *t)
{
    bool needs = false;

    for (uint32_t i = 0; i < t->e->request->tree->nleaves; i++)
        needs = needs || t->plan->leaves[i].needs_positions;
    return needs;
}

uint64_t
evaluate_tree(evaluation *e, evaluate_plan *plan)
{
    evaluator t = {.e = e, .plan = plan};
    uint64_t count = 0;
    int64_t limit = 0;

    if (!make_evaluator(&t))
        return 0;
    limit = make_limits(&t);
    if (t.nmusts > 0 && !evaluate_meeting_init(&t.meeting, e, t.musts, t.nmusts, t.others))
        return 0;
    t.meeting.reads_positions = needs_positions(&t);
    for (uint32_t number = e->first; number < e->end && e->status == QUIRE_OK; number++) {
        if (limit <= evaluate_threshold(e))
            break;
        number = next_candidate(&t, number);
        if (number >= e->end)
            break;
        if (!examine(&t, number))
            continue;
        count++;
        if (e->request->matched != NULL)
            bits_set_range(e->request->matched, number, number + 1);
    }
    return count;
}
