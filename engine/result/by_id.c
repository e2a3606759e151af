/* SPDX-License-Identifier: GPL-3.0-or-later */
/* by_id.c - an article by its id: its passages are those of a query for it. */
#include "result/by_id.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "query/bm25.h"
#include "query/parse.h"

/* A query for the article: id:… with a value that no syntax can spoil. */
static quire_status
make_query(store *st, stemmer *stem, const char *id, arena *a, query_tree *tree, quire_error *err)
{
    static const char text[] = "id:x";
    const query_options how = {0};
    query_notes notes = {0};
    quire_status status = query_parse(text, sizeof text - 1, &how, stem, a, tree, &notes, err);

    if (status != QUIRE_OK)
        return status;
    if (tree->root == NULL || tree->nleaves != 1 || tree->leaves[0]->kind != QUERY_FIELD)
        return error_set(err, QUIRE_EINTERNAL, "a query for an id was read as something else");
    tree->leaves[0]->value = arena_copy(a, id, strlen(id));
    if (tree->leaves[0]->value == NULL)
        return error_nomem(err);
    return store_find_articles(st, tree, a, err);
}

/* Find the article itself: a value that ends in * stands for others, too. */
static quire_status
find_article(store *st, const query_node *leaf, const char *id, arena *a, by_id_article *out,
             quire_error *err)
{
    const uint32_t narticles = store_narticles(st);
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < narticles && status == QUIRE_OK; i++) {
        if ((leaf->articles[i / 64] >> i % 64 & 1) == 0)
            continue;
        status = store_article(st, i + 1, a, &out->record, err);
        if (status == QUIRE_OK && strcmp(out->record.id, id) == 0) {
            out->number = i + 1;
            return QUIRE_OK;
        }
    }
    return status != QUIRE_OK ? status
                              : error_set(err, QUIRE_EUSAGE, "there is no article \"%.200s\"", id);
}

static quire_status
find_passages(store *st, const query_tree *tree, arena *a, by_id_article *out, quire_error *err)
{
    store_request request = {
        .tree = tree, .k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B, .count = true};
    uint64_t count = 0;
    quire_status status = store_search(st, &request, NULL, &out->nhits, &count, err);

    if (status != QUIRE_OK)
        return status;
    request.count = false;
    request.max_hits = count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
    out->hits = arena_array(a, (size_t)request.max_hits + 1, sizeof *out->hits);
    if (out->hits == NULL)
        return error_nomem(err);
    return store_search(st, &request, out->hits, &out->nhits, &count, err);
}

quire_status
by_id_find(store *st, stemmer *stem, const char *id, arena *a, by_id_article *out, quire_error *err)
{
    query_tree tree = {0};
    quire_status status = make_query(st, stem, id, a, &tree, err);

    *out = (by_id_article){0};
    if (status == QUIRE_OK)
        status = find_article(st, tree.leaves[0], id, a, out, err);
    return status == QUIRE_OK ? find_passages(st, &tree, a, out, err) : status;
}
