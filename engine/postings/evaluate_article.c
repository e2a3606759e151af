/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article.c - the best articles of a segment.
 *
 * The lists of terms without which nothing matches (query/drivers.h) are read, and what their
 * postings may add to the score of each article is added up, a little too much rather than too
 * little: the words of a first passage count as if all stood in the headline, and each term's best
 * passage as if it were the article's.  An article for which that and the most that all other terms
 * can add beats the threshold is looked at: its frequencies are read by a second row of cursors,
 * positions only where a headline may have the word, and its score is computed as
 * query/article_scoring.h says.
 *
 * Where every match has a phrase, candidates are the articles with a passage in which all its words
 * are, and lists are read there only.
 *
 * The threshold comes first: of the articles that the weightiest list brings in, those with the
 * highest bounds are looked at.  Then lists whose limits together do not beat it bring in no
 * article; they are read only where that costs less than looking at those that it would spare. */
#include "postings/evaluate_article.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/bits.h"
#include "base/error.h"
#include "postings/evaluate_article_phrase.h"
#include "postings/evaluate_field.h"
#include "postings/evaluate_plan.h"
#include "query/drivers.h"

/* The bounds' own errors, which are some 1e-7 of them a term, and the rounding of weights. */
#define BOUND_FACTOR (1 + 1e-5)
#define BOUND_EXTRA 1e-4

/* How many articles are looked at for a first threshold: some more than are wanted, and more where
 * they may not match. */
#define MORE_SEEDS 16
#define MORE_SEEDS_OF_PHRASES 48
#define MAX_SEEDS 4096

/* To go to an article in a list takes about as long as to read so many postings. */
#define POSTINGS_A_SEEK 8

/* To look at an article takes about as long as to read so many postings. */
#define POSTINGS_A_LOOK 50

/* A term of the query that is in the segment. */
typedef struct {
    evaluate_stem *read;  /* the cursor for bounds; NULL: none yet */
    evaluate_stem *exact; /* the cursor for articles that are looked at */
    uint32_t term;
    double idf;   /* the sum over the choices of it */
    double limit; /* it adds no more to a score */
    bool drives;
    bool is_read; /* its bounds are in */
} article_term;

/* An article to look at early. */
typedef struct {
    float bound;
    uint32_t article;
} seed;

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
    bool has_phrase; /* so candidates are those that may have it */
    article_term *terms;
    uint32_t nterms;
    double others;        /* what terms that are not read may add together */
    float *bounds;        /* by article: what those that are read add at most */
    uint64_t *candidates; /* a bit an article: to look at, for all that is known */
    float whole_base;
    float whole_per_word; /* norm of an article: whole_base + whole_per_word * length */
    float part_norms[EVALUATE_LENGTHS];
    float part_base;
    float part_per_word;
    uint64_t count;

    /* Of the article at hand. */
    uint32_t title_of;     /* article, from 1, whose headline's end is known */
    uint32_t title_end;    /* in positions */
    uint32_t *total;       /* by term of the tree */
    uint32_t *frequencies; /* by passage, then term of the tree */
    size_t frequencies_room;
    bool *leaf_holds;  /* by clause, from 0 */
    bool *unit_scores; /* by unit */

    kept *kept; /* ascending by article */
    size_t nkept;
    size_t kept_room;
} evaluator;

/* ---- Bounds ---- */

/* What a frequency adds, but for idf * (k1 + 1). */
static inline float
saturate(float frequency, float norm)
{
    return frequency / (norm + frequency);
}

static inline float
part_norm(const evaluator *v, uint32_t number)
{
    const uint32_t length = evaluate_weights_length(&v->e->weights, number);

    return length < EVALUATE_LENGTHS ? v->part_norms[length]
                                     : v->part_base + v->part_per_word * (float)length;
}

/* The postings of one article in the block at hand, from at on: what they add at most, but for
 * idf * (k1 + 1).  *at_out: the first posting behind them.  An article that goes on in the next
 * block has its sum in two parts, which is never less. */
static inline float
bound_article(const evaluator *v, const posting_list *l, uint32_t at, uint32_t *at_out)
{
    const uint32_t first = l->passages[at];
    const uint32_t article = v->of_passages[first];
    float total = 0;
    float best = 0;

    if (first == 0 || v->of_passages[first - 1] != article) {
        total = (float)ARTICLE_TITLE_WEIGHT * (float)l->frequencies[at];
        best = saturate(total, part_norm(v, first));
        at++;
    }
    for (; at < l->npostings && v->of_passages[l->passages[at]] == article; at++) {
        const float frequency = (float)l->frequencies[at];
        const float part = saturate(frequency, part_norm(v, l->passages[at]));

        total += frequency;
        best = part > best ? part : best;
    }
    *at_out = at;
    return saturate(total, v->whole_base + v->whole_per_word * (float)v->lengths[article]) +
           best / 2;
}

/* Add to the bounds what a term has.  Where it brings articles in, these are candidates. */
static void
read_list(evaluator *v, const article_term *t, bool brings_in)
{
    evaluate_stem *s = t->read;
    const posting_list *l = &s->list;
    const float scale = (float)(t->idf * (v->request->scoring->of_articles.k1 + 1));

    for (uint32_t target = v->e->first; evaluate_stem_seek(s, target) < v->e->end;
         target = l->passages[l->npostings - 1] + 1) {
        uint32_t at = s->at;

        if (!evaluate_stem_decode_frequencies(s))
            return;
        while (at < l->npostings) {
            const uint32_t article = v->of_passages[l->passages[at]];

            v->bounds[article] += scale * bound_article(v, l, at, &at);
            if (brings_in)
                v->candidates[article / 64] |= UINT64_C(1) << article % 64;
        }
    }
}

/* The same of the candidates only, as they are. */
static void
read_candidates(evaluator *v, const article_term *t)
{
    evaluate_stem *s = t->read;
    const posting_list *l = &s->list;
    const float scale = (float)(t->idf * (v->request->scoring->of_articles.k1 + 1));
    const uint32_t nwords = v->e->segment->narticles / 64 + 1;

    for (uint32_t i = 0; i < nwords; i++)
        for (uint64_t bits = v->candidates[i]; bits != 0; bits &= bits - 1) {
            const uint32_t article = i * 64 + (uint32_t)__builtin_ctzll(bits);
            uint32_t first = 0;
            uint32_t end = 0;

            segment_articles_passages(v->e->segment, article + 1, article + 1, &first, &end);
            while (evaluate_stem_seek(s, first) < end) {
                uint32_t at = s->at;

                if (!evaluate_stem_decode_frequencies(s))
                    return;
                v->bounds[article] += scale * bound_article(v, l, at, &at);
                first = l->passages[at - 1] + 1;
            }
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

    if (end == 0)
        return 0;
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
read_term(evaluator *v, const article_term *t, uint32_t article, uint32_t first, uint32_t end)
{
    const size_t nterms = v->request->tree->nterms;
    evaluate_stem *s = t->exact;

    for (uint32_t p = evaluate_stem_seek(s, first); p < end; p = evaluate_stem_seek(s, p + 1)) {
        uint32_t frequency = 0;

        if (!evaluate_stem_decode_frequencies(s))
            return;
        frequency = s->list.frequencies[s->at];
        if (p == first) {
            if (v->title_of != article + 1) {
                v->title_of = article + 1;
                v->title_end = headline_end(v, article);
            }
            frequency += (ARTICLE_TITLE_WEIGHT - 1) * count_in_headline(v, s, v->title_end);
        }
        v->frequencies[(size_t)(p - first) * nterms + t->term] = frequency;
        v->total[t->term] += frequency;
    }
}

static bool
read_article(evaluator *v, uint32_t article, uint32_t first, uint32_t end)
{
    const size_t nterms = v->request->tree->nterms;
    const size_t n = (size_t)(end - first) * nterms + 1; /* not nothing */

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
    for (uint32_t i = 0; i < v->nterms; i++)
        read_term(v, &v->terms[i], article, first, end);
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
matches_by_lists(evaluator *v, uint32_t first, uint32_t end)
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
        !evaluate_is_allowed(v->e, first) || !matches(v, first, end, &unit_scores) ||
        !read_article(v, article, first, end))
        return;
    v->count++;
    if (v->request->matched != NULL)
        bits_set_range(v->request->matched, article, article + 1);
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

static bool
open_cursor(evaluator *v, const posting_info *info, double idf, evaluate_stem **out)
{
    *out = evaluate_stem_open(v->e, info, true, idf);
    return *out != NULL;
}

/* ---- Which articles to look at ---- */

/* May an article with this bound enter, or is it to be counted? */
static bool
may_enter(const evaluator *v, double bound)
{
    if (v->request->count)
        return true;
    if (bound <= 0)
        return v->e->top.threshold < 0;
    return bound * BOUND_FACTOR + BOUND_EXTRA > bm25_score(v->e->top.threshold);
}

/* Look at the candidates that may still enter. */
static void
look_at_all(evaluator *v)
{
    const uint32_t nwords = v->e->segment->narticles / 64 + 1;

    for (uint32_t i = 0; i < nwords; i++)
        for (uint64_t bits = v->candidates[i]; bits != 0; bits &= bits - 1) {
            const uint32_t article = i * 64 + (uint32_t)__builtin_ctzll(bits);

            if (v->e->status == QUIRE_OK && may_enter(v, (double)v->bounds[article] + v->others))
                look_at(v, article);
        }
}

/* Leave the candidates that may still enter; returns how many. */
static uint32_t
thin_candidates(evaluator *v)
{
    const uint32_t nwords = v->e->segment->narticles / 64 + 1;
    uint32_t n = 0;

    for (uint32_t i = 0; i < nwords; i++)
        for (uint64_t bits = v->candidates[i]; bits != 0; bits &= bits - 1) {
            const uint32_t article = i * 64 + (uint32_t)__builtin_ctzll(bits);

            if (may_enter(v, (double)v->bounds[article] + v->others))
                n++;
            else
                v->candidates[i] ^= bits & -bits;
        }
    return n;
}

/* Put an article among the seeds, a heap with the lowest bound first. */
static void
add_seed(seed *seeds, uint32_t *nseeds, uint32_t max_seeds, seed added)
{
    uint32_t at = 0;

    if (*nseeds < max_seeds) {
        for (at = (*nseeds)++; at > 0 && seeds[(at - 1) / 2].bound > added.bound; at = (at - 1) / 2)
            seeds[at] = seeds[(at - 1) / 2];
        seeds[at] = added;
        return;
    }
    for (uint32_t child = 1; child < max_seeds; child = 2 * at + 1) {
        child += child + 1 < max_seeds && seeds[child + 1].bound < seeds[child].bound;
        if (seeds[child].bound >= added.bound)
            break;
        seeds[at] = seeds[child];
        at = child;
    }
    seeds[at] = added;
}

static int
compare_seeds(const void *a, const void *b)
{
    const seed *first = a;
    const seed *second = b;

    return (first->article > second->article) - (first->article < second->article);
}

static bool
plan_anew(evaluator *v, const query_node *root)
{
    evaluate_plan_free(&v->plan);
    v->plan = (evaluate_plan){0};
    return evaluate_plan_make(v->e, root, &v->plan);
}

/* Back to the beginning with all cursors. */
static bool
rewind_cursors(evaluator *v, const query_node *root)
{
    for (uint32_t i = 0; i < v->nterms; i++)
        if (!evaluate_stem_rewind(v->terms[i].exact))
            return false;
    return v->is_words || v->request->tree->needs_text || plan_anew(v, root);
}

/* Look at the articles whose bounds are highest so far, for the score that so many reach; then
 * begin again, for they came before others that score alike. */
static bool
find_threshold(evaluator *v, const query_node *root)
{
    const uint32_t nwords = v->e->segment->narticles / 64 + 1;
    const uint32_t wanted =
        v->request->max_hits + (v->has_phrase ? MORE_SEEDS_OF_PHRASES : MORE_SEEDS);
    const uint32_t max_seeds = wanted < MAX_SEEDS ? wanted : MAX_SEEDS;
    seed *seeds = arena_array(v->e->a, max_seeds, sizeof *seeds);
    uint32_t nseeds = 0;
    float least = -1;
    int64_t reached = -1;

    if (seeds == NULL) {
        evaluate_fail(v->e, error_nomem(v->e->err));
        return false;
    }
    for (uint32_t i = 0; i < nwords; i++)
        for (uint64_t bits = v->candidates[i]; bits != 0; bits &= bits - 1) {
            const uint32_t article = i * 64 + (uint32_t)__builtin_ctzll(bits);

            if (v->bounds[article] <= least)
                continue;
            add_seed(seeds, &nseeds, max_seeds, (seed){v->bounds[article], article});
            if (nseeds == max_seeds)
                least = seeds[0].bound;
        }
    qsort(seeds, nseeds, sizeof *seeds, compare_seeds);
    for (uint32_t i = 0; i < nseeds && v->e->status == QUIRE_OK; i++)
        look_at(v, seeds[i].article);
    if (v->e->status != QUIRE_OK)
        return false;
    if (v->e->top.nhits == v->e->top.max_hits)
        reached = v->e->top.hits[0].score;
    evaluate_top_init(&v->e->top, v->e->top.hits, v->e->top.max_hits);
    evaluate_top_expect(&v->e->top, reached);
    v->nkept = 0;
    return rewind_cursors(v, root);
}

/* Read the drivers, the weightiest first, as long as those that are left can bring in an article
 * by themselves. */
static void
read_drivers(evaluator *v, const query_node *root)
{
    bool is_first = true;

    for (uint32_t i = 0; i < v->nterms && v->e->status == QUIRE_OK; i++) {
        article_term *t = &v->terms[i];

        if (!t->drives)
            continue;
        if (!may_enter(v, v->others))
            return;
        read_list(v, t, true);
        t->is_read = true;
        v->others -= t->limit;
        if (is_first && !v->request->count && !find_threshold(v, root))
            return;
        is_first = false;
    }
}

/* Read what other lists are worth it. */
static void
read_others(evaluator *v)
{
    for (uint32_t i = 0; i < v->nterms && v->e->status == QUIRE_OK; i++) {
        article_term *t = &v->terms[i];
        const uint64_t ncandidates = t->is_read ? 0 : thin_candidates(v);

        if (ncandidates * POSTINGS_A_LOOK <= t->exact->list.info.df)
            continue;
        if (t->read == NULL && !open_cursor(v, &t->exact->list.info, t->idf, &t->read))
            return;
        read_list(v, t, false);
        t->is_read = true;
        v->others -= t->limit;
    }
}

/* Find the candidates that may have a phrase without which nothing matches, if there is one. */
static bool
find_phrase(evaluator *v, const query_node *root)
{
    if (v->is_words || v->request->tree->needs_text)
        return true;
    return evaluate_article_phrase(v->e, &v->plan, v->of_passages, v->candidates, &v->has_phrase) &&
           (!v->has_phrase || plan_anew(v, root));
}

/* Bound the candidates by all lists. */
static void
bound_candidates(evaluator *v, const query_node *root)
{
    uint64_t ncandidates = 0;

    for (uint32_t i = 0; i <= v->e->segment->narticles / 64; i++)
        ncandidates += (uint64_t)__builtin_popcountll(v->candidates[i]);
    for (uint32_t i = 0; i < v->nterms && v->e->status == QUIRE_OK; i++) {
        article_term *t = &v->terms[i];

        if (t->read == NULL && !open_cursor(v, &t->exact->list.info, t->idf, &t->read))
            return;
        if (ncandidates * POSTINGS_A_SEEK < t->exact->list.info.df)
            read_candidates(v, t);
        else
            read_list(v, t, false);
        t->is_read = true;
        v->others -= t->limit;
    }
    if (v->e->status == QUIRE_OK)
        find_threshold(v, root);
}

/* Anything may match. */
static void
take_everything(evaluator *v)
{
    bits_set_range(v->candidates, 0, v->e->segment->narticles);
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
    *t = (article_term){.term = term, .idf = idf, .drives = drives};
    t->limit = idf * (v->request->scoring->of_articles.k1 + 1) * 1.5;
    if (!open_cursor(v, &info, idf, &t->exact) || (drives && !open_cursor(v, &info, idf, &t->read)))
        return false;
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

    v->whole_base = (float)(whole->k1 * (1 - whole->b));
    v->whole_per_word = (float)(whole->k1 * whole->b / whole->mean_length);
    v->part_base = (float)(part->k1 * (1 - part->b));
    v->part_per_word = (float)(part->k1 * part->b / part->mean_length);
    for (uint32_t i = 0; i < EVALUATE_LENGTHS; i++)
        v->part_norms[i] = v->part_base + v->part_per_word * (float)i;
}

static int
compare_terms(const void *a, const void *b)
{
    const article_term *first = a;
    const article_term *second = b;

    if (first->limit != second->limit)
        return first->limit > second->limit ? -1 : 1;
    return (first->term > second->term) - (first->term < second->term);
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
    if (!find_phrase(v, root))
        return;
    set_norms(v);
    qsort(v->terms, v->nterms, sizeof *v->terms, compare_terms);
    if (v->has_phrase) {
        if (!v->request->count)
            bound_candidates(v, root);
    } else if (!v->has_drivers) {
        take_everything(v);
    } else {
        read_drivers(v, root);
        if (!v->request->count)
            read_others(v);
    }
    look_at_all(v);
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
                                          .first_article = request->first_article,
                                          .scoring = &request->scoring->parts,
                                          .max_hits = request->max_hits,
                                          .count = request->count};
    evaluation e = {.segment = s, .request = &of_passages, .err = err};
    evaluator *v = NULL;
    evaluate_hit *top = NULL;
    uint64_t *candidates = NULL;

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
    candidates = arena_array(e.a, (size_t)s->narticles / 64 + 1, sizeof *candidates);
    if (v == NULL || top == NULL || candidates == NULL) {
        arena_free(e.a);
        return error_nomem(err);
    }
    v->e = &e;
    v->request = request;
    v->lengths = segment_articles_lengths(request->articles);
    v->of_passages = segment_articles_of_passages(request->articles);
    v->bounds = segment_articles_bounds(request->articles);
    v->candidates = candidates;
    evaluate_top_init(&e.top, top, request->max_hits);
    evaluate_weights_init(&e.weights, request->scoring->parts.model, s->lengths);
    run(v);
    if (e.status == QUIRE_OK) {
        hand_over(v, hits);
        *nhits_out = e.top.nhits;
        *count_out = request->count ? v->count : 0;
    }
    memset(v->bounds, 0, s->narticles * sizeof *v->bounds);
    evaluate_plan_free(&v->plan);
    free(v->frequencies);
    free(v->kept);
    arena_free(e.a);
    return e.status;
}
