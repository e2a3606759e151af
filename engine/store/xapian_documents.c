/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_documents.c - whose the documents are stands in their data, how long they are in Xapian's
 * own list of lengths. */
#include "store/xapian_documents.h"

#include <stdlib.h>

#include "base/error.h"

void
xapian_documents_free(xapian_documents *d)
{
    if (d == NULL)
        return;
    free(d->of);
    free(d);
}

static bool
add_document(void *closure, uint32_t document, uint32_t length)
{
    xapian_documents *d = closure;

    if (document > d->last)
        return false;
    d->of[document].length = length / 2; /* each word is a surface and a stem */
    d->of[document].article = UINT32_MAX;
    return true;
}

static quire_status
read_articles(xapian_store *s, size_t shard, xapian_documents *d, quire_error *err)
{
    uint32_t before = 0;

    for (uint32_t i = 1; i <= d->last; i++) {
        passage_record record;
        quire_status status;

        if (d->of[i].article == 0)
            continue;
        status = xapian_store_read(s, xapian_store_handle(shard, i), &record, err);
        if (status != QUIRE_OK)
            return status;
        if (record.article < before)
            return error_set(err, QUIRE_ECORRUPT,
                             "%s: passages are not in the order of articles; rebuild the index "
                             "with quire-index",
                             s->shards[shard].path);
        d->narticles += record.article != before;
        d->of[i].article = before = record.article;
    }
    return QUIRE_OK;
}

static quire_status
make_documents(xapian_store *s, size_t shard, xapian_documents **out, quire_error *err)
{
    xapian_documents *d = calloc(1, sizeof *d);
    xap_db *db = NULL;
    quire_status status = d == NULL ? error_nomem(err) : xapian_store_shard(s, shard, &db, err);

    if (status == QUIRE_OK)
        status = xap_db_last_document(db, &d->last, err);
    if (status == QUIRE_OK && (d->of = calloc((size_t)d->last + 1, sizeof *d->of)) == NULL)
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = xap_db_lengths(db, add_document, d, err);
    if (status == QUIRE_OK)
        status = read_articles(s, shard, d, err);
    if (status != QUIRE_OK) {
        xapian_documents_free(d);
        return status;
    }
    *out = d;
    return QUIRE_OK;
}

quire_status
xapian_documents_get(xapian_store *s, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (s->documents == NULL)
        s->documents = calloc(s->nsegments, sizeof *s->documents);
    if (s->documents == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < s->nsegments && status == QUIRE_OK; i++)
        if (s->documents[i] == NULL)
            status = make_documents(s, i, &s->documents[i], err);
    return status;
}

uint32_t
xapian_documents_behind(const xapian_documents *d, uint32_t first)
{
    uint32_t behind = first + 1;

    while (behind <= d->last && d->of[behind].article == d->of[first].article)
        behind++;
    return behind;
}
