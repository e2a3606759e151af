/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_one.c - an article that may enter the results: does it match, and what does it
 * score?
 *
 * Its frequencies are read term by term, the weightiest first, positions only where a headline may
 * have the word.  Each replaces a bound by what it is a bound on, and where what is left does not
 * beat the threshold any more, that was all.  Then it is seen whether the article matches, which
 * for phrases takes positions and for some queries the text, and its score is computed as
 * query/article_scoring.h says. */
#include "postings/evaluate_article_one.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/bits.h"
#include "base/error.h"

/* The bounds' own errors, which are some 1e-7 of them a term, and the rounding of weights. */
#define BOUND_FACTOR (1 + 1e-5)
#define BOUND_EXTRA 1e-4

/* ---- The threshold ---- */

static void
note_threshold(article_evaluation *v)
{
    const int64_t threshold = v->e->top.threshold;

    v->beat = -1;
    if (!v->request->count && threshold >= 0)
        v->beat = (float)((bm25_score(threshold) - BOUND_EXTRA) / BOUND_FACTOR);
}

void
evaluate_article_begin(article_evaluation *v, int64_t reached)
{
    evaluate_top_init(&v->e->top, v->e->top.hits, v->e->top.max_hits);
    if (reached >= 0)
        evaluate_top_expect(&v->e->top, reached);
    v->nkept = 0;
    note_threshold(v);
}

bool
evaluate_article_plan(article_evaluation *v)
{
    if (v->is_words || v->is_sure || v->request->tree->needs_text)
        return true;
    evaluate_plan_free(&v->plan);
    v->plan = (evaluate_plan){0};
    return evaluate_plan_make(v->e, v->root, &v->plan);
}

/* Back to the first article. */
static bool
begin_again(article_evaluation *v)
{
    for (uint32_t i = 0; i < v->nterms; i++)
        if (!evaluate_stem_rewind(v->terms[i].exact))
            return false;
    v->next = 0;
    return evaluate_article_plan(v);
}

/* ---- Frequencies ---- */

/* How often the term at hand, in an article's first passage, stands in its headline. */
static uint32_t
count_in_headline(article_evaluation *v, evaluate_stem *s, uint32_t end)
{
    const posting_list *l = &s->list;
    uint32_t n = 0;
    quire_status status = QUIRE_OK;

    if (end == 0)
        return 0;
    if (l->occurrence_block != l->block || !l->has_frequencies)
        status = posting_list_find_positions(&s->list, v->e->err);
    if (status != QUIRE_OK) {
        evaluate_fail(v->e, status);
        return 0;
    }
    for (uint32_t k = l->occurrences[s->at]; k < l->occurrences[s->at + 1]; k++) {
        if (end < UINT16_MAX && posting_list_position(l, k) >= end)
            break;
        n++;
    }
    return n;
}

/* What a term adds to an article, as far as it was read. */
typedef struct {
    float frequency;
    float best_part;
} term_sum;

static void
add_frequency(const article_evaluation *v, term_sum *sum, uint32_t frequency, uint32_t number)
{
    const float part =
        article_norms_saturate((float)frequency, v->norms->parts[v->codes[number].part]);

    sum->frequency += (float)frequency;
    sum->best_part = part > sum->best_part ? part : sum->best_part;
}

static float
sum_of(const article_term *t, const term_sum *sum, float whole_norm)
{
    return t->scale * article_norms_sum(sum->frequency, whole_norm, sum->best_part);
}

/* Read a term's frequencies in passages [first, end), and take from the bound what it counted too
 * much of this term.  False where it has none, or failed. */
static bool
read_term(article_evaluation *v, const article_term *t, uint32_t first, uint32_t end, float *bound)
{
    const size_t nterms = v->request->tree->nterms;
    evaluate_stem *s = t->exact;
    uint32_t p = evaluate_stem_seek(s, first);
    const float whole_norm = v->norms->wholes[v->codes[first].whole];
    float impact = 0; /* what the bound counted, where impacts are known */
    term_sum counted = {0};
    term_sum is = {0};

    if (p >= end)
        return false;
    if (t->impacts.blocks != NULL)
        impact = t->unit * (float)t->impacts.postings[s->list.block * POSTING_BLOCK + s->at];
    for (; p < end; p = evaluate_stem_seek(s, p + 1)) {
        uint32_t frequency = 0;
        uint32_t most = 0;

        if (!evaluate_stem_decode_frequencies(s))
            return false;
        frequency = s->list.frequencies[s->at];
        most = frequency;
        if (p == first) {
            most = ARTICLE_TITLE_WEIGHT * frequency;
            frequency +=
                (ARTICLE_TITLE_WEIGHT - 1) * count_in_headline(v, s, v->codes[first].title);
        }
        v->frequencies[(size_t)(p - first) * nterms + t->term] = frequency;
        v->total[t->term] += frequency;
        add_frequency(v, &counted, most, p);
        add_frequency(v, &is, frequency, p);
    }
    *bound += sum_of(t, &is, whole_norm) -
              (t->impacts.blocks != NULL ? impact : sum_of(t, &counted, whole_norm));
    return v->e->status == QUIRE_OK;
}

/* Make room for the frequencies of so many passages, all 0. */
static bool
make_room(article_evaluation *v, uint32_t npassages)
{
    const size_t nterms = v->request->tree->nterms;
    const size_t n = (size_t)npassages * nterms + 1; /* not nothing */

    if (n > v->frequencies_room) {
        free(v->frequencies);
        v->frequencies = calloc(n, sizeof *v->frequencies);
        v->frequencies_room = v->frequencies != NULL ? n : 0;
        if (v->frequencies == NULL) {
            evaluate_fail(v->e, error_nomem(v->e->err));
            return false;
        }
    } else {
        memset(v->frequencies, 0, n * sizeof *v->frequencies);
    }
    if (nterms > 0)
        memset(v->total, 0, nterms * sizeof *v->total);
    return true;
}

/* Read all terms, as long as the article may enter. */
static bool
read_article(article_evaluation *v, uint32_t first, uint32_t end, float bound)
{
    if (!make_room(v, end - first))
        return false;
    for (uint32_t i = 0; i < v->nterms; i++) {
        if (!read_term(v, &v->terms[i], first, end, &bound) && v->terms[i].is_required)
            return false;
        if (!evaluate_article_may_enter(v, bound))
            return false;
    }
    return v->e->status == QUIRE_OK;
}

/* ---- Does it match? ---- */

static bool
decide(const article_evaluation *v, evaluate_node *node)
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
activate(article_evaluation *v, const evaluate_node *node)
{
    const query_node *leaf =
        node->leaf != NULL ? v->request->tree->leaves[node->leaf - v->plan.leaves] : NULL;

    if (!node->holds && (leaf == NULL || !leaf->is_loose || node->role != ROLE_OPTIONAL))
        return;
    for (uint32_t i = 0; i < node->nchildren; i++)
        activate(v, &node->children[i]);
    for (uint32_t i = 0; leaf != NULL && i < leaf->nslots; i++)
        if (leaf->slots[i].unit != QUERY_NONE)
            v->unit_scores[leaf->slots[i].unit] = true;
}

/* By positions: each leaf holds where a passage of the article has it. */
static bool
matches_by_lists(article_evaluation *v, uint32_t first, uint32_t end)
{
    const uint32_t nleaves = v->request->tree->nleaves;

    memset(v->leaf_holds, 0, nleaves * sizeof *v->leaf_holds);
    memset(v->unit_scores, 0, v->request->tree->nunits * sizeof *v->unit_scores);
    for (uint32_t p = first; p < end; p++)
        for (uint32_t i = 0; i < nleaves; i++)
            if (!v->leaf_holds[i] && evaluate_leaf_holds(&v->plan.leaves[i], p))
                v->leaf_holds[i] = true;
    if (!decide(v, v->plan.root))
        return false;
    activate(v, v->plan.root);
    return true;
}

/* *scores_out: which units score. */
static bool
matches(article_evaluation *v, uint32_t first, uint32_t end, const bool **scores_out)
{
    bool matched = false;
    quire_status status = QUIRE_OK;

    *scores_out = v->unit_scores;
    if (v->is_words || v->is_sure)
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
score_article(const article_evaluation *v, uint32_t article, uint32_t first, uint32_t end,
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

/* It matches: count it. */
static void
count_article(article_evaluation *v, uint32_t article)
{
    v->count++;
    if (v->request->matched != NULL)
        bits_set_range(v->request->matched, article, article + 1);
}

static void
keep(article_evaluation *v, const article_kept *k, int64_t score)
{
    if (!evaluate_top_add_any(&v->e->top, k->article, score))
        return;
    if (!ARRAY_GROW(v->kept, v->nkept, &v->kept_room)) {
        evaluate_fail(v->e, error_nomem(v->e->err));
        return;
    }
    v->kept[v->nkept++] = *k;
    note_threshold(v);
}

/* Read it, and see whether it matches, first what takes less: of what has the words of a phrase,
 * most does not match. */
static bool
examine(article_evaluation *v, uint32_t article, float bound, const bool **scores_out)
{
    const uint32_t first = v->firsts[article];
    const uint32_t end = v->firsts[article + 1];

    if (v->request->tree->needs_text)
        return read_article(v, first, end, bound) && matches(v, first, end, scores_out);
    return matches(v, first, end, scores_out) && read_article(v, first, end, bound);
}

void
evaluate_article_look(article_evaluation *v, uint32_t article, float bound)
{
    const uint32_t first = v->firsts[article];
    const uint32_t end = v->firsts[article + 1];
    const bool *unit_scores = NULL;
    article_kept k = {.article = article};
    int64_t score = 0;

    if (first >= end || first < v->e->first || first >= v->e->end ||
        !evaluate_is_allowed(v->e, first) || (first < v->next && !begin_again(v)))
        return;
    v->next = end;
    if (!examine(v, article, bound, &unit_scores))
        return;
    count_article(v, article);
    score = score_article(v, article, first, end, unit_scores, &k.best);
    if (v->e->status == QUIRE_OK)
        keep(v, &k, score);
}
