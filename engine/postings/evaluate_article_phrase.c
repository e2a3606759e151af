/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_phrase.c - a phrase stands in one passage, so an article that is to match has a
 * passage in which all of its words meet.  These are far fewer than those that have its rarest
 * word, and found without looking at positions (evaluate_meet.c), which are asked for only where
 * the article may enter. */
#include "postings/evaluate_article_phrase.h"

#include <stdlib.h>

#include "base/error.h"
#include "postings/evaluate_article_bounds.h"

#define SCORE_UNITS 4294967296.0

/* Is it several words, each of one stem?  They may be the same one. */
static bool
is_phrase(const evaluate_leaf *leaf)
{
    if (leaf->passages != NULL || leaf->nslots < 2)
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
static evaluate_leaf *
find_phrase(const evaluate_node *n)
{
    evaluate_leaf *best = NULL;

    if (n->leaf != NULL)
        return !n->leaf->is_nowhere && is_phrase(n->leaf) ? n->leaf : NULL;
    for (uint32_t i = 0; i < n->nchildren; i++) {
        evaluate_leaf *leaf = NULL;

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

/* More than what bounds in single precision lose. */
#define ROUNDING 1e-5

/* What an impact of 1 of a term adds, in units of scores. */
static int64_t
weight_of(const article_term *t)
{
    return (int64_t)((double)t->unit * (1 + ROUNDING) * SCORE_UNITS) + 1;
}

/* Have stems weigh what they add to articles; what the other terms may add. */
static int64_t
weigh_stems(article_phrase *p, evaluate_stem **stems, uint32_t nstems)
{
    int64_t others = 0;

    for (uint32_t i = 0; i < p->v->nterms; i++) {
        const article_term *t = &p->v->terms[i];
        const int64_t weight = weight_of(t);
        uint32_t k = 0;

        while (k < nstems && (stems[k]->is_pair || stems[k]->number != t->term))
            k++;
        if (k < nstems)
            evaluate_stem_weigh_articles(stems[k], t->impacts.postings, t->impacts.blocks,
                                         t->impacts.most, weight);
        else
            others = evaluate_add(others, weight * t->impacts.most);
    }
    return others;
}

/* Where every match has a phrase: begin to look for the passages in which all its words are. False:
 * it failed. */
static bool
begin_meeting(article_phrase *p)
{
    evaluate_leaf *leaf = find_phrase(p->plan.root);
    evaluate_stem **stems = NULL;

    p->leaf = leaf;
    p->is_there = leaf != NULL;
    if (leaf == NULL)
        return true;
    stems = arena_array(p->e.a, leaf->nunits, sizeof(evaluate_stem *));
    if (stems == NULL) {
        evaluate_fail(&p->e, error_nomem(p->e.err));
        return false;
    }
    for (uint32_t i = 0; i < leaf->nunits; i++)
        stems[i] = leaf->units[i]->stems[0];
    qsort(stems, leaf->nunits, sizeof(evaluate_stem *), compare_stems);
    return evaluate_meeting_init(&p->meeting, &p->e, stems, leaf->nunits,
                                 weigh_stems(p, stems, leaf->nunits));
}

/* May any article match what a node says?  Not where what it must have is nowhere. */
static bool
may_match(const evaluate_node *n)
{
    bool has_any = n->has_required || !n->has_optional;

    if (n->leaf != NULL)
        return !n->leaf->is_nowhere;
    for (uint32_t i = 0; i < n->nchildren; i++) {
        const evaluate_node *child = &n->children[i];

        if (child->role == ROLE_REQUIRED && !may_match(child))
            return false;
        if (!has_any && child->role == ROLE_OPTIONAL)
            has_any = may_match(child);
    }
    return has_any;
}

/* The cursors of the phrase that stand where its words meet, of terms whose impacts are known. */
static void
note_met(const article_phrase *p)
{
    for (uint32_t i = 0; i < p->v->nterms; i++) {
        article_term *t = &p->v->terms[i];

        t->met = NULL;
        for (uint32_t k = 0; k < p->meeting.nstems && t->impacts.blocks != NULL; k++)
            if (!p->meeting.stems[k]->is_pair && p->meeting.stems[k]->number == t->term)
                t->met = p->meeting.stems[k];
    }
}

bool
evaluate_article_phrase_begin(article_phrase *p, article_evaluation *v)
{
    bool ok = true;

    p->v = v;
    p->may_match = true;
    if (v->is_words || v->request->tree->needs_text)
        return true;
    p->e = *v->e;
    evaluate_top_init(&p->e.top, NULL, 1); /* it stays empty */
    ok = evaluate_plan_make(&p->e, v->root, &p->plan);
    if (ok)
        p->may_match = may_match(p->plan.root);
    if (ok && p->may_match)
        ok = begin_meeting(p);
    if (ok && p->is_there) {
        note_met(p);
        p->at = evaluate_meeting_next(&p->meeting, p->e.first);
    }
    if (p->e.status != QUIRE_OK)
        evaluate_fail(v->e, p->e.status);
    return ok;
}

/* What articles must beat, in units of scores. */
static int64_t
threshold_of(const article_evaluation *v)
{
    return v->beat < 0 ? -1 : (int64_t)((double)v->beat * SCORE_UNITS);
}

uint32_t
evaluate_article_phrase_seek(article_phrase *p, uint32_t target)
{
    if (p->at < target) {
        p->e.top.threshold = threshold_of(p->v);
        p->at = evaluate_meeting_next(&p->meeting, target);
    }
    if (p->e.status != QUIRE_OK)
        evaluate_fail(p->v->e, p->e.status);
    return p->at;
}

float
evaluate_article_phrase_bound(const article_phrase *p)
{
    float bound = 0;

    for (uint32_t i = 0; i < p->v->nterms; i++)
        if (p->v->terms[i].met != NULL)
            bound += evaluate_article_bounds_near(&p->v->terms[i], p->v->terms[i].met);
    return bound;
}

bool
evaluate_article_phrase_stands(article_phrase *p)
{
    const bool stands = evaluate_leaf_holds(p->leaf, p->at);

    if (p->e.status != QUIRE_OK)
        evaluate_fail(p->v->e, p->e.status);
    return stands && p->e.status == QUIRE_OK;
}

bool
evaluate_article_phrase_is_all(const article_phrase *p)
{
    return p->is_there && p->plan.root->leaf != NULL;
}

bool
evaluate_article_phrase_rewind(article_phrase *p)
{
    article_evaluation *v = p->v;

    evaluate_article_phrase_end(p);
    *p = (article_phrase){0};
    return evaluate_article_phrase_begin(p, v);
}

void
evaluate_article_phrase_end(article_phrase *p)
{
    evaluate_plan_free(&p->plan);
}
