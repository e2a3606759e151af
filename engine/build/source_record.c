/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source_record.c - events as they are kept until they are written: a byte of flags, then
 *
 *   of an article  its line less that of the one before and where its id is in the order (varints,
 *                  the first zigzag); between them its hash, 8 bytes, where it is plain
 *   of a problem   where and what, each ended by a NUL */
#include "build/source_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/dictionary.h"

bool
source_record_article(source_record *r, const source_event *event, uint64_t id_offset)
{
    const int64_t delta = (int64_t)(event->line - r->line);
    uint8_t bytes[1 + sizeof event->hash + 2 * VARINT_MAX_BYTES];
    size_t n = 0;

    bytes[n++] = (uint8_t)event->flags;
    n += varint_write(bytes + n, delta < 0 ? ~((uint64_t)delta << 1) : (uint64_t)delta << 1);
    if ((event->flags & SOURCE_EVENT_PLAIN) != 0) {
        memcpy(bytes + n, &event->hash, sizeof event->hash);
        n += sizeof event->hash;
    }
    n += varint_write(bytes + n, id_offset);
    r->line = event->line;
    r->nevents++;
    r->narticles += (event->flags & SOURCE_EVENT_PLACED) != 0;
    return buffer_add(&r->events, bytes, n);
}

bool
source_record_problem(source_record *r, const char *where, const char *what, bool skipped)
{
    const unsigned flags = SOURCE_EVENT_PROBLEM | (skipped ? SOURCE_EVENT_SKIPPED : 0);

    r->nevents++;
    return buffer_add_char(&r->events, (char)flags) &&
           buffer_add(&r->events, where, strlen(where) + 1) &&
           buffer_add(&r->events, what, strlen(what) + 1);
}

bool
source_record_end_file(source_record *r, const source_state_file *file, const source_span *before)
{
    recorded_file *ended;

    if (!ARRAY_GROW(r->files, r->nfiles, &r->room))
        return false;
    ended = &r->files[r->nfiles++];
    *ended = (recorded_file){.is = *file, .is_same = before != NULL};
    ended->is.nevents = r->nevents;
    ended->is.narticles = r->narticles;
    ended->is.offset = r->file_start;
    if (before != NULL)
        ended->before = *before;
    r->file_start = r->events.size;
    r->nevents = r->narticles = 0;
    r->line = 0;
    return true;
}

uint64_t
source_record_bytes(const source_record *r)
{
    return r->events.room + (uint64_t)r->room * sizeof *r->files;
}

void
source_record_free(source_record *r)
{
    free(r->files);
    buffer_free(&r->events);
    *r = (source_record){0};
}

/* ---- Writing ---- */

static uint64_t
take_number(const uint8_t **at, const uint8_t *end)
{
    uint64_t number = 0;

    *at = varint_read(*at, end, &number); /* our own: it is whole */
    return number;
}

static const char *
take_string(const uint8_t **at)
{
    const char *string = (const char *)*at;

    *at += strlen(string) + 1;
    return string;
}

static void
take_event(const source_record *r, const article_order *o, const uint8_t **at, uint64_t *line,
           source_event *event)
{
    const uint8_t *end = (const uint8_t *)r->events.bytes + r->events.size;

    *event = (source_event){.flags = *(*at)++};
    if ((event->flags & SOURCE_EVENT_PROBLEM) != 0) {
        event->where = take_string(at);
        event->what = take_string(at);
        return;
    }
    const uint64_t delta = take_number(at, end);

    event->line = *line += delta >> 1 ^ (0 - (delta & 1));
    if ((event->flags & SOURCE_EVENT_PLAIN) != 0) {
        memcpy(&event->hash, *at, sizeof event->hash);
        *at += sizeof event->hash;
    }
    const uint64_t id_offset = take_number(at, end);

    event->id = article_order_id(o, id_offset);
    if ((event->flags & SOURCE_EVENT_PLACED) != 0) {
        const article_place place = article_order_place(o, id_offset);

        event->segment = place.segment;
        event->number = place.number;
    }
}

static quire_status
write_events(const source_record *r, const article_order *o, const source_state_file *file,
             source_state_writer *w, quire_error *err)
{
    const uint8_t *at = file->nevents > 0 ? (const uint8_t *)r->events.bytes + file->offset : NULL;
    uint64_t line = 0;
    quire_status status = QUIRE_OK;

    for (uint64_t i = 0; i < file->nevents && status == QUIRE_OK; i++) {
        source_event event;

        take_event(r, o, &at, &line, &event);
        status = source_state_writer_event(w, &event, err);
    }
    return status;
}

quire_status
source_record_write(const source_record *r, const article_order *o, const char *path,
                    const char *basis, source_state *before, bool are_moved, quire_error *err)
{
    quire_status status = QUIRE_OK;
    source_state_writer *w = source_state_writer_new(path, basis);

    if (w == NULL)
        return error_nomem(err);
    source_state_writer_reuse(w, before);
    for (size_t i = 0; i < r->nfiles && status == QUIRE_OK; i++) {
        const recorded_file *file = &r->files[i];
        bool is_written = false;

        status = source_state_writer_file(w, &file->is, err);
        if (status == QUIRE_OK && file->is_same && !are_moved)
            status = source_state_writer_span(w, before, &file->before, &is_written, err);
        if (status == QUIRE_OK && !is_written)
            status = write_events(r, o, &file->is, w, err);
    }
    if (status == QUIRE_OK)
        return source_state_writer_finish(w, err);
    source_state_writer_free(w);
    return status;
}
