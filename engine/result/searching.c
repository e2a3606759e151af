/* SPDX-License-Identifier: GPL-3.0-or-later */
/* searching.c - a query's options, checked and put as the store takes them. */
#include "result/searching.h"

#include <math.h>

#include "base/days.h"
#include "base/error.h"
#include "query/article_scoring.h"
#include "query/expand.h"

#define MAX_EXPAND 200

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

void
searching_find_parameters(searching *s, uint32_t nwords)
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
    searching_find_parameters(s, 0);
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

searching
searching_begin(store *st, stemmer *stem, const char *text, size_t text_bytes,
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

quire_status
searching_open(searching *s, const query_tree *tree, const quire_search_options *options,
               search_results *out, quire_error *err)
{
    *out = (search_results){.explanation = "", .arena = arena_new()};
    if (out->arena == NULL)
        return error_nomem(err);
    s->arena = out->arena;
    s->request.tree = tree;
    return read_options(s, options, err);
}

void
searching_end(searching *s, quire_status status, const query_notes *notes, search_results *out)
{
    out->notes = notes->notes;
    out->nnotes = notes->nnotes;
    matcher_free(s->matcher);
    passage_words_free(&s->words);
    if (status != QUIRE_OK)
        search_results_clear(out);
}

quire_status
searching_complete_tree(searching *s, query_tree *tree, query_notes *notes, quire_error *err)
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
