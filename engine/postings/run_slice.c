/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_slice.c - a counting sort of those places of a run that are of some stems.
 *
 * How many occurrences each stem has is known, so it is known where each belongs.  To put them
 * there at once would touch all memory that is held at random; so one sweep over all places brings
 * them into buckets of stems that follow one another, and a bucket, which the processor's cache can
 * hold, is sorted when it is asked for.  Places ascend by passage and position, and so do the
 * lists. As surfaces are numbered by stem, a place of other stems is passed over by its number. */
#include "postings/run_slice.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/array.h"
#include "base/large.h"

enum {
    BUCKET = 32768, /* occurrences, but for a stem that has more */
    PLACES_AT_ONCE = 512,
    PLACES_SLACK = 4
};

void
run_slice_begin(run_slice *s, const segment_run *r, size_t first, size_t end, size_t max_held)
{
    s->run = r;
    s->end = end;
    s->max_held = max_held;
    s->first = s->behind = first;
    s->nbuckets = s->bucket = 0;
}

void
run_slice_free(run_slice *s)
{
    free(s->occurrences);
    free(s->buckets);
    free(s->bucket_of);
    free(s->sorted);
    free(s->ends);
    *s = (run_slice){0};
}

/* Room for so many elements, whatever was there before; false: memory. */
static bool
reserve(void **array, size_t *room, size_t wanted, size_t element_bytes)
{
    if (wanted <= *room)
        return true;
    free(*array);
    *array = wanted > SIZE_MAX / element_bytes ? NULL : malloc(wanted * element_bytes);
    *room = *array == NULL ? 0 : wanted;
    if (*array != NULL)
        large_hint(*array, wanted * element_bytes);
    return *array != NULL;
}

/* ---- Buckets ---- */

/* Cut stems [first, behind) into buckets. */
static bool
cut_buckets(run_slice *s)
{
    const run_stem *stems = s->run->stems;
    const uint64_t before = stems[s->first].first_occurrence;
    size_t i = s->first;

    s->nbuckets = 0;
    while (i < s->behind) {
        if (!ARRAY_GROW(s->buckets, s->nbuckets + 1, &s->buckets_room))
            return false;
        run_bucket *bucket = &s->buckets[s->nbuckets++];
        const uint64_t start = stems[i].first_occurrence;
        bucket->first = (uint32_t)i++;
        bucket->start = (size_t)(start - before);
        while (i < s->behind && stems[i + 1].first_occurrence - start <= BUCKET)
            i++;
        bucket->behind = (uint32_t)i;
        bucket[1].start = (size_t)(stems[i].first_occurrence - before);
    }
    return true;
}

/* Hold stems from i on, as many as there is room for. */
static bool
choose(run_slice *s, size_t i)
{
    const run_stem *stems = s->run->stems;
    const uint64_t before = stems[i].first_occurrence;
    size_t behind = i + 1;

    while (behind < s->end && stems[behind + 1].first_occurrence - before <= s->max_held)
        behind++;
    const uint64_t wanted = stems[behind].first_occurrence - before;
    const size_t nsurfaces = stems[behind].first_surface - stems[i].first_surface;
    s->first = i;
    s->behind = behind;
    return wanted <= SIZE_MAX &&
           reserve((void **)&s->occurrences, &s->room, (size_t)wanted, sizeof *s->occurrences) &&
           reserve((void **)&s->bucket_of, &s->bucket_of_room, nsurfaces, sizeof *s->bucket_of) &&
           cut_buckets(s);
}

#ifdef __SSE2__

/* Of the numbers of four places those whose bit is set, and how many. */
static const struct {
    uint16_t numbers[PLACES_SLACK];
    uint16_t n;
} of_four[1 << PLACES_SLACK] = {
    {{0}, 0},    {{0}, 1},       {{1}, 1},       {{0, 1}, 2},       {{2}, 1},    {{0, 2}, 2},
    {{1, 2}, 2}, {{0, 1, 2}, 3}, {{3}, 1},       {{0, 3}, 2},       {{1, 3}, 2}, {{0, 1, 3}, 3},
    {{2, 3}, 2}, {{0, 2, 3}, 3}, {{1, 2, 3}, 3}, {{0, 1, 2, 3}, 4},
};

/* choose_places for the first *done_out places, four at a time. */
static size_t
choose_fours(const uint32_t *places, uint32_t nplaces, uint32_t first, uint32_t nsurfaces,
             uint16_t *chosen, uint32_t *done_out)
{
    /* Numbers compare as signed ones do when their highest bits are turned. */
    const __m128i sign = _mm_set1_epi32(INT32_MIN);
    const __m128i least = _mm_set1_epi32((int)first);
    const __m128i behind = _mm_set1_epi32((int)(nsurfaces ^ UINT32_C(0x80000000)));
    const uint64_t each = UINT64_C(0x0001000100010001);
    uint32_t k = 0;
    size_t n = 0;

    for (; nplaces - k >= PLACES_SLACK; k += PLACES_SLACK) {
        const __m128i four = _mm_loadu_si128((const __m128i *)(const void *)(places + k));
        const __m128i from_least = _mm_xor_si128(_mm_sub_epi32(four, least), sign);
        const int mask = _mm_movemask_ps(_mm_castsi128_ps(_mm_cmplt_epi32(from_least, behind)));
        uint64_t numbers;

        memcpy(&numbers, of_four[mask].numbers, sizeof numbers);
        numbers += each * k;
        memcpy(chosen + n, &numbers, sizeof numbers);
        n += of_four[mask].n;
    }
    *done_out = k;
    return n;
}

#else

static size_t
choose_fours(const uint32_t *places, uint32_t nplaces, uint32_t first, uint32_t nsurfaces,
             uint16_t *chosen, uint32_t *done_out)
{
    (void)places, (void)nplaces, (void)first, (void)nsurfaces, (void)chosen;
    *done_out = 0;
    return 0;
}

#endif

/* Which of some places are of surfaces [first, first + nsurfaces); returns how many, and may write
 * PLACES_SLACK more.  Without a branch, which nobody could predict. */
static size_t
choose_places(const uint32_t *places, uint32_t nplaces, uint32_t first, uint32_t nsurfaces,
              uint16_t *chosen)
{
    uint32_t k = 0;
    size_t n = choose_fours(places, nplaces, first, nsurfaces, chosen, &k);

    for (; k < nplaces; k++) {
        chosen[n] = (uint16_t)k;
        n += places[k] - first < nsurfaces;
    }
    return n;
}

/* Bring the places of a passage from number done on into their buckets. */
static void
sweep_places(run_slice *s, uint32_t of, const uint32_t *places, uint32_t done, uint32_t nplaces)
{
    const run_stem *stems = s->run->stems;
    const uint32_t first = stems[s->first].first_surface;
    uint16_t chosen[PLACES_AT_ONCE + PLACES_SLACK];
    const size_t nchosen =
        choose_places(places, nplaces, first, stems[s->behind].first_surface - first, chosen);

    for (size_t i = 0; i < nchosen; i++) {
        const uint32_t surface = places[chosen[i]];
        run_bucket *bucket = &s->buckets[s->bucket_of[surface - first]];

        s->occurrences[bucket->start++] = (run_occurrence){of, done + chosen[i], surface};
    }
}

/* Fill the buckets. */
static void
sweep(run_slice *s)
{
    const segment_run *r = s->run;
    const uint32_t *places = r->places;

    for (size_t i = 0; i < r->npassages; i++) {
        const uint32_t nplaces = r->passages[i].nplaces;

        for (uint32_t done = 0; done < nplaces;) {
            const uint32_t rest = nplaces - done;
            const uint32_t n = rest < PLACES_AT_ONCE ? rest : PLACES_AT_ONCE;
            sweep_places(s, (uint32_t)i, places, done, n);
            places += n;
            done += n;
        }
    }
}

static void
fill_buckets(run_slice *s)
{
    const run_stem *stems = s->run->stems;
    uint32_t *bucket_of = s->bucket_of;

    for (size_t b = 0; b < s->nbuckets; b++) {
        const uint32_t end = stems[s->buckets[b].behind].first_surface;
        for (uint32_t k = stems[s->buckets[b].first].first_surface; k < end; k++)
            *bucket_of++ = (uint32_t)b;
    }
    sweep(s);
    /* Each now starts where the next one did. */
    for (size_t b = s->nbuckets; b-- > 1;)
        s->buckets[b].start = s->buckets[b - 1].start;
    s->buckets[0].start = 0;
    s->bucket = s->nbuckets;
}

/* ---- Stems ---- */

/* Sort a bucket of several stems. */
static bool
sort_bucket(run_slice *s, size_t number)
{
    const run_bucket *bucket = &s->buckets[number];
    const run_surface *surfaces = s->run->surfaces;
    const run_stem *stems = s->run->stems;
    const size_t nstems = bucket->behind - bucket->first;

    if (!reserve((void **)&s->sorted, &s->sorted_room, bucket[1].start - bucket->start,
                 sizeof *s->sorted) ||
        !reserve((void **)&s->ends, &s->ends_room, nstems, sizeof *s->ends))
        return false;
    size_t *ends = s->ends;
    for (size_t k = 0; k < nstems; k++)
        ends[k] = (size_t)(stems[bucket->first + k].first_occurrence -
                           stems[bucket->first].first_occurrence);
    for (size_t i = bucket->start; i < bucket[1].start; i++) {
        const run_occurrence *from = &s->occurrences[i];
        s->sorted[ends[surfaces[from->surface].stem - bucket->first]++] = *from;
    }
    s->bucket = number;
    return true;
}

bool
run_slice_get(run_slice *s, size_t i, const run_occurrence **at_out, const run_occurrence **end_out)
{
    if (i >= s->behind) {
        if (!choose(s, i))
            return false;
        fill_buckets(s);
    }
    size_t b = s->bucket == s->nbuckets ? 0 : s->bucket;
    while (s->buckets[b].behind <= i)
        b++;
    const run_bucket *bucket = &s->buckets[b];
    if (bucket->behind - bucket->first == 1) {
        *at_out = s->occurrences + bucket->start;
        *end_out = s->occurrences + bucket[1].start;
        return true;
    }
    if (b != s->bucket && !sort_bucket(s, b))
        return false;
    *at_out = s->sorted + (i == bucket->first ? 0 : s->ends[i - bucket->first - 1]);
    *end_out = s->sorted + s->ends[i - bucket->first];
    return true;
}
