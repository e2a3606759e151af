/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article.c - the best articles of a segment.
 *
 * The terms of the query are opened, with bounds on what each adds to articles, and those found
 * without which nothing matches (query/drivers.h).  Then articles that have one of them are bounded
 * (evaluate_article_windows.c) and those that may enter looked at, first by a guess of what they
 * must beat (evaluate_article_guess.c); and where anything may match, all. */
#include "postings/evaluate_article.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/error.h"
#include "postings/evaluate_article_guess.h"
#include "postings/evaluate_article_one.h"
#include "postings/evaluate_article_waiting.h"
#include "postings/evaluate_article_windows.h"
#include "postings/evaluate_field.h"
#include "query/drivers.h"

/* ---- Terms ---- */

/* What all choices of each term multiply, by term of the tree. */
static void
add_idfs(const article_evaluation *v, double *idfs)
{
    const query_tree *tree = v->request->tree;
    const scoring *s = &v->request->scoring->whole;

    for (uint32_t i = 0; i < tree->nunits; i++)
        for (uint32_t k = 0; k < tree->units[i].nchoices; k++)
            idfs[tree->units[i].choices[k].term] += s->idf[s->first_choice[i] + k];
}

static bool
open_cursors(article_evaluation *v, const posting_info *info, double idf, article_term *t)
{
    t->exact = evaluate_stem_open(v->e, info, true, idf);
    if (t->exact != NULL)
        t->read = evaluate_stem_open(v->e, info, true, idf);
    return t->read != NULL;
}

static bool
find_impacts(article_evaluation *v, const query_term *from, const posting_info *info,
             article_term *t)
{
    quire_status status =
        segment_articles_impacts(v->request->articles, from->stem, from->stem_bytes, info,
                                 t->drives && !v->request->count, &t->impacts, v->e->err);

    if (status != QUIRE_OK)
        evaluate_fail(v->e, status);
    t->unit = t->scale * ARTICLE_IMPACT_UNIT;
    t->limit = t->unit * (float)t->impacts.most;
    return status == QUIRE_OK;
}

/* Open a term that is in the segment. */
static bool
open_term(article_evaluation *v, const article_term *wanted, double idf)
{
    const query_term *from = &v->request->tree->terms[wanted->term];
    article_term *t = &v->terms[v->nterms];
    posting_info info;
    quire_status status =
        segment_find_stem(v->e->segment, from->stem, from->stem_bytes, &info, v->e->err);

    if (status != QUIRE_OK) {
        evaluate_fail(v->e, status);
        return false;
    }
    if (info.df == 0)
        return !wanted->is_required; /* then nothing matches */
    *t = *wanted;
    t->scale = (float)(idf * (v->request->scoring->of_articles.k1 + 1));
    if (!open_cursors(v, &info, idf, t) || !find_impacts(v, from, &info, t))
        return false;
    v->nterms++;
    return true;
}

static bool
find_drivers(article_evaluation *v, bool *drivers, bool *found_out)
{
    const query_tree *tree = v->request->tree;
    uint64_t *frequencies = arena_array(v->e->a, (size_t)tree->nterms + 1, sizeof *frequencies);

    if (frequencies == NULL) {
        evaluate_fail(v->e, error_nomem(v->e->err));
        return false;
    }
    for (uint32_t i = 0; i < tree->nterms; i++) {
        posting_info info;
        quire_status status = segment_find_stem(v->e->segment, tree->terms[i].stem,
                                                tree->terms[i].stem_bytes, &info, v->e->err);

        if (status != QUIRE_OK) {
            evaluate_fail(v->e, status);
            return false;
        }
        frequencies[i] = info.df;
    }
    *found_out = drivers_find(tree, frequencies, drivers);
    return true;
}

/* The heaviest first. */
static int
compare_terms(const void *a, const void *b)
{
    const article_term *first = a;
    const article_term *second = b;

    if (first->limit < second->limit || first->limit > second->limit)
        return first->limit > second->limit ? -1 : 1;
    return (first->term > second->term) - (first->term < second->term);
}

/* *found_out: there are drivers. */
static bool
open_terms(article_evaluation *v, bool *found_out)
{
    const query_tree *tree = v->request->tree;
    double *idfs = arena_array(v->e->a, (size_t)tree->nterms + 1, sizeof *idfs);
    bool *drivers = arena_array(v->e->a, (size_t)tree->nterms + 1, sizeof *drivers);
    bool *required = arena_array(v->e->a, (size_t)tree->nterms + 1, sizeof *required);

    v->terms = arena_array(v->e->a, (size_t)tree->nterms + 1, sizeof *v->terms);
    v->total = arena_array(v->e->a, (size_t)tree->nterms + 1, sizeof *v->total);
    v->leaf_holds = arena_array(v->e->a, (size_t)tree->nleaves + 1, sizeof *v->leaf_holds);
    v->unit_scores = arena_array(v->e->a, (size_t)tree->nunits + 1, sizeof *v->unit_scores);
    if (idfs == NULL || drivers == NULL || required == NULL || v->terms == NULL ||
        v->total == NULL || v->leaf_holds == NULL || v->unit_scores == NULL) {
        evaluate_fail(v->e, error_nomem(v->e->err));
        return false;
    }
    if (!find_drivers(v, drivers, found_out))
        return false;
    drivers_require(tree, required);
    add_idfs(v, idfs);
    for (uint32_t i = 0; i < tree->nterms; i++) {
        const article_term wanted = {.term = i, .drives = drivers[i], .is_required = required[i]};

        if (!open_term(v, &wanted, idfs[i]))
            return false;
    }
    qsort(v->terms, v->nterms, sizeof *v->terms, compare_terms);
    return true;
}

/* ---- All of it ---- */

/* Look at everything. */
static void
look_at_all(article_evaluation *v)
{
    for (uint32_t i = 0; i < v->e->segment->narticles && v->e->status == QUIRE_OK; i++)
        evaluate_article_look(v, i, INFINITY);
}

/* Look at those that have a driver and may enter. */
static void
look_at_best(article_evaluation *v)
{
    article_windows *w = evaluate_article_windows_new(v);

    if (w != NULL && w->phrase.may_match && !evaluate_article_guess(w) &&
        v->e->status == QUIRE_OK &&
        evaluate_article_waiting_begin(&w->waiting, w->phrase.is_there)) {
        evaluate_article_windows_read(w);
        evaluate_article_waiting_look(&w->waiting);
    }
    evaluate_article_windows_free(w);
}

static void
run(article_evaluation *v)
{
    const query_tree *tree = v->request->tree;
    bool has_drivers = false;

    v->root = evaluate_field_narrow(v->e, tree->root);
    if (v->root == NULL || v->e->first >= v->e->end || !open_terms(v, &has_drivers))
        return;
    v->is_words = evaluate_is_words(tree) && has_drivers;
    if (v->is_words)
        memset(v->unit_scores, 1, tree->nunits * sizeof *v->unit_scores);
    else if (!evaluate_article_plan(v))
        return;
    if (has_drivers)
        look_at_best(v);
    else
        look_at_all(v);
}

static int
compare_kept(const void *a, const void *b)
{
    const article_kept *first = a;
    const article_kept *second = b;

    return (first->article > second->article) - (first->article < second->article);
}

static void
hand_over(const article_evaluation *v, evaluate_article_hit *hits)
{
    if (v->nkept > 0)
        qsort(v->kept, v->nkept, sizeof *v->kept, compare_kept);
    evaluate_top_sort(&v->e->top);
    for (uint32_t i = 0; i < v->e->top.nhits; i++) {
        const evaluate_hit *top = &v->e->top.hits[i];
        const article_kept wanted = {.article = top->passage};
        const article_kept *k = bsearch(&wanted, v->kept, v->nkept, sizeof *v->kept, compare_kept);

        hits[i] = (evaluate_article_hit){.article = top->passage + 1, .score = top->score};
        if (k != NULL)
            hits[i].best = k->best;
    }
}

quire_status
evaluate_articles(const segment *s, const evaluate_article_request *request,
                  evaluate_article_hit *hits, uint32_t *nhits_out, uint64_t *count_out,
                  quire_error *err)
{
    /* Cursors ask for the weights of passages. */
    const evaluate_request of_passages = {.tree = request->tree,
                                          .first_article = request->first_article,
                                          .scoring = &request->scoring->parts,
                                          .max_hits = request->max_hits,
                                          .count = request->count};
    evaluation e = {.segment = s, .request = &of_passages, .err = err};
    article_evaluation *v = NULL;
    evaluate_hit *top = NULL;

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
    v = arena_alloc(e.a, sizeof *v);
    top = arena_array(e.a, (size_t)request->max_hits + 1, sizeof *top);
    if (v == NULL || top == NULL) {
        arena_free(e.a);
        return error_nomem(err);
    }
    v->e = &e;
    v->request = request;
    v->lengths = segment_articles_lengths(request->articles);
    v->of_passages = segment_articles_of_passages(request->articles);
    v->starts = segment_articles_starts(request->articles);
    v->firsts = segment_articles_firsts(request->articles);
    v->codes = segment_articles_codes(request->articles);
    v->norms = segment_articles_begin(request->articles, request->scoring);
    e.top = (evaluate_top){.hits = top, .max_hits = request->max_hits};
    evaluate_article_begin(v, -1);
    evaluate_weights_init(&e.weights, request->scoring->parts.model, s->lengths);
    run(v);
    if (e.status == QUIRE_OK) {
        hand_over(v, hits);
        *nhits_out = e.top.nhits;
        *count_out = request->count ? v->count : 0;
    }
    evaluate_plan_free(&v->plan);
    free(v->frequencies);
    free(v->kept);
    arena_free(e.a);
    return e.status;
}
