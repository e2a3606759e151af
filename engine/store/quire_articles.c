/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_articles.c - searching Quire's own passage store by article.
 *
 * Furniture is no part of an article here: it is not asked for. */
#include "store/quire_articles.h"

#include <stdlib.h>

#include "base/error.h"
#include "postings/evaluate_article.h"

/* One search. */
typedef struct {
    quire_store *store;
    const store_request *request;
    arena *a;
    article_scoring scoring;
    matcher *matcher; /* where the text decides */
} search;

/* What the segment knows of articles, made when it is first asked for. */
static quire_status
get_articles(quire_store *s, segment_articles **out, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (s->articles == NULL)
        status = segment_articles_new(s->segments[SEGMENT_OF_PASSAGES], NULL, &s->articles, err);
    *out = s->articles;
    return status;
}

quire_status
quire_store_article_collection(void *self, article_collection *out, quire_error *err)
{
    segment_articles *articles = NULL;
    quire_status status = get_articles(self, &articles, err);

    *out = (article_collection){0};
    if (status == QUIRE_OK)
        segment_articles_count(articles, &out->narticles, &out->npassages, &out->total_length);
    return quire_store_advise(status, err);
}

quire_status
quire_store_article_frequency(void *self, const char *stem, size_t stem_bytes, bool acronym,
                              uint64_t *out, quire_error *err)
{
    segment_articles *articles = NULL;
    uint32_t narticles = 0;
    quire_status status = get_articles(self, &articles, err);

    (void)acronym; /* its key is its own */
    if (status == QUIRE_OK)
        status = segment_articles_frequency(articles, stem, stem_bytes, &narticles, err);
    *out = narticles;
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
    if (frequencies == NULL)
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
        s->store->stemmer = stemmer_new_with(&s->store->generation->manifest.stems);
    s->matcher = matcher_new(tree);
    return s->store->stemmer != NULL && s->matcher != NULL ? QUIRE_OK : error_nomem(err);
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
    status = quire_store_backend.passage(s->store, number, a, &record, &of, err);
    if (status == QUIRE_OK) {
        const match_passage at = {
            .words = words, .title = record.title, .text = record.text, .article = record.article};

        if (!passage_words_read(words, s->store->stemmer, record.title, record.text,
                                record.sentences, record.nsentences) ||
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

/* ---- The search ---- */

static void
hand_over(const segment *in, const evaluate_article_hit *found, uint32_t n, store_article_hit *hits)
{
    for (uint32_t i = 0; i < n; i++) {
        const article_best *best = &found[i].best;
        uint32_t first = 0;
        uint32_t end = 0;

        segment_articles_passages(in, found[i].article, found[i].article, &first, &end);
        hits[i] = (store_article_hit){.article = found[i].article,
                                      .score = found[i].score,
                                      .first = first,
                                      .nall = end - first,
                                      .npassages = best->npassages};
        for (uint32_t k = 0; k < best->npassages; k++)
            hits[i].passages[k] = (store_hit){best->passages[k].number, best->passages[k].part};
    }
}

static quire_status
run(search *s, store_article_hit *hits, uint32_t *nhits_out, uint64_t *count_out, quire_error *err)
{
    quire_store *const from = s->store;
    const segment *const in = from->segments[SEGMENT_OF_PASSAGES];
    const uint32_t max_hits =
        s->request->max_hits < in->narticles ? s->request->max_hits : in->narticles;
    const quire_filter_passages *passages;
    evaluate_article_hit *found = NULL;
    quire_status status = quire_filter_get(&from->filter, &s->request->filter, in,
                                           SEGMENT_OF_PASSAGES, &in->articles, &passages, err);

    if (status != QUIRE_OK || (passages != NULL && passages->npassages == 0))
        return status;
    found = arena_array(s->a, (size_t)max_hits + 1, sizeof *found);
    if (found == NULL)
        return error_nomem(err);

    const evaluate_article_request request = {
        .tree = s->request->tree,
        .scoring = &s->scoring,
        .articles = from->articles,
        .allowed = passages != NULL ? passages->bits : NULL,
        .first = passages != NULL ? passages->first : 0,
        .end = passages != NULL ? passages->end : in->npassages,
        .max_hits = max_hits,
        .count = s->request->count,
        .verify = verify,
        .closure = s,
    };
    status = evaluate_articles(in, &request, found, nhits_out, count_out, err);
    if (status == QUIRE_OK)
        hand_over(in, found, *nhits_out, hits);
    return status;
}

quire_status
quire_store_search_articles(void *self, const store_request *request, store_article_hit *hits,
                            uint32_t *nhits_out, uint64_t *count_out, quire_error *err)
{
    search s = {.store = self, .request = request};
    quire_status status = prepare(&s, err);

    *nhits_out = 0;
    *count_out = 0;
    if (status == QUIRE_OK)
        status = run(&s, hits, nhits_out, count_out, err);
    matcher_free(s.matcher);
    arena_free(s.a);
    return quire_store_advise(status, err);
}
