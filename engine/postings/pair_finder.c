/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pair_finder.c - the pairs of very frequent words, from the finished lists of a segment, so that
 * they do not depend on how these came about.
 *
 * Passages are taken WINDOW at a time.  The words of a window are laid out by position, a byte
 * each: which paired stem it is, or none; then one sweep sees all that stand side by side.  The
 * passages of each pair are kept as gaps, about a byte each, until all are known. */
#include "postings/pair_finder.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/little_endian.h"

#define WINDOW 1024

#define ROW_STEP 8 /* rows are whole numbers of this many bytes */

#define SEEN_AT_ONCE 64

static_assert(PAIR_MOST_STEMS <= UINT8_MAX, "a stem is a byte, of which none is zero");

/* A stem's list being read. */
typedef struct {
    posting_list list;
    uint32_t at; /* in its block */
} stem_cursor;

/* A word that its passage's row has no room for: a position counts sentences too, and many of those
 * may have no words. */
typedef struct {
    uint32_t passage;
    uint32_t position;
    uint8_t number; /* of its stem, plus 1 */
} far_word;

/* A pair that stands in a passage. */
typedef struct {
    found_pair *pair;
    uint32_t passage;
} seen_pair;

/* A thread at work. */
typedef struct {
    const pair_search *search;
    pair_part *part;
    stem_cursor *cursors; /* of each stem */

    size_t rows[WINDOW + 1]; /* where in grid the passages of the window begin */
    uint8_t *grid;           /* stems by position, plus 1 */
    size_t grid_room;
    far_word *far;
    size_t nfar;
    size_t far_room;
    size_t nswept;                /* of those */
    seen_pair seen[SEEN_AT_ONCE]; /* not added yet */
    size_t nseen;
} finder;

/* What the threads share. */
typedef struct {
    const pair_search *search;
    found_pairs *found;
    atomic_size_t next; /* part that nobody has taken */
    pthread_mutex_t lock;
    quire_status status; /* the first that is not QUIRE_OK */
    quire_error error;
} crew;

static quire_status
damaged(const finder *f, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: damaged", f->search->postings->path);
}

/* ---- A window ---- */

/* Lay out passages from base up to end, all empty.  A row has room for all positions where no
 * sentence is without words, and ends with a byte that stays empty. */
static bool
begin_window(finder *f, uint32_t base, uint32_t end)
{
    size_t size = 0;

    for (uint32_t i = base; i < end; i++) {
        f->rows[i - base] = size;
        size += (2 * (size_t)f->search->lengths[i] + ROW_STEP) / ROW_STEP * ROW_STEP;
    }
    f->rows[end - base] = size;
    if (size + ROW_STEP > f->grid_room) {
        free(f->grid);
        f->grid_room = 2 * size + ROW_STEP;
        f->grid = malloc(f->grid_room);
        if (f->grid == NULL)
            return false;
    }
    memset(f->grid, 0, size + ROW_STEP);
    f->nfar = f->nswept = 0;
    return true;
}

/* Positions that the row of a passage has room for. */
static size_t
row_room(const finder *f, uint32_t row)
{
    return f->rows[row + 1] - f->rows[row] - 1;
}

/* Put the words of a posting into their row; false: memory. */
static bool
put_words(finder *f, const posting_list *l, uint32_t at, uint32_t base, uint8_t number)
{
    const uint32_t passage = l->passages[at];
    uint8_t *row = f->grid + f->rows[passage - base];
    const size_t room = row_room(f, passage - base);

    for (uint32_t k = l->occurrences[at]; k < l->occurrences[at + 1]; k++) {
        const uint32_t position = posting_list_position(l, k);

        if (position < room) {
            row[position] = number;
            continue;
        }
        if (!ARRAY_GROW(f->far, f->nfar, &f->far_room))
            return false;
        f->far[f->nfar++] = (far_word){passage, position, number};
    }
    return true;
}

/* Put the words of a stem in passages from base up to end into the grid. */
static quire_status
put_stem(finder *f, size_t which, uint32_t base, uint32_t end, quire_error *err)
{
    stem_cursor *s = &f->cursors[which];
    posting_list *l = &s->list;

    while (l->block < l->nblocks) {
        quire_status status = posting_list_decode(l, err);

        if (status == QUIRE_OK && l->passages[s->at] < end)
            status = posting_list_find_positions(l, err);
        if (status != QUIRE_OK)
            return status;
        for (; s->at < l->npostings && l->passages[s->at] < end; s->at++)
            if (!put_words(f, l, s->at, base, (uint8_t)(which + 1)))
                return error_nomem(err);
        if (s->at < l->npostings)
            break;
        s->at = 0;
        posting_list_skip_to(l, l->last + 1);
    }
    return QUIRE_OK;
}

/* ---- Pairs ---- */

static bool
add_passage(found_pair *p, uint32_t passage)
{
    buffer *gaps = &p->gaps;

    if (p->df > 0 && p->next == passage + 1)
        return true;
    if (gaps->room - gaps->size <= VARINT_MAX_BYTES && !buffer_reserve(gaps, VARINT_MAX_BYTES))
        return false;
    const uint32_t gap = passage - p->next;
    if (gap < 0x80)
        gaps->bytes[gaps->size++] = (char)gap;
    else
        gaps->size += varint_write((uint8_t *)gaps->bytes + gaps->size, gap);
    p->next = passage + 1;
    p->df++;
    return true;
}

/* Add the pairs that were seen.  Each is anywhere in memory, and so are its gaps. */
static bool
add_seen(finder *f)
{
    const size_t n = f->nseen;

    f->nseen = 0;
    for (size_t i = 0; i < n; i++) {
        const buffer *gaps = &f->seen[i].pair->gaps;

        if (gaps->bytes != NULL)
            __builtin_prefetch(gaps->bytes + gaps->size, 1);
    }
    for (size_t i = 0; i < n; i++)
        if (!add_passage(f->seen[i].pair, f->seen[i].passage))
            return false;
    return true;
}

/* A passage has the pair of two stems, whose numbers are plus 1. */
static inline bool
see_pair(finder *f, uint8_t first, uint8_t second, uint32_t passage)
{
    found_pair *p = &f->part->pairs[(first - 1u) * f->search->nstems + (second - 1u)];

    __builtin_prefetch(p, 1);
    f->seen[f->nseen++] = (seen_pair){p, passage};
    return f->nseen < SEEN_AT_ONCE || add_seen(f);
}

/* The highest bit of each byte that is not zero. */
static uint64_t
words_of_eight(uint64_t eight)
{
    const uint64_t low_bits = UINT64_C(0x7f7f7f7f7f7f7f7f);

    return (((eight & low_bits) + low_bits) | eight) & ~low_bits;
}

/* See the words of a passage that its row has no room for, each with the one before it. */
static bool
sweep_far(finder *f, uint32_t passage, const uint8_t *row, size_t room)
{
    for (; f->nswept < f->nfar && f->far[f->nswept].passage == passage; f->nswept++) {
        const far_word *word = &f->far[f->nswept];
        uint8_t before = 0;

        if (word->position == room)
            before = row[room - 1];
        else if (f->nswept > 0 && word[-1].passage == passage &&
                 word[-1].position + 1 == word->position)
            before = word[-1].number;
        if (before != 0 && !see_pair(f, before, word->number, passage))
            return false;
    }
    return true;
}

static int
compare_far(const void *left, const void *right)
{
    const far_word *a = left;
    const far_word *b = right;

    if (a->passage != b->passage)
        return a->passage < b->passage ? -1 : 1;
    return (a->position > b->position) - (a->position < b->position);
}

static bool
sweep(finder *f, uint32_t base, uint32_t end)
{
    if (f->nfar > 1)
        qsort(f->far, f->nfar, sizeof *f->far, compare_far);
    for (uint32_t i = base; i < end; i++) {
        const uint8_t *row = f->grid + f->rows[i - base];
        const uint8_t *row_end = f->grid + f->rows[i - base + 1];

        for (const uint8_t *at = row; at < row_end; at += ROW_STEP) {
            uint64_t both = words_of_eight(load_u64(at)) & words_of_eight(load_u64(at + 1));

            for (; both != 0; both &= both - 1) {
                const uint8_t *two = at + __builtin_ctzll(both) / 8;

                if (!see_pair(f, two[0], two[1], i))
                    return false;
            }
        }
        if (!sweep_far(f, i, row, row_room(f, i - base)))
            return false;
    }
    return add_seen(f);
}

/* ---- A part ---- */

/* Open a stem's list at its first posting of the part. */
static quire_status
begin_stem(finder *f, size_t which, quire_error *err)
{
    const pair_search *search = f->search;
    const uint32_t first = f->part->first;
    stem_cursor *s = &f->cursors[which];
    posting_list *l = &s->list;
    quire_status status =
        posting_list_open(search->postings, search->positions, &search->stems[which].info, l, err);

    s->at = 0;
    if (status != QUIRE_OK || first == 0)
        return status;
    posting_list_skip_to(l, first);
    if (l->block < l->nblocks)
        status = posting_list_decode(l, err);
    if (status == QUIRE_OK && l->block < l->nblocks && l->last < first)
        posting_list_skip_to(l, first); /* the last block had nothing */
    while (status == QUIRE_OK && l->block < l->nblocks && l->passages[s->at] < first)
        s->at++;
    return status;
}

static quire_status
find_in_windows(finder *f, quire_error *err)
{
    const pair_search *search = f->search;
    quire_status status = QUIRE_OK;

    for (uint32_t base = f->part->first; base < f->part->end && status == QUIRE_OK;) {
        const uint32_t end = f->part->end - base > WINDOW ? base + WINDOW : f->part->end;

        if (!begin_window(f, base, end))
            return error_nomem(err);
        for (size_t i = 0; i < search->nstems && status == QUIRE_OK; i++)
            status = put_stem(f, i, base, end, err);
        if (status == QUIRE_OK && !sweep(f, base, end))
            status = error_nomem(err);
        base = end;
    }
    /* What is left of a list then names passages that do not exist. */
    for (size_t i = 0; i < search->nstems && status == QUIRE_OK; i++)
        if (f->part->end == search->npassages &&
            f->cursors[i].list.block < f->cursors[i].list.nblocks)
            status = damaged(f, err);
    return status;
}

static quire_status
find_in_part(const pair_search *search, pair_part *part, size_t npairs, quire_error *err)
{
    finder *f = calloc(1, sizeof *f);
    quire_status status = QUIRE_OK;

    if (f == NULL)
        return error_nomem(err);
    f->search = search;
    f->part = part;
    f->cursors = calloc(search->nstems + 1, sizeof *f->cursors);
    part->pairs = calloc(npairs + 1, sizeof *part->pairs);
    if (f->cursors == NULL || part->pairs == NULL)
        status = error_nomem(err);
    for (size_t i = 0; i < npairs && status == QUIRE_OK; i++)
        part->pairs[i].next = part->first;
    for (size_t i = 0; i < search->nstems && status == QUIRE_OK; i++)
        status = begin_stem(f, i, err);
    if (status == QUIRE_OK)
        status = find_in_windows(f, err);
    free(f->cursors);
    free(f->grid);
    free(f->far);
    free(f);
    return status;
}

/* ---- Threads ---- */

static void *
find_in_parts(void *closure)
{
    crew *c = closure;
    size_t i;

    while ((i = atomic_fetch_add(&c->next, 1)) < c->found->nparts) {
        quire_error error = {0};
        quire_status status =
            find_in_part(c->search, &c->found->parts[i], c->found->npairs, &error);

        if (status == QUIRE_OK)
            continue;
        pthread_mutex_lock(&c->lock);
        if (c->status == QUIRE_OK) {
            c->status = status;
            c->error = error;
        }
        pthread_mutex_unlock(&c->lock);
    }
    return NULL;
}

/* All but one in threads of their own, as many as can be started. */
static bool
run_crew(crew *c, unsigned nthreads)
{
    pthread_t *threads = calloc(nthreads, sizeof *threads);
    unsigned nstarted = 1;
    sigset_t all;
    sigset_t before;

    if (threads == NULL)
        return false;
    /* Signals are for the program's own threads. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (nstarted < nthreads && pthread_create(&threads[nstarted], NULL, find_in_parts, c) == 0)
        nstarted++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    find_in_parts(c);
    for (unsigned i = 1; i < nstarted; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    return true;
}

/* A part for each thread, of whole windows. */
static bool
cut_parts(const pair_search *s, unsigned nthreads, found_pairs *out)
{
    const uint32_t nwindows = s->npassages / WINDOW + (s->npassages % WINDOW != 0);
    uint32_t window = 0;

    out->npairs = s->nstems * s->nstems;
    out->parts = calloc(nthreads, sizeof *out->parts);
    if (out->parts == NULL)
        return false;
    for (unsigned i = 0; i < nthreads; i++) {
        const uint32_t first = window;

        window = (uint32_t)((uint64_t)nwindows * (i + 1) / nthreads);
        if (window > first)
            out->parts[out->nparts++] = (pair_part){
                .first = first * WINDOW,
                .end = window < nwindows ? window * WINDOW : s->npassages,
            };
    }
    return true;
}

quire_status
pair_finder_run(const pair_search *s, unsigned nthreads, found_pairs *out, quire_error *err)
{
    crew c = {.search = s, .found = out};
    bool has_memory;

    *out = (found_pairs){0};
    nthreads = nthreads == 0 ? 1 : nthreads;
    if (!cut_parts(s, nthreads, out))
        return error_nomem(err);
    pthread_mutex_init(&c.lock, NULL);
    has_memory = run_crew(&c, nthreads);
    pthread_mutex_destroy(&c.lock);
    if (!has_memory)
        return error_nomem(err);
    if (c.status != QUIRE_OK && err != NULL)
        *err = c.error;
    return c.status;
}

void
pair_finder_free(found_pairs *found)
{
    for (size_t i = 0; i < found->nparts; i++) {
        pair_part *part = &found->parts[i];

        for (size_t k = 0; part->pairs != NULL && k < found->npairs; k++)
            buffer_free(&part->pairs[k].gaps);
        free(part->pairs);
    }
    free(found->parts);
    *found = (found_pairs){0};
}
