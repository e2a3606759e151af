/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source_state.c - reading GENERATION/sources: its files at once, their events as they are asked
 * for.  Its bytes are under checksums, but what they say is looked at all the same. */
#include "build/source_state.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "postings/dictionary.h"
#include "postings/little_endian.h"
#include "postings/text_store.h"

/* A file's entry is not shorter: so many files cannot be said to be there and not be. */
#define LEAST_FILE_BYTES 20

#define MAX_RECORD_BYTES ((size_t)256 << 20)

enum { MAX_RATIO = 1 << 16 }; /* zstd packs no byte into less: it bounds what a record may claim */

struct source_state {
    text_store *text;
    buffer record;     /* unpacked */
    uint64_t unpacked; /* 1 + the number of that one; 0: none */
    char *path;
    arena *arena;
    const char *basis;
    uint64_t nevent_records;
    uint64_t nfile_records;
    source_state_file *files;
    size_t nfiles;
    uint32_t *slots; /* of files by name: 1 + its number; 0 is free */
    size_t nslots;   /* a power of two */
};

void
source_state_close(source_state *s)
{
    if (s == NULL)
        return;
    text_store_close(s->text);
    buffer_free(&s->record);
    arena_free(s->arena);
    free(s->path);
    free(s->files);
    free(s->slots);
    free(s);
}

static quire_status
damaged(const source_state *s, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: damaged", s->path);
}

/* ---- What records are made of; a cursor that is NULL stays so ---- */

typedef struct {
    const uint8_t *at; /* NULL once something made no sense */
    const uint8_t *end;
} cursor;

static uint64_t
take_number(cursor *c)
{
    uint64_t number = 0;

    if (c->at != NULL)
        c->at = varint_read(c->at, c->end, &number);
    return c->at != NULL ? number : 0;
}

static int64_t
take_signed(cursor *c)
{
    const uint64_t number = take_number(c);

    return (int64_t)(number >> 1 ^ (0 - (number & 1)));
}

static uint32_t
take_u32(cursor *c)
{
    const uint64_t number = take_number(c);

    if (number > UINT32_MAX)
        c->at = NULL;
    return (uint32_t)number;
}

static unsigned
take_byte(cursor *c)
{
    if (c->at == NULL || c->at == c->end) {
        c->at = NULL;
        return 0;
    }
    return *c->at++;
}

static uint64_t
take_hash(cursor *c)
{
    uint64_t hash;

    if (c->at == NULL || c->end - c->at < 8) {
        c->at = NULL;
        return 0;
    }
    hash = load_u64(c->at);
    c->at += 8;
    return hash;
}

static const char *
take_string(cursor *c)
{
    const uint64_t nbytes = take_number(c);
    const char *string = (const char *)c->at;

    if (c->at == NULL || nbytes >= (uint64_t)(c->end - c->at) ||
        memchr(string, '\0', (size_t)nbytes + 1) != string + nbytes) {
        c->at = NULL;
        return "";
    }
    c->at += nbytes + 1;
    return string;
}

/* Unpack a record in place of the one before. */
static quire_status
unpack(source_state *s, const char *packed, size_t packed_bytes, quire_error *err)
{
    const unsigned long long nbytes = ZSTD_getFrameContentSize(packed, packed_bytes);

    /* An error is a large number. */
    if (nbytes > MAX_RECORD_BYTES || nbytes / MAX_RATIO > packed_bytes)
        return damaged(s, err);
    buffer_clear(&s->record);
    if (!buffer_reserve(&s->record, (size_t)nbytes))
        return error_nomem(err);
    if (ZSTD_decompress(s->record.bytes, (size_t)nbytes, packed, packed_bytes) != nbytes)
        return damaged(s, err);
    s->record.size = (size_t)nbytes;
    return QUIRE_OK;
}

/* The record is kept, for it is asked for by each of its events. */
static quire_status
get_record(source_state *s, uint64_t number, cursor *c, quire_error *err)
{
    const char *packed = NULL;
    size_t packed_bytes = 0;
    quire_status status = QUIRE_OK;

    if (s->unpacked != number + 1) {
        s->unpacked = 0;
        status = text_store_get(s->text, number, &packed, &packed_bytes, err);
        if (status == QUIRE_OK)
            status = unpack(s, packed, packed_bytes, err);
        if (status != QUIRE_OK)
            return status;
        s->unpacked = number + 1;
    }
    *c = (cursor){(const uint8_t *)s->record.bytes,
                  (const uint8_t *)s->record.bytes + s->record.size};
    return QUIRE_OK;
}

/* ---- Opening ---- */

static quire_status
read_head(source_state *s, uint64_t *nfiles_out, quire_error *err)
{
    const uint64_t nrecords = text_store_size(s->text);
    const char *basis;
    cursor c = {0};
    quire_status status = nrecords == 0 ? damaged(s, err) : get_record(s, nrecords - 1, &c, err);

    if (status != QUIRE_OK)
        return status;
    if (take_number(&c) != SOURCE_STATE_VERSION)
        return error_set(err, QUIRE_EVERSION, "%s: of another version", s->path);
    s->nevent_records = take_number(&c);
    s->nfile_records = take_number(&c);
    *nfiles_out = take_number(&c);
    basis = take_string(&c);
    if (c.at == NULL || s->nevent_records >= nrecords || s->nfile_records >= nrecords ||
        s->nevent_records + s->nfile_records != nrecords - 1)
        return damaged(s, err);
    s->basis = arena_copy(s->arena, basis, strlen(basis));
    return s->basis != NULL ? QUIRE_OK : error_nomem(err);
}

static quire_status
take_file(source_state *s, cursor *c, quire_error *err)
{
    source_state_file *f = &s->files[s->nfiles];
    const char *name = take_string(c);
    const char *id = take_string(c);
    unsigned flags;

    *f = (source_state_file){.source = take_u32(c)};
    flags = take_byte(c);
    f->is_regular = (flags & 1) != 0;
    f->has_hash = (flags & 2) != 0;
    f->bytes = take_number(c);
    f->modified_ns = take_signed(c);
    f->changed_ns = take_signed(c);
    f->inode = take_number(c);
    f->hash = take_hash(c);
    f->file_bytes = take_number(c);
    f->text_bytes = take_number(c);
    f->nevents = take_number(c);
    f->narticles = take_number(c);
    f->record = take_number(c);
    f->offset = take_number(c);
    if (c->at == NULL || f->record > s->nevent_records)
        return damaged(s, err);
    f->name = arena_copy(s->arena, name, strlen(name));
    f->id = arena_copy(s->arena, id, strlen(id));
    if (f->name == NULL || f->id == NULL)
        return error_nomem(err);
    s->nfiles++;
    return QUIRE_OK;
}

static quire_status
read_files(source_state *s, uint64_t nfiles, quire_error *err)
{
    size_t room = 0;
    quire_status status = QUIRE_OK;

    for (uint64_t i = 0; i < s->nfile_records && status == QUIRE_OK; i++) {
        cursor c;

        status = get_record(s, s->nevent_records + i, &c, err);
        if (status != QUIRE_OK)
            break;
        room += (size_t)(c.end - c.at) / LEAST_FILE_BYTES + 1;
        source_state_file *files = realloc(s->files, room * sizeof *files);

        if (files == NULL)
            return error_nomem(err);
        s->files = files;
        while (status == QUIRE_OK && c.at != c.end)
            status = s->nfiles < room ? take_file(s, &c, err) : damaged(s, err);
    }
    return status == QUIRE_OK && s->nfiles != nfiles ? damaged(s, err) : status;
}

/* Keep the table at most half full. */
static bool
make_slots(source_state *s)
{
    s->nslots = 16;
    while (s->nslots < 2 * s->nfiles)
        s->nslots *= 2;
    s->slots = calloc(s->nslots, sizeof *s->slots);
    if (s->slots == NULL)
        return false;
    for (size_t i = 0; i < s->nfiles; i++) {
        const char *name = s->files[i].name;
        size_t slot = (size_t)hash_bytes(name, strlen(name)) & (s->nslots - 1);

        while (s->slots[slot] != 0)
            slot = (slot + 1) & (s->nslots - 1);
        s->slots[slot] = (uint32_t)i + 1;
    }
    return true;
}

quire_status
source_state_open(const char *path, source_state **state_out, quire_error *err)
{
    quire_status status;
    uint64_t nfiles = 0;
    source_state *s = calloc(1, sizeof *s);

    if (s == NULL)
        return error_nomem(err);
    s->arena = arena_new();
    s->path = strdup(path);
    status = s->arena == NULL || s->path == NULL ? error_nomem(err)
                                                 : text_store_open(path, &s->text, err);
    if (status == QUIRE_OK)
        status = read_head(s, &nfiles, err);
    if (status == QUIRE_OK)
        status = read_files(s, nfiles, err);
    if (status == QUIRE_OK && !make_slots(s))
        status = error_nomem(err);
    if (status != QUIRE_OK) {
        source_state_close(s);
        return status;
    }
    *state_out = s;
    return QUIRE_OK;
}

const char *
source_state_basis(const source_state *s)
{
    return s->basis;
}

size_t
source_state_nfiles(const source_state *s)
{
    return s->nfiles;
}

const source_state_file *
source_state_get(const source_state *s, size_t i)
{
    return &s->files[i];
}

size_t
source_state_find(const source_state *s, const char *name)
{
    size_t slot = (size_t)hash_bytes(name, strlen(name)) & (s->nslots - 1);

    for (; s->slots[slot] != 0; slot = (slot + 1) & (s->nslots - 1))
        if (strcmp(s->files[s->slots[slot] - 1].name, name) == 0)
            return s->slots[slot] - 1;
    return SIZE_MAX;
}

quire_status
source_state_full_record(source_state *s, uint64_t number, const char **packed_out,
                         size_t *packed_bytes_out, quire_error *err)
{
    const char *packed = NULL;
    quire_status status = number < s->nevent_records
                              ? text_store_get(s->text, number, &packed, packed_bytes_out, err)
                              : damaged(s, err);

    *packed_out = NULL;
    if (status != QUIRE_OK)
        return status;
    const unsigned long long nbytes = ZSTD_getFrameContentSize(packed, *packed_bytes_out);

    if (nbytes >= SOURCE_STATE_RECORD_BYTES && nbytes <= MAX_RECORD_BYTES)
        *packed_out = packed;
    return QUIRE_OK;
}

quire_status
source_state_record(source_state *s, uint64_t number, const char **bytes_out, size_t *nbytes_out,
                    quire_error *err)
{
    cursor c;
    quire_status status =
        number < s->nevent_records ? get_record(s, number, &c, err) : damaged(s, err);

    if (status != QUIRE_OK)
        return status;
    *bytes_out = (const char *)c.at;
    *nbytes_out = (size_t)(c.end - c.at);
    return QUIRE_OK;
}

bool
source_state_find_packed(source_state *s, uint64_t number, const buffer *record,
                         const char **packed_out, size_t *packed_bytes_out)
{
    cursor c;

    return number < s->nevent_records &&
           text_store_get(s->text, number, packed_out, packed_bytes_out, NULL) == QUIRE_OK &&
           ZSTD_getFrameContentSize(*packed_out, *packed_bytes_out) == record->size &&
           get_record(s, number, &c, NULL) == QUIRE_OK &&
           memcmp(c.at, record->bytes, record->size) == 0;
}

/* ---- Events ---- */

source_events
source_events_of(source_state *s, size_t file)
{
    const source_state_file *f = &s->files[file];

    return (source_events){
        .state = s, .record = f->record, .offset = f->offset, .nleft = f->nevents};
}

source_span
source_events_span(const source_events *events, size_t file)
{
    const source_state_file *f = &events->state->files[file];

    return (source_span){.record = f->record,
                         .offset = f->offset,
                         .end_record = events->record,
                         .end_offset = events->offset,
                         .nevents = f->nevents,
                         .narticles = f->narticles};
}

static void
take_event(source_events *e, cursor *c, source_event *event)
{
    *event = (source_event){.flags = take_byte(c)};
    if ((event->flags & SOURCE_EVENT_PROBLEM) != 0) {
        event->where = take_string(c);
        event->what = take_string(c);
        return;
    }
    e->line += (uint64_t)take_signed(c);
    event->line = e->line;
    if ((event->flags & SOURCE_EVENT_PLAIN) != 0)
        event->hash = take_hash(c);
    if ((event->flags & SOURCE_EVENT_PLACED) != 0) {
        event->segment = take_u32(c);
        event->number = take_u32(c);
    }
    event->id = take_string(c);
}

quire_status
source_events_next(source_events *e, source_event *event, bool *more_out, quire_error *err)
{
    source_state *s = e->state;
    const uint8_t *start;
    cursor c;
    quire_status status;

    *more_out = e->nleft > 0;
    if (e->nleft == 0)
        return QUIRE_OK;
    status = e->record < s->nevent_records ? get_record(s, e->record, &c, err) : damaged(s, err);
    if (status != QUIRE_OK)
        return status;
    start = c.at;
    if (e->offset >= (uint64_t)(c.end - c.at))
        return damaged(s, err);
    c.at += e->offset;
    take_event(e, &c, event);
    if (c.at == NULL)
        return damaged(s, err);
    e->nleft--;
    e->offset = (uint64_t)(c.at - start);
    if (c.at == c.end) {
        e->record++;
        e->offset = 0;
    }
    return QUIRE_OK;
}
