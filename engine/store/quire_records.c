/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_records.c - reading the stored forms of passages and articles from a segment's text. */
#include "store/quire_records.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"

quire_status
quire_records_passage(const segment *s, const char *path, bool furniture, uint32_t number,
                      sentence **sentences, size_t *sentences_room, passage_record *record,
                      quire_error *err)
{
    const uint32_t of = segment_article(s, number);
    const char *bytes;
    size_t nbytes;
    quire_error inner;
    quire_status status =
        text_store_get(s->text, segment_record_of_passage(s, number, of), &bytes, &nbytes, err);

    if (status != QUIRE_OK)
        return status;
    status = passage_record_read(bytes, nbytes, record, sentences, sentences_room, &inner);
    if (status == QUIRE_OK && record->furniture != furniture)
        status = error_set(&inner, QUIRE_ECORRUPT, "it holds the text of another");
    record->article = of;
    return status == QUIRE_OK
               ? QUIRE_OK
               : error_set(err, status, "%s, passage %" PRIu32 ": %s", path, number, inner.message);
}

/* The stored form of an article, of s. */
static quire_status
get_article(const segment *s, const char *path, uint32_t number, const char **bytes, size_t *nbytes,
            quire_error *err)
{
    if (number == 0 || number > s->narticles)
        return error_set(err, QUIRE_ECORRUPT, "%s: there is no article %" PRIu32, path, number);
    return text_store_get(s->text, segment_record_of_article(s, number), bytes, nbytes, err);
}

static quire_status
fail_article(const char *path, uint32_t number, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: the record of article %" PRIu32 " is damaged", path,
                     number);
}

quire_status
quire_records_article(const segment *s, const char *path, uint32_t number, arena *a,
                      article_record *out, quire_error *err)
{
    const char *bytes;
    size_t nbytes;
    quire_status status = get_article(s, path, number, &bytes, &nbytes, err);

    if (status != QUIRE_OK)
        return status;
    bytes = arena_copy(a, bytes, nbytes);
    if (bytes == NULL)
        return error_nomem(err);
    return article_record_read(bytes, nbytes, out) ? QUIRE_OK : fail_article(path, number, err);
}

quire_status
quire_records_id(const segment *s, const char *path, uint32_t number, arena *a, const char **id_out,
                 quire_error *err)
{
    const char *bytes;
    size_t nbytes;
    article_record record;
    quire_status status = get_article(s, path, number, &bytes, &nbytes, err);

    if (status != QUIRE_OK)
        return status;
    if (!article_record_read(bytes, nbytes, &record))
        return fail_article(path, number, err);
    *id_out = arena_copy(a, record.id, strlen(record.id));
    return *id_out != NULL ? QUIRE_OK : error_nomem(err);
}

quire_status
quire_records_set_title(passage_record *record, const article_record *of, const char *path,
                        quire_error *err)
{
    if (record->nsentences > 0 && record->sentences[0].in_title &&
        !passage_record_set_title(record, of->title != NULL ? of->title : "", of->title_bytes))
        return error_set(err, QUIRE_ECORRUPT,
                         "%s: the title of article %" PRIu32 " is shorter than its sentences", path,
                         record->article);
    return QUIRE_OK;
}
