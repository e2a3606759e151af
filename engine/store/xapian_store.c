/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_store.c - the passage store in Xapian's tables: opening it, counting, reading passages.
 *
 * Site furniture is in a database of its own, so that the statistics of an ordinary search do not
 * know it; a search for it too opens both as one. */
#include "store/xapian_store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "store/catalogue_fields.h"
#include "store/seal.h"
#include "store/terms.h"
#include "store/xapian_articles.h"
#include "store/xapian_plan.h"

/* ---- Opening ---- */

static char *
make_path(const char *directory, const char *name)
{
    buffer path = {0};

    if (directory == NULL || !buffer_printf(&path, "%s/%s", directory, name)) {
        buffer_free(&path);
        return NULL;
    }
    return buffer_detach(&path);
}

static void
close_store(void *self)
{
    xapian_store *s = self;

    catalogue_db_close(&s->catalogue);
    xapian_documents_free(s->documents);
    xap_db_close(s->passages);
    xap_db_close(s->furniture);
    xap_db_close(s->both);
    stemmer_free(s->stemmer);
    passage_words_free(&s->words);
    buffer_free(&s->data);
    free(s->sentences);
    free(s->directory);
    free(s->passages_path);
    free(s->furniture_path);
    free(s);
}

static quire_status
open_one(const char *path, xap_db **db_out, quire_error *err)
{
    return xap_db_open(&path, 1, db_out, err);
}

static quire_status
open_store(const generation *g, void **self_out, quire_error *err)
{
    quire_status status;
    xapian_store *s;

    if (g->manifest.nsegments != 1 || g->manifest.segments[0].dead.narticles > 0)
        return error_set(err, QUIRE_ECORRUPT,
                         "%s: an index of --store xapian is one segment without dead articles; "
                         "rebuild it with quire-index",
                         g->directory);
    s = calloc(1, sizeof *s);
    if (s == NULL)
        return error_nomem(err);
    s->generation = g;
    s->directory = make_path(g->directory, g->manifest.segments[0].name);
    s->catalogue.directory = s->directory;
    s->passages_path = make_path(s->directory, "passages");
    s->furniture_path = make_path(s->directory, "furniture");
    s->stemmer = stemmer_new_with(&g->manifest.stems);
    if (s->passages_path == NULL || s->furniture_path == NULL || s->stemmer == NULL) {
        close_store(s);
        return error_nomem(err);
    }
    s->has_furniture = g->manifest.nfurniture_passages > 0 || access(s->furniture_path, F_OK) == 0;
    status = open_one(s->passages_path, &s->passages, err);
    if (status != QUIRE_OK) {
        close_store(s);
        return status;
    }
    *self_out = s;
    return QUIRE_OK;
}

static quire_status
open_furniture(xapian_store *s, quire_error *err)
{
    return s->furniture != NULL ? QUIRE_OK : open_one(s->furniture_path, &s->furniture, err);
}

size_t
xapian_store_article_words(const xapian_store *s)
{
    return (size_t)s->generation->manifest.narticles / 64 + 1;
}

quire_status
xapian_store_database(xapian_store *s, bool furniture, xap_db **db_out, quire_error *err)
{
    const char *const paths[] = {s->passages_path, s->furniture_path};
    quire_status status = QUIRE_OK;

    if (!furniture || !s->has_furniture) {
        *db_out = s->passages;
        return QUIRE_OK;
    }
    if (s->both == NULL)
        status = open_furniture(s, err);
    if (status == QUIRE_OK && s->both == NULL)
        status = xap_db_open(paths, 2, &s->both, err);
    *db_out = s->both;
    return status;
}

/* ---- Counting ---- */

quire_status
xapian_store_collection(void *self, bool furniture, bm25_collection *out, quire_error *err)
{
    xap_db *db;
    uint64_t length = 0;
    quire_status status = xapian_store_database(self, furniture, &db, err);

    if (status == QUIRE_OK)
        status = xap_db_statistics(db, &out->npassages, &length, err);
    if (status == QUIRE_OK)
        out->total_length = length / 2; /* each word is a surface and a stem */
    return status;
}

static quire_status
count_term(xapian_store *s, bool furniture, const term *t, uint64_t *out, quire_error *err)
{
    xap_db *db;
    quire_status status = xapian_store_database(s, furniture, &db, err);

    return status == QUIRE_OK ? xap_db_term_frequency(db, t->bytes, t->nbytes, out, err) : status;
}

quire_status
xapian_store_document_frequency(void *self, bool furniture, const char *stem, size_t stem_bytes,
                                bool acronym, uint64_t *out, quire_error *err)
{
    term t;

    term_make_stem(&t, stem, stem_bytes, acronym);
    return count_term(self, furniture, &t, out, err);
}

static quire_status
occurs(void *self, bool furniture, const query_word *word, bool by_surface, bool *out,
       quire_error *err)
{
    const bool acronym = (word->flags & TOKEN_ACRONYM) != 0;
    term t;
    uint64_t frequency = 0;
    quire_status status;

    if (by_surface)
        term_make_surface(&t, word->surface, word->surface_bytes, acronym);
    else
        term_make_stem(&t, word->stem, word->stem_bytes, acronym);
    status = count_term(self, furniture, &t, &frequency, err);
    *out = frequency > 0;
    return status;
}

static quire_status
find_articles(void *self, const query_node *leaf, article_set *set, quire_error *err)
{
    xapian_store *s = self;

    return catalogue_fields_find(&s->catalogue, leaf, set, err);
}

/* ---- Reading ---- */

quire_status
xapian_store_read(xapian_store *s, uint64_t handle, passage_record *record, quire_error *err)
{
    const bool furniture = (handle & HANDLE_FURNITURE) != 0;
    const uint32_t document = (uint32_t)handle;
    size_t record_bytes;
    quire_error inner;
    quire_status status = furniture ? open_furniture(s, err) : QUIRE_OK;

    if (status != QUIRE_OK)
        return status;
    buffer_clear(&s->data);
    status = xap_db_data(furniture ? s->furniture : s->passages, document, &s->data, err);
    if (status != QUIRE_OK)
        return status;
    if (!seal_check(s->data.bytes, s->data.size, &record_bytes))
        status = error_set(&inner, QUIRE_ECORRUPT,
                           "a stored passage does not fit its checksum: the index is damaged; "
                           "rebuild it with quire-index");
    else
        status = passage_record_read(s->data.bytes, record_bytes, record, &s->sentences,
                                     &s->sentences_room, &inner);
    if (status == QUIRE_OK &&
        (record->article == 0 || record->article > s->generation->manifest.narticles ||
         record->furniture != furniture ||
         !passage_record_set_title(record, record->title, record->title_bytes)))
        status = error_set(&inner, QUIRE_ECORRUPT,
                           "a stored passage is one of another kind; rebuild the index with "
                           "quire-index");
    return status == QUIRE_OK ? QUIRE_OK
                              : error_set(err, status, "%s, document %" PRIu32 ": %s",
                                          furniture ? s->furniture_path : s->passages_path,
                                          document, inner.message);
}

static quire_status
read_article(void *self, uint32_t number, arena *a, article_record *out, quire_error *err)
{
    xapian_store *s = self;
    const char *copy;
    size_t record_bytes;
    xap_db *db;
    quire_status status = catalogue_db_get(&s->catalogue, &db, err);

    buffer_clear(&s->data);
    if (status == QUIRE_OK)
        status = xap_db_data(db, number, &s->data, err);
    if (status != QUIRE_OK)
        return status;
    copy = arena_copy(a, s->data.bytes, s->data.size);
    if (copy == NULL)
        return error_nomem(err);
    if (!seal_check(copy, s->data.size, &record_bytes) ||
        !article_record_read(copy, record_bytes, out))
        return error_set(err, QUIRE_ECORRUPT,
                         "%s/catalogue, article %" PRIu32 ": its record is damaged; rebuild the "
                         "index with quire-index",
                         s->directory, number);
    return QUIRE_OK;
}

static quire_status
read_passage(void *self, uint64_t handle, arena *a, passage_record *out, article_record *of,
             quire_error *err)
{
    quire_status status = xapian_store_read(self, handle, out, err);

    if (status != QUIRE_OK)
        return status;
    const size_t title_bytes = out->title_bytes;
    char *text = arena_copy(a, out->text, out->text_bytes);
    char *title = arena_copy(a, out->title, title_bytes);

    if (text == NULL || title == NULL)
        return error_nomem(err);
    out->text = text;
    out->title = title;
    status = read_article(self, out->article, a, of, err);
    if (status == QUIRE_OK && title_bytes > 0 &&
        (of->title_bytes != title_bytes || memcmp(of->title, title, title_bytes) != 0))
        status = error_set(err, QUIRE_ECORRUPT,
                           "the index is damaged: article %" PRIu32
                           " has two titles; rebuild it with quire-index",
                           out->article);
    return status;
}

/* ---- Explaining ---- */

static quire_status
explain(void *self, const store_request *request, arena *a, const char **out, quire_error *err)
{
    xapian_store *s = self;
    xap_db *db;
    xap_query *query = NULL;
    buffer text = {0};
    bool exact;
    quire_status status = xapian_store_database(s, request->filter.furniture, &db, err);

    if (status == QUIRE_OK)
        status = xapian_plan_make(request->tree, &request->filter, request->tree->nterms == 0, db,
                                  &query, &exact, err);
    if (status == QUIRE_OK)
        status = xap_query_describe(query, &text, err);
    if (status == QUIRE_OK) {
        *out = arena_printf(a, "xapian %s in %s%s: %s\n", exact ? "finds" : "finds candidates",
                            s->passages_path, db == s->passages ? "" : " and furniture",
                            text.bytes != NULL ? text.bytes : "");
        if (*out == NULL)
            status = error_nomem(err);
    }
    xap_query_free(query);
    buffer_free(&text);
    return status;
}

const store_backend xapian_store_backend = {
    .name = "xapian",
    .open = open_store,
    .close = close_store,
    .search = xapian_store_search,
    .search_articles = xapian_store_search_articles,
    .article_collection = xapian_store_article_collection,
    .article_frequency = xapian_store_article_frequency,
    .collection = xapian_store_collection,
    .document_frequency = xapian_store_document_frequency,
    .occurs = occurs,
    .find_articles = find_articles,
    .words = xapian_store_words,
    .passage = read_passage,
    .article = read_article,
    .explain = explain,
};
