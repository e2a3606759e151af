/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_writer.c - passages as Xapian's documents, on their way into a segment.
 *
 * Within a passage each token is a surface term with its position and a stem term, each of wdf 1,
 * so that a document's length is twice its words and the wdf of a stem is its frequency; all else
 * has wdf 0.  There is one worker, and its units are empty: what it is given it writes. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/article_terms.h"
#include "store/runs.h"
#include "store/seal.h"
#include "store/writer_backend.h"
#include "store/xapian_cost.h"

/* Positions leave a gap of one between sentences, so that no phrase runs over, and of more between
 * blocks, for those who search with Xapian's own NEAR. */
#define BLOCK_GAP 100

/* About 5,000 passages. */
#define PASSAGES_RUN_BYTES ((uint64_t)64 << 20)

typedef struct {
    char *directory;
    uint64_t memory_bytes;
    runs *passages;
    runs *furniture;          /* NULL until there is any */
    article_terms attributes; /* of the article last added */
    xap_document *document;   /* of the passage at hand */
    buffer scratch;
} xapian_writer;

static quire_status
open_runs(const xapian_writer *w, const char *name, runs **out, quire_error *err)
{
    buffer path = {0};
    quire_status status;

    if (!buffer_printf(&path, "%s/%s", w->directory, name))
        status = error_nomem(err);
    else
        status =
            runs_new(path.bytes, (runs_form){PASSAGES_RUN_BYTES, .has_term_lists = true}, out, err);
    buffer_free(&path);
    return status;
}

static void
writer_free(void *self)
{
    xapian_writer *w = self;

    runs_free(w->passages);
    runs_free(w->furniture);
    xap_document_free(w->document);
    buffer_free(&w->scratch);
    free(w->directory);
    free(w);
}

static quire_status
create(const char *directory, uint64_t memory_bytes, unsigned nworkers, void **self_out,
       quire_error *err)
{
    quire_status status;
    xapian_writer *w = calloc(1, sizeof *w);

    (void)nworkers;
    if (w == NULL || (w->directory = strdup(directory)) == NULL) {
        free(w);
        return error_nomem(err);
    }
    w->memory_bytes = memory_bytes;
    status = xap_document_new(&w->document, err);
    if (status == QUIRE_OK)
        status = open_runs(w, "passages", &w->passages, err);
    if (status != QUIRE_OK) {
        writer_free(w);
        return status;
    }
    *self_out = w;
    return QUIRE_OK;
}

static unsigned
max_workers(uint64_t memory_bytes)
{
    (void)memory_bytes;
    return 1;
}

/* ---- The worker is the writer ---- */

static quire_status
add_worker(void *self, void **worker_out, quire_error *err)
{
    (void)err;
    *worker_out = self;
    return QUIRE_OK;
}

static void
worker_free(void *worker)
{
    (void)worker;
}

static quire_status
begin(void *worker, void **unit_out, quire_error *err)
{
    (void)err;
    *unit_out = worker;
    return QUIRE_OK;
}

static quire_status
add_article(void *worker, void *unit, const article *a, quire_error *err)
{
    xapian_writer *w = worker;

    (void)unit;
    return article_terms_make(&w->attributes, a, &w->scratch) ? QUIRE_OK : error_nomem(err);
}

static quire_status
end(void *worker, void *unit, quire_error *err)
{
    (void)worker;
    (void)unit;
    (void)err;
    return QUIRE_OK;
}

static void
unit_free(void *unit)
{
    (void)unit;
}

static quire_status
worker_finish(void *worker, quire_error *err)
{
    (void)worker;
    (void)err;
    return QUIRE_OK;
}

static quire_status
take(void *self, void *unit, quire_error *err)
{
    (void)self;
    (void)unit;
    (void)err;
    return QUIRE_OK;
}

/* ---- Passages ---- */

static quire_status
add_word(xap_document *document, const passage_words *words, size_t i, quire_error *err)
{
    const token *word = &words->list.tokens[i];
    const word_place *place = &words->places[i];
    const bool acronym = (word->flags & TOKEN_ACRONYM) != 0;
    const uint32_t position = 1 + (uint32_t)i + place->sentence + BLOCK_GAP * place->block;
    term t;
    quire_status status;

    assert(word->surface_bytes > 0 && place->stem_bytes > 0);
    term_make_surface(&t, token_surface(&words->list, word), word->surface_bytes, acronym);
    status = xap_document_posting(document, t.bytes, t.nbytes, position, 1, err);
    if (status != QUIRE_OK)
        return status;
    term_make_stem(&t, passage_words_stem(words, place), place->stem_bytes, acronym);
    status = xap_document_term(document, t.bytes, t.nbytes, 1, err);
    if (status != QUIRE_OK || word->extra_bytes == 0)
        return status;
    term_make_extra(&t, token_extra(&words->list, word), word->extra_bytes);
    return xap_document_posting(document, t.bytes, t.nbytes, position, 0, err);
}

static quire_status
fill_document(xapian_writer *w, const passage_source *source, quire_error *err)
{
    quire_status status = xap_document_clear(w->document, err);

    buffer_clear(&w->scratch);
    if (status == QUIRE_OK &&
        (!passage_source_write(source, true, &w->scratch) || !seal_add(&w->scratch, 0)))
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = xap_document_data(w->document, w->scratch.bytes, w->scratch.size, err);
    for (size_t i = 0; i < w->attributes.nterms && status == QUIRE_OK; i++) {
        const term *t = &w->attributes.terms[i];

        if (t->nbytes > 0)
            status = xap_document_term(w->document, t->bytes, t->nbytes, 0, err);
    }
    for (size_t i = 0; i < source->words->list.ntokens && status == QUIRE_OK; i++)
        status = add_word(w->document, source->words, i, err);
    return status;
}

/* Write out the larger of what is held, where all of it is more than is allowed. */
static quire_status
keep_within_memory(xapian_writer *w, quire_error *err)
{
    const uint64_t passages = runs_held(w->passages);
    const uint64_t furniture = runs_held(w->furniture);

    if (passages + furniture <= w->memory_bytes)
        return QUIRE_OK;
    return runs_flush(passages >= furniture ? w->passages : w->furniture, err);
}

static quire_status
add_passage(void *worker, void *unit, const passage_source *source, quire_error *err)
{
    xapian_writer *w = worker;
    runs **into = source->passage->furniture ? &w->furniture : &w->passages;
    quire_status status = QUIRE_OK;

    (void)unit;
    if (*into == NULL)
        status = open_runs(w, "furniture", into, err);
    if (status == QUIRE_OK)
        status = fill_document(w, source, err);
    if (status == QUIRE_OK)
        status =
            runs_add(*into, w->document,
                     XAPIAN_DOCUMENT_COST + source->words->list.ntokens * XAPIAN_TOKEN_COST, err);
    return status == QUIRE_OK ? keep_within_memory(w, err) : status;
}

static quire_status
finish(void *self, quire_error *err)
{
    xapian_writer *w = self;
    quire_status status = runs_finish(w->passages, err);

    if (status == QUIRE_OK && w->furniture != NULL)
        status = runs_finish(w->furniture, err);
    return status;
}

const writer_backend xapian_writer_backend = {
    .name = "xapian",
    .with_records = true,
    .create = create,
    .free = writer_free,
    .max_workers = max_workers,
    .add_worker = add_worker,
    .worker_free = worker_free,
    .begin = begin,
    .add_article = add_article,
    .add_passage = add_passage,
    .end = end,
    .unit_free = unit_free,
    .worker_finish = worker_finish,
    .take = take,
    .finish = finish,
};
