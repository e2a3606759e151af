/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index.c - an index opened for searching, and a search of it. */
#include <stdlib.h>

#include "api/results.h"
#include "base/error.h"
#include "query/bm25.h"
#include "result/search.h"
#include "store/generation.h"
#include "store/store.h"
#include "text/stem.h"

struct quire_index {
    generation generation;
    bool is_open; /* generation is */
    store *store;
    stemmer *stemmer;
    quire_index_info info;
};

static void
fill_info(quire_index *index)
{
    const manifest *m = &index->generation.manifest;

    index->info = (quire_index_info){.generation = index->generation.name,
                                     .store = m->store,
                                     .built = m->built,
                                     .narticles = m->narticles,
                                     .npassages = m->npassages,
                                     .nfurniture_passages = m->nfurniture_passages,
                                     .nwords = m->nwords,
                                     .bytes = m->bytes,
                                     .nskipped = m->nproblems,
                                     .sources = m->sources,
                                     .nsources = m->nsources};
}

quire_status
quire_index_open(const char *path, quire_index **index_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    quire_index *index = calloc(1, sizeof *index);

    if (index == NULL)
        return error_nomem(err);
    status = generation_open(path, &index->generation, err);
    if (status != QUIRE_OK)
        goto done;
    index->is_open = true;
    status = store_open(&index->generation, &index->store, err);
    if (status != QUIRE_OK)
        goto done;
    index->stemmer = stemmer_new();
    if (index->stemmer == NULL) {
        status = error_nomem(err);
        goto done;
    }
    fill_info(index);
    *index_out = index;
    index = NULL;
done:
    quire_index_close(index);
    return status;
}

void
quire_index_close(quire_index *index)
{
    if (index == NULL)
        return;
    stemmer_free(index->stemmer);
    store_close(index->store);
    if (index->is_open)
        generation_close(&index->generation);
    free(index);
}

const quire_index_info *
quire_index_describe(const quire_index *index)
{
    return &index->info;
}

void
quire_search_options_init(quire_search_options *options)
{
    *options = (quire_search_options){
        .max_hits = 10, .bm25_k1 = BM25_DEFAULT_K1, .bm25_b = BM25_DEFAULT_B};
}

quire_status
quire_search(quire_index *index, const char *text, size_t text_bytes,
             const quire_search_options *options, quire_results **results_out, quire_error *err)
{
    quire_search_options defaults;
    quire_status status = QUIRE_OK;
    quire_results *results = calloc(1, sizeof *results);

    if (results == NULL)
        return error_nomem(err);
    quire_search_options_init(&defaults);
    status = search_run(index->store, index->stemmer, text, text_bytes,
                        options != NULL ? options : &defaults, &results->found, err);
    if (status != QUIRE_OK) {
        free(results);
        return status;
    }
    *results_out = results;
    return QUIRE_OK;
}
