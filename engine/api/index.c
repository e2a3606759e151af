/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index.c - an index opened for searching, and a search of it.
 *
 * A generation that is open may have several handles, each for another thread.  What they share,
 * the generation with its lock, is never written once it is open; all else is each one's own. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "api/results.h"
#include "base/error.h"
#include "query/article_scoring.h"
#include "query/bm25.h"
#include "result/search.h"
#include "result/show.h"
#include "store/generation.h"
#include "store/manifest_files.h"
#include "store/store.h"
#include "text/stem.h"

/* A generation, and how many handles there are on it; the last one closes it. */
typedef struct {
    generation generation;
    atomic_size_t nhandles;
} shared_generation;

struct quire_index {
    shared_generation *shared;
    store *store;
    stemmer *stemmer;
    quire_index_info info;
};

static void
fill_info(quire_index *index)
{
    const generation *g = &index->shared->generation;
    const manifest *m = &g->manifest;

    index->info = (quire_index_info){.generation = g->name,
                                     .store = m->store,
                                     .built = m->built,
                                     .narticles = m->narticles,
                                     .npassages = m->npassages,
                                     .nfurniture_passages = m->nfurniture_passages,
                                     .nwords = m->nwords,
                                     .bytes = m->bytes,
                                     .nskipped = m->nproblems,
                                     .sources = m->sources,
                                     .nsources = m->nsources,
                                     .nstems = m->stems.nentries,
                                     .nsegments = m->nsegments,
                                     .fingerprint = m->hash};
    for (size_t i = 0; i < m->nsegments; i++)
        index->info.ndead += m->segments[i].dead.narticles;
}

static void
release(shared_generation *shared)
{
    if (shared == NULL || atomic_fetch_sub(&shared->nhandles, 1) > 1)
        return;
    generation_close(&shared->generation);
    free(shared);
}

/* Make a handle on a generation, which it takes over, whatever the status. */
static quire_status
make_handle(shared_generation *shared, quire_index **index_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    quire_index *index = calloc(1, sizeof *index);

    if (index == NULL) {
        release(shared);
        return error_nomem(err);
    }
    index->shared = shared;
    status = store_open(&shared->generation, &index->store, err);
    if (status != QUIRE_OK)
        goto done;
    index->stemmer = stemmer_new_small(&shared->generation.manifest.stems);
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

/* Xapian's tables have no checksums, and libxapian may end the process, or answer wrongly, where a
 * bit of them flipped.  So where passages are in them they are read through before they are
 * believed. */
static quire_status
check_tables(const generation *g, quire_error *err)
{
    quire_error why = {0};
    quire_status status = strcmp(g->manifest.store, "xapian") == 0
                              ? manifest_check_below(g->directory, &g->manifest, "seg-", &why)
                              : QUIRE_OK;

    if (status == QUIRE_ECORRUPT)
        return error_set(err, status,
                         "%.400s; rebuild it with quire-index (--trust answers what can be read)",
                         why.message);
    return status == QUIRE_OK ? status : error_set(err, status, "%s", why.message);
}

static quire_status
open_index(const char *path, bool is_trusted, quire_index **index_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    shared_generation *shared = calloc(1, sizeof *shared);

    if (shared == NULL)
        return error_nomem(err);
    status = generation_open(path, &shared->generation, err);
    if (status != QUIRE_OK) {
        free(shared);
        return status;
    }
    atomic_init(&shared->nhandles, 1);
    status = is_trusted ? QUIRE_OK : check_tables(&shared->generation, err);
    if (status == QUIRE_OK)
        return make_handle(shared, index_out, err);
    release(shared);
    return status;
}

quire_status
quire_index_open(const char *path, quire_index **index_out, quire_error *err)
{
    return open_index(path, false, index_out, err);
}

quire_status
quire_index_open_trusted(const char *path, quire_index **index_out, quire_error *err)
{
    return open_index(path, true, index_out, err);
}

quire_status
quire_index_share(const quire_index *index, quire_index **index_out, quire_error *err)
{
    atomic_fetch_add(&index->shared->nhandles, 1);
    return make_handle(index->shared, index_out, err);
}

void
quire_index_close(quire_index *index)
{
    if (index == NULL)
        return;
    stemmer_free(index->stemmer);
    store_close(index->store);
    release(index->shared);
    free(index);
}

const quire_index_info *
quire_index_describe(const quire_index *index)
{
    return &index->info;
}

static const quire_search_options default_options = {.max_hits = 10,
                                                     .bm25_k1 = BM25_DEFAULT_K1,
                                                     .bm25_b = BM25_DEFAULT_B,
                                                     .article_k1 = QUIRE_BY_WORDS,
                                                     .article_b = QUIRE_BY_WORDS,
                                                     .named_copies = QUIRE_MAX_COPIES};

void
quire_search_options_init(quire_search_options *options)
{
    *options = default_options;
}

/* Results are the caller's, unless the search failed. */
static quire_status
hand_over(quire_results *results, quire_status status, quire_results **results_out)
{
    if (status == QUIRE_OK)
        *results_out = results;
    else
        free(results);
    return status;
}

quire_status
quire_search(quire_index *index, const char *text, size_t text_bytes,
             const quire_search_options *options, quire_results **results_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    quire_results *results = calloc(1, sizeof *results);

    if (results == NULL)
        return error_nomem(err);
    status = search_run(index->store, index->stemmer, text, text_bytes,
                        options != NULL ? options : &default_options, &results->found, err);
    return hand_over(results, status, results_out);
}

quire_status
quire_show(quire_index *index, const char *id, const char *text, size_t text_bytes,
           const quire_search_options *options, quire_results **results_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    quire_results *results = calloc(1, sizeof *results);

    if (results == NULL)
        return error_nomem(err);
    status = show_article(index->store, index->stemmer, id, text, text_bytes,
                          options != NULL ? options : &default_options, &results->found, err);
    return hand_over(results, status, results_out);
}

quire_status
quire_read(quire_index *index, const uint64_t *numbers, size_t nnumbers,
           quire_results **results_out, quire_error *err)
{
    quire_results *results = calloc(1, sizeof *results);
    quire_status status;

    if (results == NULL)
        return error_nomem(err);
    status = show_numbered(index->store, numbers, nnumbers, &results->found, err);
    return hand_over(results, status, results_out);
}

quire_status
quire_like(quire_index *index, const quire_sample *sample, const char *text, size_t text_bytes,
           const quire_search_options *options, quire_results **results_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    quire_results *results = calloc(1, sizeof *results);

    if (results == NULL)
        return error_nomem(err);
    status = search_like(index->store, index->stemmer, sample, text, text_bytes,
                         options != NULL ? options : &default_options, &results->found, err);
    return hand_over(results, status, results_out);
}

quire_status
quire_count_by(quire_index *index, const char *text, size_t text_bytes,
               const quire_search_options *options, quire_by by, quire_tally **tally_out,
               quire_error *err)
{
    quire_status status = QUIRE_OK;
    quire_tally *counted = calloc(1, sizeof *counted);

    if (counted == NULL)
        return error_nomem(err);
    status = tally_run(index->store, index->stemmer, text, text_bytes,
                       options != NULL ? options : &default_options, by, &counted->results.found,
                       &counted->found, err);
    if (status != QUIRE_OK) {
        free(counted);
        return status;
    }
    *tally_out = counted;
    return QUIRE_OK;
}

quire_status
quire_complete(quire_index *index, const char *text, size_t text_bytes, uint32_t max,
               quire_completions **completions_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    quire_completions *found = calloc(1, sizeof *found);

    if (found == NULL)
        return error_nomem(err);
    status = complete_run(index->store, index->stemmer, text, text_bytes, max, &found->found, err);
    if (status != QUIRE_OK) {
        free(found);
        return status;
    }
    *completions_out = found;
    return QUIRE_OK;
}

quire_status
quire_diff_articles(quire_index *index, const char *first, const char *second,
                    quire_diff **diff_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    quire_diff *diff = calloc(1, sizeof *diff);

    if (diff == NULL)
        return error_nomem(err);
    status = sentence_diff_run(index->store, index->stemmer, first, second, &diff->found, err);
    if (status != QUIRE_OK) {
        free(diff);
        return status;
    }
    *diff_out = diff;
    return QUIRE_OK;
}
