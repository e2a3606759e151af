/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bunches.c - sketches turned round: from articles with hashes to hashes with articles. */
#include "copies/bunches.h"

#include <stdlib.h>

#include "base/error.h"

#define LEAST_ROOM 4096 /* entries; a smaller memory is not kept to */

/* An article that has a hash. */
typedef struct {
    uint32_t hash;
    uint32_t article;
} entry;

typedef struct {
    const bunches_source *source;
    bunch_visitor *visit;
    void *closure;
    entry *entries;
    entry *sorted;      /* of the same room */
    uint32_t *articles; /* the same */
    size_t nentries;
    size_t room;
} turning;

/* Sort by hash, byte by byte; articles stay in order. */
static void
sort_entries(turning *t)
{
    for (unsigned shift = 0; shift < 32; shift += 8) {
        size_t ends[257] = {0};
        entry *const swap = t->entries;

        for (size_t i = 0; i < t->nentries; i++)
            ends[(t->entries[i].hash >> shift & 255) + 1]++;
        for (size_t i = 0; i < 256; i++)
            ends[i + 1] += ends[i];
        for (size_t i = 0; i < t->nentries; i++)
            t->sorted[ends[t->entries[i].hash >> shift & 255]++] = t->entries[i];
        t->entries = t->sorted;
        t->sorted = swap;
    }
}

static quire_status
visit_entries(turning *t, quire_error *err)
{
    quire_status status = QUIRE_OK;
    size_t end;

    sort_entries(t);
    for (size_t i = 0; i < t->nentries; i++)
        t->articles[i] = t->entries[i].article;
    for (size_t i = 0; i < t->nentries && status == QUIRE_OK; i = end) {
        for (end = i + 1; end < t->nentries && t->entries[end].hash == t->entries[i].hash; end++)
            ;
        if (end > i + 1)
            status = t->visit(t->closure, t->entries[i].hash, t->articles + i, end - i, err);
    }
    return status;
}

static bool
add_entry(turning *t, uint32_t hash, uint32_t article)
{
    if (t->nentries == t->room) {
        const size_t room = t->room > 0 ? 2 * t->room : LEAST_ROOM;
        entry *const entries = reallocarray(t->entries, room, sizeof *entries);

        if (entries == NULL)
            return false;
        t->entries = entries;
        t->room = room;
    }
    t->entries[t->nentries++] = (entry){hash, article};
    return true;
}

static quire_status
make_room_to_sort(turning *t, quire_error *err)
{
    const size_t room = t->room > 0 ? t->room : 1;

    free(t->sorted);
    free(t->articles);
    t->sorted = calloc(room, sizeof *t->sorted);
    t->articles = calloc(room, sizeof *t->articles);
    return t->sorted != NULL && t->articles != NULL ? QUIRE_OK : error_nomem(err);
}

/* Collect the entries from first up to last, both included. */
static quire_status
collect(turning *t, uint32_t first, uint32_t last, quire_error *err)
{
    t->nentries = 0;
    for (uint32_t number = 0; number < t->source->narticles; number++) {
        sketch one;
        bool is_there = false;
        quire_status status = t->source->get(t->source->closure, number, &one, &is_there, err);

        if (status != QUIRE_OK)
            return status;
        for (uint32_t i = 0; is_there && i < one.nhashes; i++) {
            const uint32_t hash = sketch_hash(&one, i);

            if (hash > last)
                break;
            if (hash >= first && !add_entry(t, hash, number))
                return error_nomem(err);
        }
    }
    return make_room_to_sort(t, err);
}

static quire_status
count_hashes(const bunches_source *source, uint64_t *out, quire_error *err)
{
    *out = 0;
    for (uint32_t number = 0; number < source->narticles; number++) {
        sketch one;
        bool is_there = false;
        quire_status status = source->get(source->closure, number, &one, &is_there, err);

        if (status != QUIRE_OK)
            return status;
        *out += is_there ? one.nhashes : 0;
    }
    return QUIRE_OK;
}

/* The bounds of long articles are low, so low hashes are more frequent: ranges grow as they go up.
 */
static uint32_t
end_of_range(uint32_t range, uint32_t nranges)
{
    const double part = (double)(range + 1) / nranges;

    return range + 1 == nranges ? UINT32_MAX : (uint32_t)(part * part * UINT32_MAX);
}

quire_status
bunches_visit(const bunches_source *source, size_t memory_bytes, bunch_visitor *visit,
              void *closure, quire_error *err)
{
    turning t = {.source = source, .visit = visit, .closure = closure};
    const size_t entry_bytes = 2 * sizeof(entry) + sizeof(uint32_t); /* twice while they grow */
    const uint64_t room = memory_bytes / (2 * entry_bytes) + LEAST_ROOM;
    uint64_t nhashes = 0;
    uint32_t first = 0;
    quire_status status = count_hashes(source, &nhashes, err);
    const uint32_t nranges = (uint32_t)(nhashes / room) + 1;

    for (uint32_t range = 0; range < nranges && status == QUIRE_OK; range++) {
        const uint32_t last = end_of_range(range, nranges);

        status = collect(&t, first, last, err);
        if (status == QUIRE_OK)
            status = visit_entries(&t, err);
        first = last + 1;
    }
    free(t.entries);
    free(t.sorted);
    free(t.articles);
    return status;
}
