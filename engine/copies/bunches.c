/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bunches.c - sketches turned round: from articles with hashes to hashes with articles.
 *
 * Hashes are gone through range by range, as many at a time as memory allows; those of a range are
 * sorted, articles staying in order. */
#include "copies/bunches.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "base/large.h"

#define LEAST_ROOM 4096 /* entries; a smaller memory is not kept to */
#define DIGIT_BITS 10
#define NDIGITS (1U << DIGIT_BITS)

/* An article that has a hash. */
typedef struct {
    uint32_t hash;
    uint32_t article;
} entry;

typedef struct {
    bunches *out;
    uint32_t *order; /* articles that are alive, the longest first */
    uint32_t norder;
    uint32_t *next; /* for each article: its first hash that is not done with */
    entry *entries;
    entry *sorted;
    size_t nentries;
    size_t room;
} turning;

/* ---- The order of members ---- */

/* Sort by a digit of what is longest first, keeping the order of what has the same. */
static void
sort_by_length(const grouped *g, const uint32_t *from, uint32_t *to, uint32_t n, unsigned shift)
{
    uint32_t ends[NDIGITS + 1] = {0};

    for (uint32_t i = 0; i < n; i++)
        ends[(~g->nwords[from[i]] >> shift & (NDIGITS - 1)) + 1]++;
    for (uint32_t i = 0; i < NDIGITS; i++)
        ends[i + 1] += ends[i];
    for (uint32_t i = 0; i < n; i++)
        to[ends[~g->nwords[from[i]] >> shift & (NDIGITS - 1)]++] = from[i];
}

static bool
make_order(turning *t, const grouped *g)
{
    uint32_t *const scratch = calloc((size_t)g->narticles + 1, sizeof *scratch);

    t->norder = 0;
    t->order = calloc((size_t)g->narticles + 1, sizeof *t->order);
    if (scratch == NULL || t->order == NULL) {
        free(scratch);
        return false;
    }
    for (uint32_t i = 0; i < g->narticles; i++)
        if (grouped_is_alive(g, i))
            t->order[t->norder++] = i;
    for (unsigned shift = 0; shift < 32; shift += 2 * DIGIT_BITS) {
        sort_by_length(g, t->order, scratch, t->norder, shift);
        sort_by_length(g, scratch, t->order, t->norder, shift + DIGIT_BITS);
    }
    free(scratch);
    return true;
}

/* ---- Entries of a range of hashes ---- */

static void
sort_entries(turning *t)
{
    for (unsigned shift = 0; shift < SKETCH_BITS; shift += DIGIT_BITS) {
        size_t ends[NDIGITS + 1] = {0};
        entry *const swap = t->entries;

        for (size_t i = 0; i < t->nentries; i++)
            ends[(t->entries[i].hash >> shift & (NDIGITS - 1)) + 1]++;
        for (size_t i = 0; i < NDIGITS; i++)
            ends[i + 1] += ends[i];
        for (size_t i = 0; i < t->nentries; i++)
            t->sorted[ends[t->entries[i].hash >> shift & (NDIGITS - 1)]++] = t->entries[i];
        t->entries = t->sorted;
        t->sorted = swap;
    }
}

/* Collect those up to last, included, that are not done with. */
static bool
collect(turning *t, const grouped *g, uint32_t last)
{
    t->nentries = 0;
    for (uint32_t i = 0; i < t->norder; i++) {
        const uint32_t article = t->order[i];
        const uint32_t end = g->firsts[article + 1];

        for (uint32_t j = t->next[article]; j < end && g->hashes[j] <= last; j++) {
            if (!ARRAY_GROW(t->entries, t->nentries, &t->room))
                return false;
            t->entries[t->nentries++] = (entry){g->hashes[j], article};
        }
    }
    free(t->sorted);
    t->sorted = malloc((t->room + 1) * sizeof *t->sorted);
    return t->sorted != NULL;
}

static bool
add_members(bunches *b, const entry *entries, size_t n)
{
    const size_t first = b->nmembers;

    if (first + n + 1 >= UINT32_MAX || !ARRAY_GROW(b->bunches, b->nbunches, &b->bunches_room) ||
        !ARRAY_GROW(b->members, first + n, &b->members_room))
        return false;
    for (size_t i = 0; i < n; i++)
        b->members[first + i] = entries[i].article;
    b->members[first + n] = BUNCH_NONE;
    b->nmembers = first + n + 1;
    b->bunches[b->nbunches++] = (bunch){.first = (uint32_t)first, .nmembers = (uint32_t)n};
    return true;
}

/* Make a bunch of the entries of a hash, and have each article know of it. */
static bool
take_entries(turning *t, const entry *entries, size_t n)
{
    bunches *b = t->out;
    const uint32_t number = n > 1 ? b->nbunches : BUNCH_NONE;

    if (n > 1 && !add_members(b, entries, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        const uint32_t article = entries[i].article;
        const uint32_t at = t->next[article]++;

        b->of[at] = number;
        if (n > 1 && !bunch_is_large(&b->bunches[number]))
            b->behind[at] = b->bunches[number].first + (uint32_t)i + 1;
        if (n > 1 && bunch_is_large(&b->bunches[number])) {
            b->bunched[article].nlarge++;
            b->bunched[article].large |= bunch_bit(entries[i].hash);
        }
    }
    return true;
}

static bool
turn_range(turning *t, const grouped *g, uint32_t last)
{
    size_t end;

    if (!collect(t, g, last))
        return false;
    sort_entries(t);
    for (size_t i = 0; i < t->nentries; i = end) {
        for (end = i + 1; end < t->nentries && t->entries[end].hash == t->entries[i].hash; end++)
            ;
        if (!take_entries(t, t->entries + i, end - i))
            return false;
    }
    return true;
}

/* ---- All of it ---- */

/* The bounds of long articles are low, so low hashes are more frequent: ranges grow as they go up.
 */
static uint32_t
end_of_range(uint32_t range, uint32_t nranges)
{
    const double part = (double)(range + 1) / nranges;

    return range + 1 == nranges ? UINT32_MAX
                                : (uint32_t)(part * part * (double)(1U << SKETCH_BITS));
}

/* Hashes in these places are noted: one too many for copies that have few in common. */
static const uint16_t places[BUNCHED_PLACES] = {1, 2, 5, 8, 10};

void
bunched_note(bunched *of, uint32_t hash)
{
    if (of->ntelling <= places[BUNCHED_PLACES - 1])
        for (uint32_t i = 0; i < BUNCHED_PLACES; i++)
            if (places[i] == of->ntelling)
                of->at[i] = (uint16_t)(hash >> BUNCHED_SHIFT);
    of->ntelling++;
}

uint32_t
bunched_least_within(const bunched *of, uint32_t bound)
{
    uint32_t least = 0;

    if (of->bound <= bound)
        return of->ntelling;
    for (uint32_t i = 0; i < BUNCHED_PLACES; i++)
        if (places[i] < of->ntelling && of->at[i] < bound >> BUNCHED_SHIFT)
            least = places[i] + 1U;
    return least;
}

static bunched
begin_bunched(const grouped *g, uint32_t number)
{
    bunched b = {.first = g->firsts[number],
                 .bound = g->bounds[number],
                 .nhashes = (uint16_t)(g->firsts[number + 1] - g->firsts[number])};

    for (uint32_t i = g->firsts[number]; i < g->firsts[number + 1]; i++)
        bunched_note(&b, g->hashes[i]);
    return b;
}

quire_status
bunches_find(const grouped *articles, size_t memory_bytes, bunches *out, quire_error *err)
{
    const size_t n = articles->narticles;
    const size_t nhashes = articles->firsts[n];
    const uint64_t room =
        memory_bytes / (3 * sizeof(entry)) + LEAST_ROOM; /* they grow by copying */
    const uint32_t nranges = (uint32_t)(nhashes / room) + 1;
    turning t = {.out = out, .next = malloc((n + 1) * sizeof *t.next)};
    bool ok;

    *out = (bunches){.articles = articles,
                     .of = malloc((nhashes + 1) * sizeof *out->of),
                     .behind = malloc((nhashes + 1) * sizeof *out->behind),
                     .tells_nothing = calloc(nhashes + 1, sizeof *out->tells_nothing),
                     .bunched = large_alloc((n + 1) * sizeof *out->bunched)};
    ok = t.next != NULL && out->of != NULL && out->behind != NULL && out->tells_nothing != NULL &&
         out->bunched != NULL && make_order(&t, articles);
    if (ok) {
        large_hint(out->of, (nhashes + 1) * sizeof *out->of);
        large_hint(out->behind, (nhashes + 1) * sizeof *out->behind);
        memcpy(t.next, articles->firsts, n * sizeof *t.next);
        memset(out->of, 0xff,
               (nhashes + 1) * sizeof *out->of); /* those of articles that are gone */
        memset(out->behind, 0xff, (nhashes + 1) * sizeof *out->behind);
    }
    for (uint32_t i = 0; i < n && ok; i++)
        out->bunched[i] = begin_bunched(articles, i);
    for (uint32_t range = 0; range < nranges && ok; range++)
        ok = turn_range(&t, articles, end_of_range(range, nranges));
    free(t.order);
    free(t.next);
    free(t.entries);
    free(t.sorted);
    return ok ? QUIRE_OK : error_nomem(err);
}

void
bunches_free(bunches *b)
{
    free(b->bunches);
    free(b->members);
    free(b->of);
    free(b->behind);
    free(b->tells_nothing);
    free(b->bunched);
    *b = (bunches){0};
}
