/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_search.c - searching Quire's own passage store: each set of passages gives its best, which
 * are merged in the order of results.
 *
 * A set numbers its passages in the order of results that score alike, so only hits of two sets can
 * stand in doubt.  Of one segment, their articles' numbers decide, and where both are of one
 * article, the passages' numbers in it, for which their records are read.  Of two segments, their
 * articles' dates and ids decide, for which those records are read: of hits that are to be compared
 * only, and these are results, or nearly so. */
#include "store/quire_store.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/bits.h"
#include "base/buffer.h"
#include "base/error.h"
#include "query/scoring.h"
#include "store/result_merge.h"

/* What a set gave, and what is left of it while all are merged. */
typedef struct {
    const evaluate_hit *hits;
    uint32_t nhits;

    /* Of the article of the first one, where it is known. */
    result_place place; /* of the next hit */
} found_set;

/* One search. */
typedef struct {
    quire_store *store;
    const store_request *request;
    size_t nsets;
    bm25 model;
    arena *a; /* of scoring, and of what is merged */
    scoring scoring;
    matcher *matcher;    /* where the text decides */
    stem_filter filter;  /* the same */
    size_t verified;     /* the set whose passages it is asked of */
    found_set *found;    /* by set */
    int64_t *best;       /* scores of the best hits so far, descending */
    int64_t *best_after; /* room for what they will be */
    uint32_t nbest;
    uint32_t max_best;
    uint64_t count;
    store_hit *hits; /* what is asked for */
} search;

/* ---- What a search stands on ---- */

/* Make room for n elements in an array, whose content may go. */
static bool
make_room(void **array, size_t *room, size_t n, size_t element_bytes)
{
    if (n <= *room)
        return true;
    free(*array);
    *array = calloc(n, element_bytes);
    *room = *array != NULL ? n : 0;
    return *array != NULL;
}

static quire_status
count_terms(search *s, quire_error *err)
{
    quire_store *const from = s->store;
    const query_tree *tree = s->request->tree;
    quire_status status = QUIRE_OK;

    if (!make_room((void **)&from->frequencies, &from->frequencies_room, (size_t)tree->nterms + 1,
                   sizeof *from->frequencies))
        return error_nomem(err);
    for (uint32_t i = 0; i < tree->nterms && status == QUIRE_OK; i++) {
        status = quire_store_frequency(from, s->nsets, tree->terms[i].stem,
                                       tree->terms[i].stem_bytes, &from->frequencies[i], err);
        /* A damaged list may claim more passages than there are. */
        if (from->frequencies[i] > s->model.npassages)
            from->frequencies[i] = s->model.npassages;
    }
    return status;
}

static quire_status
prepare_matcher(search *s, quire_error *err)
{
    if (!s->request->tree->needs_text)
        return QUIRE_OK;
    if (s->store->stemmer == NULL)
        s->store->stemmer = stemmer_new_small(&s->store->generation->manifest.stems);
    s->matcher = matcher_new(s->request->tree);
    if (s->store->stemmer == NULL || s->matcher == NULL)
        return error_nomem(err);
    query_tree_filter(s->request->tree, s->store->stemmer, &s->filter);
    return QUIRE_OK;
}

/* Where there is more than one set, the first ones say what is good enough in the rest. */
static quire_status
prepare_sets(search *s, uint64_t npassages, quire_error *err)
{
    s->found = arena_array(s->a, s->nsets, sizeof *s->found);
    if (s->found == NULL)
        return error_nomem(err);
    if (s->nsets == 1)
        return QUIRE_OK;
    s->max_best = s->request->max_hits < npassages ? s->request->max_hits : (uint32_t)npassages;
    s->best = arena_array(s->a, (size_t)s->max_best + 1, sizeof *s->best);
    s->best_after = arena_array(s->a, (size_t)s->max_best + 1, sizeof *s->best_after);
    return s->best != NULL && s->best_after != NULL ? QUIRE_OK : error_nomem(err);
}

static quire_status
prepare(search *s, quire_error *err)
{
    bm25_collection collection;
    quire_status status = quire_store_sets(s->store, s->request->filter.furniture, &s->nsets, err);

    if (status != QUIRE_OK)
        return status;
    collection = quire_store_collection(s->store, s->nsets);
    bm25_init(&s->model, s->request->k1, s->request->b, &collection);
    status = count_terms(s, err);
    if (status != QUIRE_OK)
        return status;
    s->a = arena_new();
    if (s->a == NULL ||
        !scoring_init(&s->scoring, s->request->tree, &s->model, s->store->frequencies, s->a))
        return error_nomem(err);
    status = prepare_sets(s, collection.npassages, err);
    return status == QUIRE_OK ? prepare_matcher(s, err) : status;
}

static void
search_clear(search *s)
{
    matcher_free(s->matcher);
    arena_free(s->a);
}

/* ---- One passage ---- */

/* Ask the span matcher about a record, which is whole. */
static quire_status
match_record(search *s, const passage_record *record, bool *matched_out, int64_t *score_out,
             quire_error *err)
{
    passage_words *words = &s->store->words;
    const match_passage at = {
        .words = words, .title = record->title, .text = record->text, .article = record->article};
    match_result match;

    if (!passage_words_read_some(words, s->store->stemmer, &s->filter, record->title, record->text,
                                 record->sentences, record->nsentences) ||
        !matcher_run(s->matcher, &at, false, &match))
        return error_nomem(err);
    *matched_out = match.matched;
    *score_out =
        match.matched ? scoring_sum(&s->scoring, &match, (uint32_t)words->list.ntokens) : 0;
    return QUIRE_OK;
}

static quire_status
match_with_title(search *s, uint64_t handle, bool *matched_out, int64_t *score_out,
                 quire_error *err)
{
    passage_record record;
    article_record of;
    arena *a = arena_new();
    quire_status status;

    if (a == NULL)
        return error_nomem(err);
    status = quire_store_backend.passage(s->store, handle, a, &record, &of, err);
    if (status == QUIRE_OK)
        status = match_record(s, &record, matched_out, score_out, err);
    arena_free(a);
    return status;
}

static quire_status
verify(void *closure, uint32_t number, bool *matched_out, int64_t *score_out, quire_error *err)
{
    search *s = closure;
    const uint64_t handle = quire_store_handle(s->verified, number);
    passage_record record;
    quire_status status = quire_store_read(s->store, handle, &record, err);

    if (status != QUIRE_OK)
        return status;
    if (record.nsentences > 0 && record.sentences[0].in_title)
        return match_with_title(s, handle, matched_out, score_out, err);
    return match_record(s, &record, matched_out, score_out, err);
}

/* ---- One set ---- */

/* Take a set's scores, which descend, among the best. */
static void
note_best(search *s, const found_set *found)
{
    int64_t *after = s->best_after;
    uint32_t n = 0;
    uint32_t b = 0;

    for (uint32_t i = 0; n < s->max_best && (i < found->nhits || b < s->nbest); n++)
        if (b == s->nbest || (i < found->nhits && found->hits[i].score > s->best[b]))
            after[n] = found->hits[i++].score;
        else
            after[n] = s->best[b++];
    s->best_after = s->best;
    s->best = after;
    s->nbest = n;
}

/* A score that as many passages as are asked for have, or a higher one; 0: not known. */
static int64_t
expected_score(const search *s)
{
    return s->nbest > 0 && s->nbest == s->request->max_hits ? s->best[s->nbest - 1] : 0;
}

/* Room for the passages of a set that match, where they are asked for. */
static bool
make_matched(const search *s, const segment *in, uint64_t **out)
{
    *out = NULL;
    if (s->request->tally == NULL)
        return true;
    *out = calloc((size_t)in->npassages / 64 + 1, sizeof **out);
    return *out != NULL;
}

static void
add_to_tally(const search *s, const quire_passages *set, const uint64_t *matched)
{
    const uint32_t end = set->segment->npassages;

    for (uint32_t i = bits_find(matched, 0, end, true); i < end;
         i = bits_find(matched, i + 1, end, true))
        s->request->tally[set->of->first_article + segment_article(set->segment, i)]++;
}

static quire_status
search_set(search *s, size_t number, quire_error *err)
{
    quire_passages *const set = s->store->sets[number];
    const segment *const in = set->segment;
    const uint32_t max_hits =
        s->request->max_hits < in->npassages ? s->request->max_hits : in->npassages;
    const quire_filter_passages *passages;
    uint64_t *matched = NULL;
    uint64_t count = 0;
    quire_status status = quire_store_filter(set, &s->request->filter, &passages, err);

    if (status != QUIRE_OK || (passages != NULL && passages->npassages == 0))
        return status;
    if (!make_room((void **)&set->hits, &set->hits_room, (size_t)max_hits + 1, sizeof *set->hits) ||
        !make_matched(s, in, &matched))
        return error_nomem(err);

    const evaluate_request request = {
        .tree = s->request->tree,
        .scoring = &s->scoring,
        .allowed = passages != NULL ? passages->bits : NULL,
        .first = passages != NULL ? passages->first : 0,
        .end = passages != NULL ? passages->end : in->npassages,
        .first_article = set->of->first_article,
        .expected = expected_score(s),
        .max_hits = max_hits,
        .count = s->request->count,
        .matched = matched,
        .verify = verify,
        .closure = s,
    };
    s->verified = number;
    status = evaluate(in, &request, set->hits, &s->found[number].nhits, &count, err);
    s->found[number].hits = set->hits;
    s->count += count;
    if (matched != NULL && status == QUIRE_OK)
        add_to_tally(s, set, matched);
    free(matched);
    if (number + 1 < s->nsets && status == QUIRE_OK)
        note_best(s, &s->found[number]);
    return status;
}

/* ---- All sets ---- */

static quire_status
find_place(search *s, size_t number, quire_error *err)
{
    found_set *f = &s->found[number];
    const quire_passages *set = s->store->sets[number];

    return quire_store_place(
        s->store, set->of->first_article + segment_article(set->segment, f->hits->passage), s->a,
        &f->place, err);
}

/* Does the first hit of set i come before that of set k, which is of another segment and scores the
 * same? */
static quire_status
is_placed_before(search *s, size_t i, size_t k, bool *out, quire_error *err)
{
    quire_status status = find_place(s, i, err);

    if (status == QUIRE_OK)
        status = find_place(s, k, err);
    if (status == QUIRE_OK)
        *out = result_place_is_before(&s->found[i].place, &s->found[k].place);
    return status;
}

/* The same of two sets of one segment. */
static quire_status
is_numbered_before(search *s, size_t i, size_t k, bool *out, quire_error *err)
{
    const uint32_t a = s->found[i].hits->passage;
    const uint32_t b = s->found[k].hits->passage;
    const uint32_t article_a = segment_article(s->store->sets[i]->segment, a);
    const uint32_t article_b = segment_article(s->store->sets[k]->segment, b);
    passage_record record = {0};
    uint32_t number;
    quire_status status;

    *out = article_a < article_b;
    if (article_a != article_b)
        return QUIRE_OK;
    status = quire_store_read(s->store, quire_store_handle(i, a), &record, err);
    number = record.number;
    if (status == QUIRE_OK)
        status = quire_store_read(s->store, quire_store_handle(k, b), &record, err);
    *out = status != QUIRE_OK || number < record.number;
    return status == QUIRE_ECORRUPT ? QUIRE_OK : status; /* who shows them says what is damaged */
}

static quire_status
is_before(void *closure, size_t i, size_t k, bool *out, quire_error *err)
{
    search *s = closure;
    const int64_t a = s->found[i].hits->score;
    const int64_t b = s->found[k].hits->score;

    *out = a > b;
    if (a != b)
        return QUIRE_OK;
    return s->store->sets[i]->of == s->store->sets[k]->of ? is_numbered_before(s, i, k, out, err)
                                                          : is_placed_before(s, i, k, out, err);
}

static bool
has_more(const void *closure, size_t number)
{
    const search *s = closure;

    return s->found[number].nhits > 0;
}

static void
take(void *closure, size_t number, uint32_t n)
{
    search *s = closure;
    found_set *f = &s->found[number];

    s->hits[n] = (store_hit){quire_store_handle(number, f->hits->passage), f->hits->score};
    f->hits++, f->nhits--;
    f->place.is_known = false;
}

static quire_status
merge(search *s, uint32_t *nhits_out, quire_error *err)
{
    const result_merge all = {.nlists = s->nsets,
                              .closure = s,
                              .has_more = has_more,
                              .is_before = is_before,
                              .take = take};

    return result_merge_take(&all, s->request->max_hits, nhits_out, err);
}

quire_status
quire_store_search(void *self, const store_request *request, store_hit *hits, uint32_t *nhits_out,
                   uint64_t *count_out, quire_error *err)
{
    search s = {.store = self, .request = request, .hits = hits};
    quire_status status = prepare(&s, err);

    *nhits_out = 0;
    *count_out = 0;
    for (size_t i = 0; i < s.nsets && status == QUIRE_OK; i++)
        status = search_set(&s, i, err);
    if (status == QUIRE_OK)
        status = merge(&s, nhits_out, err);
    if (status == QUIRE_OK) {
        *count_out = s.count;
        if (!request->is_unread)
            quire_store_prefetch(self, hits, *nhits_out);
    }
    search_clear(&s);
    return quire_store_advise(status, err);
}

/* ---- Explaining ---- */

static quire_status
explain_terms(const search *s, const quire_passages *set, buffer *out, quire_error *err)
{
    const query_tree *tree = s->request->tree;

    for (uint32_t i = 0; i < tree->nterms; i++) {
        const query_term *term = &tree->terms[i];
        posting_info info;
        quire_status status =
            segment_find_stem(set->segment, term->stem, term->stem_bytes, &info, err);

        if (status != QUIRE_OK)
            return status;
        const uint32_t nblocks =
            info.df / POSTING_BLOCK + (info.df % POSTING_BLOCK != 0); /* nothing overflows */

        if (!buffer_printf(out, "  %.*s%s: %" PRIu32 " passage%s in %" PRIu32 " block%s\n",
                           (int)term->stem_bytes, term->stem, term->acronym ? " (acronym)" : "",
                           info.df, info.df == 1 ? "" : "s", nblocks, nblocks == 1 ? "" : "s"))
            return error_nomem(err);
    }
    return QUIRE_OK;
}

static bool
explain_filter(const search *s, const quire_passages *set, const quire_filter_passages *passages,
               buffer *out)
{
    const char *what = quire_filter_limits(&s->request->filter) ? "filter" : "alive";

    return passages == NULL || buffer_printf(out, "  %s: %" PRIu64 " of %" PRIu32 " passages\n",
                                             what, passages->npassages, set->segment->npassages);
}

static quire_status
explain_set(const search *s, quire_passages *set, buffer *out, quire_error *err)
{
    const quire_filter_passages *passages;
    quire_status status = quire_store_filter(set, &s->request->filter, &passages, err);

    if (status != QUIRE_OK)
        return status;
    if (!buffer_printf(out, "quire looks in %s: %s\n", set->path,
                       evaluate_is_words(s->request->tree)
                           ? "words, without the blocks whose best passage is not good enough"
                           : "the tree, and positions only where a passage is good enough") ||
        !explain_filter(s, set, passages, out))
        return error_nomem(err);
    return explain_terms(s, set, out, err);
}

quire_status
quire_store_explain(void *self, const store_request *request, arena *a, const char **out,
                    quire_error *err)
{
    search s = {.store = self, .request = request};
    buffer text = {0};
    quire_status status = quire_store_sets(self, request->filter.furniture, &s.nsets, err);

    for (size_t i = 0; i < s.nsets && status == QUIRE_OK; i++)
        status = explain_set(&s, s.store->sets[i], &text, err);
    if (status == QUIRE_OK) {
        *out = arena_copy(a, text.bytes, text.size);
        if (*out == NULL)
            status = error_nomem(err);
    }
    buffer_free(&text);
    return quire_store_advise(status, err);
}
