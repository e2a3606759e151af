/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grouping.c - groups of copies, from sketches and words.
 *
 * First come those that are copies in the main; pairs that are copies in part are put aside.  Then
 * it is known what is boilerplate, and those pairs are decided.
 *
 * Sets of articles that are connected already are a forest of parents (union-find), in which the
 * first article of a set is its root.  A pair within one set need not be compared: whether it is
 * one of copies or not, the sets stay the same, in whatever order pairs come.  Words that were read
 * are kept for a while, in a table by number, and so are pairs that turned out not to be copies. */
#include "copies/grouping.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/array.h"
#include "copies/boilerplate.h"
#include "copies/candidates.h"
#include "copies/overlap.h"
#include "copies/run_bits.h"

#define KEPT_ARTICLES 65536 /* at most; a power of two */
#define KEPT_PAIRS 65536    /* the same */

typedef struct {
    uint32_t number; /* of the article from 0, plus 1; 0: none */
    article_words words;
} kept_words;

/* Articles by number, from 0. */
typedef struct {
    uint32_t a;
    uint32_t b;
} pair;

typedef struct {
    const grouping_segment *segments;
    size_t nsegments;
    uint32_t narticles;
    size_t memory_bytes;
    const grouping_stop *stop;
    uint32_t *parents; /* of articles, numbered from 0 here */
    kept_words *kept;
    size_t nkept; /* slots, a power of two, 2 at least */
    size_t kept_bytes;
    run_bits *bits; /* of articles whose words were read; NULL where memory does not allow for it */
    uint64_t *failed; /* pairs, by hash; 0 is free */
    pair *partial;    /* pairs that are copies in part */
    size_t npartial;
    size_t partial_room;
    overlap_table table;
    uint64_t ncompared;
} work;

/* ---- Articles ---- */

static const grouping_segment *
find_segment(const work *w, uint32_t number, uint32_t *in_segment_out)
{
    const grouping_segment *segment = w->segments;

    for (; number >= segment->narticles; segment++)
        number -= segment->narticles;
    *in_segment_out = number + 1;
    return segment;
}

static quire_status
get_sketch(void *closure, uint32_t number, sketch *out, bool *is_there_out, quire_error *err)
{
    uint32_t in_segment;
    const grouping_segment *segment = find_segment(closure, number, &in_segment);

    *is_there_out = segment->is_alive == NULL || segment->is_alive(segment->closure, in_segment);
    return *is_there_out ? segment->sketch(segment->closure, in_segment, out, err) : QUIRE_OK;
}

static void
drop_words(work *w, kept_words *kept)
{
    w->kept_bytes -= kept->words.room * sizeof *kept->words.words;
    article_words_free(&kept->words);
    kept->number = 0;
}

/* The words of an article, read when they are not at hand; other's are not given up for them. */
static quire_status
get_words(work *w, uint32_t number, const kept_words *other, kept_words **out, quire_error *err)
{
    size_t slot = number & (w->nkept - 1);
    kept_words *kept = &w->kept[slot];
    uint32_t in_segment;
    const grouping_segment *segment = find_segment(w, number, &in_segment);
    quire_status status;

    if (kept == other)
        kept = &w->kept[slot ^ 1U];
    *out = kept;
    if (kept->number == number + 1)
        return QUIRE_OK;
    drop_words(w, kept);
    if (w->kept_bytes > w->memory_bytes) /* all at once, so that it is seldom done */
        for (size_t i = 0; i < w->nkept; i++)
            if (&w->kept[i] != other)
                drop_words(w, &w->kept[i]);
    status = segment->words(segment->closure, in_segment, &kept->words, err);
    kept->number = status == QUIRE_OK ? number + 1 : 0;
    w->kept_bytes += kept->words.room * sizeof *kept->words.words;
    return status;
}

/* ---- Sets ---- */

static uint32_t
find_root(work *w, uint32_t number)
{
    while (w->parents[number] != number) {
        w->parents[number] = w->parents[w->parents[number]];
        number = w->parents[number];
    }
    return number;
}

static void
connect(work *w, uint32_t a, uint32_t b)
{
    a = find_root(w, a);
    b = find_root(w, b);
    if (a < b)
        w->parents[b] = a;
    else
        w->parents[a] = b;
}

/* ---- Pairs ---- */

/* Of a pair, whose number is never 0, since a < b. */
static uint64_t *
slot_of_pair(const work *w, uint64_t both)
{
    return &w->failed[hash_bytes(&both, sizeof both) % KEPT_PAIRS];
}

/* The bits of an article whose words are at hand. */
static const run_bits *
bits_of(work *w, uint32_t number, const article_words *words, run_bits *room)
{
    static const run_bits none;
    run_bits *bits = w->bits != NULL ? &w->bits[number] : room;

    if (bits == room || memcmp(bits, &none, sizeof none) == 0)
        run_bits_fill(bits, words);
    return bits;
}

/* Do the bits of two articles, if they are known, say that they are no copies? */
static bool
are_apart(const work *w, uint32_t a, uint32_t b)
{
    static const run_bits none;

    return w->bits != NULL && memcmp(&w->bits[a], &none, sizeof none) != 0 &&
           memcmp(&w->bits[b], &none, sizeof none) != 0 &&
           !run_bits_may_be_copies(&w->bits[a], &w->bits[b]);
}

static quire_status
compare_words(work *w, uint32_t a, uint32_t b, overlap_degree *out, quire_error *err)
{
    kept_words *of_a;
    kept_words *of_b;
    overlap found;
    run_bits room[2];
    quire_status status;

    *out = OVERLAP_NONE;
    if (are_apart(w, a, b))
        return QUIRE_OK;
    status = get_words(w, a, NULL, &of_a, err);
    if (status == QUIRE_OK)
        status = get_words(w, b, of_a, &of_b, err);
    if (status != QUIRE_OK)
        return status;
    if (!run_bits_may_be_copies(bits_of(w, a, &of_a->words, &room[0]),
                                bits_of(w, b, &of_b->words, &room[1])))
        return QUIRE_OK;
    w->ncompared++;
    if (!overlap_find(&of_a->words, &of_b->words, &w->table, &found))
        return error_nomem(err);
    *out = overlap_judge(&found, &of_a->words, &of_b->words);
    return QUIRE_OK;
}

static quire_status
get_both(work *w, uint32_t a, uint32_t b, sketch *of_a, sketch *of_b, quire_error *err)
{
    bool is_there;
    quire_status status = get_sketch(w, a, of_a, &is_there, err);

    return status == QUIRE_OK ? get_sketch(w, b, of_b, &is_there, err) : status;
}

static quire_status
visit_pair(void *closure, uint32_t a, uint32_t b, quire_error *err)
{
    work *w = closure;
    const uint64_t both = (uint64_t)a << 32 | b;
    uint64_t *const slot = slot_of_pair(w, both);
    overlap_degree degree = OVERLAP_NONE;
    sketch of_a;
    sketch of_b;
    quire_status status;

    if (*slot == both || find_root(w, a) == find_root(w, b))
        return QUIRE_OK;
    if (w->stop != NULL && w->stop->is_stopped(w->stop->closure))
        return error_set(err, QUIRE_ECANCELED, "stopped");
    status = get_both(w, a, b, &of_a, &of_b, err);
    if (status == QUIRE_OK && sketch_may_be_copies(&of_a, &of_b))
        status = compare_words(w, a, b, &degree, err);
    if (status != QUIRE_OK)
        return status;
    if (degree == OVERLAP_IN_THE_MAIN) {
        connect(w, a, b);
        return QUIRE_OK;
    }
    *slot = both;
    if (degree == OVERLAP_NONE)
        return QUIRE_OK;
    if (!ARRAY_GROW(w->partial, w->npartial, &w->partial_room))
        return error_nomem(err);
    w->partial[w->npartial++] = (pair){a, b};
    return QUIRE_OK;
}

static uint32_t
set_of(void *closure, uint32_t number)
{
    return find_root(closure, number);
}

/* Decide on the pairs that are copies in part. */
static quire_status
connect_partial(work *w, const bunches_source *source, size_t memory_bytes, quire_error *err)
{
    boilerplate common = {0};
    quire_status status = QUIRE_OK;

    if (w->npartial > 0)
        status = boilerplate_find(source, memory_bytes, set_of, w, &common, err);
    for (size_t i = 0; i < w->npartial && status == QUIRE_OK; i++) {
        const pair *p = &w->partial[i];
        sketch of_a;
        sketch of_b;

        status = get_both(w, p->a, p->b, &of_a, &of_b, err);
        if (status == QUIRE_OK && boilerplate_leaves_copies(&common, &of_a, &of_b))
            connect(w, p->a, p->b);
    }
    boilerplate_free(&common);
    return status;
}

/* ---- Groups ---- */

/* Count the members of each set, at its root, and number the groups: members of a set alone are in
 * none. */
static bool
count_members(work *w, uint32_t *sizes, grouping *out)
{
    uint32_t first = 0;

    for (uint32_t i = 0; i < w->narticles; i++)
        sizes[find_root(w, i)]++;
    for (uint32_t i = 0; i < w->narticles; i++)
        if (sizes[i] > 1) {
            out->ngroups++;
            out->nmembers += sizes[i];
        }
    out->groups = calloc(out->ngroups + 1, sizeof *out->groups);
    out->members = calloc(out->nmembers + 1, sizeof *out->members);
    if (out->groups == NULL || out->members == NULL)
        return false;
    out->ngroups = 0;
    for (uint32_t i = 0; i < w->narticles; i++) {
        const uint32_t size = sizes[i];

        sizes[i] = UINT32_MAX; /* from now on the group's number */
        if (size > 1) {
            sizes[i] = (uint32_t)out->ngroups;
            out->groups[out->ngroups++] = (copy_group){.first = first};
            first += size;
        }
    }
    return true;
}

typedef struct {
    int64_t seconds; /* of the earliest */
    uint32_t nwords; /* of the longest */
} best;

static void
add_member(grouping *g, uint32_t group, uint32_t number, const sketch *of, best *so_far)
{
    copy_group *const to = &g->groups[group];

    g->members[to->first + to->nmembers++] = number;
    if (of->seconds != INT64_MIN && (to->earliest == 0 || of->seconds < so_far->seconds)) {
        to->earliest = number;
        so_far->seconds = of->seconds;
    }
    if (to->longest == 0 || of->nwords > so_far->nwords) {
        to->longest = number;
        so_far->nwords = of->nwords;
    }
}

static quire_status
make_groups(work *w, uint32_t *sizes, grouping *out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    best *bests;

    if (!count_members(w, sizes, out))
        return error_nomem(err);
    bests = calloc(out->ngroups + 1, sizeof *bests);
    if (bests == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < w->narticles && status == QUIRE_OK; i++) {
        const uint32_t group = sizes[find_root(w, i)];
        sketch of;
        bool is_there;

        if (group == UINT32_MAX)
            continue;
        status = get_sketch(w, i, &of, &is_there, err);
        if (status == QUIRE_OK)
            add_member(out, group, i + 1, &of, &bests[group]);
    }
    free(bests);
    return status;
}

/* ---- All of it ---- */

static bool
prepare(work *w)
{
    for (size_t i = 0; i < w->nsegments; i++)
        w->narticles += w->segments[i].narticles;
    w->parents = calloc((size_t)w->narticles + 1, sizeof *w->parents);
    for (w->nkept = 2; w->nkept < w->narticles && w->nkept < KEPT_ARTICLES; w->nkept *= 2)
        ;
    w->kept = calloc(w->nkept, sizeof *w->kept);
    w->failed = calloc(KEPT_PAIRS, sizeof *w->failed);
    if (w->narticles < w->memory_bytes / 2 / sizeof *w->bits)
        w->bits = calloc((size_t)w->narticles + 1, sizeof *w->bits); /* without it all is slower */
    if (w->parents == NULL || w->kept == NULL || w->failed == NULL)
        return false;
    for (uint32_t i = 0; i < w->narticles; i++)
        w->parents[i] = i;
    return true;
}

static void
clear(work *w)
{
    for (size_t i = 0; w->kept != NULL && i < w->nkept; i++)
        article_words_free(&w->kept[i].words);
    free(w->kept);
    free(w->parents);
    free(w->failed);
    free(w->bits);
    free(w->partial);
    overlap_table_free(&w->table);
}

quire_status
grouping_run(const grouping_segment *segments, size_t nsegments, size_t memory_bytes,
             const grouping_stop *stop, grouping *out, quire_error *err)
{
    work w = {.segments = segments,
              .nsegments = nsegments,
              .memory_bytes = memory_bytes / 2,
              .stop = stop};
    bunches_source source = {.get = get_sketch, .closure = &w};
    uint32_t *sizes = NULL;
    quire_status status = QUIRE_OK;

    *out = (grouping){0};
    if (!prepare(&w))
        status = error_nomem(err);
    source.narticles = w.narticles;
    if (status == QUIRE_OK)
        status = candidates_visit(&source, memory_bytes / 2, visit_pair, &w, err);
    if (status == QUIRE_OK)
        status = connect_partial(&w, &source, memory_bytes / 2, err);
    if (status == QUIRE_OK) {
        sizes = calloc((size_t)w.narticles + 1, sizeof *sizes);
        status = sizes != NULL ? make_groups(&w, sizes, out, err) : error_nomem(err);
    }
    out->ncompared = w.ncompared;
    free(sizes);
    clear(&w);
    if (status != QUIRE_OK)
        grouping_free(out);
    return status;
}

void
grouping_free(grouping *g)
{
    free(g->groups);
    free(g->members);
    *g = (grouping){0};
}
