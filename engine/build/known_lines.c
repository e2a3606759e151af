/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known_lines.c - a table of a file's lines by their hash. */
#include "build/known_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"

void
known_lines_free(known_lines *k)
{
    free(k->lines);
    free(k->slots);
    buffer_free(&k->ids);
    *k = (known_lines){0};
}

static bool
add(known_lines *k, const source_event *event)
{
    const size_t id_offset = k->ids.size;

    if (!buffer_add(&k->ids, event->id, strlen(event->id) + 1) ||
        !ARRAY_GROW(k->lines, k->nlines, &k->room))
        return false;
    k->lines[k->nlines++] = (known_line){
        .hash = event->hash, .id_offset = id_offset, .place = {event->segment, event->number}};
    return true;
}

static size_t
find_slot(const known_lines *k, uint64_t hash)
{
    size_t slot = (size_t)hash & (k->nslots - 1);

    while (k->slots[slot] != 0 && k->lines[k->slots[slot] - 1].hash != hash)
        slot = (slot + 1) & (k->nslots - 1);
    return slot;
}

static bool
make_slots(known_lines *k)
{
    size_t nslots = 16;

    if (k->nlines == 0)
        return true;
    while (nslots < 2 * k->nlines)
        nslots *= 2;
    k->slots = calloc(nslots, sizeof *k->slots);
    if (k->slots == NULL)
        return false;
    k->nslots = nslots;
    for (size_t i = 0; i < k->nlines; i++)
        k->slots[find_slot(k, k->lines[i].hash)] = (uint32_t)i + 1;
    return true;
}

quire_status
known_lines_read(source_state *state, size_t file, known_lines *out, quire_error *err)
{
    const unsigned wanted = SOURCE_EVENT_PLAIN | SOURCE_EVENT_PLACED;
    source_events events = source_events_of(state, file);
    known_lines made = {0};
    source_event event;
    bool more = true;
    quire_status status;

    for (;;) {
        status = source_events_next(&events, &event, &more, err);
        if (status != QUIRE_OK || !more)
            break;
        if ((event.flags & SOURCE_EVENT_PROBLEM) == 0 && (event.flags & wanted) == wanted &&
            !add(&made, &event)) {
            status = error_nomem(err);
            break;
        }
    }
    if (status == QUIRE_OK && !make_slots(&made))
        status = error_nomem(err);
    if (status != QUIRE_OK) {
        known_lines_free(&made);
        return status;
    }
    *out = made;
    return QUIRE_OK;
}

const known_line *
known_lines_find(const known_lines *k, uint64_t hash)
{
    size_t slot;

    if (k->nslots == 0)
        return NULL;
    slot = find_slot(k, hash);
    return k->slots[slot] == 0 ? NULL : &k->lines[k->slots[slot] - 1];
}

const known_line *
known_lines_find_next(const known_lines *k, uint64_t hash, size_t *hint)
{
    const known_line *line = *hint < k->nlines && k->lines[*hint].hash == hash
                                 ? &k->lines[*hint]
                                 : known_lines_find(k, hash);

    if (line != NULL)
        *hint = (size_t)(line - k->lines) + 1;
    return line;
}

const char *
known_lines_id(const known_lines *k, const known_line *line)
{
    return k->ids.bytes + line->id_offset;
}

bool
known_lines_has(const void *known, uint64_t hash)
{
    return known_lines_find(known, hash) != NULL;
}
