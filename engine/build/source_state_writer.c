/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source_state_writer.c - writing GENERATION/sources. */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/error.h"
#include "build/source_state.h"
#include "postings/dictionary.h"
#include "postings/little_endian.h"
#include "postings/text_store.h"

enum { COMPRESSION_LEVEL = 3 };

struct source_state_writer {
    text_writer *text;
    buffer packed;
    buffer events; /* of the record at hand */
    uint64_t nevent_records;
    uint64_t line;     /* of the article before */
    source_state *old; /* whose records so far were the same; NULL: none, or not any more */
    source_state_file *files;
    size_t nfiles;
    size_t room;
    arena *arena; /* of their strings */
    const char *basis;
};

source_state_writer *
source_state_writer_new(const char *path, const char *basis)
{
    source_state_writer *w = calloc(1, sizeof *w);

    if (w == NULL)
        return NULL;
    w->arena = arena_new();
    w->basis = w->arena != NULL ? arena_copy(w->arena, basis, strlen(basis)) : NULL;
    w->text = text_writer_create(path, "", 0);
    if (w->basis == NULL || w->text == NULL) {
        source_state_writer_free(w);
        return NULL;
    }
    return w;
}

void
source_state_writer_free(source_state_writer *w)
{
    if (w == NULL)
        return;
    text_writer_abandon(w->text);
    buffer_free(&w->packed);
    buffer_free(&w->events);
    free(w->files);
    arena_free(w->arena);
    free(w);
}

void
source_state_writer_reuse(source_state_writer *w, source_state *old)
{
    w->old = old;
}

/* ---- Records ---- */

static bool
add_number(buffer *out, uint64_t number)
{
    uint8_t varint[VARINT_MAX_BYTES];

    return buffer_add(out, varint, varint_write(varint, number));
}

static bool
add_string(buffer *out, const char *string)
{
    const size_t nbytes = strlen(string);

    return add_number(out, nbytes) && buffer_add(out, string, nbytes + 1);
}

/* Numbers that may be negative: small ones are short either way. */
static uint64_t
zigzag(int64_t number)
{
    return number < 0 ? ~((uint64_t)number << 1) : (uint64_t)number << 1;
}

static bool
add_signed(buffer *out, int64_t number)
{
    return add_number(out, zigzag(number));
}

static bool
add_hash(buffer *out, uint64_t hash)
{
    uint8_t bytes[8];

    store_u64(bytes, hash);
    return buffer_add(out, bytes, sizeof bytes);
}

/* Pack and write the record at hand. */
static quire_status
end_record(source_state_writer *w, buffer *record, uint64_t *nrecords, quire_error *err)
{
    size_t nbytes;

    if (record->size == 0)
        return QUIRE_OK;
    buffer_clear(&w->packed);
    if (!buffer_reserve(&w->packed, ZSTD_compressBound(record->size)))
        return error_nomem(err);
    nbytes = ZSTD_compress(w->packed.bytes, ZSTD_compressBound(record->size), record->bytes,
                           record->size, COMPRESSION_LEVEL);
    /* Only memory can fail where there is room enough. */
    if (ZSTD_isError(nbytes) || !text_writer_add(w->text, w->packed.bytes, nbytes))
        return error_nomem(err);
    buffer_clear(record);
    ++*nrecords;
    return QUIRE_OK;
}

/* Packing takes several times as long as unpacking and comparing; behind the first record that is
 * another all are, for what follows has moved. */
static quire_status
end_events(source_state_writer *w, quire_error *err)
{
    const char *packed = NULL;
    size_t nbytes = 0;

    if (w->events.size == 0)
        return QUIRE_OK;
    if (w->old != NULL &&
        source_state_find_packed(w->old, w->nevent_records, &w->events, &packed, &nbytes)) {
        if (!text_writer_add(w->text, packed, nbytes))
            return error_nomem(err);
        buffer_clear(&w->events);
        w->nevent_records++;
        return QUIRE_OK;
    }
    w->old = NULL;
    return end_record(w, &w->events, &w->nevent_records, err);
}

/* ---- Files and events ---- */

quire_status
source_state_writer_file(source_state_writer *w, const source_state_file *file, quire_error *err)
{
    source_state_file *added;

    if (!ARRAY_GROW(w->files, w->nfiles, &w->room))
        return error_nomem(err);
    added = &w->files[w->nfiles];
    *added = *file;
    added->name = arena_copy(w->arena, file->name, strlen(file->name));
    added->id = arena_copy(w->arena, file->id, strlen(file->id));
    if (added->name == NULL || added->id == NULL)
        return error_nomem(err);
    added->nevents = 0;
    added->narticles = 0;
    added->record = w->nevent_records;
    added->offset = w->events.size;
    w->nfiles++;
    w->line = 0;
    return QUIRE_OK;
}

/* All but the id, which is the most of it, goes through here: there is one for each article. */
#define EVENT_HEAD_BYTES (1 + 8 + 4 * VARINT_MAX_BYTES)

static bool
add_article(source_state_writer *w, const source_event *e)
{
    const size_t id_bytes = strlen(e->id);
    uint8_t head[EVENT_HEAD_BYTES];
    size_t n = 0;

    head[n++] = (uint8_t)e->flags;
    n += varint_write(head + n, zigzag((int64_t)(e->line - w->line)));
    if ((e->flags & SOURCE_EVENT_PLAIN) != 0) {
        store_u64(head + n, e->hash);
        n += 8;
    }
    if ((e->flags & SOURCE_EVENT_PLACED) != 0) {
        n += varint_write(head + n, e->segment);
        n += varint_write(head + n, e->number);
    }
    n += varint_write(head + n, id_bytes);
    w->line = e->line;
    return buffer_add(&w->events, head, n) && buffer_add(&w->events, e->id, id_bytes + 1);
}

static bool
add_problem(source_state_writer *w, const source_event *e)
{
    return buffer_add_char(&w->events, (char)e->flags) && add_string(&w->events, e->where) &&
           add_string(&w->events, e->what);
}

quire_status
source_state_writer_event(source_state_writer *w, const source_event *e, quire_error *err)
{
    source_state_file *file = &w->files[w->nfiles - 1];
    const bool is_problem = (e->flags & SOURCE_EVENT_PROBLEM) != 0;

    if (!(is_problem ? add_problem(w, e) : add_article(w, e)))
        return error_nomem(err);
    file->nevents++;
    file->narticles += (e->flags & SOURCE_EVENT_PLACED) != 0;
    return w->events.size < SOURCE_STATE_RECORD_BYTES ? QUIRE_OK : end_events(w, err);
}

/* ---- Files as they were ---- */

/* Add a record that was full as it is; *is_added_out is false where it was not. */
static quire_status
add_full_record(source_state_writer *w, source_state *old, uint64_t number, bool *is_added_out,
                quire_error *err)
{
    const char *packed;
    size_t nbytes = 0;
    quire_status status = source_state_full_record(old, number, &packed, &nbytes, err);

    *is_added_out = status == QUIRE_OK && packed != NULL;
    if (!*is_added_out)
        return status;
    if (!text_writer_add(w->text, packed, nbytes))
        return error_nomem(err);
    w->nevent_records++;
    return QUIRE_OK;
}

/* Add what is in a record behind the bytes that are in the one at hand: to its end, or to end. */
static quire_status
add_rest(source_state_writer *w, source_state *old, uint64_t number, const uint64_t *end,
         quire_error *err)
{
    const char *bytes = NULL;
    size_t nbytes = 0;
    quire_status status = source_state_record(old, number, &bytes, &nbytes, err);

    if (status != QUIRE_OK)
        return status;
    if (w->events.size > nbytes || (end != NULL && (*end < w->events.size || *end > nbytes)))
        return error_set(err, QUIRE_ECORRUPT, "what is known of the sources is damaged");
    nbytes = end != NULL ? (size_t)*end : nbytes;
    if (!buffer_add(&w->events, bytes + w->events.size, nbytes - w->events.size))
        return error_nomem(err);
    return w->events.size < SOURCE_STATE_RECORD_BYTES ? QUIRE_OK : end_events(w, err);
}

/* Whatever is in the record at hand before them, records end where they did, since it is as much.
 * None but the last of old is not full, but what if. */
quire_status
source_state_writer_span(source_state_writer *w, source_state *old, const source_span *span,
                         bool *is_added_out, quire_error *err)
{
    const uint64_t end = span->end_record + (span->end_offset > 0);
    quire_status status = QUIRE_OK;

    *is_added_out = w->events.size == span->offset;
    if (!*is_added_out)
        return QUIRE_OK;
    for (uint64_t i = span->record; i < end && status == QUIRE_OK; i++) {
        const bool is_cut = i == span->end_record;
        bool is_added = false;

        if (i > span->record)
            status = end_events(w, err);
        if (status == QUIRE_OK && w->events.size == 0 && !is_cut)
            status = add_full_record(w, old, i, &is_added, err);
        if (status == QUIRE_OK && !is_added)
            status = add_rest(w, old, i, is_cut ? &span->end_offset : NULL, err);
    }
    w->files[w->nfiles - 1].nevents = span->nevents;
    w->files[w->nfiles - 1].narticles = span->narticles;
    return status;
}

/* ---- The end ---- */

static bool
add_file(buffer *out, const source_state_file *f)
{
    const unsigned flags = (f->is_regular ? 1u : 0) | (f->has_hash ? 2u : 0);

    return add_string(out, f->name) && add_string(out, f->id) && add_number(out, f->source) &&
           buffer_add_char(out, (char)flags) && add_number(out, f->bytes) &&
           add_signed(out, f->modified_ns) && add_signed(out, f->changed_ns) &&
           add_number(out, f->inode) && add_hash(out, f->hash) && add_number(out, f->file_bytes) &&
           add_number(out, f->text_bytes) && add_number(out, f->nevents) &&
           add_number(out, f->narticles) && add_number(out, f->record) &&
           add_number(out, f->offset);
}

static quire_status
write_files(source_state_writer *w, buffer *record, uint64_t *nrecords, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < w->nfiles && status == QUIRE_OK; i++) {
        if (!add_file(record, &w->files[i]))
            return error_nomem(err);
        if (record->size >= SOURCE_STATE_RECORD_BYTES)
            status = end_record(w, record, nrecords, err);
    }
    return status == QUIRE_OK ? end_record(w, record, nrecords, err) : status;
}

quire_status
source_state_writer_finish(source_state_writer *w, quire_error *err)
{
    buffer record = {0};
    uint64_t nfile_records = 0;
    uint64_t nheads = 0;
    quire_status status = end_events(w, err);

    if (status == QUIRE_OK)
        status = write_files(w, &record, &nfile_records, err);
    if (status == QUIRE_OK &&
        (!add_number(&record, SOURCE_STATE_VERSION) || !add_number(&record, w->nevent_records) ||
         !add_number(&record, nfile_records) || !add_number(&record, w->nfiles) ||
         !add_string(&record, w->basis)))
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = end_record(w, &record, &nheads, err);
    if (status == QUIRE_OK) {
        status = text_writer_finish(w->text, err);
        w->text = NULL;
    }
    buffer_free(&record);
    source_state_writer_free(w);
    return status;
}
