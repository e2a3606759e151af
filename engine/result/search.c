/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.c - one query, from its text to results with marks.
 *
 * The query is read into a tree; the store names the best passages; each is made a hit (filling.c).
 * Everything that a result points to lives in the results' own arena. */
#include "result/search.h"

#include "base/error.h"
#include "query/article_scoring.h"
#include "result/article_results.h"
#include "result/clauses.h"
#include "result/feedback.h"
#include "result/filling.h"
#include "result/gathering.h"
#include "result/like.h"
#include "result/missing.h"
#include "result/ranked.h"
#include "result/searching.h"
#include "result/suggest.h"

/* Make a hit of number i of what was found; one whose passage is damaged says so. */
static quire_status
fill_or_tell(void *closure, uint32_t i, quire_hit *hit, uint32_t *number_out, quire_error *err)
{
    searching *s = closure;
    const store_hit *found = &s->found[i];
    quire_error why;
    quire_status status = s->parts == QUIRE_PARTS_ALL
                              ? filling_hit(s, found, hit, number_out, &why)
                              : filling_ranked(s, found, hit, number_out, &why);

    if (status == QUIRE_ECORRUPT)
        return filling_damaged(s, bm25_score(found->score), &why, hit, err);
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
                                             .fill = filling_part,
                                             .rank = s->parts != QUIRE_PARTS_ALL ? filling_ranked
                                                                                 : NULL,
                                             .words = &s->words,
                                             .fill_damaged = filling_damaged,
                                             .closure = s};

    return status == QUIRE_OK ? article_results_find(&request, out, err) : status;
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
    return searching_complete_tree(s, tree, &again, err);
}

/* Whatever comes before the store is asked. */
static quire_status
complete_query(searching *s, query_tree *tree, query_notes *notes, quire_error *err)
{
    quire_status status = searching_complete_tree(s, tree, notes, err);

    if (status == QUIRE_OK)
        status = missing_note(s->store, s->request.filter.furniture, tree, s->arena, notes, err);
    if (status == QUIRE_OK)
        status = correct_query(s, tree, notes, err);
    if (status == QUIRE_OK)
        searching_find_parameters(s, article_scoring_words(tree));
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

quire_status
search_run(store *st, stemmer *stem, const char *text, size_t text_bytes,
           const quire_search_options *options, search_results *out, quire_error *err)
{
    query_tree tree = {0};
    query_notes notes = {0};
    searching s = searching_begin(st, stem, text, text_bytes, options);
    quire_status status = searching_open(&s, &tree, options, out, err);

    if (status == QUIRE_OK)
        status = query_parse(text, text_bytes, &s.how, stem, s.arena, &tree, &notes, err);
    if (status == QUIRE_OK && tree.root != NULL)
        status = complete_query(&s, &tree, &notes, err);
    if (status == QUIRE_OK && tree.root != NULL)
        status = answer(&s, &tree, out, err);
    searching_end(&s, status, &notes, out);
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
    searching s = searching_begin(st, stem, text, text_bytes, options);
    quire_status status = searching_open(&s, &tree, options, out, err);

    if (status == QUIRE_OK && s.expand > 0)
        status = error_set(err, QUIRE_EUSAGE, "what is made of a text is not expanded");
    if (status == QUIRE_OK && text != NULL)
        status = query_parse(text, text_bytes, &s.how, stem, s.arena, &tree, &notes, err);
    if (status == QUIRE_OK && tree.root != NULL)
        status = complete_query(&s, &tree, &notes, err);
    if (status == QUIRE_OK && (text == NULL || tree.root != NULL))
        status = ask_for_like(&s, sample, &tree, &notes, out, err);
    searching_end(&s, status, &notes, out);
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
    searching s = searching_begin(st, stem, text, text_bytes, options);
    quire_status status = searching_open(&s, &tree, options, out, err);

    if (status == QUIRE_OK && text != NULL)
        status = query_parse(text, text_bytes, &s.how, stem, s.arena, &tree, &notes, err);
    if (status == QUIRE_OK && tree.root != NULL)
        status = tally(&s, &tree, &notes, counts, out, err);
    if (status == QUIRE_OK && text != NULL &&
        !clauses_make(&tree, s.text, s.text_bytes, s.arena, out))
        status = error_nomem(err);
    searching_end(&s, status, &notes, out);
    return status;
}

void
search_results_clear(search_results *results)
{
    arena_free(results->arena);
    *results = (search_results){0};
}
