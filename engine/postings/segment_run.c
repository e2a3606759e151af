/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_run.c - inverting passages in memory: from their words to lists by stem, then to a file
 * sorted by stem, which segment_merge.c joins with others.
 *
 * A word costs one look into a table, that of surfaces: an entry there says which stem it has and
 * which of the stem's surfaces it is.  The words of a passage are strung together by stem first, so
 * that a posting is written whole, into chunks of memory that its stem alone fills.
 *
 * A spilled run:
 *   number of stems, then for each, in byte order:
 *     bytes of the stem, the stem
 *     surfaces, then for each: its bytes, the surface, how often it occurs
 *     postings, bytes of all of them, then for each:
 *       gap to the passage before (before the first stands -1), twice, plus 1 where the stem
 *         occurs more than once; then how often
 *       for each occurrence: position less the one before, twice, plus 1 where it is not the
 *         stem's first surface; then which
 * Numbers are LEB128; a position is as in posting_list.h. */
#include "postings/segment.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "base/hash.h"
#include "postings/run_file.h"
#include "postings/run_heap.h"

/* ---- Memory: cut from large chunks, known by 32 bits, freed all at once ---- */

enum {
    POOL_UNIT = 8, /* bytes: what a reference counts */
    POOL_CHUNK_BITS = 15,
    POOL_CHUNK_BYTES = POOL_UNIT << POOL_CHUNK_BITS,
    POOL_MAX_CHUNKS = 1 << (32 - POOL_CHUNK_BITS)
};

typedef struct {
    uint8_t **chunks;
    size_t nchunks;
    size_t chunks_room;
    size_t used; /* bytes of the last chunk */
} memory_pool;

static inline void *
pool_at(const memory_pool *pool, uint32_t reference)
{
    return pool->chunks[reference >> POOL_CHUNK_BITS] +
           (size_t)(reference & ((1u << POOL_CHUNK_BITS) - 1)) * POOL_UNIT;
}

/* At most POOL_CHUNK_BYTES - POOL_UNIT bytes, not zeroed; 0: memory. */
static uint32_t
pool_alloc(memory_pool *pool, size_t nbytes)
{
    nbytes = (nbytes + POOL_UNIT - 1) / POOL_UNIT * POOL_UNIT;
    if (pool->nchunks == 0 || POOL_CHUNK_BYTES - pool->used < nbytes) {
        if (pool->nchunks == POOL_MAX_CHUNKS ||
            !ARRAY_GROW(pool->chunks, pool->nchunks, &pool->chunks_room))
            return 0;
        uint8_t *chunk = malloc(POOL_CHUNK_BYTES);
        if (chunk == NULL)
            return 0;
        pool->chunks[pool->nchunks++] = chunk;
        pool->used = pool->nchunks == 1 ? POOL_UNIT : 0; /* nothing has reference 0 */
    }
    uint32_t reference =
        (uint32_t)((pool->nchunks - 1) << POOL_CHUNK_BITS | pool->used / POOL_UNIT);
    pool->used += nbytes;
    return reference;
}

static void
pool_free(memory_pool *pool)
{
    for (size_t i = 0; i < pool->nchunks; i++)
        free(pool->chunks[i]);
    free(pool->chunks);
    *pool = (memory_pool){0};
}

/* ---- What is held ---- */

/* A surface of a stem, in the pool.  A number with a sign is a surface of its own. */
typedef struct {
    uint32_t stem; /* number in segment_run.stems */
    uint32_t id;   /* among the stem's surfaces, by first occurrence */
    uint32_t next; /* the stem's next surface */
    uint8_t surface_bytes;
    uint8_t stem_bytes;
    uint64_t cf;
    char bytes[]; /* the surface, then the stem */
} surface_entry;

/* Postings of a stem, encoded as in the file; more than fits goes on in the next chunk. */
typedef struct {
    uint32_t next;
    uint8_t bytes[];
} posting_chunk;

enum {
    CHUNK_HEAD = offsetof(posting_chunk, bytes),
    MIN_CHUNK = 16,
    MAX_CHUNK = 8192,
    COPIED_AT_ONCE = 8,
    CACHE_LINE = 64 /* bytes: a stem is asked for as a whole */
};

typedef struct {
    _Alignas(CACHE_LINE) uint32_t first_surface; /* it holds the stem's bytes, too */
    uint32_t last_surface;
    uint32_t nsurfaces;
    uint32_t df;
    uint32_t last_passage; /* POSTING_NONE before the first, so that the gap is from -1 */
    uint32_t first_chunk;
    uint32_t last_chunk;
    uint32_t chunk_room; /* bytes left in the last */
    uint8_t *to;         /* where they begin */
    uint64_t nbytes;     /* of all postings */

    /* Of the passage at hand, when is_in: its words that have this stem. */
    bool is_in;
    uint32_t first_word;
    uint32_t last_word;
    uint32_t frequency;
} stem_entry;

/* Tables hold numbers by hash, in the first free place from hash & mask on. */
typedef struct {
    uint32_t hash;
    uint32_t number; /* of a surface, its reference; of a stem, its number + 1; 0: free */
} table_slot;

typedef struct {
    table_slot *slots;
    size_t nslots; /* a power of 2, or 0 */
    size_t nused;
} hash_table;

/* A word of the passage at hand. */
typedef struct {
    uint32_t hash;
    uint32_t stem;    /* number in segment_run.stems */
    uint32_t surface; /* among those of its stem */
    uint32_t position;
    uint32_t next; /* the next word with its stem */
} run_word;

struct segment_run {
    memory_pool pool;
    hash_table surface_table;
    hash_table stem_table;
    stem_entry *stems;
    size_t nstems;
    size_t stems_room;
    uint32_t next_passage; /* the least that may come */

    run_word *words;
    size_t words_room;
    uint32_t *present; /* stems of the passage at hand, by first occurrence */
    size_t npresent;
    size_t present_room;
    uint8_t *encoded; /* a posting */
    size_t encoded_room;
};

segment_run *
segment_run_new(void)
{
    return calloc(1, sizeof(segment_run));
}

/* Free all that passages brought; what a passage needs while it is added stays. */
static void
forget(segment_run *r)
{
    pool_free(&r->pool);
    free(r->surface_table.slots);
    free(r->stem_table.slots);
    free(r->stems);
    r->surface_table = (hash_table){0};
    r->stem_table = (hash_table){0};
    r->stems = NULL;
    r->nstems = 0;
    r->stems_room = 0;
    r->next_passage = 0;
}

void
segment_run_free(segment_run *r)
{
    if (r == NULL)
        return;
    forget(r);
    free(r->words);
    free(r->present);
    free(r->encoded);
    free(r);
}

size_t
segment_run_bytes(const segment_run *r)
{
    return r->pool.nchunks * POOL_CHUNK_BYTES +
           (r->surface_table.nslots + r->stem_table.nslots) * sizeof(table_slot) +
           r->stems_room * sizeof(stem_entry);
}

/* ---- Tables ---- */

static void
table_put(hash_table *t, uint32_t hash, uint32_t number)
{
    size_t at = hash & (t->nslots - 1);

    while (t->slots[at].number != 0)
        at = (at + 1) & (t->nslots - 1);
    t->slots[at] = (table_slot){hash, number};
    t->nused++;
}

/* Make room for one more; a third of the slots or more stays free. */
static bool
table_reserve(hash_table *t)
{
    if (t->nused + 1 <= t->nslots / 3 * 2)
        return true;

    hash_table grown = {.nslots = t->nslots == 0 ? 1024 : t->nslots * 2};
    if (grown.nslots > SIZE_MAX / 2 / sizeof(table_slot))
        return false;
    grown.slots = calloc(grown.nslots, sizeof *grown.slots);
    if (grown.slots == NULL)
        return false;
    for (size_t i = 0; i < t->nslots; i++)
        if (t->slots[i].number != 0)
            table_put(&grown, t->slots[i].hash, t->slots[i].number);
    free(t->slots);
    *t = grown;
    return true;
}

/* ---- Surfaces and stems ---- */

/* A word as the run sees it. */
typedef struct {
    const char *surface; /* the form with the sign where there is one */
    const char *stem;
    uint8_t surface_bytes;
    uint8_t stem_bytes;
} word_key;

static inline word_key
word_key_of(const passage_words *words, size_t i)
{
    const token *t = &words->list.tokens[i];
    const word_place *place = &words->places[i];

    return (word_key){
        .surface =
            t->extra_bytes > 0 ? token_extra(&words->list, t) : token_surface(&words->list, t),
        .surface_bytes = t->extra_bytes > 0 ? t->extra_bytes : t->surface_bytes,
        .stem = words->stems.bytes + place->stem,
        .stem_bytes = place->stem_bytes,
    };
}

/* memcmp's answer to "equal?" without its call, for words are short. */
static inline bool
is_equal(const char *a, const char *b, size_t nbytes)
{
    uint64_t a_words[2];
    uint64_t b_words[2];

    if (nbytes > 16)
        return memcmp(a, b, nbytes) == 0;
    if (nbytes >= 8) {
        memcpy(&a_words[0], a, 8);
        memcpy(&b_words[0], b, 8);
        memcpy(&a_words[1], a + nbytes - 8, 8);
        memcpy(&b_words[1], b + nbytes - 8, 8);
        return ((a_words[0] ^ b_words[0]) | (a_words[1] ^ b_words[1])) == 0;
    }
    for (size_t i = 0; i < nbytes; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

/* The surface tells the stem for all words that the tokenizer makes; two words that have only their
 * surface in common are kept apart all the same. */
static inline bool
is_entry_of(const surface_entry *entry, const word_key *key)
{
    return entry->surface_bytes == key->surface_bytes && entry->stem_bytes == key->stem_bytes &&
           is_equal(entry->bytes, key->surface, key->surface_bytes) &&
           is_equal(entry->bytes + key->surface_bytes, key->stem, key->stem_bytes);
}

static inline const char *
stem_bytes_of(const surface_entry *entry)
{
    return entry->bytes + entry->surface_bytes;
}

/* Make room for one more stem; realloc would not keep to lines of the cache. */
static bool
reserve_stem(segment_run *r)
{
    if (r->nstems < r->stems_room)
        return true;
    size_t room = r->stems_room == 0 ? 1024 : r->stems_room * 2;
    if (room > UINT32_MAX)
        return false;
    stem_entry *grown = aligned_alloc(CACHE_LINE, room * sizeof *grown);
    if (grown == NULL)
        return false;
    if (r->nstems > 0)
        memcpy(grown, r->stems, r->nstems * sizeof *grown);
    free(r->stems);
    r->stems = grown;
    r->stems_room = room;
    return true;
}

/* The number of the stem, a new one if need be; *number_out.  False: memory. */
static bool
find_stem(segment_run *r, const word_key *key, uint32_t *number_out)
{
    uint32_t hash = (uint32_t)hash_bytes(key->stem, key->stem_bytes);
    hash_table *t = &r->stem_table;

    if (!table_reserve(t))
        return false;
    for (size_t at = hash & (t->nslots - 1); t->slots[at].number != 0;
         at = (at + 1) & (t->nslots - 1)) {
        if (t->slots[at].hash != hash)
            continue;
        uint32_t number = t->slots[at].number - 1;
        const surface_entry *entry = pool_at(&r->pool, r->stems[number].first_surface);
        if (entry->stem_bytes == key->stem_bytes &&
            memcmp(stem_bytes_of(entry), key->stem, key->stem_bytes) == 0) {
            *number_out = number;
            return true;
        }
    }
    if (!reserve_stem(r))
        return false;
    r->stems[r->nstems] = (stem_entry){.last_passage = POSTING_NONE};
    *number_out = (uint32_t)r->nstems++;
    table_put(t, hash, *number_out + 1);
    return true;
}

/* Enter a surface; its stem may be new, too.  NULL: memory. */
static surface_entry *
add_surface(segment_run *r, uint32_t hash, const word_key *key)
{
    uint32_t reference =
        pool_alloc(&r->pool, offsetof(surface_entry, bytes) + key->surface_bytes + key->stem_bytes);
    uint32_t number;

    if (reference == 0 || !find_stem(r, key, &number))
        return NULL;
    surface_entry *entry = pool_at(&r->pool, reference);
    stem_entry *stem = &r->stems[number];
    entry->stem = number;
    entry->id = stem->nsurfaces++;
    entry->next = 0;
    entry->surface_bytes = key->surface_bytes;
    entry->stem_bytes = key->stem_bytes;
    entry->cf = 0;
    memcpy(entry->bytes, key->surface, key->surface_bytes);
    memcpy(entry->bytes + key->surface_bytes, key->stem, key->stem_bytes);

    if (stem->first_surface == 0)
        stem->first_surface = reference;
    else
        ((surface_entry *)pool_at(&r->pool, stem->last_surface))->next = reference;
    stem->last_surface = reference;
    table_put(&r->surface_table, hash, reference);
    return entry;
}

/* The entry of a word; NULL: memory. */
static surface_entry *
find_surface(segment_run *r, uint32_t hash, const word_key *key)
{
    hash_table *t = &r->surface_table;

    if (!table_reserve(t))
        return NULL;
    for (size_t at = hash & (t->nslots - 1); t->slots[at].number != 0;
         at = (at + 1) & (t->nslots - 1)) {
        if (t->slots[at].hash != hash)
            continue;
        surface_entry *entry = pool_at(&r->pool, t->slots[at].number);
        if (is_entry_of(entry, key))
            return entry;
    }
    return add_surface(r, hash, key);
}

/* ---- Postings ---- */

/* Bytes of postings in the chunk that follows `before` bytes of them: about half as many. */
static size_t
chunk_bytes(uint64_t before)
{
    if (before / 2 <= MIN_CHUNK)
        return MIN_CHUNK - CHUNK_HEAD;
    if (before / 2 >= MAX_CHUNK)
        return MAX_CHUNK - CHUNK_HEAD;
    return (size_t)before / 2 / POOL_UNIT * POOL_UNIT - CHUNK_HEAD;
}

static bool
add_chunk(segment_run *r, stem_entry *stem)
{
    size_t nbytes = chunk_bytes(stem->nbytes);
    uint32_t reference = pool_alloc(&r->pool, CHUNK_HEAD + nbytes);
    if (reference == 0)
        return false;
    posting_chunk *chunk = pool_at(&r->pool, reference);
    chunk->next = 0;
    if (stem->first_chunk == 0)
        stem->first_chunk = reference;
    else
        ((posting_chunk *)pool_at(&r->pool, stem->last_chunk))->next = reference;
    stem->last_chunk = reference;
    stem->to = chunk->bytes;
    stem->chunk_room = (uint32_t)nbytes;
    return true;
}

static bool
append(segment_run *r, stem_entry *stem, const uint8_t *bytes, size_t nbytes)
{
    /* Most postings are small: copy a fixed number of bytes, of which all but nbytes are written
     * over later. */
    if (nbytes <= COPIED_AT_ONCE && stem->chunk_room >= COPIED_AT_ONCE) {
        memcpy(stem->to, bytes, COPIED_AT_ONCE);
        stem->to += nbytes;
        stem->chunk_room -= (uint32_t)nbytes;
        stem->nbytes += nbytes;
        return true;
    }
    while (nbytes > 0) {
        if (stem->chunk_room == 0 && !add_chunk(r, stem))
            return false;
        uint32_t n = nbytes < stem->chunk_room ? (uint32_t)nbytes : stem->chunk_room;
        memcpy(stem->to, bytes, n);
        stem->to += n;
        stem->chunk_room -= n;
        stem->nbytes += n;
        bytes += n;
        nbytes -= n;
    }
    return true;
}

static inline uint8_t *
put_number(uint8_t *to, uint64_t number)
{
    if (number < 0x80) {
        *to = (uint8_t)number;
        return to + 1;
    }
    return to + varint_write(to, number);
}

/* A number, twice, plus a flag; where the flag is set, more behind it. */
static inline uint8_t *
put_flagged(uint8_t *to, uint64_t number, bool has_more, uint64_t more)
{
    to = put_number(to, number << 1 | has_more);
    return has_more ? put_number(to, more) : to;
}

static bool
add_posting(segment_run *r, stem_entry *stem, uint32_t number)
{
    size_t room = ((size_t)stem->frequency + 1) * 2 * VARINT_MAX_BYTES;
    if (room > r->encoded_room) {
        uint8_t *grown = realloc(r->encoded, room);
        if (grown == NULL)
            return false;
        r->encoded = grown;
        r->encoded_room = room;
    }

    uint8_t *to =
        put_flagged(r->encoded, number - stem->last_passage, stem->frequency > 1, stem->frequency);
    uint32_t before = 0;
    uint32_t at = stem->first_word;
    for (uint32_t i = 0; i < stem->frequency; i++) {
        const run_word *word = &r->words[at];
        to = put_flagged(to, word->position - before, word->surface != 0, word->surface);
        before = word->position;
        at = word->next;
    }
    stem->df++;
    stem->last_passage = number;
    stem->is_in = false;
    return append(r, stem, r->encoded, (size_t)(to - r->encoded));
}

/* ---- A passage ---- */

static bool
reserve_words(segment_run *r, size_t nwords)
{
    if (nwords <= r->words_room)
        return true;
    nwords += nwords / 2;
    free(r->words);
    free(r->present);
    r->words = malloc(nwords * sizeof *r->words);
    r->present = malloc(nwords * sizeof *r->present);
    r->words_room = r->words != NULL && r->present != NULL ? nwords : 0;
    return r->words_room > 0;
}

/* The words of a passage go step by step through the tables, each step asking the memory for what
 * the next one needs: the table's places, then the surfaces, then the stems, then their lists. */
static void
hash_words(segment_run *r, const passage_words *words)
{
    const hash_table *t = &r->surface_table;

    for (size_t i = 0; i < words->list.ntokens; i++) {
        word_key key = word_key_of(words, i);
        r->words[i].hash = (uint32_t)hash_bytes(key.surface, key.surface_bytes);
        if (t->nslots > 0)
            __builtin_prefetch(&t->slots[r->words[i].hash & (t->nslots - 1)]);
    }
}

static void
expect_surfaces(segment_run *r, size_t nwords)
{
    const hash_table *t = &r->surface_table;

    for (size_t i = 0; i < nwords && t->nslots > 0; i++) {
        const table_slot *slot = &t->slots[r->words[i].hash & (t->nslots - 1)];
        if (slot->number != 0)
            __builtin_prefetch(pool_at(&r->pool, slot->number), 1);
    }
}

/* Find the surface and the stem of each word. */
static bool
find_words(segment_run *r, const passage_words *words)
{
    for (uint32_t i = 0; i < words->list.ntokens; i++) {
        word_key key = word_key_of(words, i);
        run_word *word = &r->words[i];
        surface_entry *entry = find_surface(r, word->hash, &key);

        if (entry == NULL)
            return false;
        entry->cf++;
        word->stem = entry->stem;
        word->surface = entry->id;
        word->position = i + words->places[i].sentence;
        __builtin_prefetch(&r->stems[entry->stem], 1);
    }
    return true;
}

/* String each word to those before it that have its stem. */
static void
string_words(segment_run *r, uint32_t nwords)
{
    r->npresent = 0;
    for (uint32_t i = 0; i < nwords; i++) {
        stem_entry *stem = &r->stems[r->words[i].stem];

        if (stem->is_in) {
            r->words[stem->last_word].next = i;
            stem->frequency++;
        } else {
            stem->is_in = true;
            stem->first_word = i;
            stem->frequency = 1;
            r->present[r->npresent++] = r->words[i].stem;
            __builtin_prefetch(stem->to, 1);
        }
        stem->last_word = i;
    }
}

bool
segment_run_add(segment_run *r, uint32_t number, const passage_words *words)
{
    size_t nwords = words->list.ntokens;

    assert(number >= r->next_passage && number != POSTING_NONE);
    if (nwords >= UINT32_MAX / 2 || !reserve_words(r, nwords))
        return false;
    r->next_passage = number + 1;
    hash_words(r, words);
    expect_surfaces(r, nwords);
    if (!find_words(r, words))
        return false;
    string_words(r, (uint32_t)nwords);
    for (size_t i = 0; i < r->npresent; i++)
        if (!add_posting(r, &r->stems[r->present[i]], number))
            return false;
    return true;
}

/* ---- Writing it out ---- */

/* A stem to be sorted: its first eight bytes as a number tell most apart. */
typedef struct {
    uint64_t prefix;
    const surface_entry *entry;
} sorted_stem;

static int
compare_stems(const void *left, const void *right)
{
    const sorted_stem *a = left;
    const sorted_stem *b = right;

    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    return run_heap_compare(stem_bytes_of(a->entry), a->entry->stem_bytes, stem_bytes_of(b->entry),
                            b->entry->stem_bytes);
}

/* The stems in byte order, for free(); NULL: memory. */
static sorted_stem *
sort_stems(const segment_run *r)
{
    sorted_stem *sorted = calloc(r->nstems + 1, sizeof *sorted);

    if (sorted == NULL)
        return NULL;
    for (size_t i = 0; i < r->nstems; i++) {
        const surface_entry *entry = pool_at(&r->pool, r->stems[i].first_surface);
        sorted[i] = (sorted_stem){run_heap_prefix(stem_bytes_of(entry), entry->stem_bytes), entry};
    }
    qsort(sorted, r->nstems, sizeof *sorted, compare_stems);
    return sorted;
}

static void
write_stem(const segment_run *r, const surface_entry *entry, run_writer *w)
{
    const stem_entry *stem = &r->stems[entry->stem];

    run_writer_number(w, entry->stem_bytes);
    run_writer_add(w, stem_bytes_of(entry), entry->stem_bytes);
    run_writer_number(w, stem->nsurfaces);
    for (uint32_t at = stem->first_surface; at != 0;) {
        const surface_entry *surface = pool_at(&r->pool, at);
        run_writer_number(w, surface->surface_bytes);
        run_writer_add(w, surface->bytes, surface->surface_bytes);
        run_writer_number(w, surface->cf);
        at = surface->next;
    }
    run_writer_number(w, stem->df);
    run_writer_number(w, stem->nbytes);

    uint64_t written = 0;
    for (uint32_t at = stem->first_chunk; at != 0;) {
        const posting_chunk *chunk = pool_at(&r->pool, at);
        size_t nbytes = chunk_bytes(written);
        if (nbytes > stem->nbytes - written)
            nbytes = (size_t)(stem->nbytes - written);
        run_writer_add(w, chunk->bytes, nbytes);
        written += nbytes;
        at = chunk->next;
    }
}

quire_status
segment_run_spill(segment_run *r, const char *path, quire_error *err)
{
    run_writer w;
    sorted_stem *sorted = sort_stems(r);

    if (sorted == NULL)
        return error_nomem(err);
    run_writer_open(&w, path);
    run_writer_number(&w, r->nstems);
    for (size_t i = 0; i < r->nstems; i++)
        write_stem(r, sorted[i].entry, &w);
    free(sorted);
    quire_status status = run_writer_close(&w, err);
    if (status == QUIRE_OK)
        forget(r);
    return status;
}
