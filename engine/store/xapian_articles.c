/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_articles.c - searching the Xapian passage store by article.
 *
 * Xapian's tables know passages.  Which articles may match, and what the score of each is not
 * above, is told by the lists of terms (xapian_candidates.h); the most hopeful are read whole first
 * and put before the span matcher, until none of the others can be among the best. */
#include "store/xapian_articles.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "query/drivers.h"
#include "query/possible.h"
#include "store/terms.h"
#include "store/xapian_candidates.h"

typedef struct {
    uint32_t article;
    result_place place; /* where it was asked for */
    int64_t score;
    uint64_t first; /* handle */
    uint32_t npassages;
    article_best best; /* numbers are documents */
} found;

typedef struct {
    xapian_store *store;
    const store_request *request;
    arena *a;
    article_scoring scoring;
    matcher *matcher;
    xapian_candidates candidates;

    /* Of the article at hand. */
    uint32_t *total;       /* by term */
    uint32_t *frequencies; /* by passage, then term */
    uint32_t *lengths;     /* by passage */
    size_t frequencies_room;
    size_t lengths_room;

    found *kept; /* best first */
    uint32_t nkept;
    uint64_t count;
} search;

/* ---- How many articles there are ---- */

quire_status
xapian_store_article_collection(void *self, article_collection *out, quire_error *err)
{
    xapian_store *s = self;
    bm25_collection passages = {0};
    quire_status status = xapian_documents_get(s, err);

    *out = (article_collection){0};
    if (status == QUIRE_OK)
        status = xapian_store_collection(s, false, &passages, err);
    if (status != QUIRE_OK)
        return status;
    out->npassages = passages.npassages;
    out->total_length = passages.total_length;
    for (size_t i = 0; i < s->nsegments; i++)
        out->narticles += s->documents[i]->narticles;
    return QUIRE_OK;
}

typedef struct {
    const xapian_documents *documents;
    uint32_t before;
    uint64_t narticles;
} counting;

static bool
count_document(void *closure, uint32_t document, uint32_t wdf)
{
    counting *c = closure;

    (void)wdf;
    if (document <= c->documents->last && c->documents->of[document].article != c->before) {
        c->before = c->documents->of[document].article;
        c->narticles++;
    }
    return true;
}

quire_status
xapian_store_article_frequency(void *self, const char *stem, size_t stem_bytes, bool acronym,
                               uint64_t *out, quire_error *err)
{
    xapian_store *s = self;
    term t;
    quire_status status = xapian_documents_get(s, err);

    *out = 0;
    term_make_stem(&t, stem, stem_bytes, acronym);
    for (size_t i = 0; i < s->nsegments && status == QUIRE_OK; i++) {
        counting c = {.documents = s->documents[i]};
        xap_db *db;

        status = xapian_store_shard(s, i, &db, err);
        if (status == QUIRE_OK)
            status = xap_db_documents(db, t.bytes, t.nbytes, count_document, &c, err);
        *out += c.narticles;
    }
    return status;
}

/* ---- One article ---- */

static bool
make_room(search *s, uint32_t npassages)
{
    const size_t n = (size_t)npassages * s->request->tree->nterms + 1;

    if (n > s->frequencies_room) {
        free(s->frequencies);
        s->frequencies = calloc(n, sizeof *s->frequencies);
        s->frequencies_room = s->frequencies != NULL ? n : 0;
    }
    if (npassages > s->lengths_room) {
        free(s->lengths);
        s->lengths = calloc(npassages, sizeof *s->lengths);
        s->lengths_room = s->lengths != NULL ? npassages : 0;
    }
    return s->frequencies != NULL && s->lengths != NULL;
}

static quire_status
read_passage(search *s, uint64_t handle, uint32_t number, quire_error *err)
{
    passage_words *words = &s->store->words;
    uint32_t *frequencies = s->frequencies + (size_t)number * s->request->tree->nterms;
    passage_record record;
    match_passage at;
    quire_status status = xapian_store_read(s->store, handle, &record, err);

    if (status != QUIRE_OK)
        return status;
    if (!passage_words_read(words, s->store->stemmer, record.title, record.text, record.sentences,
                            record.nsentences))
        return error_nomem(err);
    at = (match_passage){
        .words = words, .title = record.title, .text = record.text, .article = record.article};
    if (!matcher_article_add(s->matcher, &at))
        return error_nomem(err);
    matcher_article_count(s->matcher, frequencies);
    for (uint32_t i = 0; i < s->request->tree->nterms; i++)
        s->total[i] += frequencies[i];
    s->lengths[number] = (uint32_t)words->list.ntokens;
    return QUIRE_OK;
}

static quire_status
is_better(search *s, found *a, found *b, bool *out, quire_error *err)
{
    quire_status status;

    *out = a->score != b->score ? a->score > b->score : a->article < b->article;
    if (a->score != b->score ||
        xapian_store_segment(s->store, a->article) == xapian_store_segment(s->store, b->article))
        return QUIRE_OK;
    status = xapian_store_place(s->store, a->article, s->a, &a->place, err);
    if (status == QUIRE_OK)
        status = xapian_store_place(s->store, b->article, s->a, &b->place, err);
    if (status == QUIRE_OK)
        *out = result_place_is_before(&a->place, &b->place);
    return status;
}

static quire_status
keep(search *s, found *f, quire_error *err)
{
    uint32_t at = s->nkept;
    bool is_before = true;
    quire_status status = QUIRE_OK;

    while (at > 0 && is_before && status == QUIRE_OK) {
        status = is_better(s, f, &s->kept[at - 1], &is_before, err);
        at -= is_before;
    }
    if (status != QUIRE_OK || at == s->request->max_hits)
        return status;
    if (s->nkept < s->request->max_hits)
        s->nkept++;
    memmove(s->kept + at + 1, s->kept + at, (s->nkept - at - 1) * sizeof *s->kept);
    s->kept[at] = *f;
    return QUIRE_OK;
}

static quire_status
score(search *s, const xapian_candidate *c, uint32_t number, const bool *unit_scores,
      quire_error *err)
{
    const uint32_t nterms = s->request->tree->nterms;
    found f = {.article = number,
               .first = xapian_store_handle(c->shard, c->first),
               .npassages = c->npassages};
    int64_t best = 0;
    uint32_t length = 0;

    for (uint32_t i = 0; i < c->npassages; i++) {
        const int64_t part = article_scoring_sum(
            &s->scoring.parts, unit_scores, s->frequencies + (size_t)i * nterms, s->lengths[i]);

        best = part > best ? part : best;
        length += s->lengths[i];
        article_best_add(&f.best, c->first + i, part);
    }
    article_best_finish(&f.best);
    f.score = article_scoring_score(
        article_scoring_sum(&s->scoring.whole, unit_scores, s->total, length), best);
    return keep(s, &f, err);
}

static quire_status
look_at(search *s, const xapian_candidate *c, quire_error *err)
{
    const uint32_t number = s->store->documents[c->shard]->of[c->first].article;
    const bool *unit_scores = NULL;
    quire_status status = QUIRE_OK;

    if (!make_room(s, c->npassages))
        return error_nomem(err);
    memset(s->total, 0, s->request->tree->nterms * sizeof *s->total);
    matcher_article_begin(s->matcher);
    for (uint32_t i = 0; i < c->npassages && status == QUIRE_OK; i++)
        status = read_passage(s, xapian_store_handle(c->shard, c->first + i), i, err);
    if (status != QUIRE_OK || !matcher_article_end(s->matcher, &unit_scores))
        return status;
    s->count++;
    if (s->request->tally != NULL)
        s->request->tally[number]++;
    return score(s, c, number, unit_scores, err);
}

/* May a candidate be among the best?  It may also be asked for to be counted. */
static bool
is_hopeful(const search *s, const xapian_candidate *c)
{
    if (s->request->count || s->request->tally != NULL)
        return true;
    if (s->nkept < s->request->max_hits)
        return true;
    return s->nkept > 0 && c->most >= s->kept[s->nkept - 1].score;
}

static quire_status
look_at_candidates(search *s, quire_error *err)
{
    quire_status status = QUIRE_OK;

    xapian_candidates_sort(&s->candidates);
    for (size_t i = 0; i < s->candidates.n && status == QUIRE_OK; i++) {
        if (!is_hopeful(s, &s->candidates.all[i]))
            break;
        status = look_at(s, &s->candidates.all[i], err);
    }
    return status;
}

/* ---- A search ---- */

static quire_status
weigh_terms(search *s, uint64_t *frequencies, quire_error *err)
{
    const query_tree *tree = s->request->tree;
    article_collection collection = {0};
    quire_status status = xapian_store_article_collection(s->store, &collection, err);

    for (uint32_t i = 0; i < tree->nterms && status == QUIRE_OK; i++)
        status =
            xapian_store_article_frequency(s->store, tree->terms[i].stem, tree->terms[i].stem_bytes,
                                           tree->terms[i].acronym, &frequencies[i], err);
    if (status == QUIRE_OK && !article_scoring_init(&s->scoring, tree, s->request->k1,
                                                    s->request->b, &collection, frequencies, s->a))
        status = error_nomem(err);
    return status;
}

static quire_status
prepare(search *s, quire_error *err)
{
    const query_tree *tree = s->request->tree;
    quire_status status = xapian_documents_get(s->store, err);

    if (status != QUIRE_OK)
        return status;
    s->a = arena_new();
    if (s->a == NULL)
        return error_nomem(err);
    s->total = arena_array(s->a, (size_t)tree->nterms + 1, sizeof *s->total);
    s->kept = arena_array(s->a, (size_t)s->request->max_hits + 1, sizeof *s->kept);
    s->matcher = matcher_new(tree);
    return s->total == NULL || s->kept == NULL || s->matcher == NULL ? error_nomem(err) : QUIRE_OK;
}

static quire_status
find_candidates(search *s, quire_error *err)
{
    const query_tree *tree = s->request->tree;
    uint64_t *frequencies = arena_array(s->a, (size_t)tree->nterms + 1, sizeof *frequencies);
    bool *drivers = arena_array(s->a, (size_t)tree->nterms + 1, sizeof *drivers);
    bool *required = arena_array(s->a, (size_t)tree->nterms + 1, sizeof *required);
    xapian_candidates_request request = {
        .tree = tree, .filter = &s->request->filter, .scoring = &s->scoring, .required = required};
    quire_status status = QUIRE_OK;

    if (frequencies == NULL || drivers == NULL || required == NULL ||
        !possible_find(tree, xapian_store_article_words(s->store), s->a, &request.possible))
        return error_nomem(err);
    status = weigh_terms(s, frequencies, err);
    if (status != QUIRE_OK)
        return status;
    request.drivers = drivers_find(tree, frequencies, drivers) ? drivers : NULL;
    drivers_require(tree, required);
    for (size_t i = 0; i < s->store->nsegments && status == QUIRE_OK; i++)
        status = xapian_candidates_find(s->store, i, &request, &s->candidates, err);
    return status;
}

static void
hand_over(const search *s, store_article_hit *hits, uint32_t *nhits_out, uint64_t *count_out)
{
    for (uint32_t i = 0; i < s->nkept; i++) {
        const found *f = &s->kept[i];

        hits[i] = (store_article_hit){.article = f->article,
                                      .score = f->score,
                                      .first = f->first,
                                      .nall = f->npassages,
                                      .npassages = f->best.npassages};
        for (uint32_t k = 0; k < f->best.npassages; k++)
            hits[i].passages[k] =
                (store_hit){(f->first & ~(uint64_t)UINT32_MAX) | f->best.passages[k].number,
                            f->best.passages[k].part};
    }
    *nhits_out = s->nkept;
    *count_out = s->request->count ? s->count : 0;
}

quire_status
xapian_store_search_articles(void *self, const store_request *request, store_article_hit *hits,
                             uint32_t *nhits_out, uint64_t *count_out, quire_error *err)
{
    search s = {.store = self, .request = request};
    quire_status status = prepare(&s, err);

    *nhits_out = 0;
    *count_out = 0;
    if (status == QUIRE_OK)
        status = find_candidates(&s, err);
    if (status == QUIRE_OK)
        status = look_at_candidates(&s, err);
    if (status == QUIRE_OK)
        hand_over(&s, hits, nhits_out, count_out);
    matcher_free(s.matcher);
    free(s.candidates.all);
    free(s.frequencies);
    free(s.lengths);
    arena_free(s.a);
    return status;
}
