/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_records.c - see xapian_records.h. */
#include "store/xapian_records.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"
#include "store/seal.h"

void
xapian_record_memory_free(xapian_record_memory *m)
{
    buffer_free(&m->data);
    free(m->sentences);
    *m = (xapian_record_memory){0};
}

quire_status
xapian_records_passage(xap_db *db, const char *path, const manifest_segment *of, bool furniture,
                       uint32_t document, xapian_record_memory *memory, passage_record *record,
                       quire_error *err)
{
    size_t record_bytes;
    quire_error inner;
    quire_status status;

    buffer_clear(&memory->data);
    status = xap_db_data(db, document, &memory->data, err);
    if (status != QUIRE_OK)
        return status;
    if (!seal_check(memory->data.bytes, memory->data.size, &record_bytes))
        status = error_set(&inner, QUIRE_ECORRUPT,
                           "a stored passage does not fit its checksum: the index is damaged; "
                           "rebuild it with quire-index");
    else
        status = passage_record_read(memory->data.bytes, record_bytes, record, &memory->sentences,
                                     &memory->sentences_room, &inner);
    if (status == QUIRE_OK &&
        (record->article == 0 || record->article > of->written.narticles ||
         record->furniture != furniture ||
         !passage_record_set_title(record, record->title, record->title_bytes)))
        status = error_set(&inner, QUIRE_ECORRUPT,
                           "a stored passage is one of another kind; rebuild the index with "
                           "quire-index");
    return status == QUIRE_OK ? QUIRE_OK
                              : error_set(err, status, "%s, document %" PRIu32 ": %s", path,
                                          document, inner.message);
}

quire_status
xapian_records_article(xap_db *catalogue, const char *directory, uint32_t number, arena *a,
                       article_record *out, quire_error *err)
{
    buffer data = {0};
    size_t record_bytes = 0;
    const char *copy = NULL;
    quire_status status = xap_db_data(catalogue, number, &data, err);

    if (status == QUIRE_OK && (copy = arena_copy(a, data.bytes, data.size)) == NULL)
        status = error_nomem(err);
    if (status == QUIRE_OK && (!seal_check(copy, data.size, &record_bytes) ||
                               !article_record_read(copy, record_bytes, out)))
        status = error_set(err, QUIRE_ECORRUPT,
                           "%s/catalogue, article %" PRIu32 ": its record is damaged; rebuild the "
                           "index with quire-index",
                           directory, number);
    buffer_free(&data);
    return status;
}

quire_status
xapian_records_find(xap_db *db, const char *path, const manifest_segment *of, bool furniture,
                    uint32_t number, xapian_record_memory *memory, uint32_t *first_out,
                    uint32_t *end_out, quire_error *err)
{
    passage_record record = {0};
    uint32_t from = 1; /* the first document is here or behind, */
    uint32_t to = 0;   /* and not behind this one */
    uint32_t at = 0;
    quire_status status = xap_db_last_document(db, &to, err);

    to++;
    while (status == QUIRE_OK && from < to) {
        const uint32_t middle = from + (to - from) / 2;

        status = xap_db_next_document(db, middle, &at, err);
        if (status == QUIRE_OK && at != 0)
            status = xapian_records_passage(db, path, of, furniture, at, memory, &record, err);
        if (at != 0 && record.article < number)
            from = at + 1;
        else
            to = middle;
    }
    if (status == QUIRE_OK)
        status = xap_db_next_document(db, from, first_out, err);
    for (at = *end_out = *first_out; status == QUIRE_OK && at != 0 && at == *end_out;) {
        status = xapian_records_passage(db, path, of, furniture, at, memory, &record, err);
        if (status != QUIRE_OK || record.article != number)
            break;
        *end_out = at + 1;
        status = xap_db_next_document(db, at + 1, &at, err);
    }
    return status;
}
