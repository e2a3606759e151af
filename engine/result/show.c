/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.c - passages that are asked for by name: all of an article, what a query finds marked in
 * them, or those of given numbers. */
#include "result/show.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "result/clauses.h"
#include "result/filling.h"
#include "result/missing.h"

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
    filling_article(hit, &from);
    if (!filling_passage(hit, &record, s->arena))
        return error_nomem(err);
    if (s->matcher == NULL)
        return QUIRE_OK;
    status = filling_match(s, &record, &match, err);
    if (status == QUIRE_OK && match.matched && !filling_marks(s, hit, &match))
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
        filling_article(&out->hits[0], &from);
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
            status = filling_damaged(s, 0, &why, hit, &why);
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
    status = searching_complete_tree(s, tree, notes, err);
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

quire_status
show_article(store *st, stemmer *stem, const char *id, const char *text, size_t text_bytes,
             const quire_search_options *options, search_results *out, quire_error *err)
{
    query_tree tree = {0};
    query_notes notes = {0};
    searching s = searching_begin(st, stem, text, text_bytes, options);
    quire_status status = searching_open(&s, &tree, options, out, err);

    if (status == QUIRE_OK && text != NULL)
        status = prepare_marks(&s, &tree, &notes, out, err);
    if (status == QUIRE_OK)
        status = show_passages(&s, id, out, err);
    searching_end(&s, status, &notes, out);
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
    filling_article(hit, &from);
    return filling_passage(hit, &record, s->arena) ? QUIRE_OK : error_nomem(err);
}

quire_status
show_numbered(store *st, const uint64_t *numbers, size_t nnumbers, search_results *out,
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
            status = filling_damaged(&s, 0, &why, &out->hits[i], &why);
        if (status != QUIRE_OK)
            error_set(err, status, "%s", why.message);
    }
    out->nhits = nnumbers;
    if (status != QUIRE_OK)
        search_results_clear(out);
    return status;
}
