/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.c - a generation's passage store: the kind that its manifest names. */
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "store/store_backend.h"
#include "store/xapian_module.h"
#include "text/address.h"
#include "text/fold.h"
#include "text/language.h"

struct store {
    const generation *generation;
    const store_backend *backend;
    void *passages;
    copies_file copies;
    bool has_copies; /* they are open */
};

static quire_status
find_backend(const generation *g, const store_backend **out, quire_error *err)
{
    const char *name = g->manifest.store;
    const xapian_module *module;
    quire_status status;

    *out = &quire_store_backend;
    if (strcmp(name, "quire") == 0)
        return QUIRE_OK;
    if (strcmp(name, "xapian") == 0) {
        status = xapian_module_get(&module, err);
        if (status == QUIRE_OK)
            *out = module->backend;
        return status;
    }
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
    s->generation = g;
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
    copies_file_close(&s->copies);
    free(s);
}

quire_status
store_search(store *s, const store_request *request, store_hit *hits, uint32_t *nhits_out,
             uint64_t *count_out, quire_error *err)
{
    return s->backend->search(s->passages, request, hits, nhits_out, count_out, err);
}

quire_status
store_search_articles(store *s, const store_request *request, store_article_hit *hits,
                      uint32_t *nhits_out, uint64_t *count_out, quire_error *err)
{
    return s->backend->search_articles(s->passages, request, hits, nhits_out, count_out, err);
}

quire_status
store_article_collection(store *s, article_collection *out, quire_error *err)
{
    return s->backend->article_collection(s->passages, out, err);
}

quire_status
store_article_frequency(store *s, const char *stem, size_t stem_bytes, bool acronym, uint64_t *out,
                        quire_error *err)
{
    return s->backend->article_frequency(s->passages, stem, stem_bytes, acronym, out, err);
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

/* ---- Fields ---- */

static const char *
value_of(const article_record *of, query_field field)
{
    switch (field) {
    case FIELD_SOURCE:
        return of->source;
    case FIELD_AUTHOR:
        return of->author;
    case FIELD_URL:
        return of->url;
    case FIELD_LANGUAGE:
        return of->language;
    default:
        return of->id;
    }
}

/* Does the article's value begin with that of the leaf, without the * at its end? */
static quire_status
begins_so(store *s, uint32_t number, const query_node *leaf, arena *a, buffer *folded, bool *out,
          quire_error *err)
{
    const size_t asked_bytes = strlen(leaf->value);
    const size_t nbytes =
        asked_bytes - (asked_bytes > 0 && leaf->value[asked_bytes - 1] == '*' ? 1 : 0);
    article_record of = {0};
    quire_status status = store_article(s, number, a, &of, err);
    const char *value = value_of(&of, leaf->field);

    *out = false;
    if (status != QUIRE_OK || value == NULL)
        return status;
    buffer_clear(folded);
    if (leaf->field == FIELD_ID         ? !buffer_add(folded, value, strlen(value))
        : leaf->field == FIELD_URL      ? !address_fold(value, strlen(value), folded)
        : leaf->field == FIELD_LANGUAGE ? !language_fold(value, strlen(value), folded)
                                        : !fold_word(value, strlen(value), folded))
        return error_nomem(err);
    *out = folded->size >= nbytes && memcmp(folded->bytes, leaf->value, nbytes) == 0;
    return QUIRE_OK;
}

/* Read the articles that the index leaves in doubt. */
static quire_status
end_doubt(store *s, const query_node *leaf, article_set *set, quire_error *err)
{
    buffer folded = {0};
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < set->narticles && status == QUIRE_OK; i++) {
        const uint64_t bit = UINT64_C(1) << i % 64;
        bool found = false;
        arena *a;

        if ((set->doubtful[i / 64] & bit) == 0)
            continue;
        a = arena_new();
        status = a == NULL ? error_nomem(err) : begins_so(s, i + 1, leaf, a, &folded, &found, err);
        arena_free(a);
        if (found)
            set->found[i / 64] |= bit;
    }
    buffer_free(&folded);
    return status;
}

/* What the sets of a query's fields may take: of each a bit an article, and a bit a passage where
 * it is searched. */
#define MAX_FIELD_BYTES (UINT64_C(512) << 20)

/* doubtful has room for a bit an article, and is left zeroed as it was. */
static quire_status
find_leaf(store *s, query_node *leaf, uint64_t *doubtful, arena *a, quire_error *err)
{
    article_set set = {.narticles = store_narticles(s), .doubtful = doubtful};
    const size_t nwords = set.narticles / 64 + 1;
    quire_status status;

    set.found = arena_array(a, nwords, sizeof *set.found);
    if (set.found == NULL)
        return error_nomem(err);
    status = s->backend->find_articles(s->passages, leaf, &set, err);
    if (status == QUIRE_OK && set.has_doubt)
        status = end_doubt(s, leaf, &set, err);
    if (status != QUIRE_OK)
        return status;
    if (set.has_doubt)
        memset(doubtful, 0, nwords * sizeof *doubtful);
    leaf->articles = set.found;
    leaf->narticles = 0;
    for (size_t i = 0; i < nwords; i++)
        leaf->narticles += (uint32_t)__builtin_popcountll(set.found[i]);
    return QUIRE_OK;
}

uint32_t
store_most_fields(uint32_t narticles, uint64_t npassages)
{
    const uint64_t most = MAX_FIELD_BYTES / (((uint64_t)narticles + npassages) / 8 + 1);

    return most < UINT32_MAX ? (uint32_t)most : UINT32_MAX;
}

quire_status
store_find_articles(store *s, const query_tree *tree, arena *a, quire_error *err)
{
    bm25_collection collection = {0};
    const uint32_t narticles = store_narticles(s);
    uint32_t nfields = 0;
    uint64_t *doubtful = NULL;
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < tree->nleaves; i++)
        nfields += tree->leaves[i]->kind == QUERY_FIELD;
    if (nfields == 0)
        return QUIRE_OK;
    status = store_collection(s, false, &collection, err);
    if (status != QUIRE_OK)
        return status;
    if (nfields > store_most_fields(narticles, collection.npassages))
        return error_set(err, QUIRE_EQUERY,
                         "the query has %u clauses like date: and source:; of %u articles it takes "
                         "at most %u",
                         (unsigned)nfields, (unsigned)narticles,
                         (unsigned)store_most_fields(narticles, collection.npassages));
    doubtful = calloc((size_t)narticles / 64 + 1, sizeof *doubtful);
    if (doubtful == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < tree->nleaves && status == QUIRE_OK; i++)
        if (tree->leaves[i]->kind == QUERY_FIELD)
            status = find_leaf(s, tree->leaves[i], doubtful, a, err);
    free(doubtful);
    return status;
}

quire_status
store_words(store *s, bool furniture, vocabulary *out, quire_error *err)
{
    return s->backend->words(s->passages, furniture, out, err);
}

/* ---- Reading ---- */

quire_status
store_passage(store *s, uint64_t handle, arena *a, passage_record *out, article_record *of,
              quire_error *err)
{
    return s->backend->passage(s->passages, handle, a, out, of, err);
}

quire_status
store_name_passage(store *s, uint64_t handle, arena *a, store_name *out, quire_error *err)
{
    passage_record record = {0};
    article_record of = {0};
    quire_status status;

    if (s->backend->name_passage != NULL)
        return s->backend->name_passage(s->passages, handle, a, out, err);
    status = store_passage(s, handle, a, &record, &of, err);
    *out = (store_name){.article = record.article, .id = of.id, .passage = record.number};
    return status;
}

bool
store_has_passage(const store *s, uint64_t handle)
{
    return s->backend->has_passage(s->passages, handle);
}

quire_status
store_article(store *s, uint32_t number, arena *a, article_record *out, quire_error *err)
{
    return s->backend->article(s->passages, number, a, out, err);
}

uint32_t
store_narticles(const store *s)
{
    const manifest *m = &s->generation->manifest;
    const manifest_counts *last = &m->segments[m->nsegments - 1].written;

    return manifest_first_article(m, m->nsegments - 1) + (uint32_t)last->narticles;
}

quire_status
store_find_labels(store *s, uint32_t number, bool *found_out, store_labels *out, quire_error *err)
{
    *out = (store_labels){0};
    *found_out = s->backend->labels != NULL;
    return *found_out ? s->backend->labels(s->passages, number, out, err) : QUIRE_OK;
}

/* Does the manifest name the file? */
static bool
has_file(const manifest *m, const char *path)
{
    for (size_t i = 0; i < m->nfiles; i++)
        if (strcmp(m->files[i].path, path) == 0)
            return true;
    return false;
}

quire_status
store_copies(store *s, const copies_file **out, quire_error *err)
{
    const generation *g = s->generation;
    buffer path = {0};
    quire_status status = QUIRE_OK;

    *out = &s->copies;
    if (s->has_copies)
        return QUIRE_OK;
    if (!has_file(&g->manifest, COPIES_FILE)) {
        s->has_copies = true; /* a file without groups, as it is */
        return QUIRE_OK;
    }
    if (!buffer_printf(&path, "%s/%s", g->directory, COPIES_FILE))
        return error_nomem(err);
    if (access(path.bytes, F_OK) != 0 && errno == ENOENT)
        status = error_set(err, QUIRE_ECORRUPT, "%s is missing; rebuild the index with quire-index",
                           path.bytes);
    else
        status = copies_file_open(path.bytes,
                                  manifest_first_article(&g->manifest, g->manifest.nsegments),
                                  &s->copies, err);
    s->has_copies = status == QUIRE_OK;
    buffer_free(&path);
    return status;
}

quire_status
store_explain(store *s, const store_request *request, arena *a, const char **out, quire_error *err)
{
    return s->backend->explain(s->passages, request, a, out, err);
}
