/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_store.c - the passage store in Xapian's tables: opening it, counting, reading passages.
 *
 * A segment has a database of passages, from which the dead are deleted, and those of all segments
 * are opened as one, whose statistics are those of the whole.  Site furniture is in a database of
 * its own, so that the statistics of an ordinary search do not know it; a search for it too opens
 * all of them. */
#include "store/xapian_store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "store/catalogue_fields.h"
#include "store/terms.h"
#include "store/xapian_articles.h"
#include "store/xapian_documents.h"
#include "store/xapian_plan.h"

/* ---- Opening ---- */

static char *
make_path(const char *directory, const char *name)
{
    buffer path = {0};

    if (!buffer_printf(&path, "%s/%s", directory, name)) {
        buffer_free(&path);
        return NULL;
    }
    return buffer_detach(&path);
}

static void
close_store(void *self)
{
    xapian_store *s = self;
    const bool is_shared = s->nsegments == 1; /* the one shard of passages is all of them */

    for (size_t i = 0; i < s->nsegments; i++) {
        catalogue_db_close(&s->segments[i].catalogue);
        free(s->segments[i].directory);
        if (s->documents != NULL)
            xapian_documents_free(s->documents[i]);
    }
    for (size_t i = 0; i < s->nshards; i++) {
        xap_db_close(s->shards[i].db);
        free(s->shards[i].path);
    }
    if (!is_shared)
        xap_db_close(s->passages);
    xap_db_close(s->both);
    stemmer_free(s->stemmer);
    passage_words_free(&s->words);
    xapian_record_memory_free(&s->memory);
    free(s->documents);
    free(s->shards);
    free(s->segments);
    free(s);
}

/* Add the shards that the segments have of one kind. */
static quire_status
list_shards(xapian_store *s, bool furniture, quire_error *err)
{
    for (size_t i = 0; i < s->nsegments; i++) {
        const xapian_segment *of = &s->segments[i];
        xapian_shard *made = &s->shards[s->nshards];

        *made = (xapian_shard){.of = of, .furniture = furniture};
        made->path = make_path(of->directory, furniture ? "furniture" : "passages");
        if (made->path == NULL)
            return error_nomem(err);
        if (furniture && of->described->written.nfurniture_passages == 0 &&
            access(made->path, F_OK) != 0)
            free(made->path);
        else
            s->nshards++;
    }
    return QUIRE_OK;
}

static quire_status
list_segments(xapian_store *s, quire_error *err)
{
    const generation *g = s->generation;
    quire_status status;

    for (size_t i = 0; i < g->manifest.nsegments; i++) {
        xapian_segment *made = &s->segments[s->nsegments++];

        *made = (xapian_segment){.described = &g->manifest.segments[i],
                                 .first_article = manifest_first_article(&g->manifest, i)};
        made->directory = make_path(g->directory, made->described->name);
        made->catalogue.directory = made->directory;
        if (made->directory == NULL)
            return error_nomem(err);
    }
    status = list_shards(s, false, err);
    return status == QUIRE_OK ? list_shards(s, true, err) : status;
}

static quire_status
open_store(const generation *g, void **self_out, quire_error *err)
{
    const size_t nsegments = g->manifest.nsegments;
    xapian_store *s = calloc(1, sizeof *s);
    xap_db *ignored;
    quire_status status = QUIRE_OK;

    if (s == NULL)
        return error_nomem(err);
    s->generation = g;
    s->segments = calloc(nsegments, sizeof *s->segments);
    s->shards = calloc(2 * nsegments, sizeof *s->shards);
    s->stemmer = stemmer_new_small(&g->manifest.stems);
    if (s->segments == NULL || s->shards == NULL || s->stemmer == NULL)
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = list_segments(s, err);
    if (status == QUIRE_OK)
        status = xapian_store_database(s, false, &ignored, NULL, err);
    if (status != QUIRE_OK) {
        close_store(s);
        return status;
    }
    *self_out = s;
    return QUIRE_OK;
}

quire_status
xapian_store_shard(xapian_store *s, size_t shard, xap_db **db_out, quire_error *err)
{
    xapian_shard *in = &s->shards[shard];
    quire_status status = QUIRE_OK;

    if (in->db == NULL)
        status = xap_db_open((const char *const[]){in->path}, 1, &in->db, err);
    *db_out = in->db;
    return status;
}

static quire_status
open_shards(const xapian_store *s, size_t nshards, xap_db **db_out, quire_error *err)
{
    const char **paths = calloc(nshards + 1, sizeof *paths);
    quire_status status = QUIRE_OK;

    if (paths == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < nshards; i++)
        paths[i] = s->shards[i].path;
    status = xap_db_open(paths, nshards, db_out, err);
    free(paths);
    return status;
}

size_t
xapian_store_article_words(const xapian_store *s)
{
    const xapian_segment *last = &s->segments[s->nsegments - 1];

    return ((size_t)last->first_article + last->described->written.narticles) / 64 + 1;
}

quire_status
xapian_store_database(xapian_store *s, bool furniture, xap_db **db_out, size_t *nshards_out,
                      quire_error *err)
{
    const size_t nshards = furniture ? s->nshards : s->nsegments;
    xap_db **db = nshards == s->nsegments ? &s->passages : &s->both;
    quire_status status = QUIRE_OK;

    if (*db == NULL && nshards == 1)
        status = xapian_store_shard(s, 0, db, err);
    else if (*db == NULL)
        status = open_shards(s, nshards, db, err);
    *db_out = *db;
    if (nshards_out != NULL)
        *nshards_out = nshards;
    return status;
}

/* ---- Counting ---- */

quire_status
xapian_store_collection(void *self, bool furniture, bm25_collection *out, quire_error *err)
{
    xap_db *db;
    uint64_t length = 0;
    quire_status status = xapian_store_database(self, furniture, &db, NULL, err);

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
    quire_status status = xapian_store_database(s, furniture, &db, NULL, err);

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
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < s->nsegments && status == QUIRE_OK; i++) {
        xapian_segment *in = &s->segments[i];
        article_set part = {.narticles = (uint32_t)in->described->written.narticles,
                            .found = set->found + in->first_article / 64,
                            .doubtful = set->doubtful + in->first_article / 64};

        status = catalogue_fields_find(&in->catalogue, leaf, &part, err);
        set->has_doubt = set->has_doubt || part.has_doubt;
    }
    return status;
}

/* ---- Reading ---- */

quire_status
xapian_store_read(xapian_store *s, uint64_t handle, passage_record *record, quire_error *err)
{
    const xapian_shard *in = &s->shards[handle >> 32];
    xap_db *db;
    quire_status status = xapian_store_shard(s, (size_t)(handle >> 32), &db, err);

    if (status == QUIRE_OK)
        status = xapian_records_passage(db, in->path, in->of->described, in->furniture,
                                        (uint32_t)handle, &s->memory, record, err);
    if (status == QUIRE_OK)
        record->article += in->of->first_article;
    return status;
}

xapian_segment *
xapian_store_segment(const xapian_store *s, uint32_t number)
{
    size_t i = s->nsegments - 1;

    while (i > 0 && number <= s->segments[i].first_article)
        i--;
    return &s->segments[i];
}

static quire_status
read_article(void *self, uint32_t number, arena *a, article_record *out, quire_error *err)
{
    xapian_segment *in = xapian_store_segment(self, number);
    xap_db *catalogue;
    quire_status status = catalogue_db_get(&in->catalogue, &catalogue, err);

    return status == QUIRE_OK ? xapian_records_article(catalogue, in->directory,
                                                       number - in->first_article, a, out, err)
                              : status;
}

quire_status
xapian_store_place(xapian_store *s, uint32_t number, arena *a, result_place *place,
                   quire_error *err)
{
    article_record record;
    quire_status status;

    if (place->is_known)
        return QUIRE_OK;
    status = read_article(s, number, a, &record, err);
    if (status != QUIRE_OK && status != QUIRE_ECORRUPT)
        return status;
    *place = result_place_of(status == QUIRE_OK ? &record : NULL);
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

static bool
has_passage(const void *self, uint64_t handle)
{
    const xapian_store *s = self;

    if (handle >> 32 >= s->nshards || (uint32_t)handle == 0)
        return false;

    const xapian_shard *in = &s->shards[handle >> 32];
    const manifest_counts *m = &in->of->described->written;

    return (uint32_t)handle <= (in->furniture ? m->nfurniture_passages : m->npassages);
}

/* ---- Explaining ---- */

static quire_status
explain(void *self, const store_request *request, arena *a, const char **out, quire_error *err)
{
    xapian_store *s = self;
    const bool furniture = request->filter.furniture;
    xap_db *db;
    size_t nshards;
    xap_query *query = NULL;
    buffer text = {0};
    bool exact;
    quire_status status = xapian_store_database(s, furniture, &db, &nshards, err);

    if (status == QUIRE_OK)
        status = xapian_plan_make(request->tree, &request->filter, request->tree->nterms == 0, db,
                                  &query, &exact, err);
    if (status == QUIRE_OK)
        status = xap_query_describe(query, &text, err);
    if (status == QUIRE_OK) {
        *out = arena_printf(a, "xapian %s in %s%s%s: %s\n", exact ? "finds" : "finds candidates",
                            s->shards[0].path, s->nsegments == 1 ? "" : " and other segments",
                            nshards == s->nsegments ? "" : ", and furniture",
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
    .has_passage = has_passage,
    .article = read_article,
    .explain = explain,
};
