/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article.c - the best articles of a segment.
 *
 * Articles are taken WINDOW at a time.  The lists of terms without which nothing matches
 * (query/drivers.h) are read, and what their postings may add to the score of each article is
 * added up, in doubles, a little too much rather than too little: the words of a first passage
 * count as if all stood in the headline, and each term's best passage as if it were the article's.
 * An article for which that and the most that all other terms can add beats the threshold is looked
 * at: its frequencies are read by a second row of cursors, positions only where a headline may have
 * the word, and its score is computed as query/article_scoring.h says.
 *
 * The better the threshold, the fewer lists need be read: a driver whose limit, with those of all
 * terms that are not read, does not beat it can bring in no article by itself. */
#include "postings/evaluate_article.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/evaluate_field.h"
#include "postings/evaluate_plan.h"
#include "query/drivers.h"

#define WINDOW 1024
#define FIXED_ONE 4294967296.0

/* The bounds' own errors, which are some 1e-16 of them a term, and the rounding of weights. */
#define BOUND_FACTOR (1 + 1e-9)
#define BOUND_EXTRA 1e5

/* A term of the query that is in the segment. */
typedef struct {
    evaluate_stem *read;  /* the cursor of drivers; NULL: none */
    evaluate_stem *exact; /* the cursor for articles that are looked at */
    uint32_t term;
    double idf;   /* the sum over the choices of it */
    double limit; /* it adds no more, in units of 2^-32 */
} article_term;

/* What is kept of an article that entered the results. */
typedef struct {
    uint32_t article; /* from 0 */
    article_best best;
} kept;

typedef struct {
    evaluation *e;
    const evaluate_article_request *request;
    const uint32_t *lengths; /* of articles */
    const uint32_t *of_passages;
    evaluate_plan plan; /* where a match is more than a word */
    bool is_words;      /* an article that has a driver matches, and all its units score */
    bool has_drivers;
    article_term *terms;
    uint32_t nterms;
    double others; /* what terms that are not drivers may add together */
    double whole_base;
    double whole_per_word; /* norm of an article: whole_base + whole_per_word * length */
    double part_base;
    double part_per_word;
    uint64_t count;

    /* Of the article at hand. */
    uint32_t *total;       /* by term of the tree */
    uint32_t *frequencies; /* by passage, then term of the tree */
    size_t frequencies_room;
    bool *leaf_holds;  /* by clause, from 0 */
    bool *unit_scores; /* by unit */

    kept *kept; /* ascending by article */
    size_t nkept;
    size_t kept_room;

    double bounds[WINDOW]; /* 0 but while a window is at work */
} evaluator;

/* ---- Bounds ---- */

/* What a frequency adds to an article, but for idf * (k1 + 1). */
static double
saturate(double frequency, double norm)
{
    return frequency / (norm + frequency);
}

/* May words of a passage stand in a headline? */
static bool
may_be_headline(const evaluator *v, uint32_t number)
{
    return number == 0 || v->of_passages[number] != v->of_passages[number - 1];
}

/* The postings of one article that lie in the block at hand, from s->at on: what they add at most.
 * *at_out: the first posting behind them.  An article that goes on in the next block has its sum in
 * two parts, which is never less. */
static double
bound_article(const evaluator *v, const evaluate_stem *s, uint32_t at, uint32_t *at_out)
{
    const posting_list *l = &s->list;
    const uint32_t article = v->of_passages[l->passages[at]];
    uint64_t total = 0;
    double best = 0;

    for (; at < l->npostings && v->of_passages[l->passages[at]] == article; at++) {
        const uint32_t number = l->passages[at];
        const uint64_t frequency =
            (uint64_t)l->frequencies[at] * (may_be_headline(v, number) ? ARTICLE_TITLE_WEIGHT : 1);
        const double norm =
            v->part_base + v->part_per_word * evaluate_weights_length(&v->e->weights, number);
        const double part = saturate((double)frequency, norm);

        total += frequency;
        best = part > best ? part : best;
    }
    *at_out = at;
    return saturate((double)total, v->whole_base + v->whole_per_word * v->lengths[article]) +
           best / 2;
}

/* Add to the bounds, of articles from base on, what a driver has in passages [first, last). */
static void
read_driver(evaluator *v, const article_term *t, uint32_t base, uint32_t first, uint32_t last)

{
    evaluate_stem *s = t->read;
    const double scale = t->idf * (v->request->scoring->of_articles.k1 + 1) * FIXED_ONE;

    while (evaluate_stem_seek(s, first) < last && evaluate_stem_decode_frequencies(s)) {
        const posting_list *l = &s->list;
        uint32_t at = s->at;

        while (at < l->npostings && l->passages[at] < last) {
            const uint32_t article = v->of_passages[l->passages[at]];

            /* Not 0, for its weight may be. */
            v->bounds[article - base] += scale * bound_article(v, s, at, &at) + 1;
        }
        if (at < l->npostings) {
            s->at = at;
            s->passage = l->passages[at];
            return;
        }
        evaluate_stem_move(s, l->passages[l->npostings - 1] + 1);
    }
}

/* ---- One article ---- */

/* How often the term at hand, in an article's first passage, stands in its headline. */
static uint32_t
count_in_headline(evaluator *v, evaluate_stem *s, uint32_t end)
{
    const posting_list *l = &s->list;
    uint32_t n = 0;
    quire_status status = QUIRE_OK;

    if (l->occurrence_block != l->block || !l->has_frequencies)
        status = posting_list_find_positions(&s->list, v->e->err);
    if (status != QUIRE_OK) {
        evaluate_fail(v->e, status);
        return 0;
    }
    for (uint32_t k = l->occurrences[s->at]; k < l->occurrences[s->at + 1]; k++) {
        if (posting_list_position(l, k) >= end)
            break;
        n++;
    }
    return n;
}

/* How far the headline of an article (from 0) reaches in positions. */
static uint32_t
headline_end(evaluator *v, uint32_t article)
{
    uint32_t end = 0;
    quire_status status = article_columns_title(&v->e->segment->articles, article, &end, v->e->err);

    if (status != QUIRE_OK) {
        evaluate_fail(v->e, status);
        return 0;
    }
    return end == UINT16_MAX ? UINT32_MAX : end;
}

/* Read a term's frequencies in passages [first, end). */
static void
read_term(evaluator *v, const article_term *t, uint32_t first, uint32_t end, uint32_t title)
{
    const size_t nterms = v->request->tree->nterms;
    evaluate_stem *s = t->exact;

    for (uint32_t p = evaluate_stem_seek(s, first); p < end; p = evaluate_stem_seek(s, p + 1)) {
        uint32_t frequency = 0;

        if (!evaluate_stem_decode_frequencies(s))
            return;
        frequency = s->list.frequencies[s->at];
        if (p == first && title > 0)
            frequency += (ARTICLE_TITLE_WEIGHT - 1) * count_in_headline(v, s, title);
        v->frequencies[(size_t)(p - first) * nterms + t->term] = frequency;
        v->total[t->term] += frequency;
    }
}

static bool
read_article(evaluator *v, uint32_t article, uint32_t first, uint32_t end)
{
    const size_t nterms = v->request->tree->nterms;
    const size_t n = (size_t)(end - first) * nterms;
    const uint32_t title = headline_end(v, article);

    if (n > v->frequencies_room) {
        free(v->frequencies);
        v->frequencies = calloc(n, sizeof *v->frequencies);
        v->frequencies_room = v->frequencies != NULL ? n : 0;
        if (v->frequencies == NULL) {
            evaluate_fail(v->e, error_nomem(v->e->err));
            return false;
        }
    } else if (n > 0) {
        memset(v->frequencies, 0, n * sizeof *v->frequencies);
    }
    if (nterms > 0)
        memset(v->total, 0, nterms * sizeof *v->total);
    for (uint32_t i = 0; i < v->nterms; i++)
        read_term(v, &v->terms[i], first, end, title);
    return v->e->status == QUIRE_OK;
}

/* ---- Does it match? ---- */

static bool
decide(const evaluator *v, evaluate_node *node)
{
    bool has_required = false;
    bool is_required_met = true;
    bool is_optional_met = !node->has_optional;
    bool is_excluded_met = false;

    if (node->leaf != NULL) {
        node->holds = v->leaf_holds[node->leaf - v->plan.leaves];
        return node->holds;
    }
    for (uint32_t i = 0; i < node->nchildren; i++) {
        const bool holds = decide(v, &node->children[i]);

        if (node->children[i].role == ROLE_REQUIRED) {
            has_required = true;
            is_required_met = is_required_met && holds;
        } else if (node->children[i].role == ROLE_OPTIONAL) {
            is_optional_met = is_optional_met || holds;
        } else if (node->children[i].role == ROLE_EXCLUDED) {
            is_excluded_met = is_excluded_met || holds;
        }
    }
    node->holds = is_required_met && !is_excluded_met && (has_required || is_optional_met);
    return node->holds;
}

/* Go down from a node that takes part in the match to the units of leaves that do; those of
 * optional compounds score even where these are not there (query/match.h). */
static void
activate(evaluator *v, const evaluate_node *node)
{
    const query_node *leaf =
        node->leaf != NULL ? v->request->tree->leaves[node->leaf - v->plan.leaves] : NULL;

    if (!node->holds &&
        (leaf == NULL || leaf->kind != QUERY_COMPOUND || node->role != ROLE_OPTIONAL))
        return;
    for (uint32_t i = 0; i < node->nchildren; i++)
        activate(v, &node->children[i]);
    for (uint32_t i = 0; leaf != NULL && i < leaf->nslots; i++)
        if (leaf->slots[i].unit != QUERY_NONE)
            v->unit_scores[leaf->slots[i].unit] = true;
}

/* By positions: each leaf holds where a passage of the article has it. */
static bool
matches_by_lists(evaluator *v, uint32_t first, uint32_t end)
{
    const uint32_t nleaves = v->request->tree->nleaves;

    memset(v->leaf_holds, 0, nleaves * sizeof *v->leaf_holds);
    memset(v->unit_scores, 0, v->request->tree->nunits * sizeof *v->unit_scores);
    for (uint32_t p = first; p < end; p++)
        for (uint32_t i = 0; i < nleaves; i++)
            if (evaluate_leaf_holds(&v->plan.leaves[i], p))
                v->leaf_holds[i] = true;
    if (!decide(v, v->plan.root))
        return false;
    activate(v, v->plan.root);
    return true;
}

/* *scores_out: which units score. */
static bool
matches(evaluator *v, uint32_t first, uint32_t end, const bool **scores_out)
{
    bool matched = false;
    quire_status status = QUIRE_OK;

    *scores_out = v->unit_scores;
    if (v->is_words)
        return true;
    if (!v->request->tree->needs_text)
        return matches_by_lists(v, first, end);
    status = v->request->verify(v->request->closure, first, end, &matched, scores_out, v->e->err);
    if (status != QUIRE_OK)
        evaluate_fail(v->e, status);
    return status == QUIRE_OK && matched;
}

/* ---- What it scores ---- */

static int64_t
score_article(const evaluator *v, uint32_t article, uint32_t first, uint32_t end,
              const bool *unit_scores, article_best *shown)
{
    const article_scoring *s = v->request->scoring;
    const size_t nterms = v->request->tree->nterms;
    int64_t best = 0;

    for (uint32_t p = first; p < end; p++) {
        const int64_t part = article_scoring_sum(&s->parts, unit_scores,
                                                 v->frequencies + (size_t)(p - first) * nterms,
                                                 segment_length(v->e->segment, p));

        best = part > best ? part : best;
        article_best_add(shown, p, part);
    }
    article_best_finish(shown);
    return article_scoring_score(
        article_scoring_sum(&s->whole, unit_scores, v->total, v->lengths[article]), best);
}

static void
look_at(evaluator *v, uint32_t article)
{
    const bool *unit_scores = NULL;
    kept k = {.article = article};
    uint32_t first = 0;
    uint32_t end = 0;
    int64_t score = 0;

    segment_articles_passages(v->e->segment, article + 1, article + 1, &first, &end);
    if (first == end || first < v->e->first || first >= v->e->end ||
        !evaluate_is_allowed(v->e, first) || !read_article(v, article, first, end) ||
        !matches(v, first, end, &unit_scores))
        return;
    v->count++;
    score = score_article(v, article, first, end, unit_scores, &k.best);
    if (v->e->status != QUIRE_OK || score <= v->e->top.threshold)
        return;
    if (!ARRAY_GROW(v->kept, v->nkept, &v->kept_room)) {
        evaluate_fail(v->e, error_nomem(v->e->err));
        return;
    }
    v->kept[v->nkept++] = k;
    evaluate_top_add(&v->e->top, article, score);
}

/* ---- Windows ---- */

/* May an article with this bound enter, or is it to be counted? */
static bool
may_enter(const evaluator *v, double bound)
{
    return v->request->count || bound * BOUND_FACTOR + BOUND_EXTRA > (double)v->e->top.threshold;
}

/* Let drivers go that can bring in no article any more; false where there is none left. */
static bool
thin_drivers(evaluator *v)
{
    article_term *least = NULL;
    bool is_any = false;

    do {
        least = NULL;
        is_any = false;
        for (uint32_t i = 0; i < v->nterms; i++) {
            article_term *t = &v->terms[i];

            if (t->read == NULL)
                continue;
            is_any = true;
            if (least == NULL || t->limit < least->limit)
                least = t;
        }
        if (least == NULL || may_enter(v, v->others + least->limit))
            return is_any;
        v->others += least->limit;
        least->read = NULL;
    } while (true);
}

static void
take_window(evaluator *v, uint32_t base, uint32_t end)
{
    uint32_t first = 0;
    uint32_t last = 0;

    segment_articles_passages(v->e->segment, base + 1, end, &first, &last);
    if (last <= v->e->first || first >= v->e->end)
        return;
    for (uint32_t i = 0; i < v->nterms && v->e->status == QUIRE_OK; i++)
        if (v->terms[i].read != NULL)
            read_driver(v, &v->terms[i], base, first, last);
    for (uint32_t i = 0; i < end - base && v->e->status == QUIRE_OK; i++) {
        const double bound = v->bounds[i];

        v->bounds[i] = 0;
        if ((bound > 0 || !v->has_drivers) && may_enter(v, bound + v->others))
            look_at(v, base + i);
    }
}

static void
take_windows(evaluator *v)
{
    const uint32_t narticles = v->e->segment->narticles;

    for (uint32_t base = 0; base < narticles && v->e->status == QUIRE_OK; base += WINDOW) {
        const uint32_t end = narticles - base > WINDOW ? base + WINDOW : narticles;

        if (v->has_drivers ? !thin_drivers(v) : !may_enter(v, v->others))
            return;
        take_window(v, base, end);
    }
}

/* ---- Terms ---- */

/* What all choices of each term multiply, by term of the tree. */
static void
add_idfs(const evaluator *v, double *idfs)
{
    const query_tree *tree = v->request->tree;
    const scoring *s = &v->request->scoring->whole;

    for (uint32_t i = 0; i < tree->nunits; i++)
        for (uint32_t k = 0; k < tree->units[i].nchoices; k++)
            idfs[tree->units[i].choices[k].term] += s->idf[s->first_choice[i] + k];
}

static bool
open_cursor(evaluator *v, const posting_info *info, double idf, evaluate_stem **out)
{
    *out = evaluate_stem_open(v->e, info, true, idf);
    return *out != NULL;
}

static bool
open_term(evaluator *v, uint32_t term, double idf, bool drives)
{
    const query_term *from = &v->request->tree->terms[term];
    article_term *t = &v->terms[v->nterms];
    posting_info info;
    quire_status status =
        segment_find_stem(v->e->segment, from->stem, from->stem_bytes, &info, v->e->err);

    if (status != QUIRE_OK) {
        evaluate_fail(v->e, status);
        return false;
    }
    if (info.df == 0)
        return true;
    *t = (article_term){.term = term, .idf = idf};
    t->limit = idf * (v->request->scoring->of_articles.k1 + 1) * 1.5 * FIXED_ONE;
    if (!open_cursor(v, &info, idf, &t->exact) || (drives && !open_cursor(v, &info, idf, &t->read)))
        return false;
    if (!drives)
        v->others += t->limit;
    v->nterms++;
    return true;
}

static bool
find_drivers(evaluator *v, bool *drivers)
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
    v->has_drivers = drivers_find(tree, frequencies, drivers);
    return true;
}

static bool
open_terms(evaluator *v)
{
    const query_tree *tree = v->request->tree;
    double *idfs = arena_array(v->e->a, (size_t)tree->nterms + 1, sizeof *idfs);
    bool *drivers = arena_array(v->e->a, (size_t)tree->nterms + 1, sizeof *drivers);

    v->terms = arena_array(v->e->a, (size_t)tree->nterms + 1, sizeof *v->terms);
    v->total = arena_array(v->e->a, (size_t)tree->nterms + 1, sizeof *v->total);
    v->leaf_holds = arena_array(v->e->a, (size_t)tree->nleaves + 1, sizeof *v->leaf_holds);
    v->unit_scores = arena_array(v->e->a, (size_t)tree->nunits + 1, sizeof *v->unit_scores);
    if (idfs == NULL || drivers == NULL || v->terms == NULL || v->total == NULL ||
        v->leaf_holds == NULL || v->unit_scores == NULL) {
        evaluate_fail(v->e, error_nomem(v->e->err));
        return false;
    }
    if (!find_drivers(v, drivers))
        return false;
    add_idfs(v, idfs);
    for (uint32_t i = 0; i < tree->nterms; i++)
        if (!open_term(v, i, idfs[i], drivers[i]))
            return false;
    return true;
}

/* ---- All of it ---- */

static void
set_norms(evaluator *v)
{
    const bm25 *whole = &v->request->scoring->of_articles;
    const bm25 *part = &v->request->scoring->of_passages;

    v->whole_base = whole->k1 * (1 - whole->b);
    v->whole_per_word = whole->k1 * whole->b / whole->mean_length;
    v->part_base = part->k1 * (1 - part->b);
    v->part_per_word = part->k1 * part->b / part->mean_length;
}

static void
run(evaluator *v)
{
    const query_node *root = evaluate_field_narrow(v->e, v->request->tree->root);

    if (root == NULL || v->e->first >= v->e->end || !open_terms(v))
        return;
    v->is_words = evaluate_is_words(v->request->tree) && v->has_drivers;
    if (v->is_words)
        memset(v->unit_scores, 1, v->request->tree->nunits * sizeof *v->unit_scores);
    else if (!v->request->tree->needs_text && !evaluate_plan_make(v->e, root, &v->plan))
        return;
    set_norms(v);
    take_windows(v);
}

static int
compare_kept(const void *a, const void *b)
{
    const kept *first = a;
    const kept *second = b;

    return (first->article > second->article) - (first->article < second->article);
}

static void
hand_over(const evaluator *v, evaluate_article_hit *hits)
{
    evaluate_top_sort(&v->e->top);
    for (uint32_t i = 0; i < v->e->top.nhits; i++) {
        const evaluate_hit *top = &v->e->top.hits[i];
        const kept wanted = {.article = top->passage};
        const kept *k = bsearch(&wanted, v->kept, v->nkept, sizeof *v->kept, compare_kept);

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
                                          .scoring = &request->scoring->parts,
                                          .max_hits = request->max_hits,
                                          .count = request->count};
    evaluation e = {.segment = s, .request = &of_passages, .err = err};
    evaluator *v = NULL;
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
    evaluate_top_init(&e.top, top, request->max_hits);
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
