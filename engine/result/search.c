/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.c - one query, from its text to results with marks.
 *
 * The query is read into a tree; the store names the best passages; each is fetched, cut into words
 * again by the tokenizer that indexed it, and given to the span matcher, which says what to mark.
 * So a mark is made from the very bytes that are shown.  Everything that a result points to lives
 * in the results' own arena. */
#include "result/search.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/days.h"
#include "base/error.h"
#include "query/expand.h"
#include "query/match.h"
#include "query/parse.h"
#include "result/article_results.h"
#include "result/explain.h"
#include "result/marks.h"
#include "result/missing.h"
#include "result/suggest.h"
#include "text/passage_words.h"

/* What is needed while one query is answered. */
typedef struct {
    const char *text; /* of the query */
    size_t text_bytes;
    query_options how; /* it is read */
    bool correct;
    store *store;
    stemmer *stemmer;
    arena *arena; /* the results' */
    store_request request;
    explain_scores scores; /* only with explain */
    bool explain;
    bool by_article;
    matcher *matcher;
    stem_filter filter; /* of the query's stems */
    passage_words words;
} searching;

/* The days of the filter, from the options. */
static quire_status
read_days(const quire_search_options *options, store_filter *filter, quire_error *err)
{
    int first = 0;
    int last = 0;

    if (options->after != NULL) {
        if (!days_parse_range(options->after, &first, &last))
            return error_set(err, QUIRE_EUSAGE,
                             "after: \"%.100s\" is no date; write 2025, 2025-11 or 2025-11-13",
                             options->after);
        filter->first_day = first;
    }
    if (options->before != NULL) {
        if (!days_parse_range(options->before, &first, &last))
            return error_set(err, QUIRE_EUSAGE,
                             "before: \"%.100s\" is no date; write 2025, 2025-11 or 2025-11-13",
                             options->before);
        filter->last_day = last;
    }
    return QUIRE_OK;
}

static quire_status
read_options(const quire_search_options *options, store_request *request, quire_error *err)
{
    const bool by_article = options->unit == QUIRE_UNIT_ARTICLE;
    const double k1 = by_article ? options->article_k1 : options->bm25_k1;
    const double b = by_article ? options->article_b : options->bm25_b;

    if (!isfinite(k1) || k1 < 0 || k1 > 1000)
        return error_set(err, QUIRE_EUSAGE, "BM25: k1 is a number from 0 to 1000, not %g", k1);
    if (!(b >= 0 && b <= 1))
        return error_set(err, QUIRE_EUSAGE, "BM25: b is a number from 0 to 1, not %g", b);
    if (by_article && options->furniture)
        return error_set(err, QUIRE_EUSAGE,
                         "site furniture is searched by passage, it is no part of an article");
    request->k1 = k1;
    request->b = b;
    request->max_hits = options->max_hits;
    request->count = options->count;
    request->filter.furniture = options->furniture;
    request->filter.source = options->source;
    return read_days(options, &request->filter, err);
}

/* The words of a passage and what of the query stands in them. */
static quire_status
match_words(searching *s, const passage_record *record, match_result *match, quire_error *err)
{
    const match_passage at = {.words = &s->words,
                              .title = record->title,
                              .text = record->text,
                              .article = record->article};

    if (!passage_words_read_some(&s->words, s->stemmer, &s->filter, record->title, record->text,
                                 record->sentences, record->nsentences) ||
        !matcher_run(s->matcher, &at, true, match))
        return error_nomem(err);
    if (!match->matched)
        return error_set(err, QUIRE_ECORRUPT,
                         "the index is damaged: passage %" PRIu32 " of article %" PRIu32
                         " was found by words that it does not have; rebuild it with quire-index",
                         record->number, record->article);
    return QUIRE_OK;
}

static void
fill_from_article(quire_hit *hit, const article_record *from)
{
    hit->article = from->id;
    hit->title = from->title != NULL ? from->title : "";
    hit->title_bytes = from->title != NULL ? from->title_bytes : 0;
    hit->date = from->date;
    hit->source = from->source;
    hit->author = from->author;
    hit->url = from->url;
    hit->language = from->language;
    hit->extra = from->extra;
    hit->path = from->path;
}

static void
fill_from_passage(quire_hit *hit, const passage_record *record)
{
    hit->passage = record->number;
    hit->furniture = record->furniture;
    hit->start = record->source_start;
    hit->end = record->source_end;
    hit->text = record->text;
    hit->text_bytes = record->text_bytes;
}

/* Make a hit of what the store found. */
static quire_status
fill_hit(searching *s, const store_hit *found, quire_hit *hit, quire_error *err)
{
    passage_record record = {0};
    article_record from = {0};
    match_result match = {0};
    passage_marks marks = {0};
    quire_status status = store_passage(s->store, found->handle, s->arena, &record, &from, err);

    if (status == QUIRE_OK)
        status = match_words(s, &record, &match, err);
    if (status != QUIRE_OK)
        return status;
    if (!marks_make(&match, &s->words, s->arena, &marks))
        return error_nomem(err);
    fill_from_article(hit, &from);
    fill_from_passage(hit, &record);
    hit->score = bm25_score(found->score);
    hit->marks = marks.text;
    hit->nmarks = marks.ntext;
    hit->title_marks = marks.title;
    hit->ntitle_marks = marks.ntitle;
    if (s->explain)
        status = explain_hit(s->request.tree, &s->scores, &match, (uint32_t)s->words.list.ntokens,
                             found->score, s->arena, &hit->explanation, err);
    return status;
}

/* No more hits can come than there are passages, whatever was asked for. */
static quire_status
limit_hits(searching *s, quire_error *err)
{
    bm25_collection collection = {0};
    quire_status status = store_collection(s->store, s->request.filter.furniture, &collection, err);

    if (status == QUIRE_OK && s->request.max_hits > collection.npassages)
        s->request.max_hits = (uint32_t)collection.npassages;
    return status;
}

/* What the matcher may look for, so that the other words of passages need no stems. */
static void
fill_filter(searching *s)
{
    const query_tree *tree = s->request.tree;

    for (uint32_t i = 0; i < tree->nterms; i++)
        stem_filter_add(&s->filter, s->stemmer, tree->terms[i].stem, tree->terms[i].stem_bytes);
    for (uint32_t i = 0; i < tree->nleaves; i++)
        for (uint32_t j = 0; j < tree->leaves[i]->nslots; j++)
            for (uint32_t k = 0; k < tree->leaves[i]->slots[j].nwords; k++) {
                const query_word *word = &tree->leaves[i]->slots[j].words[k];

                stem_filter_add(&s->filter, s->stemmer, word->stem, word->stem_bytes);
            }
}

/* Ask the store, and make hits of what it names. */
static quire_status
find_hits(searching *s, search_results *out, quire_error *err)
{
    store_hit *found = NULL;
    uint32_t nfound = 0;
    quire_status status = limit_hits(s, err);

    if (status != QUIRE_OK)
        return status;
    fill_filter(s);
    s->matcher = matcher_new(s->request.tree);
    found = arena_array(s->arena, (size_t)s->request.max_hits + 1, sizeof *found);
    if (s->matcher == NULL || found == NULL)
        return error_nomem(err);
    status = store_search(s->store, &s->request, found, &nfound, &out->count, err);
    if (status != QUIRE_OK)
        return status;
    out->hits = arena_array(s->arena, (size_t)nfound + 1, sizeof *out->hits);
    if (out->hits == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < nfound && status == QUIRE_OK; i++)
        status = fill_hit(s, &found[i], &out->hits[i], err);
    out->nhits = nfound;
    return status;
}

/* Make a hit of a passage of an article that the matcher has decided on. */
static quire_status
fill_part(void *closure, const store_hit *found, quire_hit *hit, quire_error *err)
{
    searching *s = closure;
    passage_record record = {0};
    article_record from = {0};
    match_result match = {0};
    passage_marks marks = {0};
    match_passage at;
    quire_status status = store_passage(s->store, found->handle, s->arena, &record, &from, err);

    if (status != QUIRE_OK)
        return status;
    at = (match_passage){
        .words = &s->words, .title = record.title, .text = record.text, .article = record.article};
    if (!passage_words_read_some(&s->words, s->stemmer, &s->filter, record.title, record.text,
                                 record.sentences, record.nsentences) ||
        !matcher_article_spans(s->matcher, &at, &match) ||
        !marks_make(&match, &s->words, s->arena, &marks))
        return error_nomem(err);
    fill_from_article(hit, &from);
    fill_from_passage(hit, &record);
    hit->score = bm25_score(found->score);
    hit->marks = marks.text;
    hit->nmarks = marks.ntext;
    hit->title_marks = marks.title;
    hit->ntitle_marks = marks.ntitle;
    return QUIRE_OK;
}

static quire_status
find_articles(searching *s, search_results *out, quire_error *err)
{
    const article_results_request request = {.store = s->store,
                                             .request = &s->request,
                                             .matcher = matcher_new(s->request.tree),
                                             .stemmer = s->stemmer,
                                             .arena = s->arena,
                                             .explain = s->explain,
                                             .fill = fill_part,
                                             .closure = s};

    s->matcher = request.matcher;
    if (s->matcher == NULL)
        return error_nomem(err);
    fill_filter(s);
    return article_results_find(&request, out, err);
}

/* Give wildcards and the like their words, and fields their articles. */
static quire_status
complete_tree(searching *s, query_tree *tree, query_notes *notes, quire_error *err)
{
    vocabulary words;
    quire_status status = QUIRE_OK;

    if (tree->has_patterns) {
        status = store_words(s->store, s->request.filter.furniture, &words, err);
        if (status == QUIRE_OK)
            status = query_expand(tree, &words, s->stemmer, s->arena, notes, err);
    }
    return status == QUIRE_OK ? store_find_articles(s->store, tree, s->arena, err) : status;
}

/* Say what may have been meant; where it is wanted, that is answered instead. */
static quire_status
correct_query(searching *s, query_tree *tree, query_notes *notes, quire_error *err)
{
    query_notes again = {0}; /* said of the query as it was typed already */
    query_tree corrected = {0};
    suggestions found;
    const char *text;
    size_t nbytes = 0;
    quire_status status = suggest_find(s->store, s->request.filter.furniture, tree, s->text,
                                       s->text_bytes, s->arena, notes, &found, err);

    if (status != QUIRE_OK || !s->correct || found.nitems == 0)
        return status;
    text = suggest_apply(&found, s->text, s->text_bytes, s->arena, &nbytes);
    if (text == NULL || !query_note(notes, s->arena, "corrected", 0, s->text_bytes,
                                    "this is the answer to: %.*s", (int)nbytes, text))
        return error_nomem(err);
    status = query_parse(text, nbytes, &s->how, s->stemmer, s->arena, &corrected, &again, err);
    if (status != QUIRE_OK || corrected.root == NULL)
        return status;
    *tree = corrected;
    return complete_tree(s, tree, &again, err);
}

/* Answer a query that is not empty. */
static quire_status
answer(searching *s, query_tree *tree, query_notes *notes, search_results *out, quire_error *err)
{
    quire_status status = complete_tree(s, tree, notes, err);

    if (status == QUIRE_OK)
        status = missing_note(s->store, s->request.filter.furniture, tree, s->arena, notes, err);
    if (status == QUIRE_OK)
        status = correct_query(s, tree, notes, err);
    if (status == QUIRE_OK && s->by_article)
        return find_articles(s, out, err);
    if (status == QUIRE_OK && s->explain)
        status = explain_prepare(s->store, &s->request, s->arena, &s->scores, err);
    if (status == QUIRE_OK && s->explain)
        status = explain_query(s->store, &s->request, &s->scores, s->arena, &out->explanation, err);
    if (status == QUIRE_OK)
        status = find_hits(s, out, err);
    return status;
}

quire_status
search_run(store *st, stemmer *stem, const char *text, size_t text_bytes,
           const quire_search_options *options, search_results *out, quire_error *err)
{
    query_tree tree = {0};
    query_notes notes = {0};
    searching s = {.text = text,
                   .text_bytes = text_bytes,
                   .how = {.require_all = options->require_all,
                           .surfaces = options->surfaces,
                           .no_variants = options->no_variants,
                           .akin = !options->surfaces && !options->no_variants},
                   .correct = options->correct,
                   .store = st,
                   .stemmer = stem,
                   .explain = options->explain,
                   .by_article = options->unit == QUIRE_UNIT_ARTICLE};
    quire_status status = QUIRE_OK;

    *out = (search_results){.explanation = "", .arena = arena_new()};
    if (out->arena == NULL)
        return error_nomem(err);
    s.arena = out->arena;
    s.request.tree = &tree;
    status = read_options(options, &s.request, err);
    if (status == QUIRE_OK)
        status = query_parse(text, text_bytes, &s.how, stem, s.arena, &tree, &notes, err);
    if (status == QUIRE_OK && tree.root != NULL)
        status = answer(&s, &tree, &notes, out, err);
    out->notes = notes.notes;
    out->nnotes = notes.nnotes;
    matcher_free(s.matcher);
    passage_words_free(&s.words);
    if (status != QUIRE_OK)
        search_results_clear(out);
    return status;
}

void
search_results_clear(search_results *results)
{
    arena_free(results->arena);
    *results = (search_results){0};
}
