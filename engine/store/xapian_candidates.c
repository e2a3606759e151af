/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_candidates.c - bounds of the scores of articles.
 *
 * The list of a stem has its frequency in each passage, from which follows what it adds to the
 * article and to each passage, all but this: a word of the headline counts more, and lists do not
 * say which words are.  So all words of an article's first passage are taken for the headline's.  A
 * unit weighs as its best choice does, and here as all of them. */
#include "store/xapian_candidates.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/bits.h"
#include "base/error.h"
#include "store/terms.h"
#include "store/xapian_plan.h"

/* Of the segment at hand; "by article" is by its first document. */
typedef struct {
    const xapian_candidates_request *request;
    size_t shard;
    xap_db *db;
    const xapian_documents *documents;
    int64_t *wholes;     /* by article: what its terms add to all of it */
    int64_t *parts;      /* by document: what they add to a passage */
    uint32_t *nrequired; /* by article: required terms that it has */
    uint64_t *driven;    /* a bit a document: it has a driver */
    uint64_t *allowed;   /* a bit a document: the filter lets it through; NULL: all */
    int64_t slack;       /* by how much roundings may differ */

    /* Of the term at hand. */
    double idf;
    bool drives;
    bool is_required;
    uint32_t first; /* of the article at hand; 0: there is none */
    uint32_t behind;
    uint64_t total; /* its frequency there */
} bounding;

/* ---- A term ---- */

static uint32_t
as_frequency(uint64_t n)
{
    return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static void
end_article(bounding *b)
{
    uint64_t length = 0;

    if (b->first == 0)
        return;
    for (uint32_t i = b->first; i < b->behind; i++)
        length += b->documents->of[i].length;
    b->wholes[b->first] += bm25_weight(&b->request->scoring->of_articles, b->idf,
                                       as_frequency(b->total), as_frequency(length));
    b->nrequired[b->first] += b->is_required;
}

static void
begin_article(bounding *b, uint32_t document)
{
    const xapian_document *of = b->documents->of;

    for (b->first = document; of[b->first - 1].article == of[document].article;)
        b->first--;
    b->behind = xapian_documents_behind(b->documents, document);
    b->total = 0;
}

static bool
add_posting(void *closure, uint32_t document, uint32_t frequency)
{
    bounding *b = closure;
    uint64_t counted = frequency;

    if (document > b->documents->last || b->documents->of[document].article == 0)
        return true;
    if (b->first == 0 || document >= b->behind) {
        end_article(b);
        begin_article(b, document);
    }
    if (document == b->first)
        counted *= ARTICLE_TITLE_WEIGHT;
    b->total += counted;
    b->parts[document] += bm25_weight(&b->request->scoring->of_passages, b->idf,
                                      as_frequency(counted), b->documents->of[document].length);
    if (b->drives)
        bits_set_range(b->driven, document, document + 1);
    return true;
}

static quire_status
add_term(bounding *b, uint32_t number, double idf, quire_error *err)
{
    const xapian_candidates_request *request = b->request;
    const query_term *from = &request->tree->terms[number];
    quire_status status;
    term t;

    b->idf = idf;
    b->drives = request->drivers != NULL && request->drivers[number];
    b->is_required = request->required[number];
    b->first = 0;
    term_make_stem(&t, from->stem, from->stem_bytes, from->acronym);
    status = xap_db_documents(b->db, t.bytes, t.nbytes, add_posting, b, err);
    end_article(b);
    return status;
}

/* Add up the idf of each term in all units that it stands in, each of which is rounded by itself.
 */
static void
add_idfs(bounding *b, double *idfs)
{
    const scoring *s = &b->request->scoring->whole;
    const query_tree *tree = b->request->tree;

    b->slack = 2 * ((int64_t)tree->nterms + 1);
    for (uint32_t i = 0; i < tree->nunits; i++) {
        const query_unit *unit = &tree->units[i];

        for (uint32_t k = 0; k < unit->nchoices; k++)
            idfs[unit->choices[k].term] += s->idf[s->first_choice[i] + k];
        b->slack += 2 * (int64_t)unit->nchoices;
    }
}

static quire_status
add_terms(bounding *b, quire_error *err)
{
    double *idfs = calloc((size_t)b->request->tree->nterms + 1, sizeof *idfs);
    quire_status status = QUIRE_OK;

    if (idfs == NULL)
        return error_nomem(err);
    add_idfs(b, idfs);
    for (uint32_t i = 0; i < b->request->tree->nterms && status == QUIRE_OK; i++)
        status = add_term(b, i, idfs[i], err);
    free(idfs);
    return status;
}

/* ---- A segment ---- */

/* The documents that the filter lets through: those that a query for everything finds. */
static quire_status
find_allowed(bounding *b, quire_error *err)
{
    const store_filter *filter = b->request->filter;
    const uint32_t last = b->documents->last;
    query_node everything = {.kind = QUERY_LIST, .role = ROLE_REQUIRED};
    const query_tree tree = {.root = &everything};
    const xap_request request = {.unweighted = true, .max_hits = last};
    xap_query *query = NULL;
    xap_hit *hits = NULL;
    uint32_t nhits = 0;
    uint64_t ignored = 0;
    bool is_exact = false;
    quire_status status = QUIRE_OK;

    if (filter->first_day == 0 && filter->last_day == 0 && filter->source == NULL)
        return QUIRE_OK;
    b->allowed = calloc((size_t)last / 64 + 1, sizeof *b->allowed);
    hits = calloc((size_t)last + 1, sizeof *hits);
    if (b->allowed == NULL || hits == NULL) {
        free(hits);
        return error_nomem(err);
    }
    status = xapian_plan_make(&tree, filter, false, b->db, &query, &is_exact, err);
    if (status == QUIRE_OK)
        status = xap_search(b->db, query, &request, hits, &nhits, &ignored, err);
    for (uint32_t i = 0; i < nhits && status == QUIRE_OK; i++)
        bits_set_range(b->allowed, hits[i].document, hits[i].document + 1);
    xap_query_free(query);
    free(hits);
    return status;
}

static bool
may_match(const bounding *b, uint32_t first, uint32_t behind, uint32_t nrequired)
{
    const xapian_candidates_request *request = b->request;
    const uint32_t number = b->documents->of[first].article;

    return b->nrequired[first] == nrequired &&
           (request->possible == NULL || bits_is_set(request->possible, number - 1)) &&
           (request->drivers == NULL || bits_find(b->driven, first, behind, true) < behind) &&
           (b->allowed == NULL || bits_find(b->allowed, first, behind, true) < behind);
}

static int64_t
most_of(const bounding *b, uint32_t first, uint32_t behind)
{
    int64_t best = 0;

    for (uint32_t i = first; i < behind; i++)
        best = b->parts[i] > best ? b->parts[i] : best;
    return article_scoring_score(b->wholes[first], best) + b->slack;
}

static quire_status
add_candidates(const bounding *b, xapian_candidates *out, quire_error *err)
{
    const xapian_documents *d = b->documents;
    uint32_t nrequired = 0;
    uint32_t behind;

    for (uint32_t i = 0; i < b->request->tree->nterms; i++)
        nrequired += b->request->required[i];
    for (uint32_t first = 1; first <= d->last; first = behind) {
        behind = xapian_documents_behind(d, first);
        if (d->of[first].article == 0 || !may_match(b, first, behind, nrequired))
            continue;
        if (!ARRAY_GROW(out->all, out->n, &out->room))
            return error_nomem(err);
        out->all[out->n++] = (xapian_candidate){.most = most_of(b, first, behind),
                                                .shard = b->shard,
                                                .first = first,
                                                .npassages = behind - first};
    }
    return QUIRE_OK;
}

quire_status
xapian_candidates_find(xapian_store *s, size_t shard, const xapian_candidates_request *request,
                       xapian_candidates *out, quire_error *err)
{
    const xapian_documents *d = s->documents[shard];
    const size_t n = (size_t)d->last + 1;
    bounding b = {.request = request,
                  .shard = shard,
                  .documents = d,
                  .wholes = calloc(n, sizeof *b.wholes),
                  .parts = calloc(n, sizeof *b.parts),
                  .nrequired = calloc(n, sizeof *b.nrequired),
                  .driven = calloc(n / 64 + 1, sizeof *b.driven)};
    quire_status status = QUIRE_OK;

    if (b.wholes == NULL || b.parts == NULL || b.nrequired == NULL || b.driven == NULL)
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = xapian_store_shard(s, shard, &b.db, err);
    if (status == QUIRE_OK)
        status = find_allowed(&b, err);
    if (status == QUIRE_OK)
        status = add_terms(&b, err);
    if (status == QUIRE_OK)
        status = add_candidates(&b, out, err);
    free(b.wholes);
    free(b.parts);
    free(b.nrequired);
    free(b.driven);
    free(b.allowed);
    return status;
}

/* ---- Their order ---- */

static int
compare_candidates(const void *a, const void *b)
{
    const xapian_candidate *one = a;
    const xapian_candidate *other = b;

    if (one->most != other->most)
        return one->most > other->most ? -1 : 1;
    if (one->shard != other->shard)
        return one->shard < other->shard ? -1 : 1;
    return (one->first > other->first) - (one->first < other->first);
}

void
xapian_candidates_sort(xapian_candidates *c)
{
    if (c->n > 0)
        qsort(c->all, c->n, sizeof *c->all, compare_candidates);
}
