/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_phrase.c - a phrase stands in one passage, so an article that is to match has a
 * passage in which all of its words meet.  These are far fewer than those that have its rarest
 * word, and found without looking at positions (evaluate_meet.c). */
#include "postings/evaluate_article_phrase.h"

#include <stdlib.h>

#include "base/error.h"

/* Is it several words, each of one stem? */
static bool
is_phrase(const evaluate_leaf *leaf)
{
    if (leaf->passages != NULL || leaf->nunits < 2)
        return false;
    for (uint32_t i = 0; i < leaf->nunits; i++)
        if (leaf->units[i]->nstems > 1)
            return false;
    return true;
}

/* Is a child one that its list must have? */
static bool
is_must(const evaluate_node *list, const evaluate_node *child)
{
    uint32_t noptional = 0;

    if (list->has_required || child->role != ROLE_OPTIONAL)
        return child->role == ROLE_REQUIRED;
    for (uint32_t i = 0; i < list->nchildren; i++)
        noptional += list->children[i].role == ROLE_OPTIONAL;
    return noptional == 1;
}

/* The phrase with the rarest word, of those that whatever matches n has; NULL: there is none.  As
 * deep as the tree, which the parser bounds. */
static const evaluate_leaf *
find_phrase(const evaluate_node *n)
{
    const evaluate_leaf *best = NULL;

    if (n->leaf != NULL)
        return !n->leaf->is_nowhere && is_phrase(n->leaf) ? n->leaf : NULL;
    for (uint32_t i = 0; i < n->nchildren; i++) {
        const evaluate_leaf *leaf = NULL;

        if (is_must(n, &n->children[i]))
            leaf = find_phrase(&n->children[i]);
        if (leaf != NULL && (best == NULL || leaf->units[0]->df < best->units[0]->df))
            best = leaf;
    }
    return best;
}

static int
compare_stems(const void *a, const void *b)
{
    const evaluate_stem *first = *(evaluate_stem *const *)a;
    const evaluate_stem *second = *(evaluate_stem *const *)b;

    return (first->list.info.df > second->list.info.df) -
           (first->list.info.df < second->list.info.df);
}

bool
evaluate_article_phrase(evaluation *e, const evaluate_plan *plan, evaluate_meeting *meeting,
                        bool *found_out)
{
    const evaluate_leaf *leaf = find_phrase(plan->root);
    evaluate_stem **stems = NULL;

    *found_out = leaf != NULL;
    if (leaf == NULL)
        return true;
    stems = arena_array(e->a, leaf->nunits, sizeof(evaluate_stem *));
    if (stems == NULL) {
        evaluate_fail(e, error_nomem(e->err));
        return false;
    }
    for (uint32_t i = 0; i < leaf->nunits; i++)
        stems[i] = leaf->units[i]->stems[0];
    qsort(stems, leaf->nunits, sizeof(evaluate_stem *), compare_stems);
    return evaluate_meeting_init(meeting, e, stems, leaf->nunits, 0);
}

bool
evaluate_article_may_match(const evaluate_node *n)
{
    bool has_any = n->has_required || !n->has_optional;

    if (n->leaf != NULL)
        return !n->leaf->is_nowhere;
    for (uint32_t i = 0; i < n->nchildren; i++) {
        const evaluate_node *child = &n->children[i];

        if (child->role == ROLE_REQUIRED && !evaluate_article_may_match(child))
            return false;
        if (!has_any && child->role == ROLE_OPTIONAL)
            has_any = evaluate_article_may_match(child);
    }
    return has_any;
}
