/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_dead.c - see xapian_dead.h.
 *
 * Xapian changes files in their place, and a file that two generations share has but one place: so
 * a database is copied before the first document goes.  The catalogue, which has all that is alive,
 * tells which articles are not gone yet. */
#include "store/xapian_dead.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "store/xapian_records.h"

enum { CATALOGUE, PASSAGES, FURNITURE, DATABASES };

static const char *const names[DATABASES] = {"catalogue", "passages", "furniture"};

typedef struct {
    char *from;
    char *to;
    xap_db *before;     /* NULL: there is none */
    xap_writer *writer; /* NULL until a document goes */
} edited;

typedef struct {
    const manifest_segment *of;
    edited databases[DATABASES];
    xapian_record_memory memory;
    manifest_counts died;
} burial;

static quire_status
begin(burial *b, unsigned i, const char *from, const char *to, quire_error *err)
{
    edited *e = &b->databases[i];
    buffer path = {0};
    struct stat st;

    if (!buffer_printf(&path, "%s/%s", from, names[i]))
        return error_nomem(err);
    e->from = buffer_detach(&path);
    if (!buffer_printf(&path, "%s/%s", to, names[i]))
        return error_nomem(err);
    e->to = buffer_detach(&path);
    if (i == FURNITURE && stat(e->from, &st) != 0)
        return QUIRE_OK;
    return xap_db_open((const char *const[]){e->from}, 1, &e->before, err);
}

/* From the first document that goes on, there is a copy. */
static quire_status
delete_document(edited *e, uint32_t document, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (e->writer == NULL) {
        status = file_remove_tree(e->to, err);
        if (status == QUIRE_OK)
            status = file_copy_tree(e->from, e->to, err);
        if (status == QUIRE_OK)
            status = xap_writer_edit(e->to, &e->writer, err);
    }
    return status == QUIRE_OK ? xap_writer_delete(e->writer, document, err) : status;
}

static quire_status
delete_passages(burial *b, unsigned i, uint32_t number, uint64_t *ndeleted, quire_error *err)
{
    edited *e = &b->databases[i];
    uint32_t first = 0;
    uint32_t end = 0;
    quire_status status = QUIRE_OK;

    if (e->before != NULL)
        status = xapian_records_find(e->before, e->from, b->of, i == FURNITURE, number, &b->memory,
                                     &first, &end, err);
    for (uint32_t at = first; at < end && status == QUIRE_OK; at++)
        status = delete_document(e, at, err);
    *ndeleted += end - first;
    return status;
}

static quire_status
delete_article(burial *b, uint32_t number, quire_error *err)
{
    uint64_t ndeleted = 0;
    uint32_t found = 0;
    quire_status status = xap_db_next_document(b->databases[CATALOGUE].before, number, &found, err);

    if (status != QUIRE_OK || found != number)
        return status; /* it has been gone before */
    status = delete_document(&b->databases[CATALOGUE], number, err);
    if (status == QUIRE_OK)
        status = delete_passages(b, PASSAGES, number, &ndeleted, err);
    if (status == QUIRE_OK)
        status = delete_passages(b, FURNITURE, number, &ndeleted, err);
    b->died.narticles++;
    b->died.narticles_without_text += ndeleted == 0;
    return status;
}

/* What went from a database: documents, and words, of which each is a surface and a stem. */
static quire_status
finish(const edited *e, uint64_t *ndocuments_out, uint64_t *nwords_out, quire_error *err)
{
    uint64_t before[2] = {0};
    uint64_t after[2] = {0};
    xap_db *db = NULL;
    quire_status status;

    if (e->writer == NULL)
        return QUIRE_OK;
    status = xap_writer_commit(e->writer, err);
    if (status == QUIRE_OK)
        status = xap_db_open((const char *const[]){e->to}, 1, &db, err);
    if (status == QUIRE_OK)
        status = xap_db_statistics(e->before, &before[0], &before[1], err);
    if (status == QUIRE_OK)
        status = xap_db_statistics(db, &after[0], &after[1], err);
    xap_db_close(db);
    *ndocuments_out = before[0] - after[0];
    *nwords_out = (before[1] - after[1]) / 2;
    return status;
}

static quire_status
finish_all(burial *b, quire_error *err)
{
    uint64_t narticles = 0;
    uint64_t none = 0;
    quire_status status = finish(&b->databases[CATALOGUE], &narticles, &none, err);

    if (status == QUIRE_OK)
        status = finish(&b->databases[PASSAGES], &b->died.npassages, &b->died.nwords, err);
    if (status == QUIRE_OK)
        status = finish(&b->databases[FURNITURE], &b->died.nfurniture_passages,
                        &b->died.nfurniture_words, err);
    return status;
}

static void
end(burial *b)
{
    for (unsigned i = 0; i < DATABASES; i++) {
        edited *e = &b->databases[i];

        xap_writer_close(e->writer);
        xap_db_close(e->before);
        free(e->from);
        free(e->to);
    }
    xapian_record_memory_free(&b->memory);
}

quire_status
xapian_dead_write(const char *from, const char *to, const manifest_segment *of,
                  const uint64_t *articles, manifest_counts *dead_out, quire_error *err)
{
    burial b = {.of = of};
    quire_status status = QUIRE_OK;

    for (unsigned i = 0; i < DATABASES && status == QUIRE_OK; i++)
        status = begin(&b, i, from, to, err);
    for (uint32_t n = 1; n <= of->written.narticles && status == QUIRE_OK; n++)
        if ((articles[(n - 1) / 64] >> (n - 1) % 64 & 1) != 0)
            status = delete_article(&b, n, err);
    if (status == QUIRE_OK)
        status = finish_all(&b, err);
    end(&b);
    *dead_out = (manifest_counts){
        .narticles = of->dead.narticles + b.died.narticles,
        .narticles_without_text = of->dead.narticles_without_text + b.died.narticles_without_text,
        .npassages = of->dead.npassages + b.died.npassages,
        .nfurniture_passages = of->dead.nfurniture_passages + b.died.nfurniture_passages,
        .nwords = of->dead.nwords + b.died.nwords,
        .nfurniture_words = of->dead.nfurniture_words + b.died.nfurniture_words,
    };
    return status;
}
