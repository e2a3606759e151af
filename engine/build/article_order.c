/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_order.c - what a build keeps in memory of every article: about 60 bytes and its id. */
#include "build/article_order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/hash.h"

#define FIRST_SLOTS 1024
#define FIRST_IDS_BYTES 4096
#define AHEAD 16 /* keys whose slots are fetched before they are put there */
#define STORED_SEGMENTS ((uint32_t)1 << 31) /* numbers below it fit into a key */

static uint32_t
hash_of(const char *id, size_t nbytes)
{
    return (uint32_t)hash_bytes(id, nbytes);
}

/* The slot of an id, or the free one where it belongs. */
static size_t
find_slot(const article_order *o, const char *id, uint32_t hash)
{
    size_t slot = hash & (o->nslots - 1);

    while (o->slots[slot] != 0) {
        const article_key *key = &o->keys[o->slots[slot] - 1];
        if (key->hash == hash && strcmp(o->ids + key->id_offset, id) == 0)
            break;
        slot = (slot + 1) & (o->nslots - 1);
    }
    return slot;
}

article_key
article_key_of(const article *a, uint64_t spool_offset, uint32_t file, uint64_t line)
{
    return (article_key){
        .seconds = a->has_date ? a->date.seconds : INT64_MIN,
        .spool_offset = spool_offset,
        .text_bytes = (uint32_t)a->text_bytes, /* READER_MAX_ARTICLE_BYTES and repairs */
        .line = line <= UINT32_MAX ? (uint32_t)line : 0,
        .file = file,
        .hash = hash_of(a->id, strlen(a->id)),
    };
}

article_key
article_key_of_stored(const char *id, article_place place, uint32_t file, uint64_t line)
{
    assert(place.segment < STORED_SEGMENTS);
    return (article_key){
        .seconds = INT64_MIN,
        .spool_offset = ARTICLE_STORED | (uint64_t)place.segment << 32 | place.number,
        .line = line <= UINT32_MAX ? (uint32_t)line : 0,
        .file = file,
        .hash = hash_of(id, strlen(id)),
    };
}

bool
article_key_is_stored(const article_key *key)
{
    return (key->spool_offset & ARTICLE_STORED) != 0;
}

article_place
article_key_place(const article_key *key)
{
    return (article_place){.segment = (uint32_t)((key->spool_offset & ~ARTICLE_STORED) >> 32),
                           .number = (uint32_t)key->spool_offset};
}

/* Put the keys into the table that are not there: one after another they would wait for memory that
 * many at a time wait for but once. */
static void
index_keys(article_order *o)
{
    const size_t mask = o->nslots - 1;

    for (size_t i = o->nindexed; i < o->nkeys; i++) {
        size_t slot = o->keys[i].hash & mask;

        if (o->nkeys - i > AHEAD)
            __builtin_prefetch(&o->slots[o->keys[i + AHEAD].hash & mask], 1);
        while (o->slots[slot] != 0)
            slot = (slot + 1) & mask;
        o->slots[slot] = (uint32_t)(i + 1);
    }
    o->nindexed = o->nkeys;
}

const article_key *
article_order_find(article_order *o, const char *id, uint32_t hash)
{
    size_t slot;

    if (o->nslots == 0)
        return NULL;
    index_keys(o);
    slot = find_slot(o, id, hash);
    return o->slots[slot] == 0 ? NULL : &o->keys[o->slots[slot] - 1];
}

static bool
make_slots(article_order *o, size_t nslots)
{
    uint32_t *slots = array_zeroed(nslots, sizeof *slots);

    if (slots == NULL)
        return false;
    free(o->slots);
    o->slots = slots;
    o->nslots = nslots;
    o->nindexed = 0;
    return true;
}

/* Keep the table at most half full. */
static bool
grow_slots(article_order *o)
{
    return o->nkeys < o->nslots / 2 || make_slots(o, o->nslots == 0 ? FIRST_SLOTS : o->nslots * 2);
}

bool
article_order_expect(article_order *o, size_t narticles)
{
    size_t nslots = FIRST_SLOTS;

    while (nslots / 2 <= narticles)
        nslots *= 2;
    if (o->nkeys > 0 || !make_slots(o, nslots))
        return o->nkeys > 0;
    o->keys = malloc((narticles + FIRST_SLOTS) * sizeof *o->keys);
    o->room = o->keys != NULL ? narticles + FIRST_SLOTS : 0;
    return o->keys != NULL;
}

static bool
grow_ids(article_order *o, size_t more)
{
    size_t room = o->ids_room == 0 ? FIRST_IDS_BYTES : o->ids_room;
    char *ids;

    if (more <= o->ids_room - o->ids_bytes)
        return true;
    while (room - o->ids_bytes < more) {
        if (room > SIZE_MAX / 2)
            return false;
        room *= 2;
    }
    ids = realloc(o->ids, room);
    if (ids == NULL)
        return false;
    o->ids = ids;
    o->ids_room = room;
    return true;
}

bool
article_order_add(article_order *o, const char *id, const article_key *key)
{
    const size_t nbytes = strlen(id);
    const article_place place =
        article_key_is_stored(key) ? article_key_place(key) : (article_place){0};

    if (o->nkeys >= UINT32_MAX - 1 || !grow_slots(o) || !grow_ids(o, sizeof place + nbytes + 1) ||
        !ARRAY_GROW(o->keys, o->nkeys, &o->room))
        return false;
    o->keys[o->nkeys] = *key;
    memcpy(o->ids + o->ids_bytes, &place, sizeof place);
    o->ids_bytes += sizeof place;
    o->keys[o->nkeys].id_offset = o->ids_bytes;
    memcpy(o->ids + o->ids_bytes, id, nbytes + 1);
    o->ids_bytes += nbytes + 1;
    o->nkeys++;
    o->nnew += !article_key_is_stored(key);
    return true;
}

const article_key *
article_order_find_id(article_order *o, const char *id)
{
    return article_order_find(o, id, hash_of(id, strlen(id)));
}

const char *
article_order_id(const article_order *o, uint64_t id_offset)
{
    return o->ids + id_offset;
}

article_place
article_order_place(const article_order *o, uint64_t id_offset)
{
    article_place place;

    memcpy(&place, o->ids + id_offset - sizeof place, sizeof place);
    return place;
}

void
article_order_set_place(article_order *o, uint64_t id_offset, article_place place)
{
    memcpy(o->ids + id_offset - sizeof place, &place, sizeof place);
}

static void
end_finding(article_order *o)
{
    free(o->slots);
    o->slots = NULL;
    o->nslots = 0;
}

void
article_order_keep(article_order *o, bool (*keeps)(void *closure, const article_key *key),
                   void *closure)
{
    size_t nkept = 0;

    end_finding(o);
    for (size_t i = 0; i < o->nkeys; i++)
        if (keeps(closure, &o->keys[i]))
            o->keys[nkept++] = o->keys[i];
    o->nkeys = nkept;
}

static int
compare(const void *a, const void *b, void *ids)
{
    const article_key *x = a;
    const article_key *y = b;

    if (x->seconds != y->seconds)
        return x->seconds > y->seconds ? -1 : 1;
    return strcmp((const char *)ids + x->id_offset, (const char *)ids + y->id_offset);
}

/* glibc sorts by merging in memory of the size of the keys; where that is not to be had, in place.
 */
void
article_order_sort(article_order *o)
{
    end_finding(o);
    if (o->nkeys > 0)
        qsort_r(o->keys, o->nkeys, sizeof *o->keys, compare, o->ids);
}

uint64_t
article_order_bytes(const article_order *o)
{
    return (uint64_t)o->room * sizeof *o->keys + o->ids_room +
           (uint64_t)o->nslots * sizeof *o->slots;
}

void
article_order_free(article_order *o)
{
    free(o->keys);
    free(o->ids);
    free(o->slots);
    *o = (article_order){0};
}
