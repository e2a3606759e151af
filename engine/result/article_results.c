/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_results.c - results that are articles, each with its best passages.
 *
 * What is to be marked in a passage depends on what the article's other passages have; so all of
 * them are read, but where the query is a list of leaves and windows: then whatever of it stands in
 * an article that matches takes part in that. */
#include "result/article_results.h"

#include "base/error.h"
#include "result/explain_article.h"
#include "result/gathering.h"
#include "text/passage_words.h"

typedef struct {
    const article_results_request *request;
    bool reads_all; /* passages of each article */
    explain_articles scores;
    passage_words words;
    store_article_hit *found; /* by the store */
    uint64_t count;           /* of all that match, where that was asked for */

    /* Of the article at hand, only with explain. */
    explain_article_counts counts;
} finder;

static bool
is_flat(const query_node *root)
{
    for (uint32_t i = 0; root->kind == QUERY_LIST && i < root->nchildren; i++)
        if (root->children[i]->kind == QUERY_LIST)
            return false;
    return true;
}

/* ---- The whole article ---- */

static quire_status
read_passage(finder *f, uint64_t handle, uint32_t *frequencies, uint32_t *length_out,
             quire_error *err)
{
    const article_results_request *r = f->request;
    passage_record record = {0};
    article_record of = {0};
    arena *a = arena_new();
    quire_status status =
        a != NULL ? store_passage(r->store, handle, a, &record, &of, err) : error_nomem(err);

    if (status == QUIRE_OK) {
        const match_passage at = {.words = &f->words,
                                  .title = record.title,
                                  .text = record.text,
                                  .article = record.article};

        if (!passage_words_read(&f->words, r->stemmer, record.title, record.text, record.sentences,
                                record.nsentences) ||
            !matcher_article_add(r->matcher, &at))
            status = error_nomem(err);
        else
            matcher_article_count(r->matcher, frequencies);
        *length_out = (uint32_t)f->words.list.ntokens;
    }
    arena_free(a);
    return status;
}

/* Read all passages, and have the matcher decide. */
static quire_status
read_article(finder *f, const store_article_hit *found, quire_error *err)
{
    const article_results_request *r = f->request;
    const size_t nterms = r->request->tree->nterms;
    uint32_t *frequencies = arena_array(r->arena, found->nall * nterms + 1, sizeof *frequencies);
    uint32_t *lengths = arena_array(r->arena, (size_t)found->nall + 1, sizeof *lengths);
    explain_article_counts *c = &f->counts;
    quire_status status = QUIRE_OK;

    *c = (explain_article_counts){
        .npassages = found->nall, .frequencies = frequencies, .lengths = lengths};
    c->total = arena_array(r->arena, nterms + 1, sizeof *c->total);
    if (frequencies == NULL || lengths == NULL || c->total == NULL)
        return error_nomem(err);
    matcher_article_begin(r->matcher);
    for (uint32_t i = 0; i < found->nall && status == QUIRE_OK; i++) {
        status = read_passage(f, found->first + i, frequencies + i * nterms, &lengths[i], err);
        c->length += lengths[i];
        for (size_t k = 0; k < nterms; k++)
            c->total[k] += frequencies[i * nterms + k];
    }
    if (status == QUIRE_OK && !matcher_article_end(r->matcher, &c->unit_scores))
        status = error_set(err, QUIRE_ECORRUPT,
                           "the index is damaged: an article was found by words that it does not "
                           "have; rebuild it with quire-index");
    return status;
}

/* ---- Hits ---- */

static uint32_t
best_of(const store_article_hit *found)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i < found->npassages; i++)
        if (found->passages[i].score > found->passages[best].score)
            best = i;
    return best;
}

/* The best passage is the last to be filled in: its words stay. */
static quire_status
fill_passages(finder *f, const store_article_hit *found, uint32_t best, quire_hit *passages,
              quire_error *err)
{
    const article_results_request *r = f->request;
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < found->npassages && status == QUIRE_OK; i++)
        if (i != best)
            status = r->fill(r->closure, &found->passages[i], &passages[i], err);
    return status == QUIRE_OK ? r->fill(r->closure, &found->passages[best], &passages[best], err)
                              : status;
}

/* The article's own entries are those of its best passage. */
static quire_status
fill_hit(finder *f, const store_article_hit *found, quire_hit *hit, quire_error *err)
{
    const article_results_request *r = f->request;
    quire_hit *passages = arena_array(r->arena, (size_t)found->npassages + 1, sizeof *passages);
    const char *explanation = NULL;
    const uint32_t best = best_of(found);
    quire_status status = passages != NULL ? QUIRE_OK : error_nomem(err);

    if (status == QUIRE_OK && f->reads_all)
        status = read_article(f, found, err);
    if (status == QUIRE_OK && r->explain)
        status = explain_article(r->request->tree, &f->scores, &f->counts, found->score, r->arena,
                                 &explanation, err);
    if (status == QUIRE_OK && !f->reads_all)
        matcher_article_assume(r->matcher);
    if (status == QUIRE_OK)
        status = fill_passages(f, found, best, passages, err);
    if (status != QUIRE_OK)
        return status;
    *hit = passages[best];
    hit->score = bm25_score(found->score);
    hit->passages = passages;
    hit->npassages = found->npassages;
    hit->explanation = explanation;
    return QUIRE_OK;
}

/* Make a hit of what a ranking has. */
static quire_status
rank_hit(finder *f, const store_article_hit *found, quire_hit *hit, quire_error *err)
{
    const article_results_request *r = f->request;
    uint32_t number;
    quire_status status = r->rank(r->closure, &found->passages[best_of(found)], hit, &number, err);

    hit->score = bm25_score(found->score);
    return status;
}

/* Make a hit of number i of what was found; one with a damaged passage says so. */
static quire_status
fill_or_tell(void *closure, uint32_t i, quire_hit *hit, uint32_t *article_out, quire_error *err)
{
    finder *f = closure;
    const article_results_request *r = f->request;
    const store_article_hit *found = &f->found[i];
    quire_error why;
    quire_status status =
        r->rank != NULL ? rank_hit(f, found, hit, &why) : fill_hit(f, found, hit, &why);

    *article_out = found->article;
    if (status == QUIRE_ECORRUPT)
        return r->fill_damaged(r->closure, bm25_score(found->score), &why, hit, err);
    return status == QUIRE_OK ? status : error_set(err, status, "%s", why.message);
}

/* ---- Results ---- */

static quire_status
ask_store(void *closure, uint32_t max_hits, uint32_t *nfound_out, quire_error *err)
{
    finder *f = closure;
    const article_results_request *r = f->request;
    store_request request = *r->request;

    request.max_hits = max_hits;
    f->found = arena_array(r->arena, (size_t)max_hits + 1, sizeof *f->found);
    if (f->found == NULL)
        return error_nomem(err);
    return store_search_articles(r->store, &request, f->found, nfound_out, &f->count, err);
}

/* No more results can come than there are articles, whatever was asked for. */
static quire_status
find(finder *f, search_results *out, quire_error *err)
{
    const article_results_request *r = f->request;
    const uint32_t wanted = r->request->max_hits;
    article_collection collection = {0};
    quire_status status = store_article_collection(r->store, &collection, err);
    gathering g = {.store = r->store,
                   .arena = r->arena,
                   .by_article = true,
                   .show_copies = r->show_copies,
                   .named_copies = r->named_copies,
                   .ranks_only = r->rank != NULL,
                   .ask = ask_store,
                   .fill = fill_or_tell,
                   .closure = f,
                   .words = r->words};

    if (status != QUIRE_OK)
        return status;
    g.nall = (uint32_t)collection.narticles;
    g.wanted = wanted < g.nall ? wanted : g.nall;
    status = gathering_run(&g, out, err);
    out->count = f->count;
    return status;
}

quire_status
article_results_find(const article_results_request *request, search_results *out, quire_error *err)
{
    const query_tree *tree = request->request->tree;
    finder f = {.request = request, .reads_all = request->explain || !is_flat(tree->root)};
    quire_status status = QUIRE_OK;

    if (request->explain)
        status = explain_articles_prepare(request->store, request->request, request->arena,
                                          &f.scores, err);
    if (status == QUIRE_OK && request->explain)
        status = explain_articles_query(tree, &f.scores, request->arena, &out->explanation, err);
    if (status == QUIRE_OK)
        status = find(&f, out, err);
    passage_words_free(&f.words);
    return status;
}
