/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_records.c - reading the stored forms of passages and articles from a segment's text. */
#include "store/quire_records.h"

#include <inttypes.h>

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

quire_status
quire_records_article(const segment *s, const char *path, uint32_t number, arena *a,
                      article_record *out, quire_error *err)
{
    const char *bytes;
    size_t nbytes;
    quire_status status;

    if (number == 0 || number > s->narticles)
        return error_set(err, QUIRE_ECORRUPT, "%s: there is no article %" PRIu32, path, number);
    status = text_store_get(s->text, segment_record_of_article(s, number), &bytes, &nbytes, err);
    if (status != QUIRE_OK)
        return status;
    bytes = arena_copy(a, bytes, nbytes);
    if (bytes == NULL)
        return error_nomem(err);
    if (!article_record_read(bytes, nbytes, out))
        return error_set(err, QUIRE_ECORRUPT, "%s: the record of article %" PRIu32 " is damaged",
                         path, number);
    return QUIRE_OK;
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
