/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_store.c - the passage store in Quire's own files: opening it, counting, reading passages.
 *
 *   GENERATION/seg-0/passages/    a segment (postings/segment.h); its text has the stored forms of
 *                                 passages (store/passage_record.h) and of all articles
 *                                 (store/article_record.h)
 *   GENERATION/seg-0/furniture/   the same for site furniture, where there is any, without articles
 *
 * Furniture is apart, so that the statistics of an ordinary search do not know it; it is opened
 * when it is first asked for. */
#include "store/quire_store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/error.h"
#include "postings/segment_files.h"
#include "store/quire_articles.h"

static const char advice[] = "rebuild the index with quire-index";

quire_status
quire_store_advise(quire_status status, quire_error *err)
{
    quire_error inner;

    if ((status != QUIRE_ECORRUPT && status != QUIRE_EVERSION) || err == NULL ||
        strstr(err->message, advice) != NULL)
        return status;
    inner = *err;
    /* A long path must not push the advice out. */
    return error_set(err, status, "%.*s; %s",
                     (int)(sizeof inner.message - sizeof advice - strlen("; ")), inner.message,
                     advice);
}

/* ---- Opening ---- */

static void
close_store(void *self)
{
    quire_store *s = self;

    segment_articles_free(s->articles);
    for (size_t i = 0; i < 2; i++) {
        segment_close(s->segments[i]);
        free(s->paths[i]);
        free(s->hits[i]);
    }
    quire_filter_clear(&s->filter);
    if (s->module != NULL)
        s->module->close_catalogue(&s->catalogue);
    free(s->frequencies);
    free(s->sentences);
    stemmer_free(s->stemmer);
    passage_words_free(&s->words);
    free(s);
}

/* Is a file that the manifest promises not there?  Then the index is damaged; that a file cannot be
 * read for other reasons does not say so. */
static bool
is_file_missing(const char *path, unsigned which)
{
    static const char *const names[] = {SEGMENT_STEMS,     SEGMENT_SURFACES, SEGMENT_POSTINGS,
                                        SEGMENT_POSITIONS, SEGMENT_PASSAGES, SEGMENT_TEXT,
                                        SEGMENT_ARTICLES};
    const size_t nnames = sizeof names / sizeof *names - (which == SEGMENT_OF_FURNITURE);
    bool is_missing = false;

    for (size_t i = 0; i < nnames && !is_missing; i++) {
        char *file = segment_path(path, names[i]);

        is_missing = file != NULL && access(file, F_OK) != 0 && errno == ENOENT;
        free(file);
    }
    return is_missing;
}

static quire_status
open_segment(quire_store *s, unsigned which, quire_error *err)
{
    const manifest *m = &s->generation->manifest;
    const uint64_t npassages = which == SEGMENT_OF_PASSAGES ? m->npassages : m->nfurniture_passages;
    const char *const path = s->paths[which];
    quire_error inner = {0};
    segment *opened = NULL;
    quire_status status = segment_open(path, &opened, &inner);

    if (status == QUIRE_EIO && is_file_missing(path, which))
        status = QUIRE_ECORRUPT;
    if (status != QUIRE_OK)
        return error_set(err, status, "%s", inner.message);
    if (opened->npassages != npassages || opened->narticles != m->narticles) {
        status = error_set(err, QUIRE_ECORRUPT,
                           "%s holds %" PRIu32 " passages of %" PRIu32 " articles, not %" PRIu64
                           " of %" PRIu64 " as its manifest says",
                           path, opened->npassages, opened->narticles, npassages, m->narticles);
        segment_close(opened);
        return status;
    }
    if (which == SEGMENT_OF_PASSAGES && m->narticles > 0 && !opened->has_articles) {
        segment_close(opened);
        return error_set(err, QUIRE_ECORRUPT, "%s holds no articles", path);
    }
    s->segments[which] = opened;
    return QUIRE_OK;
}

static char *
make_path(const generation *g, const char *name)
{
    buffer path = {0};

    if (!buffer_printf(&path, "%s/seg-0/%s", g->directory, name)) {
        buffer_free(&path);
        return NULL;
    }
    return buffer_detach(&path);
}

static quire_status
open_store(const generation *g, void **self_out, quire_error *err)
{
    quire_status status;
    quire_store *s = calloc(1, sizeof *s);

    if (s == NULL)
        return error_nomem(err);
    s->generation = g;
    s->catalogue.generation = g;
    s->has_furniture = g->manifest.nfurniture_passages > 0;
    s->paths[SEGMENT_OF_PASSAGES] = make_path(g, "passages");
    s->paths[SEGMENT_OF_FURNITURE] = make_path(g, "furniture");
    if (s->paths[0] == NULL || s->paths[1] == NULL)
        status = error_nomem(err);
    else
        status = open_segment(s, SEGMENT_OF_PASSAGES, err);
    if (status != QUIRE_OK) {
        close_store(s);
        return quire_store_advise(status, err);
    }
    *self_out = s;
    return QUIRE_OK;
}

quire_status
quire_store_segments(quire_store *s, bool furniture, unsigned *nsegments_out, quire_error *err)
{
    *nsegments_out = furniture && s->has_furniture ? 2 : 1;
    return *nsegments_out == 2 && s->segments[SEGMENT_OF_FURNITURE] == NULL
               ? open_segment(s, SEGMENT_OF_FURNITURE, err)
               : QUIRE_OK;
}

/* ---- Counting ---- */

bm25_collection
quire_store_collection(const quire_store *s, unsigned nsegments)
{
    bm25_collection c = {0};

    for (unsigned i = 0; i < nsegments; i++) {
        c.npassages += s->segments[i]->npassages;
        c.total_length += s->segments[i]->nwords;
    }
    return c;
}

quire_status
quire_store_frequency(const quire_store *s, unsigned nsegments, const char *stem, size_t stem_bytes,
                      uint64_t *out, quire_error *err)
{
    quire_status status = QUIRE_OK;

    *out = 0;
    for (unsigned i = 0; i < nsegments && status == QUIRE_OK; i++) {
        posting_info info;

        status = segment_find_stem(s->segments[i], stem, stem_bytes, &info, err);
        if (status == QUIRE_OK)
            *out += info.df;
    }
    return status;
}

static quire_status
collection(void *self, bool furniture, bm25_collection *out, quire_error *err)
{
    unsigned nsegments;
    quire_status status = quire_store_segments(self, furniture, &nsegments, err);

    if (status == QUIRE_OK)
        *out = quire_store_collection(self, nsegments);
    return quire_store_advise(status, err);
}

static quire_status
document_frequency(void *self, bool furniture, const char *stem, size_t stem_bytes, bool acronym,
                   uint64_t *out, quire_error *err)
{
    unsigned nsegments;
    quire_status status = quire_store_segments(self, furniture, &nsegments, err);

    (void)acronym; /* their stems are in capitals, and no others are */
    if (status == QUIRE_OK)
        status = quire_store_frequency(self, nsegments, stem, stem_bytes, out, err);
    return quire_store_advise(status, err);
}

/* Is the word as it is, with any sign or none, among the surfaces of its stem? */
static quire_status
find_surface(const segment *s, const query_word *word, bool *out, quire_error *err)
{
    uint64_t *ranks = NULL;
    uint32_t nranks = 0;
    arena *a = arena_new();
    quire_status status;

    *out = false;
    if (a == NULL)
        return error_nomem(err);
    status = segment_find_ranks(s, word->stem, word->stem_bytes, word->surface, word->surface_bytes,
                                NULL, 0, a, &ranks, &nranks, err);
    for (uint32_t i = 0; status == QUIRE_OK && !*out && i < nranks; i += 64)
        *out = ranks[i / 64] != 0;
    arena_free(a);
    return status;
}

static quire_status
occurs(void *self, bool furniture, const query_word *word, bool by_surface, bool *out,
       quire_error *err)
{
    const quire_store *s = self;
    unsigned nsegments;
    uint64_t frequency = 0;
    quire_status status = quire_store_segments(self, furniture, &nsegments, err);

    *out = false;
    if (status == QUIRE_OK && !by_surface) {
        status = quire_store_frequency(s, nsegments, word->stem, word->stem_bytes, &frequency, err);
        *out = frequency > 0;
    } else {
        for (unsigned i = 0; status == QUIRE_OK && !*out && i < nsegments; i++)
            status = find_surface(s->segments[i], word, out, err);
    }
    return quire_store_advise(status, err);
}

/* ---- Reading ---- */

static quire_status
read_article(void *self, uint32_t number, arena *a, article_record *out, quire_error *err)
{
    const quire_store *s = self;
    const segment *in = s->segments[SEGMENT_OF_PASSAGES];
    const char *bytes;
    size_t nbytes;
    quire_status status;

    if (number == 0 || number > in->narticles)
        return error_set(err, QUIRE_ECORRUPT, "%s: there is no article %" PRIu32,
                         s->paths[SEGMENT_OF_PASSAGES], number);
    status = text_store_get(in->text, segment_record_of_article(in, number), &bytes, &nbytes, err);
    if (status != QUIRE_OK)
        return status;
    bytes = arena_copy(a, bytes, nbytes);
    if (bytes == NULL)
        return error_nomem(err);
    if (!article_record_read(bytes, nbytes, out))
        return error_set(err, QUIRE_ECORRUPT, "%s: the record of article %" PRIu32 " is damaged",
                         s->paths[SEGMENT_OF_PASSAGES], number);
    return QUIRE_OK;
}

static quire_status
article_of(void *self, uint32_t number, arena *a, article_record *out, quire_error *err)
{
    return quire_store_advise(read_article(self, number, a, out, err), err);
}

quire_status
quire_store_read(quire_store *s, uint64_t handle, passage_record *record, quire_error *err)
{
    const unsigned which = (handle & HANDLE_FURNITURE) != 0;
    const uint32_t number = (uint32_t)handle;
    const char *bytes;
    size_t nbytes;
    quire_error inner;
    quire_status status = which == SEGMENT_OF_FURNITURE && s->segments[which] == NULL
                              ? open_segment(s, which, err)
                              : QUIRE_OK;

    if (status != QUIRE_OK)
        return status;
    const segment *in = s->segments[which];
    const uint32_t of = segment_article(in, number);

    status =
        text_store_get(in->text, segment_record_of_passage(in, number, of), &bytes, &nbytes, err);
    if (status != QUIRE_OK)
        return status;
    status = passage_record_read(bytes, nbytes, record, &s->sentences, &s->sentences_room, &inner);
    if (status == QUIRE_OK && record->furniture != (which == SEGMENT_OF_FURNITURE))
        status = error_set(&inner, QUIRE_ECORRUPT, "it holds the text of another");
    record->article = of;
    return status == QUIRE_OK ? QUIRE_OK
                              : error_set(err, status, "%s, passage %" PRIu32 ": %s",
                                          s->paths[which], number, inner.message);
}

/* The passage first: an article's record is in the block of its first one, so that is at hand then.
 */
static quire_status
passage_of(void *self, uint64_t handle, arena *a, passage_record *out, article_record *of,
           quire_error *err)
{
    quire_store *s = self;
    quire_status status = quire_store_read(s, handle, out, err);

    if (status != QUIRE_OK)
        return quire_store_advise(status, err);
    out->text = arena_copy(a, out->text, out->text_bytes);
    status = out->text == NULL ? error_nomem(err) : read_article(s, out->article, a, of, err);
    if (status == QUIRE_OK && out->nsentences > 0 && out->sentences[0].in_title &&
        !passage_record_set_title(out, of->title != NULL ? of->title : "", of->title_bytes))
        status = error_set(err, QUIRE_ECORRUPT,
                           "%s: the title of article %" PRIu32 " is shorter than its sentences",
                           s->paths[SEGMENT_OF_PASSAGES], out->article);
    return quire_store_advise(status, err);
}

const store_backend quire_store_backend = {
    .name = "quire",
    .open = open_store,
    .close = close_store,
    .search = quire_store_search,
    .search_articles = quire_store_search_articles,
    .article_collection = quire_store_article_collection,
    .article_frequency = quire_store_article_frequency,
    .collection = collection,
    .document_frequency = document_frequency,
    .occurs = occurs,
    .find_articles = quire_store_find_articles,
    .words = quire_store_words,
    .passage = passage_of,
    .article = article_of,
    .explain = quire_store_explain,
};
