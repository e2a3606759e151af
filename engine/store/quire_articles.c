/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_articles.c - searching Quire's own passage store by article.
 *
 * Furniture is no part of an article here: it is not asked for. */
#include "store/quire_articles.h"

#include <stdlib.h>

#include "base/bits.h"
#include "base/error.h"
#include "postings/evaluate_article.h"
#include "store/result_merge.h"

/* What was found in a segment, and where its first hit stands in the order of results. */
typedef struct {
    evaluate_article_hit *hits; /* the next one first */
    uint32_t nhits;
    result_place place; /* of the next hit */
} found_articles;

/* One search. */
typedef struct {
    quire_store *store;
    const store_request *request;
    arena *a;
    article_scoring scoring;
    matcher *matcher;   /* where the text decides */
    stem_filter filter; /* of what the matcher looks for */
    size_t searched;    /* the segment whose articles it is asked of */
    found_articles *found;
    uint64_t count;
    store_article_hit *hits; /* what is asked for */
} search;

/* What a segment knows of articles, made when it is first asked for. */
static quire_status
get_articles(quire_store *s, size_t i, segment_articles **out, quire_error *err)
{
    static const store_filter everything = {0};
    quire_segment *g = &s->segments[i];
    quire_passages *set = &g->sets[SET_OF_PASSAGES];
    const quire_filter_passages *alive = NULL;
    quire_status status = QUIRE_OK;

    if (g->articles == NULL) {
        status = quire_store_filter(set, &everything, &alive, err);
        if (status == QUIRE_OK)
            status = segment_articles_new(set->segment, alive != NULL ? alive->bits : NULL,
                                          &g->articles, err);
    }
    *out = g->articles;
    return status;
}

quire_status
quire_store_article_collection(void *self, article_collection *out, quire_error *err)
{
    quire_store *s = self;
    quire_status status = QUIRE_OK;

    *out = (article_collection){0};
    for (size_t i = 0; i < s->nsegments && status == QUIRE_OK; i++) {
        segment_articles *articles = NULL;
        article_collection one = {0};

        status = get_articles(s, i, &articles, err);
        if (status != QUIRE_OK)
            break;
        segment_articles_count(articles, &one.narticles, &one.npassages, &one.total_length);
        out->narticles += one.narticles;
        out->npassages += one.npassages;
        out->total_length += one.total_length;
    }
    return quire_store_advise(status, err);
}

quire_status
quire_store_article_frequency(void *self, const char *stem, size_t stem_bytes, bool acronym,
                              uint64_t *out, quire_error *err)
{
    quire_store *s = self;
    quire_status status = QUIRE_OK;

    (void)acronym; /* its key is its own */
    *out = 0;
    for (size_t i = 0; i < s->nsegments && status == QUIRE_OK; i++) {
        segment_articles *articles = NULL;
        uint32_t narticles = 0;

        status = get_articles(s, i, &articles, err);
        if (status == QUIRE_OK)
            status = segment_articles_frequency(articles, stem, stem_bytes, &narticles, err);
        *out += narticles;
    }
    return quire_store_advise(status, err);
}

static quire_status
prepare(search *s, quire_error *err)
{
    const query_tree *tree = s->request->tree;
    article_collection collection = {0};
    uint64_t *frequencies = NULL;
    quire_status status = quire_store_article_collection(s->store, &collection, err);

    s->a = arena_new();
    if (status == QUIRE_OK && s->a == NULL)
        status = error_nomem(err);
    if (status != QUIRE_OK)
        return status;
    frequencies = arena_array(s->a, (size_t)tree->nterms + 1, sizeof *frequencies);
    s->found = arena_array(s->a, s->store->nsegments + 1, sizeof *s->found);
    if (frequencies == NULL || s->found == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < tree->nterms && status == QUIRE_OK; i++)
        status =
            quire_store_article_frequency(s->store, tree->terms[i].stem, tree->terms[i].stem_bytes,
                                          tree->terms[i].acronym, &frequencies[i], err);
    if (status == QUIRE_OK && !article_scoring_init(&s->scoring, tree, s->request->k1,
                                                    s->request->b, &collection, frequencies, s->a))
        status = error_nomem(err);
    if (status != QUIRE_OK || !tree->needs_text)
        return status;
    if (s->store->stemmer == NULL)
        s->store->stemmer = stemmer_new_small(&s->store->generation->manifest.stems);
    s->matcher = matcher_new(tree);
    if (s->store->stemmer == NULL || s->matcher == NULL)
        return error_nomem(err);
    query_tree_filter(tree, s->store->stemmer, &s->filter);
    return QUIRE_OK;
}

/* ---- Where the text decides ---- */

static quire_status
add_passage(search *s, uint32_t number, quire_error *err)
{
    passage_words *words = &s->store->words;
    passage_record record;
    article_record of;
    arena *a = arena_new();
    quire_status status = QUIRE_OK;

    if (a == NULL)
        return error_nomem(err);
    status = quire_store_backend.passage(s->store, quire_store_handle(s->searched, number), a,
                                         &record, &of, err);
    if (status == QUIRE_OK) {
        const match_passage at = {
            .words = words, .title = record.title, .text = record.text, .article = record.article};

        if (!passage_words_read_some(words, s->store->stemmer, &s->filter, record.title,
                                     record.text, record.sentences, record.nsentences) ||
            !matcher_article_add(s->matcher, &at))
            status = error_nomem(err);
    }
    arena_free(a);
    return status;
}

static quire_status
verify(void *closure, uint32_t first, uint32_t end, bool *matched_out, const bool **unit_scores_out,
       quire_error *err)
{
    search *s = closure;
    quire_status status = QUIRE_OK;

    matcher_article_begin(s->matcher);
    for (uint32_t i = first; i < end && status == QUIRE_OK; i++)
        status = add_passage(s, i, err);
    *matched_out = status == QUIRE_OK && matcher_article_end(s->matcher, unit_scores_out);
    return status;
}

/* ---- A segment ---- */

static void
add_to_tally(const search *s, const quire_segment *g, const uint64_t *matched)
{
    const uint32_t end = g->sets[SET_OF_PASSAGES].segment->narticles;

    for (uint32_t n = bits_find(matched, 0, end, true); n < end;
         n = bits_find(matched, n + 1, end, true))
        s->request->tally[g->first_article + n + 1]++;
}

static quire_status
search_segment(search *s, size_t i, quire_error *err)
{
    quire_segment *const g = &s->store->segments[i];
    const segment *const in = g->sets[SET_OF_PASSAGES].segment;
    found_articles *const f = &s->found[i];
    const uint32_t max_hits =
        s->request->max_hits < in->narticles ? s->request->max_hits : in->narticles;
    const quire_filter_passages *passages;
    uint64_t *matched = NULL;
    uint64_t count = 0;
    quire_status status =
        quire_store_filter(&g->sets[SET_OF_PASSAGES], &s->request->filter, &passages, err);

    if (status != QUIRE_OK || (passages != NULL && passages->npassages == 0))
        return status;
    f->hits = arena_array(s->a, (size_t)max_hits + 1, sizeof *f->hits);
    if (s->request->tally != NULL)
        matched = arena_array(s->a, (size_t)in->narticles / 64 + 1, sizeof *matched);
    if (f->hits == NULL || (matched == NULL && s->request->tally != NULL))
        return error_nomem(err);

    const evaluate_article_request request = {
        .tree = s->request->tree,
        .scoring = &s->scoring,
        .articles = g->articles,
        .allowed = passages != NULL ? passages->bits : NULL,
        .first = passages != NULL ? passages->first : 0,
        .end = passages != NULL ? passages->end : in->npassages,
        .first_article = g->first_article,
        .max_hits = max_hits,
        .count = s->request->count,
        .matched = matched,
        .verify = verify,
        .closure = s,
    };
    s->searched = i;
    status = evaluate_articles(in, &request, f->hits, &f->nhits, &count, err);
    s->count += count;
    if (matched != NULL && status == QUIRE_OK)
        add_to_tally(s, g, matched);
    return status;
}

/* ---- All segments ---- */

static quire_status
find_place(search *s, size_t i, quire_error *err)
{
    found_articles *f = &s->found[i];

    return quire_store_place(s->store, s->store->segments[i].first_article + f->hits->article, s->a,
                             &f->place, err);
}

static quire_status
is_before(void *closure, size_t i, size_t k, bool *out, quire_error *err)
{
    search *s = closure;
    const found_articles *a = &s->found[i];
    const found_articles *b = &s->found[k];
    quire_status status;

    *out = a->hits->score > b->hits->score;
    if (a->hits->score != b->hits->score)
        return QUIRE_OK;
    status = find_place(s, i, err);
    if (status == QUIRE_OK)
        status = find_place(s, k, err);
    if (status == QUIRE_OK)
        *out = result_place_is_before(&a->place, &b->place);
    return status;
}

static bool
has_more(const void *closure, size_t i)
{
    const search *s = closure;

    return s->found[i].nhits > 0;
}

static void
hand_over(const search *s, size_t i, store_article_hit *hit)
{
    const quire_segment *g = &s->store->segments[i];
    const evaluate_article_hit *found = s->found[i].hits;
    const article_best *best = &found->best;
    uint32_t first = 0;
    uint32_t end = 0;

    segment_articles_passages(g->sets[SET_OF_PASSAGES].segment, found->article, found->article,
                              &first, &end);
    *hit = (store_article_hit){.article = g->first_article + found->article,
                               .score = found->score,
                               .first = quire_store_handle(i, first),
                               .nall = end - first,
                               .npassages = best->npassages};
    for (uint32_t k = 0; k < best->npassages; k++)
        hit->passages[k] =
            (store_hit){quire_store_handle(i, best->passages[k].number), best->passages[k].part};
}

static void
take(void *closure, size_t i, uint32_t n)
{
    search *s = closure;

    hand_over(s, i, &s->hits[n]);
    s->found[i].hits++, s->found[i].nhits--;
    s->found[i].place.is_known = false;
}

static quire_status
merge(search *s, uint32_t *nhits_out, quire_error *err)
{
    const result_merge all = {.nlists = s->store->nsegments,
                              .closure = s,
                              .has_more = has_more,
                              .is_before = is_before,
                              .take = take};

    return result_merge_take(&all, s->request->max_hits, nhits_out, err);
}

quire_status
quire_store_search_articles(void *self, const store_request *request, store_article_hit *hits,
                            uint32_t *nhits_out, uint64_t *count_out, quire_error *err)
{
    search s = {.store = self, .request = request, .hits = hits};
    quire_status status = prepare(&s, err);

    *nhits_out = 0;
    *count_out = 0;
    for (size_t i = 0; i < s.store->nsegments && status == QUIRE_OK; i++)
        status = search_segment(&s, i, err);
    if (status == QUIRE_OK)
        status = merge(&s, nhits_out, err);
    if (status == QUIRE_OK)
        *count_out = s.count;
    matcher_free(s.matcher);
    arena_free(s.a);
    return quire_store_advise(status, err);
}
