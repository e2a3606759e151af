/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_writer.c - articles and passages as Xapian's documents, on their way into a segment.
 *
 * An article's catalogue document waits until its passages are there, because the words of the
 * title are those of the first of them.  Within a passage each token is a surface term with its
 * position and a stem term, each of wdf 1, so that a document's length is twice its words and the
 * wdf of a stem is its frequency; all else has wdf 0. */
#include "store/store_writer.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/error.h"
#include "store/catalogue.h"
#include "store/passage_record.h"
#include "store/runs.h"
#include "store/terms.h"
#include "text/fold.h"

/* What Xapian holds in memory for a token (two nodes of trees, and now and then those of a new
 * term) and for a document, by measurement: 90 bytes and less, rounded up. */
#define TOKEN_COST 128
#define DOCUMENT_COST 512

/* Positions leave a gap of one between sentences, so that no phrase runs over, and of more between
 * blocks, for those who search with Xapian's own NEAR. */
#define BLOCK_GAP 100

/* What is bounded is worth bounding from here on; below, runs would be of a few passages. */
#define LEAST_MEMORY ((uint64_t)4 << 20)

struct store_writer {
    char *directory;
    uint64_t memory_bytes;
    runs *catalogue;
    runs *passages;
    runs *furniture; /* NULL until there is any */

    /* of the article last added */
    xap_document *pending;
    bool has_pending;
    uint64_t pending_cost;
    uint32_t number;
    term attributes[4]; /* H, D, M, Y: for its passages */
    size_t nattributes;

    xap_document *document; /* of the passage at hand */
    buffer scratch;
};

static quire_status
open_runs(const store_writer *w, const char *name, runs **out, quire_error *err)
{
    buffer path = {0};
    quire_status status;

    if (!buffer_printf(&path, "%s/%s", w->directory, name))
        status = error_nomem(err);
    else
        status = runs_new(path.bytes, out, err);
    buffer_free(&path);
    return status;
}

quire_status
store_writer_new(const char *directory, uint64_t memory_bytes, store_writer **writer_out,
                 quire_error *err)
{
    quire_status status;
    store_writer *w = calloc(1, sizeof *w);

    if (w == NULL || (w->directory = strdup(directory)) == NULL) {
        free(w);
        return error_nomem(err);
    }
    w->memory_bytes = memory_bytes < LEAST_MEMORY ? LEAST_MEMORY : memory_bytes;
    if (mkdir(directory, 0777) != 0)
        status = error_set(err, QUIRE_EIO, "%s: %s", directory, strerror(errno));
    else
        status = xap_document_new(&w->pending, err);
    if (status == QUIRE_OK)
        status = xap_document_new(&w->document, err);
    if (status == QUIRE_OK)
        status = open_runs(w, "catalogue", &w->catalogue, err);
    if (status == QUIRE_OK)
        status = open_runs(w, "passages", &w->passages, err);
    if (status != QUIRE_OK) {
        store_writer_free(w);
        return status;
    }
    *writer_out = w;
    return QUIRE_OK;
}

/* Write out the largest of what is held, where all of it is more than is allowed. */
static quire_status
keep_within_memory(store_writer *w, quire_error *err)
{
    runs *largest = w->passages;

    if (runs_held(w->catalogue) + runs_held(w->passages) + runs_held(w->furniture) <=
        w->memory_bytes)
        return QUIRE_OK;
    if (runs_held(w->catalogue) > runs_held(largest))
        largest = w->catalogue;
    if (runs_held(w->furniture) > runs_held(largest))
        largest = w->furniture;
    return runs_flush(largest, err);
}

/* ---- Articles ---- */

/* The catalogue document of the last article is complete. */
static quire_status
add_pending(store_writer *w, quire_error *err)
{
    quire_status status;

    if (!w->has_pending)
        return QUIRE_OK;
    w->has_pending = false;
    status = runs_add(w->catalogue, w->pending, w->pending_cost, err);
    return status == QUIRE_OK ? keep_within_memory(w, err) : status;
}

static quire_status
add_term(xap_document *document, const term *t, uint32_t wdf, quire_error *err)
{
    return t->nbytes == 0 ? QUIRE_OK : xap_document_term(document, t->bytes, t->nbytes, wdf, err);
}

/* The term of a folded attribute. */
static quire_status
make_folded(store_writer *w, const char *prefix, const char *value, term *t, quire_error *err)
{
    buffer_clear(&w->scratch);
    if (!fold_word(value, strlen(value), &w->scratch))
        return error_nomem(err);
    term_make(t, prefix, w->scratch.size > 0 ? w->scratch.bytes : "", w->scratch.size);
    return QUIRE_OK;
}

/* Those terms of an article that its passages have too. */
static quire_status
make_attributes(store_writer *w, const article *a, quire_error *err)
{
    quire_status status = QUIRE_OK;

    w->nattributes = 0;
    if (a->source != NULL)
        status = make_folded(w, "H", a->source, &w->attributes[w->nattributes++], err);
    if (a->has_date) {
        const article_date *d = &a->date;

        term_make_date(&w->attributes[w->nattributes++], d->year, d->month, d->day);
        term_make_date(&w->attributes[w->nattributes++], d->year, d->month, 0);
        term_make_date(&w->attributes[w->nattributes++], d->year, 0, 0);
    }
    return status;
}

static quire_status
add_attributes(const store_writer *w, xap_document *document, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < w->nattributes && status == QUIRE_OK; i++)
        status = add_term(document, &w->attributes[i], 0, err);
    return status;
}

static quire_status
fill_article(store_writer *w, const article *a, quire_error *err)
{
    term t;
    quire_status status;

    term_make(&t, "Q", a->id, strlen(a->id));
    status = add_term(w->pending, &t, 0, err);
    if (status == QUIRE_OK)
        status = make_attributes(w, a, err);
    if (status == QUIRE_OK)
        status = add_attributes(w, w->pending, err);
    if (status == QUIRE_OK && a->author != NULL) {
        status = make_folded(w, "A", a->author, &t, err);
        if (status == QUIRE_OK)
            status = add_term(w->pending, &t, 0, err);
    }
    if (status == QUIRE_OK && a->language != NULL) {
        term_make(&t, "L", a->language, strlen(a->language));
        status = add_term(w->pending, &t, 0, err);
    }
    if (status == QUIRE_OK && a->has_date)
        status = xap_document_number(w->pending, 0, (double)a->date.seconds, err);
    if (status != QUIRE_OK)
        return status;
    buffer_clear(&w->scratch);
    if (!catalogue_record_write(a, &w->scratch))
        return error_nomem(err);
    return xap_document_data(w->pending, w->scratch.bytes, w->scratch.size, err);
}

quire_status
store_writer_add_article(store_writer *w, const article *a, uint32_t *number_out, quire_error *err)
{
    quire_status status = add_pending(w, err);

    if (status == QUIRE_OK && w->number == UINT32_MAX)
        status = error_set(err, QUIRE_EIO, "an index holds %u articles at most", UINT32_MAX);
    if (status == QUIRE_OK)
        status = xap_document_clear(w->pending, err);
    if (status == QUIRE_OK)
        status = fill_article(w, a, err);
    if (status != QUIRE_OK)
        return status;
    w->has_pending = true;
    w->pending_cost = DOCUMENT_COST + 10 * TOKEN_COST;
    *number_out = ++w->number;
    return QUIRE_OK;
}

/* ---- Passages ---- */

static const char *
word_stem(const passage_words *words, size_t i)
{
    return words->stems.bytes + words->places[i].stem;
}

static quire_status
add_title_word(store_writer *w, const passage_words *words, size_t i, quire_error *err)
{
    const token *word = &words->list.tokens[i];
    const bool acronym = (word->flags & TOKEN_ACRONYM) != 0;
    term t;
    quire_status status;

    term_make_title(&t, token_surface(&words->list, word), word->surface_bytes, acronym);
    status = add_term(w->pending, &t, 1, err);
    if (status != QUIRE_OK)
        return status;
    term_make_title_stem(&t, word_stem(words, i), words->places[i].stem_bytes, acronym);
    w->pending_cost += TOKEN_COST;
    return add_term(w->pending, &t, 1, err);
}

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
    term_make_stem(&t, word_stem(words, i), place->stem_bytes, acronym);
    status = xap_document_term(document, t.bytes, t.nbytes, 1, err);
    if (status != QUIRE_OK || word->extra_bytes == 0)
        return status;
    term_make_extra(&t, token_extra(&words->list, word), word->extra_bytes);
    return xap_document_posting(document, t.bytes, t.nbytes, position, 0, err);
}

static quire_status
write_record(store_writer *w, const article *a, const passage_list *list, const passage *p,
             uint32_t number, quire_error *err)
{
    passage_record record = {
        .article = w->number,
        .number = number,
        .furniture = p->furniture,
        .source_start = QUIRE_NO_OFFSET,
        .source_end = QUIRE_NO_OFFSET,
        .title = p->has_title ? a->title : NULL,
        .title_bytes = p->has_title ? a->title_bytes : 0,
        .text = a->text != NULL ? a->text + p->start : NULL,
        .text_bytes = p->end - p->start,
        .sentences = list->sentences + p->first_sentence,
        .nsentences = p->nsentences,
    };

    if (!article_file_range(a, p->start, p->end, &record.source_start, &record.source_end))
        record.source_start = record.source_end = QUIRE_NO_OFFSET;
    buffer_clear(&w->scratch);
    if (!passage_record_write(&record, &w->scratch))
        return error_nomem(err);
    return xap_document_data(w->document, w->scratch.bytes, w->scratch.size, err);
}

quire_status
store_writer_add_passage(store_writer *w, const article *a, const passage_list *list,
                         const passage *p, uint32_t number, const passage_words *words,
                         quire_error *err)
{
    const size_t nwords = words->list.ntokens;
    runs **into = p->furniture ? &w->furniture : &w->passages;
    quire_status status = xap_document_clear(w->document, err);

    if (status == QUIRE_OK && *into == NULL)
        status = open_runs(w, "furniture", into, err);
    if (status == QUIRE_OK)
        status = write_record(w, a, list, p, number, err);
    if (status == QUIRE_OK)
        status = add_attributes(w, w->document, err);
    for (size_t i = 0; i < nwords && status == QUIRE_OK; i++) {
        status = add_word(w->document, words, i, err);
        if (status == QUIRE_OK && words->places[i].in_title && w->has_pending)
            status = add_title_word(w, words, i, err);
    }
    if (status == QUIRE_OK)
        status = runs_add(*into, w->document, DOCUMENT_COST + nwords * TOKEN_COST, err);
    return status == QUIRE_OK ? keep_within_memory(w, err) : status;
}

quire_status
store_writer_finish(store_writer *w, quire_error *err)
{
    quire_status status = add_pending(w, err);

    if (status == QUIRE_OK)
        status = runs_finish(w->passages, err);
    if (status == QUIRE_OK && w->furniture != NULL)
        status = runs_finish(w->furniture, err);
    return status == QUIRE_OK ? runs_finish(w->catalogue, err) : status;
}

void
store_writer_free(store_writer *w)
{
    if (w == NULL)
        return;
    runs_free(w->catalogue);
    runs_free(w->passages);
    runs_free(w->furniture);
    xap_document_free(w->pending);
    xap_document_free(w->document);
    buffer_free(&w->scratch);
    free(w->directory);
    free(w);
}
