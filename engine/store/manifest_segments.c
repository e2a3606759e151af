/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest_segments.c - writing and reading what a manifest says of segments, and checking that it
 * adds up. */
#include "store/manifest_segments.h"

#include <string.h>

#define NAME_START "seg-"
#define NAME_MAX_DIGITS 10

/* Numbers of articles, with those between segments, fit in 32 bits and leave the last one free. */
#define MAX_NUMBERS (UINT32_MAX - 1)

static const struct {
    const char *key;
    size_t at; /* in manifest_counts */
} counters[] = {
    {"articles", offsetof(manifest_counts, narticles)},
    {"articles_without_text", offsetof(manifest_counts, narticles_without_text)},
    {"passages", offsetof(manifest_counts, npassages)},
    {"furniture_passages", offsetof(manifest_counts, nfurniture_passages)},
    {"words", offsetof(manifest_counts, nwords)},
    {"furniture_words", offsetof(manifest_counts, nfurniture_words)},
};

#define NCOUNTERS (sizeof counters / sizeof *counters)

static uint64_t
get_counter(const manifest_counts *counts, size_t i)
{
    uint64_t number;

    memcpy(&number, (const char *)counts + counters[i].at, sizeof number);
    return number;
}

static void
set_counter(manifest_counts *counts, size_t i, uint64_t number)
{
    memcpy((char *)counts + counters[i].at, &number, sizeof number);
}

manifest_counts
manifest_total(const manifest *m)
{
    return (manifest_counts){.narticles = m->narticles,
                             .narticles_without_text = m->narticles_without_text,
                             .npassages = m->npassages,
                             .nfurniture_passages = m->nfurniture_passages,
                             .nwords = m->nwords,
                             .nfurniture_words = m->nfurniture_words};
}

/* ---- Numbers of articles ---- */

static uint64_t
numbers_of(const manifest_segment *segment)
{
    return (segment->written.narticles + 63) / 64 * 64;
}

uint32_t
manifest_first_article(const manifest *m, size_t segment)
{
    uint64_t first = 0;

    for (size_t i = 0; i < segment; i++)
        first += numbers_of(&m->segments[i]);
    return (uint32_t)first; /* they were counted when the manifest was read */
}

/* ---- Writing ---- */

static bool
add_counts(json_t *object, const char *key, const manifest_counts *counts)
{
    json_t *made = json_object();

    if (json_object_set_new(object, key, made) != 0)
        return false;
    for (size_t i = 0; i < NCOUNTERS; i++)
        if (json_object_set_new(made, counters[i].key,
                                json_integer((json_int_t)get_counter(counts, i))) != 0)
            return false;
    return true;
}

static bool
add_segment(json_t *array, const manifest_segment *segment)
{
    json_t *one = json_object();

    return json_array_append_new(array, one) == 0 &&
           json_object_set_new(one, "name", json_string(segment->name)) == 0 &&
           add_counts(one, "written", &segment->written) && add_counts(one, "dead", &segment->dead);
}

bool
manifest_segments_write(json_t *root, const manifest *m)
{
    const manifest_segment only = {.name = "seg-0", .written = manifest_total(m)};
    json_t *array = json_array();

    if (json_object_set_new(root, "segments", array) != 0)
        return false;
    if (m->nsegments == 0)
        return add_segment(array, &only);
    for (size_t i = 0; i < m->nsegments; i++)
        if (!add_segment(array, &m->segments[i]))
            return false;
    return true;
}

/* ---- Reading ---- */

/* A name that is a directory's below the generation's, and nothing else. */
static bool
is_name(const char *name)
{
    const char *digits = name + strlen(NAME_START);
    const size_t ndigits = strncmp(name, NAME_START, strlen(NAME_START)) == 0 ? strlen(digits) : 0;

    return ndigits > 0 && ndigits <= NAME_MAX_DIGITS && strspn(digits, "0123456789") == ndigits &&
           (digits[0] != '0' || ndigits == 1);
}

static bool
get_counts(const json_t *object, manifest_counts *counts)
{
    for (size_t i = 0; i < NCOUNTERS; i++) {
        const json_t *number = json_object_get(object, counters[i].key);

        if (!json_is_integer(number) || json_integer_value(number) < 0)
            return false;
        set_counter(counts, i, (uint64_t)json_integer_value(number));
    }
    return true;
}

/* Add what is alive in a segment; false where more is dead than there is. */
static bool
add_live(manifest_counts *sum, const manifest_segment *segment)
{
    for (size_t i = 0; i < NCOUNTERS; i++) {
        const uint64_t written = get_counter(&segment->written, i);
        const uint64_t dead = get_counter(&segment->dead, i);
        uint64_t total = 0;

        if (dead > written || __builtin_add_overflow(get_counter(sum, i), written - dead, &total))
            return false;
        set_counter(sum, i, total);
    }
    return true;
}

static bool
is_taken(const manifest_segment *segments, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(segments[i].name, name) == 0)
            return true;
    return false;
}

/* All but the name, which is a string. */
static bool
get_segment(const json_t *one, manifest_segment *segment)
{
    return get_counts(json_object_get(one, "written"), &segment->written) &&
           get_counts(json_object_get(one, "dead"), &segment->dead) &&
           segment->written.narticles <= MAX_NUMBERS && segment->written.npassages <= UINT32_MAX &&
           segment->written.nfurniture_passages <= UINT32_MAX;
}

/* Do the segments make up what the manifest says of the whole? */
static bool
adds_up(const manifest *m)
{
    const manifest_counts total = manifest_total(m);
    manifest_counts sum = {0};
    uint64_t numbers = 0;

    for (size_t i = 0; i < m->nsegments; i++) {
        numbers += numbers_of(&m->segments[i]);
        if (numbers > MAX_NUMBERS || !add_live(&sum, &m->segments[i]))
            return false;
    }
    for (size_t i = 0; i < NCOUNTERS; i++)
        if (get_counter(&sum, i) != get_counter(&total, i))
            return false;
    return true;
}

bool
manifest_segments_read(const json_t *root, arena *a, manifest *m, bool *ok_out)
{
    const json_t *array = json_object_get(root, "segments");
    const size_t n = json_array_size(array);
    manifest_segment *segments = arena_array(a, n + 1, sizeof *segments);

    *ok_out = false;
    if (segments == NULL)
        return false;
    m->segments = segments;
    m->nsegments = n;
    if (n == 0 || n > MANIFEST_MAX_SEGMENTS)
        return true;
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(array, i);
        const char *name = json_string_value(json_object_get(one, "name"));

        if (name == NULL || !is_name(name) || is_taken(segments, i, name) ||
            !get_segment(one, &segments[i]))
            return true;
        segments[i].name = arena_copy(a, name, strlen(name));
        if (segments[i].name == NULL)
            return false;
    }
    *ok_out = adds_up(m);
    return true;
}
