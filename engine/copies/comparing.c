/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comparing.c - the words of pairs, compared by several threads.
 *
 *   pairs --by the longer article--> threads: sketches, then words --> sets; pairs in part
 *
 * The calling thread is one of them, and the one that asks whether to stop. */
#include "copies/comparing.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/error.h"
#include "base/threads.h"
#include "copies/overlap.h"

#define LEAST_PAIRS 4096
#define MOST_PAIRS ((size_t)1 << 22)
#define KEPT_ARTICLES 16384 /* at most, by a thread; a power of two */
#define STRIDE 64           /* articles that a thread takes at a time */
#define MOST_THREADS 64
#define PARTS 256 /* of what a thread put aside */

/* a is the one with more words; of as many, the first. */
typedef struct {
    uint32_t a;
    uint32_t b;
} pair;

/* Words that were read: kept for a while, in a table by number. */
typedef struct {
    uint32_t number; /* of the article, plus 1; 0: none */
    article_words words;
} kept_words;

/* What one thread has. */
typedef struct {
    comparing *of;
    uint32_t *seen; /* for each article the one that it was last compared with, plus 1 */
    kept_words *kept;
    size_t kept_bytes;
    overlap_table table;
    pair *partial; /* pairs that may be copies in part */
    size_t npartial;
    size_t partial_room;
    uint64_t ncompared;
    bool is_caller;
    pthread_t thread;
    quire_status status;
    quire_error error;
} worker;

struct comparing {
    grouped *articles;
    size_t kept_bytes; /* that a thread may keep */
    const grouping_stop *stop;
    uint32_t *nwords; /* of each article */
    uint32_t *ends;   /* of each article's others */
    pair *pairs;
    uint32_t *others; /* the articles that each one is to be compared with */
    size_t npairs;
    size_t room;  /* in pairs and others */
    size_t nkept; /* slots of a thread, a power of two, 2 at least */
    worker *workers;
    unsigned nworkers;
    const boilerplate *common;
    void (*job)(worker *w, uint32_t unit);
    uint32_t nunits;
    uint32_t stride;
    atomic_uint_fast64_t next_unit;
    atomic_bool is_ended; /* by an error */
};

/* ---- Words ---- */

static void
drop_words(worker *w, kept_words *kept)
{
    w->kept_bytes -= kept->words.room * sizeof *kept->words.words;
    article_words_free(&kept->words);
    kept->number = 0;
}

/* Read words into the table; other's are not given up for them. */
static quire_status
keep_words(worker *w, uint32_t number, const article_words *other, const article_words **out,
           quire_error *err)
{
    const comparing *c = w->of;
    const size_t slot = number & (c->nkept - 1);
    kept_words *kept = &w->kept[slot];
    uint32_t in_segment;
    const grouping_segment *segment = grouped_find(c->articles, number, &in_segment);
    quire_status status;

    if (&kept->words == other)
        kept = &w->kept[slot ^ 1U];
    *out = &kept->words;
    if (kept->number == number + 1)
        return QUIRE_OK;
    drop_words(w, kept);
    if (w->kept_bytes > c->kept_bytes) /* all at once, so that it is seldom done */
        for (size_t i = 0; i < c->nkept; i++)
            if (&w->kept[i].words != other)
                drop_words(w, &w->kept[i]);
    status = segment->words(segment->closure, in_segment, &kept->words, err);
    kept->number = status == QUIRE_OK ? number + 1 : 0;
    w->kept_bytes += kept->words.room * sizeof *kept->words.words;
    return status;
}

/* The words of an article, where they are or in *view. */
static quire_status
get_words(worker *w, uint32_t number, const article_words *other, article_words *view,
          const article_words **out, quire_error *err)
{
    uint32_t in_segment;
    const grouping_segment *segment = grouped_find(w->of->articles, number, &in_segment);

    *out = view;
    if (segment->view != NULL && segment->view(segment->closure, in_segment, view))
        return QUIRE_OK;
    return keep_words(w, number, other, out, err);
}

/* ---- Pairs ---- */

/* The article that others are compared with. */
typedef struct {
    uint32_t number;
    sketch sketch;
    article_words view;
    const article_words *words; /* NULL: not read yet */
} leader;

static quire_status
get_leader_words(worker *w, leader *of, quire_error *err)
{
    quire_status status;

    if (of->words != NULL)
        return QUIRE_OK;
    status = get_words(w, of->number, NULL, &of->view, &of->words, err);
    if (status == QUIRE_OK && !overlap_table_fill(&w->table, of->words))
        status = error_nomem(err);
    return status;
}

static quire_status
compare_words(worker *w, leader *a, uint32_t b, overlap_degree *out, quire_error *err)
{
    article_words view;
    const article_words *words;
    overlap found;
    quire_status status = get_leader_words(w, a, err);

    if (status == QUIRE_OK)
        status = get_words(w, b, a->words, &view, &words, err);
    if (status != QUIRE_OK)
        return status;
    w->ncompared++;
    overlap_with(&w->table, a->words, words, &found);
    *out = overlap_judge(&found, a->words, words);
    return QUIRE_OK;
}

static bool
are_connected(const comparing *c, uint32_t a, uint32_t b)
{
    return grouped_root(c->articles, a) == grouped_root(c->articles, b);
}

/* Connect copies in the main; put aside what may be one in part. */
static quire_status
compare_pair(worker *w, leader *a, uint32_t b, quire_error *err)
{
    sketch of_b;
    bool is_there;
    overlap_degree degree;
    quire_status status;

    if (w->seen[b] == a->number + 1 || are_connected(w->of, a->number, b))
        return QUIRE_OK;
    w->seen[b] = a->number + 1;
    status = grouped_sketch(w->of->articles, b, &of_b, &is_there, err);
    if (status != QUIRE_OK)
        return status;
    degree = sketch_judge(&a->sketch, &of_b);
    if (degree == OVERLAP_IN_THE_MAIN)
        status = compare_words(w, a, b, &degree, err);
    if (status == QUIRE_OK && degree == OVERLAP_IN_THE_MAIN)
        grouped_connect(w->of->articles, a->number, b);
    if (status != QUIRE_OK || degree != OVERLAP_IN_PART)
        return status;
    if (!ARRAY_GROW(w->partial, w->npartial, &w->partial_room))
        return error_nomem(err);
    w->partial[w->npartial++] = (pair){a->number, b};
    return QUIRE_OK;
}

/* Connect what was put aside, where it is a copy. */
static quire_status
compare_partial(worker *w, leader *a, uint32_t b, quire_error *err)
{
    grouped *articles = w->of->articles;
    sketch of_b;
    bool is_there;
    overlap_degree degree;
    quire_status status;

    if (are_connected(w->of, a->number, b))
        return QUIRE_OK;
    status = grouped_sketch(articles, b, &of_b, &is_there, err);
    if (status != QUIRE_OK || !boilerplate_leaves_copies(w->of->common, &a->sketch, &of_b))
        return status;
    status = compare_words(w, a, b, &degree, err);
    if (status == QUIRE_OK && degree != OVERLAP_NONE)
        grouped_connect(articles, a->number, b);
    return status;
}

/* ---- Threads ---- */

static void
fail(worker *w, quire_status status)
{
    w->status = status;
    atomic_store(&w->of->is_ended, true);
}

/* Shall a thread go on? */
static bool
goes_on(worker *w)
{
    const grouping_stop *stop = w->of->stop;

    if (w->is_caller && stop != NULL && stop->is_stopped(stop->closure))
        fail(w, error_set(&w->error, QUIRE_ECANCELED, "stopped"));
    return !atomic_load_explicit(&w->of->is_ended, memory_order_relaxed);
}

static void *
work(void *closure)
{
    worker *w = closure;
    comparing *c = w->of;

    for (;;) {
        const uint64_t first = atomic_fetch_add(&c->next_unit, c->stride);

        for (uint64_t unit = first; unit < first + c->stride; unit++) {
            if (unit >= c->nunits || !goes_on(w))
                return NULL;
            c->job(w, (uint32_t)unit);
        }
    }
}

/* Do the job of each unit.  A thread that cannot be started is done without. */
static quire_status
run(comparing *c, void (*job)(worker *w, uint32_t unit), uint32_t nunits, uint32_t stride,
    quire_error *err)
{
    bool has_started[MOST_THREADS] = {false};

    c->job = job;
    c->nunits = nunits;
    c->stride = stride;
    atomic_store(&c->next_unit, 0);
    for (unsigned i = 1; i < c->nworkers; i++)
        has_started[i] =
            thread_start(&c->workers[i].thread, work, &c->workers[i], NULL) == QUIRE_OK;
    work(&c->workers[0]);
    for (unsigned i = 1; i < c->nworkers; i++)
        if (has_started[i])
            pthread_join(c->workers[i].thread, NULL);
    for (unsigned i = 0; i < c->nworkers; i++)
        if (c->workers[i].status != QUIRE_OK)
            return error_set(err, c->workers[i].status, "%s", c->workers[i].error.message);
    return QUIRE_OK;
}

/* Compare an article with its others. */
static void
compare_article(worker *w, uint32_t number)
{
    const comparing *c = w->of;
    const uint32_t first = number > 0 ? c->ends[number - 1] : 0;
    leader a = {.number = number};
    bool is_there;
    quire_status status = QUIRE_OK;

    if (first == c->ends[number])
        return;
    status = grouped_sketch(c->articles, number, &a.sketch, &is_there, &w->error);
    for (uint32_t i = first; i < c->ends[number] && status == QUIRE_OK; i++)
        status = compare_pair(w, &a, c->others[i], &w->error);
    if (status != QUIRE_OK)
        fail(w, status);
}

/* Sort the others by the article that they are to be compared with: others and ends. */
static void
sort_pairs(comparing *c)
{
    const uint32_t n = c->articles->narticles;
    uint32_t end = 0;

    for (uint32_t i = 0; i < n; i++)
        c->ends[i] = 0;
    for (size_t i = 0; i < c->npairs; i++)
        c->ends[c->pairs[i].a]++;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t nothers = c->ends[i];

        c->ends[i] = end; /* for now where they begin */
        end += nothers;
    }
    for (size_t i = 0; i < c->npairs; i++)
        c->others[c->ends[c->pairs[i].a]++] = c->pairs[i].b;
}

quire_status
comparing_propose(void *closure, uint32_t a, uint32_t b, quire_error *err)
{
    comparing *c = closure;
    const bool is_a_longer = c->nwords[a] >= c->nwords[b];

    c->pairs[c->npairs++] = is_a_longer ? (pair){a, b} : (pair){b, a};
    return c->npairs < c->room ? QUIRE_OK : comparing_finish(c, err);
}

quire_status
comparing_finish(comparing *c, quire_error *err)
{
    sort_pairs(c);
    c->npairs = 0;
    return run(c, compare_article, c->articles->narticles, STRIDE, err);
}

/* ---- Copies in part ---- */

bool
comparing_has_partial(const comparing *c)
{
    for (unsigned i = 0; i < c->nworkers; i++)
        if (c->workers[i].npartial > 0)
            return true;
    return false;
}

/* Decide on a part of the pairs that a thread put aside, and that lie by their first article. */
static void
connect_partial(worker *w, uint32_t unit)
{
    const comparing *c = w->of;
    const worker *from = &c->workers[unit / PARTS];
    const size_t end = from->npartial * (unit % PARTS + 1) / PARTS;
    leader a = {.number = UINT32_MAX};
    quire_status status = QUIRE_OK;

    for (size_t i = from->npartial * (unit % PARTS) / PARTS; i < end; i++) {
        const pair *p = &from->partial[i];
        bool is_there;

        if (a.number != p->a) {
            a = (leader){.number = p->a};
            status = grouped_sketch(c->articles, a.number, &a.sketch, &is_there, &w->error);
        }
        if (status == QUIRE_OK)
            status = compare_partial(w, &a, p->b, &w->error);
        if (status != QUIRE_OK) {
            fail(w, status);
            return;
        }
    }
}

quire_status
comparing_connect_partial(comparing *c, const boilerplate *common, quire_error *err)
{
    c->common = common;
    return run(c, connect_partial, c->nworkers * PARTS, 1, err);
}

uint64_t
comparing_count(const comparing *c)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < c->nworkers; i++)
        n += c->workers[i].ncompared;
    return n;
}

/* ---- All of it ---- */

static quire_status
read_lengths(comparing *c, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < c->articles->narticles && status == QUIRE_OK; i++) {
        sketch of;
        bool is_there;

        status = grouped_sketch(c->articles, i, &of, &is_there, err);
        c->nwords[i] = status == QUIRE_OK && is_there ? of.nwords : 0;
    }
    return status;
}

static bool
make_workers(comparing *c)
{
    const size_t n = (size_t)c->articles->narticles + 1;

    for (c->nkept = 2; c->nkept < n && c->nkept < KEPT_ARTICLES; c->nkept *= 2)
        ;
    c->workers = calloc(c->nworkers, sizeof *c->workers);
    if (c->workers == NULL)
        return false;
    for (unsigned i = 0; i < c->nworkers; i++) {
        worker *w = &c->workers[i];

        w->of = c;
        w->is_caller = i == 0;
        w->seen = calloc(n, sizeof *w->seen);
        w->kept = calloc(c->nkept, sizeof *w->kept);
        if (w->seen == NULL || w->kept == NULL)
            return false;
    }
    return true;
}

static bool
make_room(comparing *c, size_t memory_bytes)
{
    const size_t n = (size_t)c->articles->narticles + 1;

    c->room = memory_bytes / (sizeof *c->pairs + sizeof *c->others);
    c->room = c->room < MOST_PAIRS ? c->room : MOST_PAIRS;
    c->room = c->room > LEAST_PAIRS ? c->room : LEAST_PAIRS;
    c->nwords = calloc(n, sizeof *c->nwords);
    c->ends = calloc(n, sizeof *c->ends);
    c->pairs = malloc(c->room * sizeof *c->pairs);
    c->others = malloc(c->room * sizeof *c->others);
    return c->nwords != NULL && c->ends != NULL && c->pairs != NULL && c->others != NULL &&
           make_workers(c);
}

quire_status
comparing_new(grouped *articles, size_t memory_bytes, unsigned nthreads, const grouping_stop *stop,
              comparing **comparing_out, quire_error *err)
{
    comparing *c = calloc(1, sizeof *c);
    quire_status status;

    if (c == NULL)
        return error_nomem(err);
    c->articles = articles;
    c->stop = stop;
    c->nworkers = nthreads > 0 ? nthreads : 1;
    c->nworkers = c->nworkers < MOST_THREADS ? c->nworkers : MOST_THREADS;
    c->kept_bytes = memory_bytes / 2 / c->nworkers;
    status = make_room(c, memory_bytes / 2) ? read_lengths(c, err) : error_nomem(err);
    if (status != QUIRE_OK) {
        comparing_free(c);
        return status;
    }
    *comparing_out = c;
    return QUIRE_OK;
}

static void
free_worker(worker *w, size_t nkept)
{
    for (size_t i = 0; w->kept != NULL && i < nkept; i++)
        article_words_free(&w->kept[i].words);
    free(w->kept);
    free(w->seen);
    free(w->partial);
    overlap_table_free(&w->table);
}

void
comparing_free(comparing *c)
{
    if (c == NULL)
        return;
    for (unsigned i = 0; c->workers != NULL && i < c->nworkers; i++)
        free_worker(&c->workers[i], c->nkept);
    free(c->workers);
    free(c->nwords);
    free(c->ends);
    free(c->pairs);
    free(c->others);
    free(c);
}
