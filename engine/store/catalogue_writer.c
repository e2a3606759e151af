/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogue_writer.c - articles as documents of the catalogue.
 *
 * An entry, in the byte order and the types of this machine, since this process alone reads it:
 *
 *   head    struct entry_head
 *   record  its bytes, if it is with its record
 *   terms   each struct entry_term, then its bytes
 *
 * Documents cost most where Xapian compresses and where its trees outgrow the processor's caches.
 * In a catalogue without records nothing is compressed, as there is neither data nor a list of each
 * document's terms: such lists are three fifths of the space and three quarters of the time, and
 * serve those who change documents, which nobody does here.  Nor has it terms of dates, since
 * columns tell these: they were a fifth of its space.  And runs are small: articles with five
 * terms each took 5.2 us as one run, 4.9 as runs of 28,000 articles, 3.8 of 10,000, 2.4 of 5,000
 * and as much of 2,000.
 *
 * The words of a title are each a surface term and a stem term of wdf 1; all else has wdf 0. */
#include "store/catalogue_writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/article_record.h"
#include "store/article_terms.h"
#include "store/runs.h"
#include "store/seal.h"
#include "store/xapian_cost.h"

/* Where a run ends: at about 5,000 articles without records; with them, and so with the words of
 * titles, at about 20,000, for they are no faster in smaller runs, and each run begins another
 * piece of every word's list. */
#define PLAIN_RUN_BYTES ((uint64_t)6 << 20)
#define FULL_RUN_BYTES ((uint64_t)64 << 20)

typedef struct {
    double seconds; /* of its date */
    size_t record_bytes;
    uint32_t nterms;
    bool has_date;
} entry_head;

typedef struct {
    uint8_t nbytes;
    uint8_t wdf;
} entry_term;

struct catalogue_writer {
    runs *runs;
    xap_document *document;
};

/* ---- Entries ---- */

/* Add a term to the last entry. */
static bool
add_term(catalogue_entries *e, const term *t, uint8_t wdf)
{
    const entry_term form = {.nbytes = (uint8_t)t->nbytes, .wdf = wdf};
    entry_head head;

    if (t->nbytes == 0)
        return true;
    if (!buffer_add(&e->bytes, &form, sizeof form) || !buffer_add(&e->bytes, t->bytes, t->nbytes))
        return false;
    memcpy(&head, e->bytes.bytes + e->last, sizeof head);
    head.nterms++;
    memcpy(e->bytes.bytes + e->last, &head, sizeof head);
    return true;
}

static bool
begin_entry(catalogue_entries *e, const article *a, bool with_records)
{
    entry_head head;

    e->last = e->bytes.size;
    memset(&head, 0, sizeof head); /* the padding too */
    if (!with_records)
        return buffer_add(&e->bytes, &head, sizeof head);
    if (a->has_date)
        head.seconds = (double)a->date.seconds;
    head.has_date = a->has_date;
    if (!buffer_add(&e->bytes, &head, sizeof head))
        return false;
    const size_t start = e->bytes.size;

    if (!article_record_write(a, &e->bytes) || !seal_add(&e->bytes, start))
        return false;
    head.record_bytes = e->bytes.size - start;
    memcpy(e->bytes.bytes + e->last, &head, sizeof head);
    return true;
}

bool
catalogue_entries_add(catalogue_entries *e, const article *a, bool with_records)
{
    article_terms attributes;
    term t;

    if (!begin_entry(e, a, with_records) || !article_terms_make(&attributes, a, &e->scratch))
        return false;
    term_make(&t, "Q", a->id, strlen(a->id));
    if (!add_term(e, &t, 0))
        return false;
    for (size_t i = 0; i < attributes.nterms; i++)
        if ((with_records || !article_terms_is_date(&attributes.terms[i])) &&
            !add_term(e, &attributes.terms[i], 0))
            return false;
    if (a->author != NULL &&
        (!article_terms_fold(&t, "A", a->author, &e->scratch) || !add_term(e, &t, 0)))
        return false;
    if (a->language != NULL &&
        (!article_terms_language(&t, a->language, &e->scratch) || !add_term(e, &t, 0)))
        return false;
    if (a->url == NULL)
        return true;
    return article_terms_address(&t, a->url, &e->scratch) && add_term(e, &t, 0);
}

bool
catalogue_entries_add_title(catalogue_entries *e, const passage_words *words)
{
    for (size_t i = 0; i < words->list.ntokens; i++) {
        const token *word = &words->list.tokens[i];
        const word_place *place = &words->places[i];
        const bool acronym = (word->flags & TOKEN_ACRONYM) != 0;
        term t;

        if (!place->in_title)
            continue;
        term_make_title(&t, token_surface(&words->list, word), word->surface_bytes, acronym);
        if (!add_term(e, &t, 1))
            return false;
        term_make_title_stem(&t, passage_words_stem(words, place), place->stem_bytes, acronym);
        if (!add_term(e, &t, 1))
            return false;
    }
    return true;
}

void
catalogue_entries_free(catalogue_entries *e)
{
    buffer_free(&e->bytes);
    buffer_free(&e->scratch);
    e->last = 0;
}

/* ---- Writing ---- */

uint64_t
catalogue_writer_memory(bool with_records, uint64_t memory_bytes)
{
    const uint64_t most = with_records ? FULL_RUN_BYTES : PLAIN_RUN_BYTES;

    return memory_bytes < most ? memory_bytes : most;
}

quire_status
catalogue_writer_new(const char *path, bool with_records, uint64_t memory_bytes,
                     catalogue_writer **writer_out, quire_error *err)
{
    const runs_form form = {.run_bytes = memory_bytes, .has_term_lists = with_records};
    catalogue_writer *w = calloc(1, sizeof *w);
    quire_status status;

    if (w == NULL)
        return error_nomem(err);
    status = xap_document_new(&w->document, err);
    if (status == QUIRE_OK)
        status = runs_new(path, form, &w->runs, err);
    if (status != QUIRE_OK) {
        catalogue_writer_free(w);
        return status;
    }
    *writer_out = w;
    return QUIRE_OK;
}

/* Write the entry at *at, which moves on. */
static quire_status
add_entry(catalogue_writer *w, const char **at, quire_error *err)
{
    entry_head head;
    quire_status status = xap_document_clear(w->document, err);

    memcpy(&head, *at, sizeof head);
    *at += sizeof head;
    if (status == QUIRE_OK && head.record_bytes > 0)
        status = xap_document_data(w->document, *at, head.record_bytes, err);
    *at += head.record_bytes;
    for (uint32_t i = 0; i < head.nterms && status == QUIRE_OK; i++) {
        entry_term form;

        memcpy(&form, *at, sizeof form);
        *at += sizeof form;
        status = xap_document_term(w->document, *at, form.nbytes, form.wdf, err);
        *at += form.nbytes;
    }
    if (status == QUIRE_OK && head.has_date)
        status = xap_document_number(w->document, 0, head.seconds, err);
    if (status == QUIRE_OK)
        status = runs_add(w->runs, w->document,
                          XAPIAN_DOCUMENT_COST + (uint64_t)head.nterms * XAPIAN_TOKEN_COST, err);
    return status;
}

quire_status
catalogue_writer_add(catalogue_writer *w, const catalogue_entries *e, quire_error *err)
{
    const char *at = e->bytes.bytes;
    const char *const end = at + e->bytes.size;
    quire_status status = QUIRE_OK;

    while (status == QUIRE_OK && at < end)
        status = add_entry(w, &at, err);
    return status;
}

quire_status
catalogue_writer_finish(catalogue_writer *w, quire_error *err)
{
    return runs_finish(w->runs, err);
}

void
catalogue_writer_free(catalogue_writer *w)
{
    if (w == NULL)
        return;
    runs_free(w->runs);
    xap_document_free(w->document);
    free(w);
}
