/* SPDX-License-Identifier: GPL-3.0-or-later */
/* merge_ranges.c - where to cut.
 *
 * Each input names some of its stems and says how much there is up to the next: a file has signs,
 * and of a run in memory stems at equal distances are taken.  All of them in order, with what they
 * say added up, tell well enough where a range has its share. */
#include "postings/merge_ranges.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "postings/run_heap.h"

enum {
    STEMS_NAMED = 128,
    OCCURRENCE_BYTES = sizeof(run_occurrence),
    PACKED_BYTES = 3 /* about what an occurrence takes in a file */
};

typedef struct {
    const char *key;
    size_t key_bytes;
    uint64_t weight;
} named_stem;

typedef struct {
    named_stem *stems;
    size_t nstems;
    size_t room;
} named_stems;

static bool
add(named_stems *n, const char *key, size_t key_bytes, uint64_t weight)
{
    if (!ARRAY_GROW(n->stems, n->nstems, &n->room))
        return false;
    n->stems[n->nstems++] = (named_stem){key, key_bytes, weight};
    return true;
}

static bool
name_of_file(named_stems *n, const run_signs *signs)
{
    for (size_t i = 0; i < signs->nsigns; i++) {
        const run_sign *sign = &signs->signs[i];
        const uint64_t end = i + 1 < signs->nsigns ? sign[1].offset : signs->body_end;
        const uint64_t weight = (end - sign->offset) / PACKED_BYTES * OCCURRENCE_BYTES;

        if (!add(n, signs->keys.bytes + sign->key, sign->key_bytes, weight))
            return false;
    }
    return true;
}

static bool
name_of_memory(named_stems *n, const segment_run *r)
{
    const uint64_t step = r->stems[r->nstems].first_occurrence / STEMS_NAMED + 1;

    for (size_t i = 0; i < r->nstems;) {
        const uint64_t before = r->stems[i].first_occurrence;
        size_t nbytes;
        const char *key = run_stem_bytes(r, &r->stems[i], &nbytes);

        do
            i++;
        while (i < r->nstems && r->stems[i].first_occurrence - before < step);
        if (!add(n, key, nbytes, (r->stems[i].first_occurrence - before) * OCCURRENCE_BYTES))
            return false;
    }
    return true;
}

static int
compare(const void *left, const void *right)
{
    const named_stem *a = left;
    const named_stem *b = right;

    return run_heap_compare(a->key, a->key_bytes, b->key, b->key_bytes);
}

/* Cut before the first stem with which a range would have its share. */
static void
cut(merge_ranges *m, const named_stems *n, uint64_t share)
{
    uint64_t weight = 0;
    key_range *last = &m->ranges[0];

    *last = (key_range){.first = ""};
    m->nranges = 1;
    for (size_t i = 0; i < n->nstems; i++) {
        const named_stem *stem = &n->stems[i];

        if (weight >= share &&
            run_heap_compare(last->first, last->first_bytes, stem->key, stem->key_bytes) < 0) {
            last->end = stem->key;
            last->end_bytes = stem->key_bytes;
            last = &m->ranges[m->nranges++];
            *last = (key_range){.first = stem->key, .first_bytes = stem->key_bytes};
            weight = 0;
        }
        weight += stem->weight;
    }
}

bool
merge_ranges_cut(merge_ranges *m, const run_input *inputs, size_t ninputs, uint64_t max_weight,
                 size_t min_ranges)
{
    named_stems n = {0};
    bool has_memory = true;
    uint64_t share = 0;

    for (size_t i = 0; i < ninputs && has_memory; i++)
        has_memory = inputs[i].placed->run != NULL ? name_of_memory(&n, inputs[i].placed->run)
                                                   : name_of_file(&n, &inputs[i].signs);
    m->ranges = has_memory ? calloc(n.nstems + 1, sizeof *m->ranges) : NULL;
    if (m->ranges != NULL) {
        for (size_t i = 0; i < n.nstems; i++)
            share += n.stems[i].weight;
        share /= min_ranges;
        if (n.nstems > 1)
            qsort(n.stems, n.nstems, sizeof *n.stems, compare);
        cut(m, &n, share < max_weight ? share : max_weight);
    }
    free(n.stems);
    return m->ranges != NULL;
}

void
merge_ranges_free(merge_ranges *m)
{
    free(m->ranges);
    *m = (merge_ranges){0};
}
