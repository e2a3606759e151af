/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.c - a generation's passage store: the kind that its manifest names. */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/store_backend.h"
#include "store/xapian_module.h"

struct store {
    const store_backend *backend;
    void *passages;
};

static quire_status
find_backend(const generation *g, const store_backend **out, quire_error *err)
{
    const char *name = g->manifest.store;

    *out = &quire_store_backend;
    if (strcmp(name, "quire") == 0)
        return QUIRE_OK;
    if (strcmp(name, "xapian") == 0)
        return xapian_module_backend(out, err);
    return error_set(err, QUIRE_EVERSION,
                     "%s: its store, \"%s\", is not one that this version of Quire knows; "
                     "rebuild the index with quire-index",
                     g->directory, name);
}

quire_status
store_open(const generation *g, store **store_out, quire_error *err)
{
    const store_backend *backend;
    store *s;
    quire_status status = find_backend(g, &backend, err);

    if (status != QUIRE_OK)
        return status;
    s = calloc(1, sizeof *s);
    if (s == NULL)
        return error_nomem(err);
    s->backend = backend;
    status = backend->open(g, &s->passages, err);
    if (status != QUIRE_OK) {
        free(s);
        return status;
    }
    *store_out = s;
    return QUIRE_OK;
}

void
store_close(store *s)
{
    if (s == NULL)
        return;
    s->backend->close(s->passages);
    free(s);
}

quire_status
store_search(store *s, const store_request *request, store_hit *hits, uint32_t *nhits_out,
             uint64_t *count_out, quire_error *err)
{
    return s->backend->search(s->passages, request, hits, nhits_out, count_out, err);
}

quire_status
store_collection(store *s, bool furniture, bm25_collection *out, quire_error *err)
{
    return s->backend->collection(s->passages, furniture, out, err);
}

quire_status
store_document_frequency(store *s, bool furniture, const char *stem, size_t stem_bytes,
                         bool acronym, uint64_t *out, quire_error *err)
{
    return s->backend->document_frequency(s->passages, furniture, stem, stem_bytes, acronym, out,
                                          err);
}

quire_status
store_occurs(store *s, bool furniture, const query_word *word, bool by_surface, bool *out,
             quire_error *err)
{
    return s->backend->occurs(s->passages, furniture, word, by_surface, out, err);
}

quire_status
store_passage(store *s, uint64_t handle, arena *a, passage_record *out, article_record *of,
              quire_error *err)
{
    return s->backend->passage(s->passages, handle, a, out, of, err);
}

quire_status
store_article(store *s, uint32_t number, arena *a, article_record *out, quire_error *err)
{
    return s->backend->article(s->passages, number, a, out, err);
}

quire_status
store_explain(store *s, const store_request *request, arena *a, const char **out, quire_error *err)
{
    return s->backend->explain(s->passages, request, a, out, err);
}
