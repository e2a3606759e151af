/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_search.c - searching Quire's own passage store: each segment gives its best, which are
 * merged in the order of results.
 *
 * A segment numbers its passages in the order of results that score alike, so only a hit of one
 * segment and a hit of the other can stand in doubt: then their articles' numbers decide, and where
 * both are of one article, the passages' numbers in it, for which their records are read. */
#include "store/quire_store.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/error.h"
#include "query/scoring.h"

/* One search. */
typedef struct {
    quire_store *store;
    const store_request *request;
    unsigned nsegments;
    bm25 model;
    arena *a; /* of scoring */
    scoring scoring;
    matcher *matcher;  /* where the text decides */
    unsigned verified; /* the segment whose passages it is asked of */
    uint32_t nhits[2]; /* of store->hits */
    uint64_t count;
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
        status = quire_store_frequency(from, s->nsegments, tree->terms[i].stem,
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
        s->store->stemmer = stemmer_new_with(&s->store->generation->manifest.stems);
    s->matcher = matcher_new(s->request->tree);
    return s->store->stemmer != NULL && s->matcher != NULL ? QUIRE_OK : error_nomem(err);
}

static quire_status
prepare(search *s, quire_error *err)
{
    bm25_collection collection;
    quire_status status =
        quire_store_segments(s->store, s->request->filter.furniture, &s->nsegments, err);

    if (status != QUIRE_OK)
        return status;
    collection = quire_store_collection(s->store, s->nsegments);
    bm25_init(&s->model, s->request->k1, s->request->b, &collection);
    status = count_terms(s, err);
    if (status != QUIRE_OK)
        return status;
    s->a = arena_new();
    if (s->a == NULL ||
        !scoring_init(&s->scoring, s->request->tree, &s->model, s->store->frequencies, s->a))
        return error_nomem(err);
    return prepare_matcher(s, err);
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

    if (!passage_words_read(words, s->store->stemmer, record->title, record->text,
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
    const uint64_t handle = number | (s->verified == SEGMENT_OF_FURNITURE ? HANDLE_FURNITURE : 0);
    passage_record record;
    quire_status status = quire_store_read(s->store, handle, &record, err);

    if (status != QUIRE_OK)
        return status;
    if (record.nsentences > 0 && record.sentences[0].in_title)
        return match_with_title(s, handle, matched_out, score_out, err);
    return match_record(s, &record, matched_out, score_out, err);
}

/* ---- One segment ---- */

static quire_status
search_segment(search *s, unsigned which, quire_error *err)
{
    quire_store *const from = s->store;
    const segment *const in = from->segments[which];
    const uint32_t max_hits =
        s->request->max_hits < in->npassages ? s->request->max_hits : in->npassages;
    const quire_filter_passages *passages;
    uint64_t count = 0;
    quire_status status =
        quire_filter_get(&from->filter, &s->request->filter, in, which,
                         &from->segments[SEGMENT_OF_PASSAGES]->articles, &passages, err);

    if (status != QUIRE_OK || (passages != NULL && passages->npassages == 0))
        return status;
    if (!make_room((void **)&from->hits[which], &from->hits_room[which], (size_t)max_hits + 1,
                   sizeof *from->hits[which]))
        return error_nomem(err);

    const evaluate_request request = {
        .tree = s->request->tree,
        .scoring = &s->scoring,
        .allowed = passages != NULL ? passages->bits : NULL,
        .first = passages != NULL ? passages->first : 0,
        .end = passages != NULL ? passages->end : in->npassages,
        .max_hits = max_hits,
        .count = s->request->count,
        .verify = verify,
        .closure = s,
    };
    s->verified = which;
    status = evaluate(in, &request, from->hits[which], &s->nhits[which], &count, err);
    s->count += count;
    return status;
}

/* ---- Both ---- */

/* Does hit a, a passage, come before hit b, furniture? */
static quire_status
is_before(search *s, const evaluate_hit *a, const evaluate_hit *b, bool *out, quire_error *err)
{
    quire_store *const from = s->store;
    passage_record record;
    uint32_t number;
    quire_status status;

    *out = a->score > b->score;
    if (a->score != b->score)
        return QUIRE_OK;
    const uint32_t article_a = segment_article(from->segments[SEGMENT_OF_PASSAGES], a->passage);
    const uint32_t article_b = segment_article(from->segments[SEGMENT_OF_FURNITURE], b->passage);

    *out = article_a < article_b;
    if (article_a != article_b)
        return QUIRE_OK;
    status = quire_store_read(from, a->passage, &record, err);
    if (status != QUIRE_OK)
        return status;
    number = record.number;
    status = quire_store_read(from, b->passage | HANDLE_FURNITURE, &record, err);
    if (status == QUIRE_OK)
        *out = number < record.number;
    return status;
}

static quire_status
merge(search *s, store_hit *hits, uint32_t *nhits_out, quire_error *err)
{
    const evaluate_hit *a = s->store->hits[SEGMENT_OF_PASSAGES];
    const evaluate_hit *b = s->store->hits[SEGMENT_OF_FURNITURE];
    uint32_t na = s->nhits[SEGMENT_OF_PASSAGES];
    uint32_t nb = s->nhits[SEGMENT_OF_FURNITURE];
    uint32_t n = 0;

    for (; n < s->request->max_hits && na + nb > 0; n++) {
        bool a_first = nb == 0;

        if (na > 0 && nb > 0) {
            quire_status status = is_before(s, a, b, &a_first, err);

            if (status != QUIRE_OK)
                return status;
        }
        if (a_first) {
            hits[n] = (store_hit){a->passage, a->score};
            a++, na--;
        } else {
            hits[n] = (store_hit){b->passage | HANDLE_FURNITURE, b->score};
            b++, nb--;
        }
    }
    *nhits_out = n;
    return QUIRE_OK;
}

quire_status
quire_store_search(void *self, const store_request *request, store_hit *hits, uint32_t *nhits_out,
                   uint64_t *count_out, quire_error *err)
{
    search s = {.store = self, .request = request};
    quire_status status = prepare(&s, err);

    *nhits_out = 0;
    *count_out = 0;
    for (unsigned i = 0; i < s.nsegments && status == QUIRE_OK; i++)
        status = search_segment(&s, i, err);
    if (status == QUIRE_OK)
        status = merge(&s, hits, nhits_out, err);
    if (status == QUIRE_OK) {
        *count_out = s.count;
        quire_store_prefetch(self, hits, *nhits_out);
    }
    search_clear(&s);
    return quire_store_advise(status, err);
}

/* ---- Explaining ---- */

static quire_status
explain_terms(const search *s, unsigned which, buffer *out, quire_error *err)
{
    const query_tree *tree = s->request->tree;

    for (uint32_t i = 0; i < tree->nterms; i++) {
        const query_term *term = &tree->terms[i];
        posting_info info;
        quire_status status =
            segment_find_stem(s->store->segments[which], term->stem, term->stem_bytes, &info, err);

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

static quire_status
explain_segment(const search *s, unsigned which, buffer *out, quire_error *err)
{
    const segment *const in = s->store->segments[which];
    const quire_filter_passages *passages;
    quire_status status =
        quire_filter_get(&s->store->filter, &s->request->filter, in, which,
                         &s->store->segments[SEGMENT_OF_PASSAGES]->articles, &passages, err);

    if (status != QUIRE_OK)
        return status;
    if (!buffer_printf(out, "quire looks in %s: %s\n", s->store->paths[which],
                       evaluate_is_words(s->request->tree)
                           ? "words, without the blocks whose best passage is not good enough"
                           : "the tree, and positions only where a passage is good enough"))
        return error_nomem(err);
    if (passages != NULL && !buffer_printf(out, "  filter: %" PRIu64 " of %" PRIu32 " passages\n",
                                           passages->npassages, in->npassages))
        return error_nomem(err);
    return explain_terms(s, which, out, err);
}

quire_status
quire_store_explain(void *self, const store_request *request, arena *a, const char **out,
                    quire_error *err)
{
    search s = {.store = self, .request = request};
    buffer text = {0};
    quire_status status = quire_store_segments(self, request->filter.furniture, &s.nsegments, err);

    for (unsigned i = 0; i < s.nsegments && status == QUIRE_OK; i++)
        status = explain_segment(&s, i, &text, err);
    if (status == QUIRE_OK) {
        *out = arena_copy(a, text.bytes, text.size);
        if (*out == NULL)
            status = error_nomem(err);
    }
    buffer_free(&text);
    return quire_store_advise(status, err);
}
