/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comparing.c - the words of pairs, compared by several threads.
 *
 *   bunches --by the longer article--> threads: counts, then sketches, then words --> sets
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
#define READY 256    /* pairs that are looked at together, when what is asked of them is at hand */
#define CHOSEN 64    /* the same of those whose words are compared */
#define FETCHED 1024 /* words of each at most that are asked for; more come by themselves */
#define PARTS 256    /* of what a thread put aside */

/* a is the one with more words; of as many, the first. */
typedef struct {
    uint32_t a;
    uint32_t b;
} pair;

typedef struct {
    pair *pairs;
    size_t npairs;
    size_t room;
} pair_list;

/* A pair to compare. */
typedef struct {
    uint32_t a;
    uint32_t b;
    bool is_proposed; /* and in no small bunch: it is not met again */
} chosen_pair;

/* A pair to look at. */
typedef struct {
    uint32_t a;
    uint32_t b;
    uint32_t count; /* hashes that they share in small bunches; the second time, that tell */
} ready_pair;

/* Words that were read: kept for a while, in a table by number. */
typedef struct {
    uint32_t number; /* of the article */
    article_words words;
} kept_words;

/* What one thread has. */
typedef struct {
    comparing *of;
    uint16_t *counts;  /* for each article that is counted: 1, and hashes that it shares with the
                          one at hand; else 0 */
    uint32_t *counted; /* articles that have a count */
    uint32_t ncounted;
    ready_pair ready[READY]; /* by the first */
    uint32_t nready;
    chosen_pair chosen[CHOSEN];
    uint32_t nchosen;
    kept_words **kept; /* most of the table stays NULL where few articles are compared */
    size_t kept_bytes;
    overlap_table table;
    overlap_table other_way; /* of what stands on the shorter side in the table's comparisons */
    pair_list proposed;      /* that may be copies in part */
    pair_list unlikely;      /* that boilerplate left, and come last */
    bool has_others;         /* articles share hashes in small bunches */
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
    void (*look)(worker *w, const ready_pair *p);
    overlap_degree wanted;
    leader judged; /* what comparing_judge compared last with others */
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

/* Either of two articles of as many words may be the one with fewer: they are copies where both
 * ways make them that, so that it does not matter which of them comes first. */
static bool
compare_other_way(worker *w, const article_words *a, const article_words *b, overlap_degree wanted,
                  overlap_degree *degree)
{
    overlap found;
    overlap_degree other;

    if (*degree < wanted || a->nwords != b->nwords || article_words_are_same(a, b))
        return true;
    overlap_table_begin(&w->other_way);
    if (!overlap_with(&w->other_way, b, a, wanted, &found))
        return false;
    other = overlap_judge(&found, b, a);
    *degree = other < *degree ? other : *degree;
    return true;
}

static quire_status
compare_words(worker *w, leader *a, uint32_t b, overlap_degree wanted, overlap_degree *out,
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
    if (!overlap_with(&w->table, a->words, words, wanted, &found))
        return error_nomem(err);
    *out = overlap_judge(&found, a->words, words);
    return compare_other_way(w, a->words, words, wanted, out) ? QUIRE_OK : error_nomem(err);
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

/* Can a pair have that share or a greater one, that has no more than so many hashes in common? */
static bool
may_have_share(const bunched *a, const bunched *b, uint32_t ncommon, uint32_t share)
{
    const uint64_t most = sketch_most_hashes(ncommon, share);

    return ncommon > 0 && (a->nhashes <= most || bunched_least_within(b, a->bound) <= most);
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

/* The same of articles that have so many in common, without a look at more than is at hand. */
static uint32_t
find_share(const comparing *c, uint32_t a, uint32_t b, uint32_t ncommon)
{
    const bunched *of_a = &c->bunches->bunched[a];

    if (are_told_apart(c->articles, a, b))
        return 0;
    return share_of(of_a->nhashes, count_within(c->articles, &c->bunches->bunched[b], of_a->bound),
                    ncommon);
}

/* The hashes that two articles have in common. */
static uint32_t
count_all(const comparing *c, uint32_t a, uint32_t b)
{
    const uint32_t *hashes = c->articles->hashes;
    const bunched *of_a = &c->bunches->bunched[a];
    const bunched *of_b = &c->bunches->bunched[b];

    return count_common(hashes + of_a->first, of_a->nhashes, hashes + of_b->first, of_b->nhashes);
}

/* ---- Threads ---- */

static void
fail(worker *w, quire_status status)
{
    w->status = status;
    atomic_store(&w->of->is_ended, true);
}

static bool
is_ended(const worker *w)
{
    return atomic_load_explicit(&w->of->is_ended, memory_order_relaxed);
}

/* Ask for the words of an article, where they are at hand. */
static void
fetch_words(const comparing *c, uint32_t number)
{
    uint32_t in_segment;
    const grouping_segment *segment = grouped_find(c->articles, number, &in_segment);
    article_words words;

    if (segment->view != NULL && segment->view(segment->closure, in_segment, &words))
        for (size_t i = 0; i < words.nwords && i < FETCHED; i += 64 / sizeof *words.words)
            __builtin_prefetch(&words.words[i]);
}

static void
put_aside(worker *w, pair_list *list, uint32_t a, uint32_t b)
{
    if (w->status != QUIRE_OK)
        return;
    if (!ARRAY_GROW(list->pairs, list->npairs, &list->room))
        fail(w, error_nomem(&w->error));
    else
        list->pairs[list->npairs++] = (pair){a, b};
}

/* Connect a pair where it is one of copies as they are wanted; else it may be one in part. */
static quire_status
compare_pair(worker *w, leader *a, const chosen_pair *p, quire_error *err)
{
    const comparing *c = w->of;
    overlap_degree degree;
    quire_status status;

    if (are_connected(c, p->a, p->b))
        return QUIRE_OK;
    status = compare_words(w, a, p->b, c->wanted, &degree, err);
    if (status != QUIRE_OK)
        return status;
    if (degree >= c->wanted)
        grouped_connect(c->articles, p->a, p->b);
    else if (p->is_proposed)
        put_aside(w, &w->proposed, p->a, p->b);
    return w->status;
}

/* Compare the words of the pairs that are chosen, unless the work is ended. */
static void
compare_chosen(worker *w)
{
    leader a = {.number = UINT32_MAX};
    quire_status status = w->status;

    for (uint32_t i = 0; i < w->nchosen; i++)
        fetch_words(w->of, w->chosen[i].b);
    for (uint32_t i = 0; i < w->nchosen && status == QUIRE_OK && !is_ended(w); i++) {
        if (w->chosen[i].a != a.number)
            a = (leader){.number = w->chosen[i].a};
        status = compare_pair(w, &a, &w->chosen[i], &w->error);
    }
    w->nchosen = 0;
    if (status != w->status)
        fail(w, status);
}

static void
choose(worker *w, uint32_t a, uint32_t b, bool is_proposed)
{
    w->chosen[w->nchosen++] = (chosen_pair){a, b, is_proposed};
    if (w->nchosen == CHOSEN)
        compare_chosen(w);
}

/* Choose what may be a copy in the main.  What was proposed may be one in part, too; what is in a
 * small bunch is met there again. */
static void
look_for_main(worker *w, const ready_pair *p)
{
    const comparing *c = w->of;
    const bunched *all = c->bunches->bunched;
    const bool is_known = !bunched_may_meet(&all[p->a], &all[p->b]);

    if (are_siblings(c, p->a, p->b))
        return;
    if (find_share(c, p->a, p->b, is_known ? p->count : count_all(c, p->a, p->b)) >=
        SKETCH_SHARE_MAIN)
        choose(w, p->a, p->b, p->count == 0);
    else if (p->count == 0)
        put_aside(w, &w->proposed, p->a, p->b);
}

/* Choose what may be a copy in part where boilerplate leaves it, which costs less to ask; what is
 * not likely comes last. */
static void
look_for_part(worker *w, const ready_pair *p)
{
    const comparing *c = w->of;
    const bunched *all = c->bunches->bunched;
    uint32_t ntelling = p->count;
    uint32_t share;

    if (are_siblings(c, p->a, p->b))
        return;
    if (bunched_may_meet(&all[p->a], &all[p->b]))
        ntelling = boilerplate_count_telling(c->bunches, p->a, p->b);
    if (!boilerplate_is_passed(c->bunches, p->a, p->b, ntelling))
        return;
    share = find_share(c, p->a, p->b, ntelling);
    if (share == 0) /* with what tells nothing it may be enough */
        share = find_share(c, p->a, p->b, count_all(c, p->a, p->b));
    if (share >= SKETCH_SHARE_LIKELY)
        choose(w, p->a, p->b, false);
    else if (share > 0)
        put_aside(w, &w->unlikely, p->a, p->b);
}

/* Look at the pairs that are ready, unless the work is ended. */
static void
look_at_ready(worker *w)
{
    for (uint32_t i = 0; i < w->nready && !is_ended(w); i++)
        w->of->look(w, &w->ready[i]);
    w->nready = 0;
}

/* Shall a thread go on? */
static bool
goes_on(worker *w)
{
    const grouping_stop *stop = w->of->stop;

    if (w->is_caller && stop != NULL && stop->is_stopped(stop->closure))
        fail(w, error_set(&w->error, QUIRE_ECANCELED, "stopped"));
    return !is_ended(w);
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
                look_at_ready(w);
                compare_chosen(w);
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

/* Count an article, and so many hashes that it shares with the one at hand. */
static void
count_article(worker *w, uint32_t number, uint32_t nhashes)
{
    uint16_t *const count = &w->counts[number];

    if (*count == 0) {
        __builtin_prefetch(&w->of->bunches->bunched[number]);
        w->counted[w->ncounted++] = number;
        *count = 1;
    }
    *count = (uint16_t)(*count + nhashes); /* of a sketch, SKETCH_ROOM at most */
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
 * stands behind it.  Once it is known what tells nothing, only what tells is counted; the rest may
 * have something in common in large bunches. */
static void
count_others(worker *w, uint32_t number, bool only_telling)
{
    const bunches *b = w->of->bunches;
    const grouped *g = w->of->articles;
    const bool has_large = b->bunched[number].large != 0;

    for (uint32_t i = g->firsts[number]; i < g->firsts[number + 1]; i++) {
        const bool tells = !only_telling || !b->tells_nothing[i];

        if (b->behind[i] == BUNCH_NONE || !(tells || has_large))
            continue;
        for (const uint32_t *member = b->members + b->behind[i]; *member != BUNCH_NONE; member++)
            count_article(w, *member, tells);
    }
}

/* Ask for what is looked at of an article, but its words. */
static void
fetch_compared(const grouped *g, const bunched *of, uint32_t number)
{
    __builtin_prefetch(&g->hashes[of->first]);
    __builtin_prefetch(&g->hashes[of->first + of->nhashes - 1]);
    __builtin_prefetch(&g->parents[number]);
}

/* Have a pair ready, and ask for what a look at it takes. */
static void
make_ready(worker *w, uint32_t a, uint32_t b, uint32_t count)
{
    fetch_compared(w->of->articles, &w->of->bunches->bunched[b], b);
    w->ready[w->nready++] = (ready_pair){a, b, count};
    if (w->nready == READY)
        look_at_ready(w);
}

/* Of what is counted have ready what may be a copy in the main; put aside what was only proposed
 * and may be one in part. */
static void
sift_for_main(worker *w, uint32_t number)
{
    const bunched *all = w->of->bunches->bunched;

    for (uint32_t i = 0; i < w->ncounted; i++) {
        const uint32_t other = w->counted[i];
        const uint32_t count = w->counts[other] - 1U;
        const uint32_t most = count + most_in_large(&all[number], &all[other]);

        w->counts[other] = 0;
        if (may_have_share(&all[number], &all[other], most, SKETCH_SHARE_MAIN))
            make_ready(w, number, other, count);
        else if (count == 0 && may_have_share(&all[number], &all[other], most, SKETCH_SHARE_PART))
            put_aside(w, &w->proposed, number, other);
    }
    w->ncounted = 0;
}

static void
sift_for_part(worker *w, uint32_t number)
{
    const bunched *all = w->of->bunches->bunched;

    for (uint32_t i = 0; i < w->ncounted; i++) {
        const uint32_t other = w->counted[i];
        const uint32_t count = w->counts[other] - 1U;

        w->counts[other] = 0;
        if (boilerplate_may_be_passed(&all[number], &all[other],
                                      count + most_in_large(&all[number], &all[other])))
            make_ready(w, number, other, count);
    }
    w->ncounted = 0;
}

/* Compare an article with those that were proposed. */
static void
compare_proposed(worker *w, uint32_t number)
{
    const comparing *c = w->of;

    for (uint32_t i = number > 0 ? c->ends[number - 1] : 0; i < c->ends[number]; i++)
        count_article(w, c->sorted[i].b, 0);
    sift_for_main(w, number);
}

/* The same, and with those that share small bunches with it. */
static void
compare_all(worker *w, uint32_t number)
{
    fetch_others(w->of, number + 1);
    if (!grouped_is_alive(w->of->articles, number))
        return;
    count_others(w, number, false);
    w->has_others = w->has_others || w->ncounted > 0;
    compare_proposed(w, number);
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
compare_pairs(comparing *c, void (*job)(worker *w, uint32_t number), quire_error *err)
{
    sort_pairs(c);
    c->npairs = 0;
    return run(c, job, c->articles->narticles, STRIDE, err);
}

/* A candidate_visitor: compare a pair, now or later. */
static quire_status
propose(void *closure, uint32_t a, uint32_t b, quire_error *err)
{
    comparing *c = closure;

    if (are_connected(c, a, b))
        return QUIRE_OK;
    c->pairs[c->npairs++] = is_longer(c->articles, a, b) ? (pair){a, b} : (pair){b, a};
    return c->npairs < c->room ? QUIRE_OK : compare_pairs(c, compare_proposed, err);
}

quire_status
comparing_connect_main(comparing *c, quire_error *err)
{
    quire_status status;

    c->look = look_for_main;
    c->wanted = OVERLAP_IN_THE_MAIN;
    status = candidates_visit(c->bunches, propose, c, err);
    return status == QUIRE_OK ? compare_pairs(c, compare_all, err) : status;
}

/* ---- Copies in part ---- */

bool
comparing_has_partial(const comparing *c)
{
    for (unsigned i = 0; i < c->nworkers; i++)
        if (c->workers[i].has_others || c->workers[i].proposed.npairs > 0)
            return true;
    return false;
}

/* A part of the pairs that a thread put aside, which lie by their first article. */
static pair_list
part_of(const pair_list *list, uint32_t part)
{
    const size_t first = list->npairs * part / PARTS;
    const size_t end = list->npairs * (part + 1) / PARTS;

    return end > first ? (pair_list){.pairs = list->pairs + first, .npairs = end - first}
                       : (pair_list){0};
}

/* Decide on what was proposed.  Where such a pair shares what tells in no large bunch, it is met in
 * a small one. */
static void
connect_proposed(worker *w, uint32_t unit)
{
    const comparing *c = w->of;
    const bunched *all = c->bunches->bunched;
    const pair_list list = part_of(&c->workers[unit / PARTS].proposed, unit % PARTS);

    for (size_t i = 0; i < list.npairs; i++) {
        const pair *p = &list.pairs[i];

        if (boilerplate_may_be_passed(&all[p->a], &all[p->b],
                                      most_in_large(&all[p->a], &all[p->b])))
            make_ready(w, p->a, p->b, 0);
    }
}

/* The same with what shares small bunches with an article. */
static void
connect_others(worker *w, uint32_t number)
{
    fetch_others(w->of, number + 1);
    if (!grouped_is_alive(w->of->articles, number))
        return;
    count_others(w, number, true);
    sift_for_part(w, number);
}

static void
connect_unlikely(worker *w, uint32_t unit)
{
    const pair_list list = part_of(&w->of->workers[unit / PARTS].unlikely, unit % PARTS);

    for (size_t i = 0; i < list.npairs; i++)
        choose(w, list.pairs[i].a, list.pairs[i].b, false);
}

/* Likely ones come first, so that fewer of the others are left to be compared. */
quire_status
comparing_connect_partial(comparing *c, quire_error *err)
{
    const uint32_t nunits = c->nworkers * PARTS;
    quire_status status;

    c->look = look_for_part;
    c->wanted = OVERLAP_IN_PART;
    status = run(c, connect_proposed, nunits, 1, err);
    if (status == QUIRE_OK)
        status = run(c, connect_others, c->articles->narticles, STRIDE, err);
    return status == QUIRE_OK ? run(c, connect_unlikely, nunits, 1, err) : status;
}

/* ---- One pair ---- */

quire_status
comparing_judge(comparing *c, uint32_t x, uint32_t y, overlap_degree *out, quire_error *err)
{
    const uint32_t a = is_longer(c->articles, x, y) ? x : y;

    if (c->judged.words == NULL || c->judged.number != a)
        c->judged = (leader){.number = a};
    return compare_words(&c->workers[0], &c->judged, a == x ? y : x, OVERLAP_IN_PART, out, err);
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
    free(w->proposed.pairs);
    free(w->unlikely.pairs);
    overlap_table_free(&w->table);
    overlap_table_free(&w->other_way);
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
