/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_run.c - gathering the words of passages in memory, and sorting them by stem when enough
 * are there, for segment_merge.c or for a file.
 *
 * A word costs four bytes: which surface it is, at its position among its passage's places.  A
 * surface is found by the number that the stemmer gave it, or by its bytes.  Lists by stem are made
 * only when the run is complete, by sweeping over all places, a range of stems at a time
 * (run_slice.c): that is a fraction of what it costs to append to a list for each word.
 *
 * A spilled run:
 *   stems in byte order, for each:
 *     bytes of the stem, the stem
 *     surfaces, then for each: its bytes, the surface, how often it occurs
 *     bytes of all postings, then for each:
 *       gap to the passage before (before the first stands -1), twice, plus 1 where the stem
 *         occurs more than once; then how often
 *       for each occurrence: position less the one before, twice, plus 1 where it is not the
 *         stem's first surface; then which
 *   signs, by which a part of the stems is found; run_file.h draws them
 * Numbers are LEB128; a position is as in posting_list.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "base/hash.h"
#include "postings/run_file.h"
#include "postings/run_heap.h"
#include "postings/run_slice.h"
#include "postings/segment_run_internal.h"

enum {
    SPILL_SLICES = 8, /* a run is sorted in so many sweeps, each in a part of the memory */
    SPILL_SIGNS = 64  /* about so many of them in a file */
};

segment_run *
segment_run_new(void)
{
    return calloc(1, sizeof(segment_run));
}

static void
forget(segment_run *r)
{
    buffer_free(&r->bytes);
    free(r->surfaces);
    free(r->stems);
    free(r->surface_table.slots);
    free(r->stem_table.slots);
    free(r->known);
    free(r->is_known);
    free(r->places);
    free(r->passages);
    *r = (segment_run){0};
}

void
segment_run_free(segment_run *r)
{
    if (r == NULL)
        return;
    forget(r);
    free(r);
}

size_t
segment_run_bytes(const segment_run *r)
{
    const size_t tables = (r->surface_table.nslots + r->stem_table.nslots) * sizeof(run_table_slot);
    const size_t lists = r->bytes.size + r->nsurfaces * sizeof *r->surfaces +
                         r->nstems * sizeof *r->stems + r->nknown * sizeof *r->known;

    return tables + lists + r->npassages * sizeof *r->passages + r->nplaces * sizeof *r->places +
           r->nplaces / SPILL_SLICES * sizeof(run_occurrence);
}

/* ---- Tables ---- */

static void
table_put(run_table *t, uint32_t hash, uint32_t number)
{
    size_t at = hash & (t->nslots - 1);

    while (t->slots[at].number != 0)
        at = (at + 1) & (t->nslots - 1);
    t->slots[at] = (run_table_slot){hash, number};
    t->nused++;
}

/* Make room for one more; a third of the slots or more stays free. */
static bool
table_reserve(run_table *t)
{
    if (t->nused + 1 <= t->nslots / 3 * 2)
        return true;

    run_table grown = {.nslots = t->nslots == 0 ? 1024 : t->nslots * 2};
    if (grown.nslots > SIZE_MAX / 2 / sizeof(run_table_slot))
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

static word_key
word_key_of(const passage_words *words, size_t i)
{
    const token *t = &words->list.tokens[i];
    const word_place *place = &words->places[i];

    return (word_key){
        .surface =
            t->extra_bytes > 0 ? token_extra(&words->list, t) : token_surface(&words->list, t),
        .surface_bytes = t->extra_bytes > 0 ? t->extra_bytes : t->surface_bytes,
        .stem = passage_words_stem(words, place),
        .stem_bytes = place->stem_bytes,
    };
}

/* The surface tells the stem for all words that the tokenizer makes; two words that have only their
 * surface in common are kept apart all the same. */
static bool
is_surface_of(const segment_run *r, const run_surface *surface, const word_key *key)
{
    const char *bytes = run_surface_bytes(r, surface);

    return surface->surface_bytes == key->surface_bytes && surface->stem_bytes == key->stem_bytes &&
           memcmp(bytes, key->surface, key->surface_bytes) == 0 &&
           memcmp(bytes + key->surface_bytes, key->stem, key->stem_bytes) == 0;
}

/* The number of the stem, a new one if need be; *number_out.  False: memory. */
static bool
find_stem(segment_run *r, const word_key *key, uint32_t *number_out)
{
    uint32_t hash = (uint32_t)hash_bytes(key->stem, key->stem_bytes);
    run_table *t = &r->stem_table;

    if (!table_reserve(t))
        return false;
    for (size_t at = hash & (t->nslots - 1); t->slots[at].number != 0;
         at = (at + 1) & (t->nslots - 1)) {
        size_t nbytes;

        if (t->slots[at].hash != hash)
            continue;
        const char *bytes = run_stem_bytes(r, &r->stems[t->slots[at].number - 1], &nbytes);
        if (nbytes == key->stem_bytes && memcmp(bytes, key->stem, nbytes) == 0) {
            *number_out = t->slots[at].number - 1;
            return true;
        }
    }
    if (r->nstems >= UINT32_MAX - 1 || !ARRAY_GROW(r->stems, r->nstems, &r->stems_room))
        return false;
    r->stems[r->nstems] = (run_stem){0};
    *number_out = (uint32_t)r->nstems++;
    table_put(t, hash, *number_out + 1);
    return true;
}

/* Enter a surface; its stem may be new, too.  Its number, 0: memory. */
static uint32_t
add_surface(segment_run *r, const word_key *key)
{
    const size_t offset = r->bytes.size;
    uint32_t stem_number;

    if (r->nsurfaces == 0) { /* number 0 is no word's */
        if (!ARRAY_GROW(r->surfaces, r->nsurfaces, &r->surfaces_room))
            return 0;
        r->surfaces[r->nsurfaces++] = (run_surface){0};
    }
    if (offset > UINT32_MAX - 2 * UINT8_MAX || r->nsurfaces >= UINT32_MAX - 1 - RUN_MAX_KNOWN ||
        !ARRAY_GROW(r->surfaces, r->nsurfaces, &r->surfaces_room) ||
        !buffer_add(&r->bytes, key->surface, key->surface_bytes) ||
        !buffer_add(&r->bytes, key->stem, key->stem_bytes) || !find_stem(r, key, &stem_number))
        return 0;

    const uint32_t number = (uint32_t)r->nsurfaces++;
    run_stem *stem = &r->stems[stem_number];
    r->surfaces[number] = (run_surface){.bytes = (uint32_t)offset,
                                        .stem = stem_number,
                                        .surface_bytes = key->surface_bytes,
                                        .stem_bytes = key->stem_bytes};
    if (stem->nsurfaces++ == 0)
        stem->first_surface = number;
    else
        r->surfaces[stem->last_surface].next = number;
    stem->last_surface = number;
    return number;
}

/* The surface of a word, by its bytes.  0: memory. */
static uint32_t
find_surface(segment_run *r, const passage_words *words, size_t i)
{
    const word_key key = word_key_of(words, i);
    const uint32_t hash = (uint32_t)hash_bytes(key.surface, key.surface_bytes);
    run_table *t = &r->surface_table;

    if (!table_reserve(t))
        return 0;
    for (size_t at = hash & (t->nslots - 1); t->slots[at].number != 0;
         at = (at + 1) & (t->nslots - 1))
        if (t->slots[at].hash == hash && is_surface_of(r, &r->surfaces[t->slots[at].number], &key))
            return t->slots[at].number;
    const uint32_t number = add_surface(r, &key);
    if (number != 0)
        table_put(t, hash, number);
    return number;
}

/* Room in r->known for number entry. */
static bool
reserve_known(segment_run *r, uint32_t entry)
{
    size_t room = r->nknown == 0 ? 4096 : r->nknown;

    while (room <= entry)
        room *= 2;
    uint32_t *known = realloc(r->known, room * sizeof *known);
    if (known == NULL)
        return false;
    r->known = known;
    uint64_t *is_known = realloc(r->is_known, room / 64 * sizeof *is_known);
    if (is_known == NULL)
        return false;
    r->is_known = is_known;
    memset(is_known + r->nknown / 64, 0, (room - r->nknown) / 64 * sizeof *is_known);
    r->nknown = room;
    return true;
}

/* A word that the stemmer has numbered and the run has not met yet.  So it is a surface of which
 * the run knows nothing: words that have no number are others, and so are forms with signs.  Were
 * it there all the same, the merge would make the two one. */
static bool
meet_word(segment_run *r, const passage_words *words, size_t i)
{
    const uint32_t entry = words->places[i].entry - 1;
    const word_key key = word_key_of(words, i);

    if (entry >= r->nknown && !reserve_known(r, entry))
        return false;
    r->known[entry] = add_surface(r, &key);
    if (r->known[entry] == 0)
        return false;
    r->is_known[entry / 64] |= (uint64_t)1 << (entry % 64);
    return true;
}

/* What stands for word i among the places.  0: memory. */
static inline uint32_t
number_of(segment_run *r, const passage_words *words, size_t i)
{
    const uint32_t entry = words->places[i].entry - 1; /* 0: the largest there is */
    uint32_t surface;

    if (entry < RUN_MAX_KNOWN && words->list.tokens[i].extra_bytes == 0) {
        const bool is_known =
            entry < r->nknown && (r->is_known[entry / 64] >> (entry % 64) & 1) != 0;
        return is_known || meet_word(r, words, i) ? entry + 1 : 0;
    }
    surface = find_surface(r, words, i);
    return surface == 0 ? 0 : RUN_MAX_KNOWN + surface;
}

/* ---- Passages ---- */

/* Room for more places. */
static bool
reserve_places(segment_run *r, size_t more)
{
    if (more <= r->places_room - r->nplaces)
        return true;
    if (more > SIZE_MAX / 2 / sizeof *r->places - r->nplaces)
        return false;
    size_t room = r->places_room * 2;
    if (room < r->nplaces + more)
        room = r->nplaces + more;
    uint32_t *grown = realloc(r->places, room * sizeof *grown);
    if (grown == NULL)
        return false;
    r->places = grown;
    r->places_room = room;
    return true;
}

/* Fill the places of a passage.  False: memory. */
static bool
put_words(segment_run *r, const passage_words *words, size_t nplaces)
{
    uint32_t *places = r->places + r->nplaces;
    size_t at = 0;

    for (size_t i = 0; i < words->list.ntokens; i++) {
        const size_t position = i + words->places[i].sentence;
        const uint32_t number = number_of(r, words, i);

        if (number == 0)
            return false;
        assert(at <= position && position < nplaces);
        while (at < position)
            places[at++] = 0;
        places[at++] = number;
    }
    r->nplaces += nplaces;
    return true;
}

bool
segment_run_add(segment_run *r, uint32_t number, const passage_words *words)
{
    const size_t nwords = words->list.ntokens;
    const size_t nplaces = nwords == 0 ? 0 : nwords + words->places[nwords - 1].sentence;

    assert(!r->is_sorted && number != POSTING_NONE);
    assert(r->npassages == 0 || number > r->passages[r->npassages - 1].number);
    if (nplaces > UINT32_MAX || !reserve_places(r, nplaces) ||
        !ARRAY_GROW(r->passages, r->npassages, &r->passages_room))
        return false;
    if (nwords > 0 && !put_words(r, words, nplaces))
        return false;
    r->passages[r->npassages++] = (run_passage){number, (uint32_t)nplaces};
    return true;
}

/* ---- Sorting ---- */

/* A stem to be sorted: its first eight bytes as a number tell most apart. */
typedef struct {
    uint64_t prefix;
    const char *bytes;
    uint32_t nbytes;
    uint32_t stem;
} sorted_stem;

static int
compare_stems(const void *left, const void *right)
{
    const sorted_stem *a = left;
    const sorted_stem *b = right;

    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    return run_heap_compare(a->bytes, a->nbytes, b->bytes, b->nbytes);
}

/* The stems in byte order, for free(); NULL: memory. */
static sorted_stem *
sort_stems(const segment_run *r)
{
    sorted_stem *sorted = calloc(r->nstems + 1, sizeof *sorted);

    if (sorted == NULL)
        return NULL;
    for (size_t i = 0; i < r->nstems; i++) {
        size_t nbytes;
        const char *bytes = run_stem_bytes(r, &r->stems[i], &nbytes);
        sorted[i] =
            (sorted_stem){run_heap_prefix(bytes, nbytes), bytes, (uint32_t)nbytes, (uint32_t)i};
    }
    qsort(sorted, r->nstems, sizeof *sorted, compare_stems);
    return sorted;
}

/* Number stems by byte order and surfaces by stem; renumbered[old number of a surface]. */
static void
renumber(const segment_run *r, const sorted_stem *sorted, run_stem *stems, run_surface *surfaces,
         uint32_t *renumbered)
{
    uint64_t noccurrences = 0;
    uint32_t number = 1;

    surfaces[0] = (run_surface){0};
    renumbered[0] = 0;
    for (size_t i = 0; i < r->nstems; i++) {
        const run_stem *stem = &r->stems[sorted[i].stem];

        stems[i] = (run_stem){.first_occurrence = noccurrences,
                              .first_surface = number,
                              .nsurfaces = stem->nsurfaces};
        for (uint32_t from = stem->first_surface; from != 0; from = r->surfaces[from].next) {
            surfaces[number] = r->surfaces[from];
            surfaces[number].stem = (uint32_t)i;
            surfaces[number].next = 0;
            noccurrences += surfaces[number].cf;
            renumbered[from] = number++;
        }
        stems[i].last_surface = number - 1;
    }
    stems[r->nstems] = (run_stem){.first_occurrence = noccurrences, .first_surface = number};
}

/* What stands at a place, numbered without those that the run knows nothing of: first 0, then the
 * stemmer's numbers, then surfaces. */
static inline size_t
dense_number(const segment_run *r, uint32_t place)
{
    return place <= RUN_MAX_KNOWN ? place : place - RUN_MAX_KNOWN + r->nknown;
}

/* Count how often each surface occurs. */
static bool
count_surfaces(segment_run *r)
{
    uint64_t *counts = calloc(r->nknown + r->nsurfaces + 1, sizeof *counts);

    if (counts == NULL)
        return false;
    for (size_t i = 0; i < r->nplaces; i++)
        counts[dense_number(r, r->places[i])]++;
    for (size_t i = 0; i < r->nsurfaces; i++)
        r->surfaces[i].cf = 0;
    for (size_t i = 0; i < r->nknown; i++)
        if (counts[i + 1] > 0)
            r->surfaces[r->known[i]].cf += counts[i + 1];
    for (size_t i = 1; i < r->nsurfaces; i++)
        r->surfaces[i].cf += counts[r->nknown + i];
    free(counts);
    return true;
}

/* Let places name surfaces as they are numbered now. */
static bool
renumber_places(segment_run *r, const uint32_t *renumbered)
{
    uint32_t *surfaces = calloc(r->nknown + r->nsurfaces + 1, sizeof *surfaces);

    if (surfaces == NULL)
        return false;
    for (size_t i = 0; i < r->nknown; i++)
        if ((r->is_known[i / 64] >> (i % 64) & 1) != 0)
            surfaces[i + 1] = renumbered[r->known[i]];
    for (size_t i = 1; i < r->nsurfaces; i++)
        surfaces[r->nknown + i] = renumbered[i];
    for (size_t i = 0; i < r->nplaces; i++)
        r->places[i] = surfaces[dense_number(r, r->places[i])];
    free(surfaces);
    return true;
}

/* Free what finds surfaces. */
static void
forget_tables(segment_run *r)
{
    free(r->surface_table.slots);
    free(r->stem_table.slots);
    free(r->known);
    free(r->is_known);
    r->surface_table = r->stem_table = (run_table){0};
    r->known = NULL;
    r->is_known = NULL;
    r->nknown = 0;
}

bool
segment_run_sort(segment_run *r)
{
    sorted_stem *sorted = sort_stems(r);
    run_stem *stems = calloc(r->nstems + 1, sizeof *stems);
    run_surface *surfaces = calloc(r->nsurfaces + 1, sizeof *surfaces);
    uint32_t *renumbered = calloc(r->nsurfaces + 1, sizeof *renumbered);

    assert(!r->is_sorted);
    if (sorted != NULL && stems != NULL && surfaces != NULL && renumbered != NULL &&
        count_surfaces(r)) {
        renumber(r, sorted, stems, surfaces, renumbered);
        r->is_sorted = renumber_places(r, renumbered);
    }
    if (r->is_sorted) {
        free(r->stems);
        free(r->surfaces);
        r->stems = stems;
        r->surfaces = surfaces;
        stems = NULL;
        surfaces = NULL;
        forget_tables(r);
    }
    free(sorted);
    free(stems);
    free(surfaces);
    free(renumbered);
    return r->is_sorted;
}

/* ---- Writing it out ---- */

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

/* Encode the postings of stem i; out is cleared first.  False: memory. */
static bool
encode_postings(run_slice *s, size_t i, buffer *out)
{
    const run_occurrence *at;
    const run_occurrence *end;
    const uint32_t first_surface = s->run->stems[i].first_surface;
    uint32_t last = POSTING_NONE; /* so that the gap is from -1 */

    buffer_clear(out);
    if (!run_slice_get(s, i, &at, &end))
        return false;
    while (at < end) {
        const uint32_t number = s->run->passages[at->passage].number;
        const size_t frequency = run_slice_frequency(at, end);
        uint32_t before = 0;

        if (!buffer_reserve(out, (frequency + 1) * 2 * VARINT_MAX_BYTES))
            return false;
        uint8_t *to = (uint8_t *)out->bytes + out->size;
        to = put_flagged(to, number - last, frequency > 1, frequency);
        for (size_t k = 0; k < frequency; k++, at++) {
            const uint32_t surface = at->surface - first_surface;
            to = put_flagged(to, at->position - before, surface != 0, surface);
            before = at->position;
        }
        out->size = (size_t)((char *)to - out->bytes);
        last = number;
    }
    return true;
}

static void
write_stem(const segment_run *r, size_t i, const buffer *postings, run_writer *w)
{
    const run_stem *stem = &r->stems[i];
    size_t nbytes;
    const char *bytes = run_stem_bytes(r, stem, &nbytes);

    run_writer_number(w, nbytes);
    run_writer_add(w, bytes, nbytes);
    run_writer_number(w, stem->nsurfaces);
    for (uint32_t k = 0; k < stem->nsurfaces; k++) {
        const run_surface *surface = &r->surfaces[stem->first_surface + k];
        run_writer_number(w, surface->surface_bytes);
        run_writer_add(w, run_surface_bytes(r, surface), surface->surface_bytes);
        run_writer_number(w, surface->cf);
    }
    run_writer_number(w, postings->size);
    run_writer_add(w, postings->bytes, postings->size);
}

/* Write all stems.  False: memory. */
static bool
write_stems(run_slice *s, run_writer *w)
{
    const segment_run *r = s->run;
    const uint64_t noccurrences = r->stems[r->nstems].first_occurrence;
    uint64_t next_sign = 0;
    buffer postings = {0};
    bool has_memory = true;

    for (size_t i = 0; i < r->nstems && has_memory; i++) {
        size_t nbytes;
        const char *bytes = run_stem_bytes(r, &r->stems[i], &nbytes);

        if (r->stems[i].first_occurrence >= next_sign) {
            run_writer_sign(w, bytes, nbytes);
            next_sign = r->stems[i].first_occurrence + noccurrences / SPILL_SIGNS + 1;
        }
        has_memory = encode_postings(s, i, &postings);
        if (has_memory)
            write_stem(r, i, &postings, w);
    }
    buffer_free(&postings);
    return has_memory;
}

quire_status
segment_run_spill(segment_run *r, const char *path, quire_error *err)
{
    run_writer w;
    run_slice slice = {0};

    if (!segment_run_sort(r))
        return error_nomem(err);
    run_slice_begin(&slice, r, 0, r->nstems, r->nplaces / SPILL_SLICES);
    run_writer_open(&w, path);
    if (!write_stems(&slice, &w) && w.status == QUIRE_OK)
        w.status = error_nomem(&w.error);
    run_writer_end_body(&w);
    run_slice_free(&slice);
    quire_status status = run_writer_close(&w, err);
    forget(r);
    return status;
}
