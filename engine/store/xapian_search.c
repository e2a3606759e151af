/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_search.c - searching the Xapian passage store: fetch candidates, verify, rescore, stop.
 *
 * Xapian ranks candidates by weights that are at least their scores (see xapian_plan.c).  Each is
 * read and given to the span matcher, and its score computed in fixed point from the passage
 * itself. When as many hits are kept as are wanted, and the weight of the last candidate, and so of
 * all that come after it, is below the worst score that is kept, no other can enter.  Else more are
 * fetched.
 *
 * Queries that score nothing (-Syria) take candidates in the order of documents, which is the order
 * of results that score alike, from each shard in turn.  So do those of very many phrases, or of
 * wildcards for very many words, but all of them. */
#include "store/xapian_store.h"

#include <math.h>
#include <stdlib.h>

#include "base/bits.h"
#include "base/error.h"
#include "query/lists.h"
#include "query/possible.h"
#include "query/scoring.h"
#include "store/xapian_plan.h"

/* With k1 = 0 every weight is the largest that there can be, and Xapian 1.4.22, comparing sums that
 * were rounded differently, may take it for too small. */
#define LEAST_K1 1e-9

/* How far Xapian's weight, a sum of doubles, may lie below a score that it should not be below.
 * Each of at most 20,480 units is rounded by at most 2^-33, which is less than 2.4e-6 together; the
 * doubles' own errors are some 1e-16 of the weight a term; LEAST_K1 takes away less than that times
 * how often a passage's length is the mean one, which is less than 1e4. */
#define WEIGHT_ABSOLUTE_ERROR 4e-6
#define WEIGHT_RELATIVE_ERROR 1e-5

/* A few candidates more than are wanted spare bare words, where Xapian's order is nearly ours, a
 * second round; each further round fetches so many times more, and repeats what was fetched. */
#define FIRST_MORE 10
#define GROWTH 4

typedef struct {
    uint64_t handle;
    int64_t score;
    uint32_t article; /* with number: the order of results of a segment that score alike */
    uint32_t number;
    result_place place; /* of the article, where it was asked for: their order otherwise */
} found;

typedef struct {
    xapian_store *store;
    const store_request *request;
    xap_db *db;
    size_t nshards; /* that db is */
    uint32_t ndocuments;
    xap_query *query;
    bool is_ranked;  /* candidates come by weight, else by number */
    bool verify_all; /* to count, or since weights say nothing */
    matcher *matcher;
    stem_filter filter;       /* of words, for those that may have stems that the query has */
    const uint64_t *possible; /* articles that may match, by their fields; NULL: all */
    bool is_filter;           /* the query says only what the article is: those do match */
    bm25 model;
    arena *a; /* of scoring */
    scoring scoring;

    found *kept; /* a heap, the worst first, of at most max_hits */
    uint32_t nkept;
    uint32_t max_kept;
    uint64_t nmatched;
    quire_error failed; /* while hits were compared; zeroed: it did not */

    uint32_t *seen; /* candidates already verified: a hash table, 0 is empty */
    size_t seen_room;
    size_t nseen;
} search;

/* ---- The hits that are kept ---- */

/* Does the article of one come before that of the other, which is of another segment?  No status
 * comes through a sort: what goes wrong is told in s->failed. */
static bool
is_placed_before(search *s, found *a, found *b)
{
    quire_status status = xapian_store_place(s->store, a->article, s->a, &a->place, &s->failed);

    if (status == QUIRE_OK)
        status = xapian_store_place(s->store, b->article, s->a, &b->place, &s->failed);
    return status == QUIRE_OK && result_place_is_before(&a->place, &b->place);
}

static bool
is_better(search *s, found *a, found *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    if (a->article == b->article)
        return a->number < b->number;
    /* One that is damaged has no number. */
    if (a->article == 0 || b->article == 0 ||
        xapian_store_segment(s->store, a->article) == xapian_store_segment(s->store, b->article))
        return a->article < b->article;
    return is_placed_before(s, a, b);
}

static void
swap(found *a, found *b)
{
    const found swapped = *a;

    *a = *b;
    *b = swapped;
}

static void
sink(search *s, uint32_t n)
{
    found *heap = s->kept;

    for (uint32_t at = 0;;) {
        uint32_t worst = at;

        for (uint32_t child = 2 * at + 1; child <= 2 * at + 2 && child < n; child++)
            if (is_better(s, &heap[worst], &heap[child]))
                worst = child;
        if (worst == at)
            return;
        swap(&heap[at], &heap[worst]);
        at = worst;
    }
}

static void
keep(search *s, found f)
{
    uint32_t at = s->nkept;

    if (s->max_kept == 0)
        return;
    if (s->nkept == s->max_kept) {
        if (is_better(s, &f, &s->kept[0])) {
            s->kept[0] = f;
            sink(s, s->nkept);
        }
        return;
    }
    for (; at > 0 && is_better(s, &s->kept[(at - 1) / 2], &f); at = (at - 1) / 2)
        s->kept[at] = s->kept[(at - 1) / 2];
    s->kept[at] = f;
    s->nkept++;
}

/* Take the worst from the heap, again and again, to its end: best first is what is left. */
static void
sort_kept(search *s)
{
    for (uint32_t n = s->nkept; n > 1; n--) {
        swap(&s->kept[0], &s->kept[n - 1]);
        sink(s, n - 1);
    }
}

/* ---- Candidates ---- */

/* Put document into the table of those seen; *is_new_out is false where it is there already. */
static bool
mark_seen(search *s, uint32_t document, bool *is_new_out)
{
    if (2 * (s->nseen + 1) > s->seen_room) {
        const size_t room = s->seen_room == 0 ? 256 : 2 * s->seen_room;
        uint32_t *grown = calloc(room, sizeof *grown);

        if (grown == NULL)
            return false;
        for (size_t i = 0; i < s->seen_room; i++) {
            size_t at = s->seen[i] * (size_t)2654435761u & (room - 1);

            if (s->seen[i] == 0)
                continue;
            while (grown[at] != 0)
                at = (at + 1) & (room - 1);
            grown[at] = s->seen[i];
        }
        free(s->seen);
        s->seen = grown;
        s->seen_room = room;
    }
    size_t at = document * (size_t)2654435761u & (s->seen_room - 1);

    while (s->seen[at] != 0 && s->seen[at] != document)
        at = (at + 1) & (s->seen_room - 1);
    *is_new_out = s->seen[at] == 0;
    s->seen[at] = document;
    s->nseen += *is_new_out;
    return true;
}

/* Of a candidate that is damaged nobody can say whether it matches: it is let through at the most
 * that it may score, and whoever shows it will say that it is damaged. */
static void
keep_damaged(search *s, uint64_t handle, double weight)
{
    s->nmatched++;
    keep(s, (found){.handle = handle, .score = (int64_t)(weight * 4294967296.0)});
}

static quire_status
note_match(search *s, uint64_t handle, const passage_record *record, int64_t score,
           quire_error *err)
{
    s->nmatched++;
    if (s->request->tally != NULL)
        s->request->tally[record->article]++;
    keep(s, (found){.handle = handle,
                    .score = score,
                    .article = record->article,
                    .number = record->number});
    return s->failed.status == QUIRE_OK ? QUIRE_OK
                                        : error_set(err, s->failed.status, "%s", s->failed.message);
}

/* Read a candidate, ask the span matcher, and keep it if it matches and is good enough. */
static quire_status
verify(search *s, uint64_t handle, double weight, quire_error *err)
{
    xapian_store *const from = s->store;
    passage_record record;
    match_passage at;
    match_result match;
    quire_status status = xapian_store_read(from, handle, &record, err);

    if (status == QUIRE_ECORRUPT && s->request->tally == NULL) {
        keep_damaged(s, handle, weight);
        return QUIRE_OK;
    }
    if (status != QUIRE_OK)
        return status;
    if (s->possible != NULL && !bits_is_set(s->possible, record.article - 1))
        return QUIRE_OK;
    if (s->is_filter)
        return note_match(s, handle, &record, 0, err);
    if (!passage_words_read_some(&from->words, from->stemmer, &s->filter, record.title, record.text,
                                 record.sentences, record.nsentences))
        return error_nomem(err);
    at = (match_passage){.words = &from->words,
                         .title = record.title,
                         .text = record.text,
                         .article = record.article};
    if (!matcher_run(s->matcher, &at, false, &match))
        return error_nomem(err);
    if (!match.matched)
        return QUIRE_OK;
    return note_match(s, handle, &record,
                      scoring_sum(&s->scoring, &match, (uint32_t)from->words.list.ntokens), err);
}

static uint64_t
handle_of(const search *s, uint32_t document)
{
    return xapian_store_handle((document - 1) % s->nshards,
                               (uint32_t)((document - 1) / s->nshards + 1));
}

/* Are all that Xapian gives this weight, or less, out of the running? */
static bool
cannot_enter(const search *s, double weight)
{
    const double bound = weight * (1 + WEIGHT_RELATIVE_ERROR) + WEIGHT_ABSOLUTE_ERROR;

    return s->nkept == s->max_kept && s->max_kept > 0 &&
           bound * 4294967296.0 < (double)s->kept[0].score;
}

static xap_request
make_request(const search *s)
{
    return (xap_request){
        .k1 = s->request->k1 < LEAST_K1 ? LEAST_K1 : s->request->k1,
        .b = s->request->b,
        .unweighted = !s->is_ranked,
    };
}

/* Verify what is new among candidates; *done_out when none after them can enter. */
static quire_status
verify_ranked(search *s, const xap_hit *candidates, uint32_t n, bool *done_out, quire_error *err)
{
    for (uint32_t i = 0; i < n; i++) {
        bool is_new;
        quire_status status;

        if (!s->verify_all && cannot_enter(s, candidates[i].weight)) {
            *done_out = true;
            return QUIRE_OK;
        }
        if (!mark_seen(s, candidates[i].document, &is_new))
            return error_nomem(err);
        status = is_new ? verify(s, handle_of(s, candidates[i].document), candidates[i].weight, err)
                        : QUIRE_OK;
        if (status != QUIRE_OK)
            return status;
    }
    return QUIRE_OK;
}

static uint32_t
at_most(uint64_t wanted, uint32_t limit)
{
    return wanted < limit ? (uint32_t)wanted : limit;
}

/* Up to wanted candidates, in place of those before; *candidates is the caller's to free. */
static quire_status
find_candidates(const search *s, xap_db *db, xap_request *request, uint64_t wanted,
                xap_hit **candidates, uint32_t *n_out, quire_error *err)
{
    uint64_t ignored;

    request->max_hits = at_most(wanted, s->ndocuments);
    free(*candidates);
    *candidates = calloc((size_t)request->max_hits + 1, sizeof **candidates);
    if (*candidates == NULL)
        return error_nomem(err);
    return xap_search(db, s->query, request, *candidates, n_out, &ignored, err);
}

/* Candidates by weight, in growing numbers. */
static quire_status
search_ranked(search *s, quire_error *err)
{
    xap_request request = make_request(s);
    xap_hit *candidates = NULL;
    uint64_t wanted =
        s->verify_all ? s->ndocuments : (uint64_t)s->max_kept + s->max_kept / 4 + FIRST_MORE;
    bool done = false;
    quire_status status = QUIRE_OK;

    while (!done && status == QUIRE_OK) {
        uint32_t n = 0;

        status = find_candidates(s, s->db, &request, wanted, &candidates, &n, err);
        if (status != QUIRE_OK)
            break;
        status = verify_ranked(s, candidates, n, &done, err);
        done = done || n < request.max_hits || request.max_hits == s->ndocuments ||
               (n > 0 && !s->verify_all && cannot_enter(s, candidates[n - 1].weight));
        wanted *= GROWTH;
    }
    free(candidates);
    return status;
}

/* Candidates of one shard by number: where nothing scores, each that matches is the best that is
 * left there. */
static quire_status
search_in_order(search *s, size_t shard, quire_error *err)
{
    xap_request request = make_request(s);
    xap_hit *candidates = NULL;
    const uint64_t before = s->nmatched;
    const double most = scoring_most(&s->scoring);
    uint64_t wanted = (uint64_t)s->max_kept + FIRST_MORE;
    bool done = false;
    xap_db *db;
    quire_status status = xapian_store_shard(s->store, shard, &db, err);

    while (!done && status == QUIRE_OK) {
        uint32_t n = 0;

        status = find_candidates(s, db, &request, wanted, &candidates, &n, err);
        for (uint32_t i = 0; i < n && status == QUIRE_OK && !done; i++) {
            status = verify(s, xapian_store_handle(shard, candidates[i].document), most, err);
            done = !s->verify_all && s->nmatched - before >= s->max_kept;
        }
        done = done || n < request.max_hits;
        request.first += n;
        wanted *= GROWTH;
    }
    free(candidates);
    return status;
}

/* ---- A search ---- */

/* Let Xapian count, if it can do that exactly; *exact_out is false where it cannot. */
static quire_status
count_matches(const search *s, uint64_t *count_out, bool *exact_out, quire_error *err)
{
    const xap_request request = {.unweighted = true, .exact_count = true};
    xap_query *query = NULL;
    uint32_t n;
    quire_status status = xapian_plan_make(s->request->tree, &s->request->filter, false, s->db,
                                           &query, exact_out, err);

    if (status == QUIRE_OK && *exact_out)
        status = xap_search(s->db, query, &request, NULL, &n, count_out, err);
    xap_query_free(query);
    return status;
}

static quire_status
run(search *s, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (s->max_kept == 0 && !s->verify_all)
        return QUIRE_OK;
    if (s->is_ranked)
        return search_ranked(s, err);
    for (size_t i = 0; i < s->nshards && status == QUIRE_OK; i++)
        status = search_in_order(s, i, err);
    return status;
}

static quire_status
weigh_terms(search *s, const bm25_collection *collection, quire_error *err)
{
    const query_tree *tree = s->request->tree;
    uint64_t *frequencies = NULL;
    quire_status status = QUIRE_OK;

    bm25_init(&s->model, s->request->k1, s->request->b, collection);
    s->a = arena_new();
    if (s->a == NULL)
        return error_nomem(err);
    frequencies = arena_array(s->a, (size_t)tree->nterms + 1, sizeof *frequencies);
    if (frequencies == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < tree->nterms && status == QUIRE_OK; i++)
        status = xapian_store_document_frequency(s->store, s->request->filter.furniture,
                                                 tree->terms[i].stem, tree->terms[i].stem_bytes,
                                                 tree->terms[i].acronym, &frequencies[i], err);
    if (status == QUIRE_OK && !scoring_init(&s->scoring, tree, &s->model, frequencies, s->a))
        status = error_nomem(err);
    return status;
}

static quire_status
prepare(search *s, const bm25_collection *collection, quire_error *err)
{
    const store_request *request = s->request;
    bool exact;
    quire_status status = weigh_terms(s, collection, err);

    if (status == QUIRE_OK &&
        !possible_find(request->tree, xapian_store_article_words(s->store), s->a, &s->possible))
        status = error_nomem(err);
    s->is_filter = lists_is_filter(request->tree->root);
    s->is_ranked = request->tree->nterms > 0 && !xapian_plan_is_wide(request->tree);
    if (status == QUIRE_OK)
        status = xapian_plan_make(request->tree, &request->filter, s->is_ranked, s->db, &s->query,
                                  &exact, err);
    if (status != QUIRE_OK)
        return status;
    s->max_kept = request->max_hits < s->ndocuments ? request->max_hits : s->ndocuments;
    s->kept = calloc((size_t)s->max_kept + 1, sizeof *s->kept);
    s->matcher = matcher_new(request->tree);
    query_tree_filter(request->tree, s->store->stemmer, &s->filter);
    return s->kept != NULL && s->matcher != NULL ? QUIRE_OK : error_nomem(err);
}

static quire_status
hand_over(search *s, store_hit *hits, uint32_t *nhits_out, quire_error *err)
{
    sort_kept(s);
    if (s->failed.status != QUIRE_OK)
        return error_set(err, s->failed.status, "%s", s->failed.message);
    for (uint32_t i = 0; i < s->nkept; i++)
        hits[i] = (store_hit){s->kept[i].handle, s->kept[i].score};
    *nhits_out = s->nkept;
    return QUIRE_OK;
}

static void
search_clear(search *s)
{
    xap_query_free(s->query);
    matcher_free(s->matcher);
    arena_free(s->a);
    free(s->kept);
    free(s->seen);
}

quire_status
xapian_store_search(void *self, const store_request *request, store_hit *hits, uint32_t *nhits_out,
                    uint64_t *count_out, quire_error *err)
{
    search s = {.store = self, .request = request};
    bm25_collection collection = {0};
    uint64_t count = 0;
    bool counted = request->tally == NULL; /* else all are verified */
    quire_status status =
        xapian_store_database(self, request->filter.furniture, &s.db, &s.nshards, err);

    if (status == QUIRE_OK)
        status = xapian_store_collection(self, request->filter.furniture, &collection, err);
    if (status != QUIRE_OK)
        return status;
    s.ndocuments = at_most(collection.npassages, UINT32_MAX);
    status = prepare(&s, &collection, err);
    if (status == QUIRE_OK && request->count && counted)
        status = count_matches(&s, &count, &counted, err);
    s.verify_all = !counted || (!s.is_ranked && request->tree->nterms > 0 && s.max_kept > 0);
    if (status == QUIRE_OK && s.ndocuments > 0)
        status = run(&s, err);
    if (status == QUIRE_OK)
        status = hand_over(&s, hits, nhits_out, err);
    *count_out = counted ? count : s.nmatched;
    search_clear(&s);
    return status;
}
