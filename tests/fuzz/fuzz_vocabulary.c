/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any keys and payloads as the dictionaries of stems and surfaces of a segment: a walk through its
 * words goes forward and ends, whatever is asked of them, and near words are those that a plain
 * comparison finds.
 *
 * Entries: a byte, 128 for a surface and up to 15 bytes of key; a byte, up to 31 bytes of payload;
 * key; payload, of a surface its stem's ordinal first. */
#include <stdlib.h>
#include <string.h>

#include "postings/segment_files.h"
#include "postings/segment_words.h"
#include "query/near_walk.h"

#include "fuzz.h"

#define MAX_ENTRIES 200

typedef struct {
    const uint8_t *key;
    size_t key_bytes;
    const uint8_t *payload;
    size_t payload_bytes;
    bool is_surface;
} entry;

static memory_path paths[2];

static int
compare(const void *x, const void *y)
{
    const entry *a = x;
    const entry *b = y;
    const int order =
        memcmp(a->key, b->key, a->key_bytes < b->key_bytes ? a->key_bytes : b->key_bytes);

    return order != 0 ? order : (a->key_bytes > b->key_bytes) - (a->key_bytes < b->key_bytes);
}

static size_t
read_entries(const uint8_t *data, size_t size, entry *entries)
{
    size_t n = 0;
    size_t at = 0;

    while (n < MAX_ENTRIES && at + 2 <= size) {
        const size_t key_bytes = data[at] & 15;
        const size_t payload_bytes = data[at + 1] & 31;

        if (key_bytes + payload_bytes > size - at - 2)
            break;
        entries[n++] = (entry){.key = data + at + 2,
                               .key_bytes = key_bytes,
                               .payload = data + at + 2 + key_bytes,
                               .payload_bytes = payload_bytes,
                               .is_surface = (data[at] & 128) != 0};
        at += 2 + key_bytes + payload_bytes;
    }
    if (n > 1)
        qsort(entries, n, sizeof *entries, compare);
    return n;
}

static void
make_dictionary(const entry *entries, size_t n, bool surfaces, dictionary *out)
{
    char *path = paths[surfaces];
    const unsigned nnumbers = surfaces ? SEGMENT_SURFACE_NUMBERS : SEGMENT_STEM_NUMBERS;
    const entry *last = NULL;
    uint64_t numbers[DICTIONARY_MAX_NUMBERS] = {0};
    const uint8_t *at;
    dictionary_writer *w;

    make_memory_file(path);
    w = dictionary_create(path, surfaces ? CHECKED_SURFACES : CHECKED_STEMS, nnumbers);
    require(w != NULL);
    for (size_t i = 0; i < n; i++) {
        const entry *e = &entries[i];

        if (e->is_surface != surfaces || (last != NULL && compare(last, e) == 0))
            continue;
        at = varint_read(e->payload, e->payload + e->payload_bytes, &numbers[0]);
        if (!surfaces || at == NULL)
            at = e->payload;
        numbers[0] &= UINT32_MAX; /* the writer refuses what is no ordinal */
        dictionary_add(w, (const char *)e->key, e->key_bytes, numbers, at,
                       e->payload_bytes - (size_t)(at - e->payload));
        last = e;
    }
    require(dictionary_finish(w, NULL) == QUIRE_OK);
    require(dictionary_open(path, surfaces ? CHECKED_SURFACES : CHECKED_STEMS, nnumbers, out,
                            NULL) == QUIRE_OK);
}

static void
check_ascending(const segment_words *w, char *before, size_t *before_bytes, bool is_first)
{
    const size_t n = *before_bytes < w->surface_bytes ? *before_bytes : w->surface_bytes;
    const int order = memcmp(before, w->surface, n);

    require(is_first || order < 0 || (order == 0 && *before_bytes < w->surface_bytes));
    memcpy(before, w->surface, w->surface_bytes);
    *before_bytes = w->surface_bytes;
}

/* Go on to where the next near word may be. */
static quire_status
skip_far(segment_words *w, const near_walk *near)
{
    char to[NEAR_WALK_MAX_BYTES + UTF8_MAX_BYTES];
    const size_t nbytes = near_walk_seek(near, to);

    if (nbytes > 0)
        return segment_words_skip_to(w, to, nbytes, NULL);
    w->at_end = true;
    return QUIRE_OK;
}

/* Walk, reading each word, with or without passing over what is not near. */
static size_t
walk(const segment *s, const char *from, size_t nbytes, bool skipping, bool *ended_out)
{
    static near_walk near;
    char before[DICTIONARY_MAX_KEY];
    size_t before_bytes = 0;
    size_t nnear = 0;
    bool is_first = true;
    segment_words w;
    quire_status status = segment_words_seek(s, NULL, "", 0, &w, NULL);

    require(near_walk_begin(&near, from, nbytes, 2));
    for (; status == QUIRE_OK && !w.at_end; is_first = false) {
        segment_word word;
        size_t dead = 0;

        check_ascending(&w, before, &before_bytes, is_first);
        if (segment_words_read(&w, &word, NULL) == QUIRE_OK)
            require(word.occurrences > 0 && word.surface_bytes == w.surface_bytes);
        if (near_walk_next(&near, w.surface, w.surface_bytes, &dead) <= 2)
            nnear++;
        require(dead <= w.surface_bytes);
        status = skipping && dead > 0 ? skip_far(&w, &near) : segment_words_next(&w, NULL);
    }
    require(status == QUIRE_OK || status == QUIRE_ECORRUPT);
    *ended_out = status == QUIRE_OK;
    return nnear;
}

static bool
touch_word(void *closure, const segment_word *word)
{
    *(uint64_t *)closure += word->occurrences + word->surface_bytes;
    return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static entry entries[MAX_ENTRIES];
    const size_t n = read_entries(data, size, entries);
    segment s = {0};
    bool ended = false;
    bool skipped_to_end = false;
    size_t all;
    size_t some;
    uint64_t sum = 0;

    make_dictionary(entries, n, false, &s.stems);
    make_dictionary(entries, n, true, &s.surfaces);
    all = walk(&s, "ab1", 3, false, &ended);
    some = walk(&s, "ab1", 3, true, &skipped_to_end);
    require(!ended || (skipped_to_end && all == some));
    for (size_t i = 0; i < n; i++)
        if (!entries[i].is_surface)
            (void)segment_words_of_stem(&s, NULL, (const char *)entries[i].key,
                                        entries[i].key_bytes, touch_word, &sum, NULL);
    dictionary_close(&s.stems);
    dictionary_close(&s.surfaces);
    return 0;
}
