/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_articles.c - searching the Xapian passage store by article.
 *
 * Xapian's tables know passages.  Whose each document is, is read from the documents once; the
 * lists of terms then say which articles may match (query/drivers.h), and each of those is read
 * whole and put before the span matcher.  That takes the time of reading them: this store's answer
 * is the second opinion on the other's. */
#include "store/xapian_articles.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/bits.h"
#include "base/error.h"
#include "query/drivers.h"
#include "query/possible.h"
#include "store/terms.h"
#include "store/xapian_plan.h"

/* Of a segment; an article's documents follow one another, and the dead leave gaps. */
struct xapian_documents {
    uint32_t *articles; /* by document, from 1: its article, from 1 in the index; 0: it is gone */
    uint32_t last;      /* document */
    uint32_t narticles; /* different ones */
};

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
    const bool *drivers; /* by term; NULL: any article may match */
    matcher *matcher;
    const uint64_t *possible; /* articles that may match, by their fields; NULL: all */

    /* Of the segment at hand. */
    size_t shard; /* of its passages */
    xap_db *db;
    const xapian_documents *documents;
    uint64_t *candidates; /* a bit a document, from 1 */
    uint64_t *allowed;    /* the same; NULL: all */

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

void
xapian_documents_free(xapian_documents *d)
{
    if (d == NULL)
        return;
    free(d->articles);
    free(d);
}

/* ---- Whose documents are ---- */

/* A document that is damaged may be anybody's: then nothing can be said by article. */
static quire_status
read_documents(xapian_store *s, size_t shard, xap_db *db, xapian_documents *d, quire_error *err)
{
    uint32_t before = 0;
    uint32_t i = 0;
    quire_status status = xap_db_next_document(db, 1, &i, err);

    while (i != 0 && status == QUIRE_OK) {
        passage_record record;

        status = xapian_store_read(s, xapian_store_handle(shard, i), &record, err);
        if (status != QUIRE_OK)
            break;
        if (record.article < before)
            return error_set(err, QUIRE_ECORRUPT,
                             "%s: passages are not in the order of articles; rebuild the index "
                             "with quire-index",
                             s->shards[shard].path);
        d->narticles += record.article != before;
        d->articles[i] = before = record.article;
        status = xap_db_next_document(db, i + 1, &i, err);
    }
    return status;
}

static quire_status
make_documents(xapian_store *s, size_t shard, xapian_documents **out, quire_error *err)
{
    xapian_documents *d = calloc(1, sizeof *d);
    xap_db *db = NULL;
    quire_status status = d == NULL ? error_nomem(err) : xapian_store_shard(s, shard, &db, err);

    if (status == QUIRE_OK)
        status = xap_db_last_document(db, &d->last, err);
    if (status == QUIRE_OK &&
        (d->articles = calloc((size_t)d->last + 1, sizeof *d->articles)) == NULL)
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = read_documents(s, shard, db, d, err);
    if (status != QUIRE_OK) {
        xapian_documents_free(d);
        return status;
    }
    *out = d;
    return QUIRE_OK;
}

/* Have those of all segments. */
static quire_status
get_documents(xapian_store *s, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (s->documents == NULL)
        s->documents = calloc(s->nsegments, sizeof *s->documents);
    if (s->documents == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < s->nsegments && status == QUIRE_OK; i++)
        if (s->documents[i] == NULL)
            status = make_documents(s, i, &s->documents[i], err);
    return status;
}

quire_status
xapian_store_article_collection(void *self, article_collection *out, quire_error *err)
{
    xapian_store *s = self;
    bm25_collection passages = {0};
    quire_status status = get_documents(s, err);

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
count_document(void *closure, uint32_t document)
{
    counting *c = closure;

    if (document <= c->documents->last && c->documents->articles[document] != c->before) {
        c->before = c->documents->articles[document];
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
    quire_status status = get_documents(s, err);

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

/* ---- Candidates of a segment ---- */

static bool
add_candidate(void *closure, uint32_t document)
{
    search *s = closure;

    if (document <= s->documents->last)
        bits_set_range(s->candidates, document, document + 1);
    return true;
}

static quire_status
add_term(search *s, const query_term *from, quire_error *err)
{
    term t;

    term_make_stem(&t, from->stem, from->stem_bytes, from->acronym);
    return xap_db_documents(s->db, t.bytes, t.nbytes, add_candidate, s, err);
}

static quire_status
find_candidates(search *s, quire_error *err)
{
    const query_tree *tree = s->request->tree;
    quire_status status = QUIRE_OK;

    if (s->drivers == NULL) {
        bits_set_range(s->candidates, 1, s->documents->last + 1);
        return QUIRE_OK;
    }
    for (uint32_t i = 0; i < tree->nterms && status == QUIRE_OK; i++)
        if (s->drivers[i])
            status = add_term(s, &tree->terms[i], err);
    return status;
}

/* The documents that the filter lets through: those that a query for everything finds. */
static quire_status
find_allowed(search *s, quire_error *err)
{
    const store_filter *filter = &s->request->filter;
    query_node everything = {.kind = QUERY_LIST, .role = ROLE_REQUIRED};
    const query_tree tree = {.root = &everything};
    const xap_request request = {.unweighted = true, .max_hits = s->documents->last};
    xap_query *query = NULL;
    xap_hit *hits = NULL;
    uint32_t nhits = 0;
    uint64_t ignored = 0;
    bool is_exact = false;
    quire_status status = QUIRE_OK;

    if (filter->first_day == 0 && filter->last_day == 0 && filter->source == NULL)
        return QUIRE_OK;
    s->allowed = calloc((size_t)s->documents->last / 64 + 1, sizeof *s->allowed);
    hits = calloc((size_t)s->documents->last + 1, sizeof *hits);
    if (s->allowed == NULL || hits == NULL) {
        free(hits);
        return error_nomem(err);
    }
    status = xapian_plan_make(&tree, filter, false, s->db, &query, &is_exact, err);
    if (status == QUIRE_OK)
        status = xap_search(s->db, query, &request, hits, &nhits, &ignored, err);
    for (uint32_t i = 0; i < nhits && status == QUIRE_OK; i++)
        bits_set_range(s->allowed, hits[i].document, hits[i].document + 1);
    xap_query_free(query);
    free(hits);
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
read_passage(search *s, uint32_t document, uint32_t number, quire_error *err)
{
    passage_words *words = &s->store->words;
    uint32_t *frequencies = s->frequencies + (size_t)number * s->request->tree->nterms;
    passage_record record;
    match_passage at;
    quire_status status =
        xapian_store_read(s->store, xapian_store_handle(s->shard, document), &record, err);

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
score(search *s, uint32_t first, uint32_t npassages, const bool *unit_scores, quire_error *err)
{
    const uint32_t nterms = s->request->tree->nterms;
    found f = {.article = s->documents->articles[first],
               .first = xapian_store_handle(s->shard, first),
               .npassages = npassages};
    int64_t best = 0;
    uint32_t length = 0;

    for (uint32_t i = 0; i < npassages; i++) {
        const int64_t part = article_scoring_sum(
            &s->scoring.parts, unit_scores, s->frequencies + (size_t)i * nterms, s->lengths[i]);

        best = part > best ? part : best;
        length += s->lengths[i];
        article_best_add(&f.best, first + i, part);
    }
    article_best_finish(&f.best);
    f.score = article_scoring_score(
        article_scoring_sum(&s->scoring.whole, unit_scores, s->total, length), best);
    return keep(s, &f, err);
}

/* Documents [first, first + npassages) are an article that may match. */
static quire_status
look_at(search *s, uint32_t first, uint32_t npassages, quire_error *err)
{
    const bool *unit_scores = NULL;
    quire_status status = QUIRE_OK;

    if (!make_room(s, npassages))
        return error_nomem(err);
    memset(s->total, 0, s->request->tree->nterms * sizeof *s->total);
    matcher_article_begin(s->matcher);
    for (uint32_t i = 0; i < npassages && status == QUIRE_OK; i++)
        status = read_passage(s, first + i, i, err);
    if (status != QUIRE_OK || !matcher_article_end(s->matcher, &unit_scores))
        return status;
    s->count++;
    if (s->request->tally != NULL)
        s->request->tally[s->documents->articles[first]]++;
    return score(s, first, npassages, unit_scores, err);
}

static quire_status
look_at_candidates(search *s, quire_error *err)
{
    const xapian_documents *d = s->documents;
    const uint32_t end = d->last + 1;
    uint32_t behind = 1;
    quire_status status = QUIRE_OK;

    for (uint32_t first = 1; first < end && status == QUIRE_OK; first = behind) {
        for (behind = first; behind < end && d->articles[behind] == d->articles[first];)
            behind++;
        if (d->articles[first] != 0 &&
            (s->possible == NULL || bits_is_set(s->possible, d->articles[first] - 1)) &&
            bits_find(s->candidates, first, behind, true) < behind &&
            (s->allowed == NULL || bits_find(s->allowed, first, behind, true) < behind))
            status = look_at(s, first, behind - first, err);
    }
    return status;
}

static quire_status
look_into(search *s, size_t shard, quire_error *err)
{
    quire_status status = xapian_store_shard(s->store, shard, &s->db, err);

    s->shard = shard;
    s->documents = s->store->documents[shard];
    s->candidates = calloc((size_t)s->documents->last / 64 + 1, sizeof *s->candidates);
    if (status == QUIRE_OK && s->candidates == NULL)
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = find_candidates(s, err);
    if (status == QUIRE_OK)
        status = find_allowed(s, err);
    if (status == QUIRE_OK)
        status = look_at_candidates(s, err);
    free(s->candidates);
    free(s->allowed);
    s->candidates = s->allowed = NULL;
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
    uint64_t *frequencies = NULL;
    bool *drivers;
    quire_status status = get_documents(s->store, err);

    if (status != QUIRE_OK)
        return status;
    s->a = arena_new();
    if (s->a == NULL)
        return error_nomem(err);
    frequencies = arena_array(s->a, (size_t)tree->nterms + 1, sizeof *frequencies);
    drivers = arena_array(s->a, (size_t)tree->nterms + 1, sizeof *drivers);
    s->total = arena_array(s->a, (size_t)tree->nterms + 1, sizeof *s->total);
    s->kept = arena_array(s->a, (size_t)s->request->max_hits + 1, sizeof *s->kept);
    s->matcher = matcher_new(tree);
    if (frequencies == NULL || drivers == NULL || s->total == NULL || s->kept == NULL ||
        s->matcher == NULL)
        return error_nomem(err);
    if (!possible_find(tree, xapian_store_article_words(s->store), s->a, &s->possible))
        return error_nomem(err);
    status = weigh_terms(s, frequencies, err);
    if (status == QUIRE_OK && drivers_find(tree, frequencies, drivers))
        s->drivers = drivers;
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
    for (size_t i = 0; i < s.store->nsegments && status == QUIRE_OK; i++)
        status = look_into(&s, i, err);
    if (status == QUIRE_OK)
        hand_over(&s, hits, nhits_out, count_out);
    matcher_free(s.matcher);
    free(s.frequencies);
    free(s.lengths);
    arena_free(s.a);
    return status;
}
