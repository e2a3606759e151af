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
#include "result/clauses.h"
#include "result/article_results.h"
#include "result/explain.h"
#include "result/feedback.h"
#include "result/gathering.h"
#include "result/like.h"
#include "result/marks.h"
#include "result/missing.h"
#include "result/ranked.h"
#include "result/suggest.h"
#include "text/passage_words.h"

#define MAX_EXPAND 200

/* What is needed while one query is answered. */
typedef struct {
    const char *text; /* of the query; where that is corrected, as it is answered */
    size_t text_bytes;
    query_options how; /* it is read */
    bool correct;
    bool show_copies;
    uint32_t named_copies;
    store *store;
    stemmer *stemmer;
    arena *arena; /* the results' */
    store_request request;
    explain_scores scores; /* only with explain */
    bool explain;
    bool by_article;
    bool find_k1; /* the request's is to be that for the number of words */
    bool find_b;
    quire_parts parts; /* of each hit */
    uint32_t expand;   /* words of feedback */
    matcher *matcher;
    stem_filter filter; /* of the query's stems */
    passage_words words;
    store_hit *found; /* by the store */
    uint64_t count;   /* of all that match, where that was asked for */
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

/* The parameters of articles that the caller left to the query. */
static void
find_parameters(searching *s, uint32_t nwords)
{
    const article_parameters found = article_scoring_defaults(nwords);

    if (s->find_k1)
        s->request.k1 = found.k1;
    if (s->find_b)
        s->request.b = found.b;
}

static quire_status
read_parameters(searching *s, const quire_search_options *options, quire_error *err)
{
    const double k1 = s->by_article ? options->article_k1 : options->bm25_k1;
    const double b = s->by_article ? options->article_b : options->bm25_b;

    s->find_k1 = s->by_article && k1 == QUIRE_BY_WORDS;
    s->find_b = s->by_article && b == QUIRE_BY_WORDS;
    if (!s->find_k1 && (!isfinite(k1) || k1 < 0 || k1 > 1000))
        return error_set(err, QUIRE_EUSAGE, "BM25: k1 is a number from 0 to 1000, not %g", k1);
    if (!s->find_b && !(b >= 0 && b <= 1))
        return error_set(err, QUIRE_EUSAGE, "BM25: b is a number from 0 to 1, not %g", b);
    s->request.k1 = k1;
    s->request.b = b;
    find_parameters(s, 0);
    return QUIRE_OK;
}

static quire_status
read_options(searching *s, const quire_search_options *options, quire_error *err)
{
    store_request *request = &s->request;
    quire_status status = read_parameters(s, options, err);

    if (status != QUIRE_OK)
        return status;
    if (s->by_article && options->furniture)
        return error_set(err, QUIRE_EUSAGE,
                         "site furniture is searched by passage, it is no part of an article");
    if (options->expand > MAX_EXPAND)
        return error_set(err, QUIRE_EUSAGE, "a query is expanded by %d words at most", MAX_EXPAND);
    request->max_hits = options->max_hits;
    request->count = options->count;
    request->is_unread = options->parts == QUIRE_PARTS_SCORES && options->show_copies;
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
    return QUIRE_OK;
}

static quire_status
fail_unmatched(const passage_record *record, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT,
                     "the index is damaged: passage %" PRIu32 " of article %" PRIu32
                     " was found by words that it does not have; rebuild it with quire-index",
                     record->number, record->article);
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

/* The sentences of the passage's own text; those of the title, which come first, are left out. */
static bool
fill_sentences(quire_hit *hit, const passage_record *record, arena *a)
{
    size_t ntitle = 0;
    quire_sentence *sentences;

    while (ntitle < record->nsentences && record->sentences[ntitle].in_title)
        ntitle++;
    hit->nsentences = record->nsentences - ntitle;
    sentences = arena_array(a, hit->nsentences + 1, sizeof *sentences);
    if (sentences == NULL)
        return false;
    for (size_t i = 0; i < hit->nsentences; i++) {
        const sentence *from = &record->sentences[ntitle + i];

        sentences[i] = (quire_sentence){from->start, from->end, from->block};
    }
    hit->sentences = sentences;
    return true;
}

static bool
fill_from_passage(quire_hit *hit, const passage_record *record, arena *a)
{
    hit->passage = record->number;
    hit->furniture = record->furniture;
    hit->start = record->source_start;
    hit->end = record->source_end;
    hit->text = record->text;
    hit->text_bytes = record->text_bytes;
    return fill_sentences(hit, record, a);
}

static bool
fill_marks(searching *s, quire_hit *hit, const match_result *match)
{
    passage_marks marks = {0};

    if (!marks_make(match, &s->words, s->arena, &marks))
        return false;
    hit->marks = marks.text;
    hit->nmarks = marks.ntext;
    hit->title_marks = marks.title;
    hit->ntitle_marks = marks.ntitle;
    return true;
}

/* Make a hit of what the store found; its words stay in s->words.  *number_out is its
 * article. */
static quire_status
fill_hit(searching *s, const store_hit *found, quire_hit *hit, uint32_t *number_out,
         quire_error *err)
{
    passage_record record = {0};
    article_record from = {0};
    match_result match = {0};
    quire_status status = store_passage(s->store, found->handle, s->arena, &record, &from, err);

    if (status == QUIRE_OK)
        status = match_words(s, &record, &match, err);
    if (status == QUIRE_OK && !match.matched)
        status = fail_unmatched(&record, err);
    if (status != QUIRE_OK)
        return status;
    fill_from_article(hit, &from);
    if (!fill_from_passage(hit, &record, s->arena) || !fill_marks(s, hit, &match))
        return error_nomem(err);
    *number_out = record.article;
    hit->number = found->handle + 1;
    hit->score = bm25_score(found->score);
    if (s->explain)
        status = explain_hit(s->request.tree, &s->scores, &match, (uint32_t)s->words.list.ntokens,
                             found->score, s->arena, &hit->explanation, err);
    return status;
}

/* A hit whose passage cannot be shown. */
static quire_status
fill_damaged(void *closure, double score, const quire_error *why, quire_hit *hit, quire_error *err)
{
    searching *s = closure;
    const char *said = arena_printf(s->arena, "%s", why->message);

    *hit = (quire_hit){.score = score,
                       .article = "",
                       .title = "",
                       .text = "",
                       .start = QUIRE_NO_OFFSET,
                       .end = QUIRE_NO_OFFSET,
                       .damage = said};
    return said != NULL ? QUIRE_OK : error_nomem(err);
}

/* The same of what a ranking has. */
static quire_status
rank_hit(void *closure, const store_hit *found, quire_hit *hit, uint32_t *number_out,
         quire_error *err)
{
    searching *s = closure;
    const ranked_request request = {.store = s->store,
                                    .stemmer = s->stemmer,
                                    .arena = s->arena,
                                    .parts = s->parts,
                                    .folds = !s->show_copies,
                                    .words = &s->words};

    return ranked_fill(&request, found, hit, number_out, err);
}

/* Make a hit of number i of what was found; one whose passage is damaged says so. */
static quire_status
fill_or_tell(void *closure, uint32_t i, quire_hit *hit, uint32_t *number_out, quire_error *err)
{
    searching *s = closure;
    const store_hit *found = &s->found[i];
    quire_error why;
    quire_status status = s->parts == QUIRE_PARTS_ALL ? fill_hit(s, found, hit, number_out, &why)
                                                      : rank_hit(s, found, hit, number_out, &why);

    if (status == QUIRE_ECORRUPT)
        return fill_damaged(s, bm25_score(found->score), &why, hit, err);
    return status == QUIRE_OK ? status : error_set(err, status, "%s", why.message);
}

static quire_status
ask_store(void *closure, uint32_t max_hits, uint32_t *nfound_out, quire_error *err)
{
    searching *s = closure;
    store_request request = s->request;

    request.max_hits = max_hits;
    s->found = arena_array(s->arena, (size_t)max_hits + 1, sizeof *s->found);
    if (s->found == NULL)
        return error_nomem(err);
    return store_search(s->store, &request, s->found, nfound_out, &s->count, err);
}

/* Texts are matched where hits are whole. */
static quire_status
prepare_matcher(searching *s, quire_error *err)
{
    if (s->parts != QUIRE_PARTS_ALL)
        return QUIRE_OK;
    query_tree_filter(s->request.tree, s->stemmer, &s->filter);
    s->matcher = matcher_new(s->request.tree);
    return s->matcher != NULL ? QUIRE_OK : error_nomem(err);
}

/* Ask the store, and make hits of what it names.  No more can come than there are passages,
 * whatever was asked for. */
static quire_status
find_hits(searching *s, search_results *out, quire_error *err)
{
    const uint32_t wanted = s->request.max_hits;
    bm25_collection collection = {0};
    quire_status status = store_collection(s->store, s->request.filter.furniture, &collection, err);
    gathering g = {.store = s->store,
                   .arena = s->arena,
                   .show_copies = s->show_copies,
                   .named_copies = s->named_copies,
                   .ranks_only = s->parts != QUIRE_PARTS_ALL,
                   .ask = ask_store,
                   .fill = fill_or_tell,
                   .closure = s,
                   .words = &s->words};

    if (status != QUIRE_OK)
        return status;
    g.nall = (uint32_t)collection.npassages;
    g.wanted = wanted < g.nall ? wanted : g.nall;
    status = prepare_matcher(s, err);
    if (status == QUIRE_OK)
        status = gathering_run(&g, out, err);
    out->count = s->count;
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
    match_passage at;
    quire_status status = store_passage(s->store, found->handle, s->arena, &record, &from, err);

    if (status != QUIRE_OK)
        return status;
    at = (match_passage){
        .words = &s->words, .title = record.title, .text = record.text, .article = record.article};
    if (!passage_words_read_some(&s->words, s->stemmer, &s->filter, record.title, record.text,
                                 record.sentences, record.nsentences) ||
        !matcher_article_spans(s->matcher, &at, &match))
        return error_nomem(err);
    fill_from_article(hit, &from);
    if (!fill_from_passage(hit, &record, s->arena) || !fill_marks(s, hit, &match))
        return error_nomem(err);
    hit->number = found->handle + 1;
    hit->score = bm25_score(found->score);
    return QUIRE_OK;
}

static quire_status
find_articles(searching *s, search_results *out, quire_error *err)
{
    quire_status status = prepare_matcher(s, err);
    const article_results_request request = {.store = s->store,
                                             .request = &s->request,
                                             .matcher = s->matcher,
                                             .stemmer = s->stemmer,
                                             .arena = s->arena,
                                             .explain = s->explain,
                                             .show_copies = s->show_copies,
                                             .named_copies = s->named_copies,
                                             .fill = fill_part,
                                             .rank = s->parts != QUIRE_PARTS_ALL ? rank_hit : NULL,
                                             .words = &s->words,
                                             .fill_damaged = fill_damaged,
                                             .closure = s};

    return status == QUIRE_OK ? article_results_find(&request, out, err) : status;
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
    s->text = text;
    s->text_bytes = nbytes;
    return complete_tree(s, tree, &again, err);
}

/* Whatever comes before the store is asked. */
static quire_status
complete_query(searching *s, query_tree *tree, query_notes *notes, quire_error *err)
{
    quire_status status = complete_tree(s, tree, notes, err);

    if (status == QUIRE_OK)
        status = missing_note(s->store, s->request.filter.furniture, tree, s->arena, notes, err);
    if (status == QUIRE_OK)
        status = correct_query(s, tree, notes, err);
    if (status == QUIRE_OK)
        find_parameters(s, article_scoring_words(tree));
    if (status == QUIRE_OK && s->expand > 0)
        status = feedback_add(&(feedback_request){.store = s->store,
                                                  .request = &s->request,
                                                  .by_article = s->by_article,
                                                  .stemmer = s->stemmer,
                                                  .arena = s->arena},
                              tree, s->expand, err);
    return status;
}

static quire_status
find_answer(searching *s, const query_tree *tree, search_results *out, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (!clauses_make(tree, s->text, s->text_bytes, s->arena, out))
        return error_nomem(err);
    if (s->by_article)
        return find_articles(s, out, err);
    if (s->explain)
        status = explain_prepare(s->store, &s->request, s->arena, &s->scores, err);
    if (status == QUIRE_OK && s->explain)
        status = explain_query(s->store, &s->request, &s->scores, s->arena, &out->explanation, err);
    if (status == QUIRE_OK)
        status = find_hits(s, out, err);
    return status;
}

/* Answer a query that is complete, with the parts that are wanted. */
static quire_status
answer(searching *s, const query_tree *tree, search_results *out, quire_error *err)
{
    quire_status status = find_answer(s, tree, out, err);

    if (status == QUIRE_OK && s->parts != QUIRE_PARTS_ALL)
        ranked_strip(s->parts, out->hits, out->nhits);
    return status;
}

/* ---- A whole article ---- */

/* The one leaf of a query for all passages of an article. */
static quire_status
parse_id(searching *s, const char *id, query_tree *tree, quire_error *err)
{
    query_notes ignored = {0};
    quire_status status =
        query_parse("id:x", strlen("id:x"), &s->how, s->stemmer, s->arena, tree, &ignored, err);

    if (status != QUIRE_OK)
        return status;
    tree->leaves[0]->value = id;
    return store_find_articles(s->store, tree, s->arena, err);
}

/* The passages of the articles that tree means, furniture too, in order. */
static quire_status
find_passages(searching *s, const query_tree *tree, store_hit **found_out, uint32_t *nfound_out,
              quire_error *err)
{
    store_request request = {.tree = tree,
                             .filter = {.furniture = true},
                             .k1 = s->request.k1,
                             .b = s->request.b,
                             .count = true};
    uint64_t count = 0;
    quire_status status = store_search(s->store, &request, NULL, nfound_out, &count, err);

    if (status != QUIRE_OK)
        return status;
    request.count = false;
    request.max_hits = (uint32_t)count;
    *found_out = arena_array(s->arena, (size_t)count + 1, sizeof **found_out);
    if (*found_out == NULL)
        return error_nomem(err);
    return store_search(s->store, &request, *found_out, nfound_out, &count, err);
}

/* A passage of the article, matched or not; *is_its_own_out is false where it is of another one. */
static quire_status
show_passage(searching *s, const store_hit *found, const char *id, quire_hit *hit,
             bool *is_its_own_out, quire_error *err)
{
    passage_record record = {0};
    article_record from = {0};
    match_result match = {0};
    quire_status status = store_passage(s->store, found->handle, s->arena, &record, &from, err);

    *is_its_own_out = status != QUIRE_OK || strcmp(from.id, id) == 0;
    if (status != QUIRE_OK || !*is_its_own_out)
        return status;
    *hit = (quire_hit){0};
    fill_from_article(hit, &from);
    if (!fill_from_passage(hit, &record, s->arena))
        return error_nomem(err);
    if (s->matcher == NULL)
        return QUIRE_OK;
    status = match_words(s, &record, &match, err);
    if (status == QUIRE_OK && match.matched && !fill_marks(s, hit, &match))
        status = error_nomem(err);
    return status;
}

/* An article that has no passages: its own number is the only way to it. */
static quire_status
show_empty(searching *s, const query_node *leaf, const char *id, search_results *out,
           quire_error *err)
{
    const uint32_t narticles = leaf->narticles;
    quire_status status = QUIRE_OK;

    for (uint32_t number = 1, nseen = 0; nseen < narticles && status == QUIRE_OK; number++) {
        article_record from = {0};

        if ((leaf->articles[(number - 1) / 64] >> (number - 1) % 64 & 1) == 0)
            continue;
        nseen++;
        status = store_article(s->store, number, s->arena, &from, err);
        if (status != QUIRE_OK || strcmp(from.id, id) != 0)
            continue;
        out->hits[0] = (quire_hit){.text = "", .start = QUIRE_NO_OFFSET, .end = QUIRE_NO_OFFSET};
        fill_from_article(&out->hits[0], &from);
        out->nhits = 1;
    }
    return status;
}

static quire_status
show_passages(searching *s, const char *id, search_results *out, quire_error *err)
{
    query_tree of_id = {0};
    store_hit *found = NULL;
    uint32_t nfound = 0;
    quire_status status = parse_id(s, id, &of_id, err);

    if (status == QUIRE_OK)
        status = find_passages(s, &of_id, &found, &nfound, err);
    if (status != QUIRE_OK)
        return status;
    out->hits = arena_array(s->arena, (size_t)nfound + 1, sizeof *out->hits);
    if (out->hits == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < nfound && status == QUIRE_OK; i++) {
        quire_error why = {0};
        bool is_its_own = true;
        quire_hit *hit = &out->hits[out->nhits];

        status = show_passage(s, &found[i], id, hit, &is_its_own, &why);
        if (status == QUIRE_ECORRUPT) {
            status = fill_damaged(s, 0, &why, hit, &why);
            out->ndamaged++;
        }
        if (status != QUIRE_OK)
            error_set(err, status, "%s", why.message);
        out->nhits += is_its_own;
    }
    if (status == QUIRE_OK && out->nhits == 0)
        status = show_empty(s, of_id.leaves[0], id, out, err);
    return status;
}

/* What a query has that is to be marked. */
static quire_status
prepare_marks(searching *s, query_tree *tree, query_notes *notes, search_results *out,
              quire_error *err)
{
    quire_status status =
        query_parse(s->text, s->text_bytes, &s->how, s->stemmer, s->arena, tree, notes, err);

    if (status != QUIRE_OK || tree->root == NULL)
        return status;
    s->request.filter.furniture = true;
    status = complete_tree(s, tree, notes, err);
    if (status == QUIRE_OK)
        status = missing_note(s->store, true, tree, s->arena, notes, err);
    if (status != QUIRE_OK)
        return status;
    query_tree_filter(s->request.tree, s->stemmer, &s->filter);
    s->matcher = matcher_new(tree);
    return s->matcher != NULL && clauses_make(tree, s->text, s->text_bytes, s->arena, out)
               ? QUIRE_OK
               : error_nomem(err);
}

/* ---- One query ---- */

static searching
begin_search(store *st, stemmer *stem, const char *text, size_t text_bytes,
             const quire_search_options *options)
{
    return (searching){.text = text,
                       .text_bytes = text_bytes,
                       .how = {.require_all = options->require_all,
                               .surfaces = options->surfaces,
                               .no_variants = options->no_variants,
                               .akin = !options->surfaces && !options->no_variants},
                       .correct = options->correct,
                       .show_copies = options->show_copies,
                       .named_copies = options->named_copies,
                       .by_article = options->unit == QUIRE_UNIT_ARTICLE,
                       .parts = options->parts,
                       .expand = options->expand,
                       .store = st,
                       .stemmer = stem,
                       .explain = options->explain};
}

/* Have all that a search is asked with in s, and room for what it finds; the search is to be ended
 * by end_search, whatever the status. */
static quire_status
open_search(searching *s, const query_tree *tree, const quire_search_options *options,
            search_results *out, quire_error *err)
{
    *out = (search_results){.explanation = "", .arena = arena_new()};
    if (out->arena == NULL)
        return error_nomem(err);
    s->arena = out->arena;
    s->request.tree = tree;
    return read_options(s, options, err);
}

static void
end_search(searching *s, quire_status status, const query_notes *notes, search_results *out)
{
    out->notes = notes->notes;
    out->nnotes = notes->nnotes;
    matcher_free(s->matcher);
    passage_words_free(&s->words);
    if (status != QUIRE_OK)
        search_results_clear(out);
}

quire_status
search_show(store *st, stemmer *stem, const char *id, const char *text, size_t text_bytes,
            const quire_search_options *options, search_results *out, quire_error *err)
{
    query_tree tree = {0};
    query_notes notes = {0};
    searching s = begin_search(st, stem, text, text_bytes, options);
    quire_status status = open_search(&s, &tree, options, out, err);

    if (status == QUIRE_OK && text != NULL)
        status = prepare_marks(&s, &tree, &notes, out, err);
    if (status == QUIRE_OK)
        status = show_passages(&s, id, out, err);
    end_search(&s, status, &notes, out);
    return status;
}

quire_status
search_run(store *st, stemmer *stem, const char *text, size_t text_bytes,
           const quire_search_options *options, search_results *out, quire_error *err)
{
    query_tree tree = {0};
    query_notes notes = {0};
    searching s = begin_search(st, stem, text, text_bytes, options);
    quire_status status = open_search(&s, &tree, options, out, err);

    if (status == QUIRE_OK)
        status = query_parse(text, text_bytes, &s.how, stem, s.arena, &tree, &notes, err);
    if (status == QUIRE_OK && tree.root != NULL)
        status = complete_query(&s, &tree, &notes, err);
    if (status == QUIRE_OK && tree.root != NULL)
        status = answer(&s, &tree, out, err);
    end_search(&s, status, &notes, out);
    return status;
}

/* ---- Passages by their numbers ---- */

static quire_status
read_numbered(searching *s, uint64_t number, quire_hit *hit, quire_error *err)
{
    passage_record record = {0};
    article_record from = {0};
    quire_status status;

    if (number == 0 || !store_has_passage(s->store, number - 1))
        return error_set(err, QUIRE_EUSAGE, "there is no passage of the number %" PRIu64, number);
    status = store_passage(s->store, number - 1, s->arena, &record, &from, err);
    if (status != QUIRE_OK)
        return status;
    *hit = (quire_hit){.number = number};
    fill_from_article(hit, &from);
    return fill_from_passage(hit, &record, s->arena) ? QUIRE_OK : error_nomem(err);
}

quire_status
search_read(store *st, const uint64_t *numbers, size_t nnumbers, search_results *out,
            quire_error *err)
{
    searching s = {.store = st};
    quire_status status = QUIRE_OK;

    *out = (search_results){.explanation = "", .arena = arena_new()};
    if (out->arena == NULL)
        return error_nomem(err);
    s.arena = out->arena;
    out->hits = nnumbers < SIZE_MAX ? arena_array(s.arena, nnumbers + 1, sizeof *out->hits) : NULL;
    if (out->hits == NULL)
        status = error_nomem(err);
    for (size_t i = 0; i < nnumbers && status == QUIRE_OK; i++) {
        quire_error why = {0};

        status = read_numbered(&s, numbers[i], &out->hits[i], &why);
        out->ndamaged += status == QUIRE_ECORRUPT;
        if (status == QUIRE_ECORRUPT)
            status = fill_damaged(&s, 0, &why, &out->hits[i], &why);
        if (status != QUIRE_OK)
            error_set(err, status, "%s", why.message);
    }
    out->nhits = nnumbers;
    if (status != QUIRE_OK)
        search_results_clear(out);
    return status;
}

/* ---- More like this ---- */

static quire_status
ask_for_like(searching *s, const quire_sample *sample, query_tree *tree, query_notes *notes,
             search_results *out, quire_error *err)
{
    const like_request request = {.store = s->store,
                                  .stemmer = s->stemmer,
                                  .arena = s->arena,
                                  .furniture = s->request.filter.furniture,
                                  .sample = sample};
    quire_status status = like_add(&request, tree, &s->text, &s->text_bytes, err);

    if (status != QUIRE_OK)
        return status;
    if (tree->root != NULL)
        return answer(s, tree, out, err);
    return query_note(notes, s->arena, "no-telling-words", 0, 0,
                      "the text has no words that tell it from others")
               ? QUIRE_OK
               : error_nomem(err);
}

quire_status
search_like(store *st, stemmer *stem, const quire_sample *sample, const char *text,
            size_t text_bytes, const quire_search_options *options, search_results *out,
            quire_error *err)
{
    query_tree tree = {0};
    query_notes notes = {0};
    searching s = begin_search(st, stem, text, text_bytes, options);
    quire_status status = open_search(&s, &tree, options, out, err);

    if (status == QUIRE_OK && s.expand > 0)
        status = error_set(err, QUIRE_EUSAGE, "what is made of a text is not expanded");
    if (status == QUIRE_OK && text != NULL)
        status = query_parse(text, text_bytes, &s.how, stem, s.arena, &tree, &notes, err);
    if (status == QUIRE_OK && tree.root != NULL)
        status = complete_query(&s, &tree, &notes, err);
    if (status == QUIRE_OK && (text == NULL || tree.root != NULL))
        status = ask_for_like(&s, sample, &tree, &notes, out, err);
    end_search(&s, status, &notes, out);
    return status;
}

/* ---- Counting by article ---- */

static quire_status
tally(searching *s, query_tree *tree, query_notes *notes, uint32_t *counts, search_results *out,
      quire_error *err)
{
    store_request request;
    uint32_t nhits = 0;
    quire_status status = complete_query(s, tree, notes, err);

    request = s->request;
    request.max_hits = 0;
    request.count = true;
    request.tally = counts;
    if (status != QUIRE_OK)
        return status;
    return s->by_article ? store_search_articles(s->store, &request, NULL, &nhits, &out->count, err)
                         : store_search(s->store, &request, NULL, &nhits, &out->count, err);
}

quire_status
search_tally(store *st, stemmer *stem, const char *text, size_t text_bytes,
             const quire_search_options *options, uint32_t *counts, search_results *out,
             quire_error *err)
{
    query_node everything = {.kind = QUERY_LIST, .role = ROLE_REQUIRED};
    query_tree tree = {.root = &everything};
    query_notes notes = {0};
    searching s = begin_search(st, stem, text, text_bytes, options);
    quire_status status = open_search(&s, &tree, options, out, err);

    if (status == QUIRE_OK && text != NULL)
        status = query_parse(text, text_bytes, &s.how, stem, s.arena, &tree, &notes, err);
    if (status == QUIRE_OK && tree.root != NULL)
        status = tally(&s, &tree, &notes, counts, out, err);
    if (status == QUIRE_OK && text != NULL &&
        !clauses_make(&tree, s.text, s.text_bytes, s.arena, out))
        status = error_nomem(err);
    end_search(&s, status, &notes, out);
    return status;
}

void
search_results_clear(search_results *results)
{
    arena_free(results->arena);
    *results = (search_results){0};
}
