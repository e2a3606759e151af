/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_store.c - the passage store in Quire's own files: opening it, counting, reading passages.
 *
 *   GENERATION/seg-N/passages/    a segment (postings/segment.h); its text has the stored forms of
 *                                 passages (store/passage_record.h) and of all articles
 *                                 (store/article_record.h)
 *   GENERATION/seg-N/furniture/   the same for site furniture, where there is any, without articles
 *   GENERATION/seg-N/catalogue/   Xapian's database of its articles' attributes
 *   GENERATION/seg-N/dead         which of its articles are dead, if any (store/dead_articles.h)
 *
 * Furniture is apart, so that the statistics of an ordinary search do not know it; it is opened
 * when it is first asked for.  What is counted is what is alive, summed over all segments, as if
 * there were one, written of nothing else. */
#include "store/quire_store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/error.h"
#include "postings/segment_files.h"
#include "postings/segment_forms.h"
#include "store/quire_articles.h"
#include "store/quire_records.h"

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
close_segment(quire_store *s, quire_segment *g)
{
    segment_articles_free(g->articles);
    for (unsigned i = 0; i < SETS; i++) {
        segment_close(g->sets[i].segment);
        free(g->sets[i].path);
        free(g->sets[i].hits);
    }
    dead_articles_close(&g->dead);
    quire_filter_clear(&g->alive);
    quire_filter_clear(&g->filter);
    if (s->module != NULL)
        s->module->close_catalogue(&g->catalogue);
    free(g->directory);
}

static void
close_store(void *self)
{
    quire_store *s = self;

    for (size_t i = 0; i < s->nsegments && s->segments != NULL; i++)
        close_segment(s, &s->segments[i]);
    free(s->segments);
    free(s->sets);
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
    const size_t nnames = sizeof names / sizeof *names - (which == SET_OF_FURNITURE);
    bool is_missing = false;

    for (size_t i = 0; i < nnames && !is_missing; i++) {
        char *file = segment_path(path, names[i]);

        is_missing = file != NULL && access(file, F_OK) != 0 && errno == ENOENT;
        free(file);
    }
    return is_missing;
}

static quire_status
open_set(quire_passages *set, quire_error *err)
{
    const manifest_counts *m = &set->of->described->written;
    const uint64_t npassages =
        set->which == SET_OF_PASSAGES ? m->npassages : m->nfurniture_passages;
    quire_error inner = {0};
    segment *opened = NULL;
    quire_status status = segment_open(set->path, &opened, &inner);

    if (status == QUIRE_EIO && is_file_missing(set->path, set->which))
        status = QUIRE_ECORRUPT;
    if (status != QUIRE_OK)
        return error_set(err, status, "%s", inner.message);
    if (opened->npassages != npassages || opened->narticles != m->narticles) {
        status =
            error_set(err, QUIRE_ECORRUPT,
                      "%s holds %" PRIu32 " passages of %" PRIu32 " articles, not %" PRIu64
                      " of %" PRIu64 " as its manifest says",
                      set->path, opened->npassages, opened->narticles, npassages, m->narticles);
        segment_close(opened);
        return status;
    }
    if (set->which == SET_OF_PASSAGES && m->narticles > 0 && !opened->has_articles) {
        segment_close(opened);
        return error_set(err, QUIRE_ECORRUPT, "%s holds no articles", set->path);
    }
    set->segment = opened;
    return QUIRE_OK;
}

static char *
join_path(const char *directory, const char *name)
{
    buffer path = {0};

    if (directory == NULL || !buffer_printf(&path, "%s/%s", directory, name)) {
        buffer_free(&path);
        return NULL;
    }
    return buffer_detach(&path);
}

static uint64_t
count_taken(const void *closure, uint64_t ordinal, uint32_t rank)
{
    const quire_passages *set = closure;
    const dead_stem stem = dead_articles_stem(&set->of->dead, set->which, ordinal);

    return dead_stem_occurrences(&stem, rank);
}

static quire_status
open_dead(quire_segment *g, quire_error *err)
{
    const manifest_counts *told = &g->described->dead;
    char *path;
    manifest_counts found;
    quire_status status;

    if (told->narticles == 0)
        return QUIRE_OK;
    path = join_path(g->directory, DEAD_FILE);
    if (path == NULL)
        return error_nomem(err);
    status = dead_articles_open(path, (uint32_t)g->described->written.narticles, &g->dead, err);
    if (status == QUIRE_EIO && access(path, F_OK) != 0 && errno == ENOENT)
        status = QUIRE_ECORRUPT;
    found = dead_articles_counts(&g->dead);
    if (status == QUIRE_OK && memcmp(&found, told, sizeof found) != 0)
        status =
            error_set(err, QUIRE_ECORRUPT, "%s: of other articles than its manifest says", path);
    free(path);
    if (status != QUIRE_OK)
        return status;
    g->has_dead = true;
    for (unsigned i = 0; i < SETS; i++)
        g->sets[i].taken = (segment_taken){.count = count_taken, .closure = &g->sets[i]};
    return QUIRE_OK;
}

static quire_status
open_segment(quire_store *s, size_t number, quire_error *err)
{
    static const char *const names[SETS] = {"passages", "furniture"};
    const manifest *m = &s->generation->manifest;
    quire_segment *g = &s->segments[number];
    quire_status status;

    g->described = &m->segments[number];
    g->first_article = manifest_first_article(m, number);
    g->directory = join_path(s->generation->directory, g->described->name);
    g->catalogue.directory = g->directory;
    for (unsigned i = 0; i < SETS; i++) {
        g->sets[i].of = g;
        g->sets[i].which = i;
        g->sets[i].path = join_path(g->directory, names[i]);
        if (g->sets[i].path == NULL)
            return error_nomem(err);
    }
    status = open_set(&g->sets[SET_OF_PASSAGES], err);
    return status == QUIRE_OK ? open_dead(g, err) : status;
}

/* Note the sets that there are. */
static void
list_sets(quire_store *s)
{
    for (unsigned which = 0; which < SETS; which++)
        for (size_t i = 0; i < s->nsegments; i++) {
            quire_segment *g = &s->segments[i];

            if (which == SET_OF_PASSAGES || g->described->written.nfurniture_passages > 0)
                s->sets[s->nsets++] = &g->sets[which];
        }
}

static quire_status
open_segments(quire_store *s, quire_error *err)
{
    const size_t n = s->generation->manifest.nsegments;
    quire_status status = QUIRE_OK;

    s->segments = calloc(n, sizeof *s->segments);
    s->sets = calloc(n * SETS, sizeof(quire_passages *));
    if (s->segments == NULL || s->sets == NULL)
        return error_nomem(err);
    s->nsegments = n;
    for (size_t i = 0; i < n && status == QUIRE_OK; i++)
        status = open_segment(s, i, err);
    if (status == QUIRE_OK)
        list_sets(s);
    return status;
}

static quire_status
open_store(const generation *g, void **self_out, quire_error *err)
{
    quire_status status;
    quire_store *s = calloc(1, sizeof *s);

    if (s == NULL)
        return error_nomem(err);
    s->generation = g;
    status = open_segments(s, err);
    if (status != QUIRE_OK) {
        close_store(s);
        return quire_store_advise(status, err);
    }
    *self_out = s;
    return QUIRE_OK;
}

quire_status
quire_store_sets(quire_store *s, bool furniture, size_t *nsets_out, quire_error *err)
{
    quire_status status = QUIRE_OK;

    *nsets_out = furniture ? s->nsets : s->nsegments;
    for (size_t i = s->nsegments; i < *nsets_out && status == QUIRE_OK; i++)
        if (s->sets[i]->segment == NULL)
            status = open_set(s->sets[i], err);
    return status;
}

/* ---- Counting ---- */

static quire_status
fail_dead(const quire_passages *set, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: more is dead than there is",
                     set->of->dead.file.path);
}

bm25_collection
quire_store_collection(const quire_store *s, size_t nsets)
{
    bm25_collection c = {0};

    for (size_t i = 0; i < nsets; i++) {
        const quire_passages *set = s->sets[i];
        const dead_articles *dead = quire_store_dead(set);

        c.npassages += set->segment->npassages;
        c.total_length += set->segment->nwords;
        if (dead != NULL) {
            c.npassages -= dead->sets[set->which].npassages;
            c.total_length -= dead->sets[set->which].nwords;
        }
    }
    return c;
}

quire_status
quire_store_frequency(const quire_store *s, size_t nsets, const char *stem, size_t stem_bytes,
                      uint64_t *out, quire_error *err)
{
    quire_status status = QUIRE_OK;

    *out = 0;
    for (size_t i = 0; i < nsets && status == QUIRE_OK; i++) {
        const quire_passages *set = s->sets[i];
        const dead_articles *dead = quire_store_dead(set);
        uint64_t ordinal = 0;
        posting_info info;

        status = segment_find_stem_at(set->segment, stem, stem_bytes, &info, &ordinal, err);
        if (status != QUIRE_OK || info.df == 0)
            continue;
        *out += info.df;
        if (dead != NULL) {
            const dead_stem taken = dead_articles_stem(dead, set->which, ordinal);

            if (taken.npassages > info.df)
                return fail_dead(set, err);
            *out -= taken.npassages;
        }
    }
    return status;
}

static quire_status
collection(void *self, bool furniture, bm25_collection *out, quire_error *err)
{
    size_t nsets;
    quire_status status = quire_store_sets(self, furniture, &nsets, err);

    if (status == QUIRE_OK)
        *out = quire_store_collection(self, nsets);
    return quire_store_advise(status, err);
}

static quire_status
document_frequency(void *self, bool furniture, const char *stem, size_t stem_bytes, bool acronym,
                   uint64_t *out, quire_error *err)
{
    size_t nsets;
    quire_status status = quire_store_sets(self, furniture, &nsets, err);

    (void)acronym; /* their stems are in capitals, and no others are */
    if (status == QUIRE_OK)
        status = quire_store_frequency(self, nsets, stem, stem_bytes, out, err);
    return quire_store_advise(status, err);
}

/* Is the word as it is, with any sign or none, among the surfaces of its stem that live passages
 * have? */
static quire_status
find_surface(const quire_passages *set, const query_word *word, bool *out, quire_error *err)
{
    const dead_articles *dead = quire_store_dead(set);
    dead_stem taken = {0};
    dictionary_cursor at;
    posting_info info;
    segment_forms f;
    quire_status status =
        segment_forms_find(set->segment, word->stem, word->stem_bytes, &at, &info, &f, err);

    *out = false;
    if (status != QUIRE_OK || info.df == 0)
        return status;
    if (dead != NULL)
        taken = dead_articles_stem(dead, set->which, at.ordinal);
    for (uint32_t i = 0; i < f.nforms && !*out; i++) {
        if (!segment_forms_next(&f))
            return error_set(err, QUIRE_ECORRUPT, "%s: damaged", set->segment->stems.file.path);
        *out = ((f.form_bytes == word->surface_bytes &&
                 memcmp(f.form, word->surface, f.form_bytes) == 0) ||
                segment_forms_is_signed_of(f.form, f.form_bytes, word->surface,
                                           word->surface_bytes)) &&
               f.occurrences > dead_stem_occurrences(&taken, i);
    }
    return QUIRE_OK;
}

static quire_status
occurs(void *self, bool furniture, const query_word *word, bool by_surface, bool *out,
       quire_error *err)
{
    const quire_store *s = self;
    size_t nsets;
    uint64_t frequency = 0;
    quire_status status = quire_store_sets(self, furniture, &nsets, err);

    *out = false;
    if (status == QUIRE_OK && !by_surface) {
        status = quire_store_frequency(s, nsets, word->stem, word->stem_bytes, &frequency, err);
        *out = frequency > 0;
    } else {
        for (size_t i = 0; status == QUIRE_OK && !*out && i < nsets; i++)
            status = find_surface(s->sets[i], word, out, err);
    }
    return quire_store_advise(status, err);
}

quire_status
quire_store_filter(quire_passages *set, const store_filter *wanted,
                   const quire_filter_passages **out, quire_error *err)
{
    quire_segment *g = set->of;

    return quire_filter_get(quire_filter_limits(wanted) ? &g->filter : &g->alive, wanted,
                            set->segment, set->which, &g->sets[SET_OF_PASSAGES].segment->articles,
                            quire_store_dead(set), out, err);
}

/* ---- Reading ---- */

/* The segment that has the article of a number; NULL: there is none. */
static const quire_segment *
segment_of(const quire_store *s, uint32_t number)
{
    size_t i = s->nsegments - 1;

    while (i > 0 && s->segments[i].first_article >= number)
        i--;
    return number > s->segments[i].first_article ? &s->segments[i] : NULL;
}

static quire_status
read_article(void *self, uint32_t number, arena *a, article_record *out, quire_error *err)
{
    const quire_store *s = self;
    const quire_segment *g = segment_of(s, number);
    const quire_passages *set;

    if (g == NULL)
        return error_set(err, QUIRE_ECORRUPT, "%s: there is no article %" PRIu32,
                         s->generation->directory, number);
    set = &g->sets[SET_OF_PASSAGES];
    return quire_records_article(set->segment, set->path, number - g->first_article, a, out, err);
}

quire_status
quire_store_place(quire_store *s, uint32_t number, arena *a, result_place *place, quire_error *err)
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
article_of(void *self, uint32_t number, arena *a, article_record *out, quire_error *err)
{
    return quire_store_advise(read_article(self, number, a, out, err), err);
}

static quire_status
labels_of(void *self, uint32_t number, store_labels *out, quire_error *err)
{
    const quire_store *s = self;
    const quire_segment *g = segment_of(s, number);
    uint32_t source = 0;
    quire_status status;

    if (g == NULL)
        return error_set(err, QUIRE_ECORRUPT, "%s: there is no article %" PRIu32,
                         s->generation->directory, number);
    status = article_columns_labels(&g->sets[SET_OF_PASSAGES].segment->articles,
                                    number - g->first_article - 1, &out->day, &source, err);
    if (source > 0)
        out->source = (uint64_t)(g - s->segments) << 32 | source;
    return quire_store_advise(status, err);
}

quire_status
quire_store_read(quire_store *s, uint64_t handle, passage_record *record, quire_error *err)
{
    quire_passages *set = s->sets[handle >> 32];
    quire_status status = set->segment == NULL ? open_set(set, err) : QUIRE_OK;

    if (status == QUIRE_OK)
        status =
            quire_records_passage(set->segment, set->path, set->which == SET_OF_FURNITURE,
                                  (uint32_t)handle, &s->sentences, &s->sentences_room, record, err);
    if (status == QUIRE_OK)
        record->article += set->of->first_article;
    return status;
}

/* The passage first: an article's record is beside its first one's, so that is at hand then. */
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
    if (status == QUIRE_OK)
        status = quire_records_set_title(out, of, s->sets[handle >> 32]->path, err);
    return quire_store_advise(status, err);
}

static quire_status
name_passage(void *self, uint64_t handle, arena *a, store_name *out, quire_error *err)
{
    quire_store *s = self;
    const quire_segment *g;
    const quire_passages *set;
    passage_record record;
    quire_status status = quire_store_read(s, handle, &record, err);

    if (status != QUIRE_OK)
        return quire_store_advise(status, err);
    g = s->sets[handle >> 32]->of;
    set = &g->sets[SET_OF_PASSAGES];
    *out = (store_name){.article = record.article, .passage = record.number};
    status = quire_records_id(set->segment, set->path, record.article - g->first_article, a,
                              &out->id, err);
    return quire_store_advise(status, err);
}

static bool
has_passage(const void *self, uint64_t handle)
{
    const quire_store *s = self;

    if (handle >> 32 >= s->nsets)
        return false;

    const quire_passages *set = s->sets[handle >> 32];
    const manifest_counts *m = &set->of->described->written;

    return (uint32_t)handle <
           (set->which == SET_OF_PASSAGES ? m->npassages : m->nfurniture_passages);
}

/* More would be gone again before they are asked for. */
#define MOST_PREFETCHED 16

/* What a result is read from. */
typedef struct {
    text_store *text[2]; /* of the passage, of its article */
    uint64_t record[2];
} result_source;

static result_source
find_source(const quire_store *s, uint64_t handle)
{
    const quire_passages *set = s->sets[handle >> 32];
    const segment *in = set->segment;
    const segment *articles = set->of->sets[SET_OF_PASSAGES].segment;
    const uint32_t of = segment_article(in, (uint32_t)handle);
    const bool has_article = of <= articles->narticles;

    return (result_source){{in->text, articles->text},
                           {segment_record_of_passage(in, (uint32_t)handle, of),
                            has_article ? segment_record_of_article(articles, of) : UINT64_MAX}};
}

/* Results are read one after the other, each from places of its own: fetched together they wait for
 * memory once. */
void
quire_store_prefetch(const quire_store *s, const store_hit *hits, uint32_t nhits)
{
    const uint32_t n = nhits < MOST_PREFETCHED ? nhits : MOST_PREFETCHED;
    result_source sources[MOST_PREFETCHED];

    for (unsigned step = 0; step < SEGMENT_FETCH_STEPS; step++)
        for (uint32_t i = 0; i < n; i++)
            segment_prefetch_article(s->sets[hits[i].handle >> 32]->segment,
                                     (uint32_t)hits[i].handle, step);
    for (uint32_t i = 0; i < n; i++)
        sources[i] = find_source(s, hits[i].handle);
    for (text_fetch step = 0; step < TEXT_FETCH_STEPS; step++)
        for (uint32_t i = 0; i < 2 * n; i++)
            text_store_prefetch(sources[i / 2].text[i % 2], sources[i / 2].record[i % 2], step);
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
    .name_passage = name_passage,
    .has_passage = has_passage,
    .article = article_of,
    .labels = labels_of,
    .explain = quire_store_explain,
};
