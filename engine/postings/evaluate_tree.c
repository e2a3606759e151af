/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_tree.c - one passage after the other, for any query tree.
 *
 * Candidates come from what every match must have: the stems of the leaves that the root requires
 * (evaluate_meet.c).  Where nothing is required, they come from the alternatives, as long as those
 * can beat the threshold by themselves.
 *
 * A candidate's score is bounded by the stems that it has, then its leaves are held against their
 * positions, then it is scored. */
#include "postings/evaluate_tree.h"

#include <stdlib.h>

#include "base/bits.h"
#include "base/error.h"
#include "postings/evaluate_field.h"
#include "postings/evaluate_meet.h"

typedef struct {
    evaluation *e;
    evaluate_plan *plan;
    evaluate_node *root;

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

/* ---- Does it match, and with what score ---- */

static bool node_holds(evaluate_node *n, uint32_t number);

static bool
list_holds(const evaluate_node *list, uint32_t number)
{
    bool has_alternative = list->has_required || !list->has_optional;

    for (uint32_t i = 0; i < list->nchildren; i++) {
        evaluate_node *child = &list->children[i];

        if (child->role == ROLE_SUPPORTING || (child->role == ROLE_OPTIONAL && has_alternative))
            continue;
        if (child->role == ROLE_OPTIONAL)
            has_alternative = node_holds(child, number);
        else if (node_holds(child, number) != (child->role == ROLE_REQUIRED))
            return false;
    }
    return has_alternative;
}

/* As deep as the tree, which the parser bounds. */
static bool
node_holds(evaluate_node *n, uint32_t number)
{
    if (n->is_nowhere)
        return false;
    if (n->leaf != NULL)
        return evaluate_leaf_holds(n->leaf, number);
    if (n->tested != number + 1) {
        n->tested = number + 1;
        n->holds = list_holds(n, number);
    }
    return n->holds;
}

/* The weights of a matching node's units that are not summed yet. */
static int64_t
node_score(evaluate_node *n, uint32_t number)
{
    int64_t score = 0;

    if (!node_holds(n, number))
        return 0;
    for (uint32_t i = 0; n->leaf != NULL && i < n->leaf->nunits; i++) {
        evaluate_unit *u = n->leaf->units[i];

        if (u->summed != number + 1)
            score += evaluate_unit_weight(u, number);
        u->summed = number + 1;
    }
    for (uint32_t i = 0; i < n->nchildren; i++)
        if (n->children[i].role != ROLE_EXCLUDED)
            score += node_score(&n->children[i], number);
    return score;
}

/* May the passage enter, going by the units that it has? */
static bool
may_enter(evaluator *t, uint32_t number)
{
    int64_t threshold = t->e->top.threshold;
    int64_t sum = 0;

    if (threshold < 0)
        return true;
    for (uint32_t i = 0; i < t->plan->nscored; i++) {
        const evaluate_leaf *leaf = t->plan->scored[i];

        if (evaluate_add(sum, t->scored_rest[i]) <= threshold)
            return false;
        if (!evaluate_leaf_has_units(leaf, number))
            continue;
        for (uint32_t j = 0; j < leaf->nunits; j++) {
            if (leaf->units[j]->bounded != number + 1)
                sum = evaluate_add(sum, evaluate_unit_weight(leaf->units[j], number));
            leaf->units[j]->bounded = number + 1;
        }
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
        score = node_score(t->root, number);
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
        !node_holds(t->root, number))
        return false;
    if (t->e->request->tree->needs_text)
        return verify(t, number);
    if (!counts || may_enter(t, number))
        evaluate_top_add(&t->e->top, number, node_score(t->root, number));
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
next_of_node(const evaluator *t, const evaluate_node *n, uint32_t target)
{
    uint32_t next = n->has_required || !n->has_optional ? target : POSTING_NONE;

    if (n->is_nowhere)
        return POSTING_NONE;
    if (n->leaf != NULL && n->leaf->passages != NULL)
        return evaluate_field_next(n->leaf->passages, t->e->end, target);
    if (n->leaf != NULL)
        return evaluate_unit_seek(n->leaf->units[0], target);
    for (uint32_t i = 0; i < n->nchildren; i++) {
        const evaluate_node *child = &n->children[i];

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
        next = sooner(next, next_of_node(t, t->alternatives[i], target));
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
    if (next != POSTING_NONE && t->nmusts == 0 && evaluate_threshold(t->e) >= 0)
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
    return t->root->leaf != NULL || t->root->has_required || !t->root->has_optional ||
           make_alternatives(t);
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
