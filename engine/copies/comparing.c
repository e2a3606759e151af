/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comparing.c - the words of pairs, compared by several threads.
 *
 *   bunches --by the longer article--> threads: sketches, then words --> sets; pairs in part
 *
 * The calling thread is one of them, and the one that asks whether to stop. */
#include "copies/comparing.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/error.h"
#include "base/threads.h"
#include "copies/boilerplate.h"
#include "copies/candidates.h"
#include "copies/overlap.h"

#define LEAST_PAIRS 4096
#define MOST_PAIRS ((size_t)1 << 20)
#define KEPT_ARTICLES 16384 /* at most, by a thread; a power of two */
#define STRIDE 64           /* articles that a thread takes at a time */
#define MOST_THREADS 64
#define READY 256 /* pairs that are looked at together, when what is asked of them is at hand */
#define PARTS 256 /* of what a thread put aside */

/* a is the one with more words; of as many, the first. */
typedef struct {
    uint32_t a;
    uint32_t b;
    uint8_t share; /* as sketch_share has it, once it is looked at; 0: it is forgotten */
} pair;

/* A pair to look at. */
typedef struct {
    uint32_t a;
    uint32_t b;
    uint32_t count; /* hashes that they share, as far as that is known */
} ready_pair;

/* Words that were read: kept for a while, in a table by number. */
typedef struct {
    uint32_t number; /* of the article */
    article_words words;
} kept_words;

/* What one thread has. */
typedef struct {
    comparing *of;
    uint16_t *counts;  /* for each article: hashes that it shares with the one at hand */
    uint32_t *counted; /* articles that have a count */
    uint32_t ncounted;
    ready_pair ready[READY]; /* by the first */
    uint32_t nready;
    kept_words **kept; /* most of the table stays NULL where few articles are compared */
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

/* The article that others are compared with. */
typedef struct {
    uint32_t number;
    article_words view;
    const article_words *words; /* NULL: not read yet */
} leader;

struct comparing {
    grouped *articles;
    const bunches *bunches;
    size_t kept_bytes; /* that a thread may keep */
    const grouping_stop *stop;
    uint32_t *ends; /* of each article's others */
    pair *pairs;
    pair *sorted; /* by the article that others are to be compared with */
    size_t npairs;
    size_t room;  /* in either */
    size_t nkept; /* slots of a thread, a power of two, 2 at least */
    worker *workers;
    unsigned nworkers;
    void (*job)(worker *w, uint32_t unit);
    leader judged;  /* what comparing_judge compared last with others */
    uint32_t least; /* of pairs in part: those with a share from here */
    uint32_t end;   /* and below here */
    uint32_t nunits;
    uint32_t stride;
    atomic_uint_fast64_t next_unit;
    atomic_bool is_ended; /* by an error */
};

/* ---- Words ---- */

static void
drop_words(worker *w, size_t slot)
{
    kept_words *kept = w->kept[slot];

    if (kept == NULL)
        return;
    w->kept[slot] = NULL;
    w->kept_bytes -= kept->words.room * sizeof *kept->words.words;
    article_words_free(&kept->words);
    free(kept);
}

static bool
holds(const kept_words *kept, const article_words *words)
{
    return kept != NULL && &kept->words == words;
}

/* Read words into the table; other's are not given up for them. */
static quire_status
keep_words(worker *w, uint32_t number, const article_words *other, const article_words **out,
           quire_error *err)
{
    const comparing *c = w->of;
    size_t slot = number & (c->nkept - 1);
    kept_words *kept;
    uint32_t in_segment;
    const grouping_segment *segment = grouped_find(c->articles, number, &in_segment);
    quire_status status;

    if (holds(w->kept[slot], other))
        slot ^= 1U;
    if (w->kept[slot] != NULL && w->kept[slot]->number == number) {
        *out = &w->kept[slot]->words;
        return QUIRE_OK;
    }
    drop_words(w, slot);
    if (w->kept_bytes > c->kept_bytes) /* all at once, so that it is seldom done */
        for (size_t i = 0; i < c->nkept; i++)
            if (!holds(w->kept[i], other))
                drop_words(w, i);
    kept = calloc(1, sizeof *kept);
    if (kept == NULL)
        return error_nomem(err);
    kept->number = number;
    status = segment->words(segment->closure, in_segment, &kept->words, err);
    if (status != QUIRE_OK) {
        article_words_free(&kept->words);
        free(kept);
        return status;
    }
    w->kept[slot] = kept;
    w->kept_bytes += kept->words.room * sizeof *kept->words.words;
    *out = &kept->words;
    return QUIRE_OK;
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

static quire_status
get_leader_words(worker *w, leader *of, quire_error *err)
{
    quire_status status;

    if (of->words != NULL)
        return QUIRE_OK;
    status = get_words(w, of->number, NULL, &of->view, &of->words, err);
    overlap_table_begin(&w->table);
    return status;
}

static quire_status
compare_words(worker *w, leader *a, uint32_t b, bool is_likely, overlap_degree *out,
              quire_error *err)
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
    if (!overlap_with(&w->table, a->words, words, is_likely, &found))
        return error_nomem(err);
    *out = overlap_judge(&found, a->words, words);
    return QUIRE_OK;
}

static bool
are_connected(const comparing *c, uint32_t a, uint32_t b)
{
    return grouped_root(c->articles, a) == grouped_root(c->articles, b);
}

static bool
is_longer(const grouped *g, uint32_t a, uint32_t b)
{
    return g->nwords[a] != g->nwords[b] ? g->nwords[a] > g->nwords[b] : a < b;
}

/* Are they certainly connected?  That is told by one look, and nearly always. */
static bool
are_siblings(const comparing *c, uint32_t a, uint32_t b)
{
    return atomic_load_explicit(&c->articles->parents[a], memory_order_relaxed) ==
           atomic_load_explicit(&c->articles->parents[b], memory_order_relaxed);
}

/* Hashes that two articles have in common: na ascending ones, and nb. */
static uint32_t
count_common(const uint32_t *a, uint32_t na, const uint32_t *b, uint32_t nb)
{
    const uint32_t *const a_end = a + na;
    const uint32_t *const b_end = b + nb;
    uint32_t n = 0;

    while (a < a_end && b < b_end) {
        const uint32_t of_a = *a;
        const uint32_t of_b = *b;

        n += of_a == of_b;
        a += of_a <= of_b;
        b += of_b <= of_a;
    }
    return n;
}

/* Hashes of an article in large bunches that may be those of another's bits: as many as there are
 * bits, and all that share a bit of its own. */
static uint32_t
most_of_bits(const bunched *of, uint64_t bits)
{
    return of->nlarge - (uint32_t)__builtin_popcountll(of->large) +
           (uint32_t)__builtin_popcountll(bits);
}

/* Hashes in common of a pair, in large bunches, at most. */
static uint32_t
most_in_large(const bunched *a, const bunched *b)
{
    const uint64_t bits = a->large & b->large;
    uint32_t of_a = 0;
    uint32_t of_b = 0;

    if (bits == 0)
        return 0;
    of_a = most_of_bits(a, bits);
    of_b = most_of_bits(b, bits);
    return of_a < of_b ? of_a : of_b;
}

/* Can a pair be one of copies, that has no more than so many hashes in common?  The shorter one
 * would have few up to the bound of the other. */
static bool
may_be_enough(const grouped *g, const bunched *a, const bunched *b, uint32_t ncommon)
{
    const uint64_t most = sketch_most_hashes(ncommon);

    if (ncommon == 0)
        return false;
    if (a->nhashes <= most || b->nhashes <= most)
        return true;
    return b->bound > a->bound && (ncommon <= BUNCHED_FEW ? b->beyond[ncommon - 1]
                                                          : g->hashes[b->first + most]) > a->bound;
}

/* May they be copies only where their headlines are the same, and are those not?  a is not shorter.
 */
static bool
are_told_apart(const grouped *g, uint32_t a, uint32_t b)
{
    return g->nwords[a] < OVERLAP_SHORT && g->titles[a] != g->titles[b];
}

/* The share that sketches tell of a pair, 0 where it is too little: na hashes of the longer one, nb
 * of the shorter one within its bound; ncommon are in both. */
static uint32_t
share_of(uint32_t na, uint32_t nb, uint32_t ncommon)
{
    const uint32_t share = sketch_share(ncommon, na < nb ? na : nb);

    return share >= SKETCH_SHARE_PART ? share : 0;
}

uint32_t
comparing_share(const grouped *g, uint32_t x, uint32_t y)
{
    const uint32_t a = is_longer(g, x, y) ? x : y;
    const uint32_t b = a == x ? y : x;
    const uint32_t na = g->firsts[a + 1] - g->firsts[a];

    if (are_told_apart(g, a, b))
        return 0;
    return share_of(na, grouped_count_within(g, b, g->bounds[a]),
                    count_common(g->hashes + g->firsts[a], na, g->hashes + g->firsts[b],
                                 g->firsts[b + 1] - g->firsts[b]));
}

/* grouped_count_within, without a look at more of the article than is at hand. */
static uint32_t
count_within(const grouped *g, const bunched *of, uint32_t bound)
{
    uint32_t n = of->nhashes;

    while (of->bound > bound && n > 0 && g->hashes[of->first + n - 1] > bound)
        n--;
    return n;
}

/* The same of a pair for which may_be_enough holds: nknown of what is in common are known, but for
 * what is in large bunches. */
static uint32_t
find_share(const comparing *c, uint32_t a, uint32_t b, uint32_t nknown)
{
    const grouped *g = c->articles;
    const bunched *of_a = &c->bunches->bunched[a];
    const bunched *of_b = &c->bunches->bunched[b];

    if (are_told_apart(g, a, b))
        return 0;
    return share_of(of_a->nhashes, count_within(g, of_b, of_a->bound),
                    most_in_large(of_a, of_b) > 0
                        ? count_common(g->hashes + of_a->first, of_a->nhashes,
                                       g->hashes + of_b->first, of_b->nhashes)
                        : nknown);
}

static quire_status
put_aside(worker *w, pair p, quire_error *err)
{
    if (!ARRAY_GROW(w->partial, w->npartial, &w->partial_room))
        return error_nomem(err);
    w->partial[w->npartial++] = p;
    return QUIRE_OK;
}

/* Connect copies in the main; put aside what may be one in part. */
static quire_status
compare_pair(worker *w, leader *a, uint32_t b, uint32_t count, quire_error *err)
{
    const comparing *c = w->of;
    const uint32_t share = find_share(c, a->number, b, count);
    overlap_degree degree = OVERLAP_IN_PART;
    quire_status status = QUIRE_OK;

    if (share == 0 || (share >= SKETCH_SHARE_MAIN ? are_connected(c, a->number, b)
                                                  : are_siblings(c, a->number, b)))
        return QUIRE_OK;
    if (share >= SKETCH_SHARE_MAIN)
        status = compare_words(w, a, b, true, &degree, err);
    if (status == QUIRE_OK && degree == OVERLAP_IN_THE_MAIN)
        grouped_connect(c->articles, a->number, b);
    if (status != QUIRE_OK || degree != OVERLAP_IN_PART)
        return status;
    return put_aside(w, (pair){a->number, b, (uint8_t)share}, err);
}

/* Connect what was put aside, and boilerplate left, where it is a copy. */
static quire_status
compare_partial(worker *w, leader *a, const pair *p, quire_error *err)
{
    const comparing *c = w->of;
    const uint32_t b = p->b;
    overlap_degree degree;
    quire_status status;

    if (are_connected(c, a->number, b))
        return QUIRE_OK;
    status = compare_words(w, a, b, false, &degree, err);
    if (status == QUIRE_OK && degree != OVERLAP_NONE)
        grouped_connect(c->articles, a->number, b);
    return status;
}

/* ---- Threads ---- */

static void
fail(worker *w, quire_status status)
{
    w->status = status;
    atomic_store(&w->of->is_ended, true);
}

/* Look at the pairs that are ready, unless the work is ended. */
static void
compare_ready(worker *w)
{
    leader a = {.number = UINT32_MAX};
    quire_status status = w->status;

    for (uint32_t i = 0; i < w->nready && status == QUIRE_OK; i++) {
        const ready_pair *p = &w->ready[i];

        if (atomic_load_explicit(&w->of->is_ended, memory_order_relaxed))
            break;
        if (p->a != a.number)
            a = (leader){.number = p->a};
        status = compare_pair(w, &a, p->b, p->count, &w->error);
    }
    w->nready = 0;
    if (status != w->status)
        fail(w, status);
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
            if (unit >= c->nunits || !goes_on(w)) {
                compare_ready(w);
                return NULL;
            }
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
    if (!goes_on(&c->workers[0]))
        return error_set(err, c->workers[0].status, "%s", c->workers[0].error.message);
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

/* Count a hash that an article shares with the one at hand. */
static void
count_article(worker *w, uint32_t number)
{
    uint16_t *const count = &w->counts[number];

    if (*count == 0) {
        __builtin_prefetch(&w->of->bunches->bunched[number]);
        w->counted[w->ncounted++] = number;
    }
    if (*count < UINT16_MAX)
        ++*count;
}

/* Ask for the members that are counted with an article soon. */
static void
fetch_others(const comparing *c, uint32_t number)
{
    const bunches *b = c->bunches;
    const grouped *g = c->articles;

    if (number >= g->narticles)
        return;
    for (uint32_t i = g->firsts[number]; i < g->firsts[number + 1]; i++)
        if (b->behind[i] != BUNCH_NONE)
            __builtin_prefetch(&b->members[b->behind[i]]);
}

/* Count what shares hashes with an article in small bunches, and is to be compared with it: what
 * stands behind it.  Not of bunches that tell nothing, where they are left out. */
static void
count_others(worker *w, uint32_t number, bool only_telling)
{
    const bunches *b = w->of->bunches;
    const grouped *g = w->of->articles;

    for (uint32_t i = g->firsts[number]; i < g->firsts[number + 1]; i++) {
        if (b->behind[i] == BUNCH_NONE || (only_telling && b->tells_nothing[i]))
            continue;
        for (const uint32_t *member = b->members + b->behind[i]; *member != BUNCH_NONE; member++)
            count_article(w, *member);
    }
}

/* Ask for what compare_pair looks at of an article, but its words. */
static void
fetch_compared(const grouped *g, const bunched *of, uint32_t number)
{
    __builtin_prefetch(&g->hashes[of->first]);
    __builtin_prefetch(&g->hashes[of->first + of->nhashes - 1]);
    __builtin_prefetch(&g->parents[number]);
}

/* Of what has a count have ready what has enough of it for a closer look, and ask for what that
 * takes. */
static void
sift_counted(worker *w, uint32_t number)
{
    const grouped *g = w->of->articles;
    const bunched *all = w->of->bunches->bunched;

    for (uint32_t i = 0; i < w->ncounted; i++) {
        const uint32_t other = w->counted[i];
        const uint32_t count = w->counts[other];

        w->counts[other] = 0;
        if (!may_be_enough(g, &all[number], &all[other],
                           count + most_in_large(&all[number], &all[other])))
            continue;
        fetch_compared(g, &all[other], other);
        w->ready[w->nready++] = (ready_pair){number, other, count};
        if (w->nready == READY)
            compare_ready(w);
    }
    w->ncounted = 0;
}

static void
compare_bunches(worker *w, uint32_t number)
{
    fetch_others(w->of, number + 1);
    if (!grouped_is_alive(w->of->articles, number))
        return;
    count_others(w, number, false);
    sift_counted(w, number);
}

/* Compare an article with those that were proposed. */
static void
compare_proposed(worker *w, uint32_t number)
{
    const comparing *c = w->of;

    for (uint32_t i = number > 0 ? c->ends[number - 1] : 0; i < c->ends[number]; i++)
        count_article(w, c->sorted[i].b);
    /* What was counted is how often it was proposed, and no hash in a small bunch. */
    for (uint32_t i = 0; i < w->ncounted; i++)
        w->counts[w->counted[i]] = 0;
    sift_counted(w, number);
}

/* Sort the pairs by the article that others are to be compared with. */
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
        c->sorted[c->ends[c->pairs[i].a]++] = c->pairs[i];
}

static quire_status
compare_pairs(comparing *c, quire_error *err)
{
    sort_pairs(c);
    c->npairs = 0;
    return run(c, compare_proposed, c->articles->narticles, STRIDE, err);
}

/* A candidate_visitor: compare a pair, now or later. */
static quire_status
propose(void *closure, uint32_t a, uint32_t b, quire_error *err)
{
    comparing *c = closure;

    if (are_connected(c, a, b))
        return QUIRE_OK;
    c->pairs[c->npairs++] = is_longer(c->articles, a, b) ? (pair){a, b, 0} : (pair){b, a, 0};
    return c->npairs < c->room ? QUIRE_OK : compare_pairs(c, err);
}

quire_status
comparing_connect_main(comparing *c, quire_error *err)
{
    quire_status status = candidates_visit(c->bunches, propose, c, err);

    if (status == QUIRE_OK && c->npairs > 0)
        status = compare_pairs(c, err);
    return status == QUIRE_OK ? run(c, compare_bunches, c->articles->narticles, STRIDE, err)
                              : status;
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

/* A part of the pairs that a thread put aside, which lie by their first article; NULL: none. */
static pair *
find_part(const comparing *c, uint32_t unit, size_t *npairs_out)
{
    const worker *from = &c->workers[unit / PARTS];
    const size_t first = from->npartial * (unit % PARTS) / PARTS;

    *npairs_out = from->npartial * (unit % PARTS + 1) / PARTS - first;
    return *npairs_out > 0 ? from->partial + first : NULL;
}

/* Forget of pairs of an article those that boilerplate leaves no copies.  What two articles share
 * that tells is counted as in the first place; but in large bunches, by looking at both. */
static void
sift_pairs(worker *w, pair *pairs, size_t npairs)
{
    const bunches *b = w->of->bunches;
    const uint32_t number = pairs[0].a;
    const bunched *const of = &b->bunched[number];

    count_others(w, number, true);
    for (size_t i = 0; i < npairs; i++) {
        const uint32_t other = pairs[i].b;
        const bool is_left = bunched_may_meet(of, &b->bunched[other])
                                 ? boilerplate_leaves_copies(b, number, other)
                                 : boilerplate_is_passed(b, number, other, w->counts[other]);

        if (!is_left)
            pairs[i].share = 0;
    }
    for (uint32_t i = 0; i < w->ncounted; i++)
        w->counts[w->counted[i]] = 0;
    w->ncounted = 0;
}

static void
sift_partial(worker *w, uint32_t unit)
{
    size_t npairs;
    pair *const pairs = find_part(w->of, unit, &npairs);
    size_t end;

    for (size_t i = 0; i < npairs; i = end) {
        for (end = i + 1; end < npairs && pairs[end].a == pairs[i].a; end++)
            ;
        sift_pairs(w, pairs + i, end - i);
    }
}

/* Decide on a part of what is left of them. */
static void
connect_partial(worker *w, uint32_t unit)
{
    size_t npairs;
    const pair *const pairs = find_part(w->of, unit, &npairs);
    leader a = {.number = UINT32_MAX};
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < npairs && status == QUIRE_OK; i++) {
        const pair *p = &pairs[i];

        if (p->share < w->of->least || p->share >= w->of->end)
            continue;
        if (a.number != p->a)
            a = (leader){.number = p->a};
        status = compare_partial(w, &a, p, &w->error);
    }
    if (status != QUIRE_OK)
        fail(w, status);
}

/* Likely ones come first, so that fewer of the others are left to be compared. */
quire_status
comparing_connect_partial(comparing *c, quire_error *err)
{
    const uint32_t nunits = c->nworkers * PARTS;
    quire_status status = run(c, sift_partial, nunits, 1, err);

    c->least = SKETCH_SHARE_LIKELY;
    c->end = UINT32_MAX;
    if (status == QUIRE_OK)
        status = run(c, connect_partial, nunits, 1, err);
    c->end = c->least;
    c->least = SKETCH_SHARE_PART;
    return status == QUIRE_OK ? run(c, connect_partial, nunits, 1, err) : status;
}

/* ---- One pair ---- */

quire_status
comparing_judge(comparing *c, uint32_t x, uint32_t y, overlap_degree *out, quire_error *err)
{
    const uint32_t a = is_longer(c->articles, x, y) ? x : y;

    if (c->judged.words == NULL || c->judged.number != a)
        c->judged = (leader){.number = a};
    return compare_words(&c->workers[0], &c->judged, a == x ? y : x, false, out, err);
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
        w->counts = calloc(n, sizeof *w->counts);
        w->counted = malloc(n * sizeof *w->counted);
        w->kept = array_zeroed(c->nkept, sizeof *w->kept);
        if (w->counts == NULL || w->counted == NULL || w->kept == NULL)
            return false;
    }
    return true;
}

static bool
make_room(comparing *c, size_t memory_bytes)
{
    const size_t n = (size_t)c->articles->narticles + 1;

    c->room = memory_bytes / (2 * sizeof *c->pairs);
    c->room = c->room < MOST_PAIRS ? c->room : MOST_PAIRS;
    c->room = c->room > LEAST_PAIRS ? c->room : LEAST_PAIRS;
    c->ends = calloc(n, sizeof *c->ends);
    c->pairs = malloc(c->room * sizeof *c->pairs);
    c->sorted = malloc(c->room * sizeof *c->sorted);
    return c->ends != NULL && c->pairs != NULL && c->sorted != NULL && make_workers(c);
}

quire_status
comparing_new(grouped *articles, const bunches *b, size_t memory_bytes, unsigned nthreads,
              const grouping_stop *stop, comparing **comparing_out, quire_error *err)
{
    comparing *c = calloc(1, sizeof *c);

    if (c == NULL)
        return error_nomem(err);
    c->articles = articles;
    c->bunches = b;
    c->stop = stop;
    c->nworkers = nthreads > 0 ? nthreads : 1;
    c->nworkers = c->nworkers < MOST_THREADS ? c->nworkers : MOST_THREADS;
    c->kept_bytes = memory_bytes / 2 / c->nworkers;
    if (!make_room(c, memory_bytes / 2)) {
        comparing_free(c);
        return error_nomem(err);
    }
    *comparing_out = c;
    return QUIRE_OK;
}

static void
free_worker(worker *w, size_t nkept)
{
    for (size_t i = 0; w->kept != NULL && i < nkept; i++)
        drop_words(w, i);
    free(w->kept);
    free(w->counts);
    free(w->counted);
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
    free(c->ends);
    free(c->pairs);
    free(c->sorted);
    free(c);
}
