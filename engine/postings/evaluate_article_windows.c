/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_windows.c - which articles of a segment are worth a look: MaxScore in windows,
 * as in evaluate_words.c, with bounds on what terms add to articles.
 *
 * What a posting may add to the score of its article is bounded, a little too much rather than too
 * little: the words of a first passage count as if all stood in the headline, and each term's best
 * passage as if it were the article's.  A window holds whole articles.  Where the bounds of all
 * terms together do not beat the threshold, it is passed over.  Otherwise the lists of drivers
 * without which nothing beats it are read, and what their postings may add is added up by article;
 * what then may still enter is looked up in the rest, the highest bound first, and what still may
 * is looked at (evaluate_article_one.c).  Where every match has a phrase, no list is read for that:
 * articles are those with a passage in which all its words are (evaluate_article_phrase.c).
 *
 * The threshold comes first: of the windows with the highest bounds, the articles with the highest
 * bounds are looked at, for the score that so many reach. */
#include "postings/evaluate_article_windows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "postings/evaluate_article_phrase.h"
#include "postings/intersect.h"

/* How many articles are looked at for a first threshold: some more than are wanted, for they may
 * not match; and in how many windows they are looked for. */
#define MORE_SEEDS 16
#define MORE_SEEDS_OF_PHRASES 48
#define MAX_SEEDS 4096
#define SEED_WINDOWS 4
#define SEEDS_A_WINDOW 16

/* An article, or a window, with its bound. */
typedef struct {
    float bound;
    uint32_t number;
} seed;

/* Those with the highest bounds: a heap, the lowest first. */
typedef struct {
    seed *seeds;
    uint32_t n;
    uint32_t max;
} seed_heap;

typedef struct {
    article_evaluation *v;
    bool has_phrase;      /* every match has one: no list is essential */
    evaluation of_phrase; /* of passages with all words of it, none of which is passed over */
    evaluate_plan phrase_plan;
    evaluate_meeting phrase;
    uint32_t phrase_at;   /* the last one that was found */
    article_term **terms; /* those that do not drive, then those with the lowest bounds */
    uint32_t nessential;  /* the last ones of terms */
    const uint32_t *ends; /* of all windows */
    uint32_t nends;
    uint32_t number; /* of the one at hand, from 0 */
    bool is_seeding; /* articles go to seeds; else they are looked at */
    seed_heap seeds;
    uint32_t base;                /* first passage of the window */
    uint32_t end;                 /* the passage behind it */
    float bounds[ARTICLE_WINDOW]; /* by first passage of an article; 0 but while a window is at work
                                   */
    uint64_t found[ARTICLE_WINDOW / 64];
} windows;

/* ---- Seeds ---- */

static bool
make_heap(evaluation *e, seed_heap *heap, uint32_t max)
{
    *heap =
        (seed_heap){.seeds = arena_array(e->a, (size_t)max + 1, sizeof *heap->seeds), .max = max};
    if (heap->seeds == NULL)
        evaluate_fail(e, error_nomem(e->err));
    return heap->seeds != NULL;
}

static void
add_seed(seed_heap *heap, seed added)
{
    seed *seeds = heap->seeds;
    uint32_t at = 0;

    if (heap->n < heap->max) {
        for (at = heap->n++; at > 0 && seeds[(at - 1) / 2].bound > added.bound; at = (at - 1) / 2)
            seeds[at] = seeds[(at - 1) / 2];
        seeds[at] = added;
        return;
    }
    if (heap->n == 0 || added.bound <= seeds[0].bound)
        return;
    for (uint32_t child = 1; child < heap->n; child = 2 * at + 1) {
        child += child + 1 < heap->n && seeds[child + 1].bound < seeds[child].bound;
        if (seeds[child].bound >= added.bound)
            break;
        seeds[at] = seeds[child];
        at = child;
    }
    seeds[at] = added;
}

static int
compare_seeds(const void *a, const void *b)
{
    const seed *first = a;
    const seed *second = b;

    return (first->number > second->number) - (first->number < second->number);
}

static void
sort_seeds(seed_heap *heap)
{
    qsort(heap->seeds, heap->n, sizeof *heap->seeds, compare_seeds);
}

static uint32_t
count_seeds(const article_evaluation *v, uint32_t more)
{
    const uint32_t max_hits = v->e->top.max_hits;

    return max_hits < MAX_SEEDS - more ? max_hits + more : MAX_SEEDS;
}

/* Look at the seeds, and begin again with the score that so many reach as are wanted. */
static void
take_seeds(article_evaluation *v, seed_heap *heap)
{
    int64_t reached = -1;

    sort_seeds(heap);
    for (uint32_t i = 0; i < heap->n && v->e->status == QUIRE_OK; i++)
        evaluate_article_look(v, heap->seeds[i].number, INFINITY);
    if (v->e->top.nhits == v->e->top.max_hits)
        reached = v->e->top.hits[0].score;
    evaluate_article_begin(v, reached);
    for (uint32_t i = 0; i < v->nterms && v->e->status == QUIRE_OK; i++)
        if (evaluate_stem_rewind(v->terms[i].exact))
            evaluate_stem_rewind(v->terms[i].read);
    if (v->e->status == QUIRE_OK)
        evaluate_article_plan(v);
}

/* ---- Bounds ---- */

/* The first passage of the article that a posting is of. */
static inline uint32_t
first_passage(const article_evaluation *v, uint32_t number)
{
    return segment_articles_first(v->request->articles, v->codes, number);
}

/* The postings of one article in the block at hand, from at on: what they add at most.  *at_out:
 * the first posting behind them.  An article that goes on in the next block has its sum in two
 * parts, which is never less. */
static inline float
bound_article(const article_evaluation *v, const article_term *t, uint32_t at, uint32_t *at_out)
{
    const posting_list *l = &t->read->list;
    const uint32_t first = first_passage(v, l->passages[at]);
    const article_code code = v->codes[l->passages[at]];
    float total = (float)l->frequencies[at];
    float best = 0;

    if (l->passages[at] == first)
        total *= (float)ARTICLE_TITLE_WEIGHT;
    best = article_norms_saturate(total, v->norms.parts[code.part]);
    for (at++; at < l->npostings && first_passage(v, l->passages[at]) == first; at++) {
        const float frequency = (float)l->frequencies[at];
        const float part =
            article_norms_saturate(frequency, v->norms.parts[v->codes[l->passages[at]].part]);

        total += frequency;
        best = part > best ? part : best;
    }
    *at_out = at;
    return t->scale * article_norms_sum(total, v->norms.wholes[code.whole], best);
}

/* What a term adds at most to the article that begins with a passage, which may be nothing; less
 * than 0 where the article does not have it. */
static float
look_up(article_evaluation *v, article_term *t, uint32_t first)
{
    evaluate_stem *s = t->read;
    uint32_t target = first;
    float bound = -1;

    while (evaluate_stem_seek(s, target) != POSTING_NONE && first_passage(v, s->passage) == first) {
        uint32_t behind = 0;

        if (!evaluate_stem_decode_frequencies(s))
            return bound;
        bound = (bound > 0 ? bound : 0) + bound_article(v, t, s->at, &behind);
        target = s->list.passages[behind - 1] + 1;
    }
    return bound;
}

/* The bound of a term in the window; less than 0 where it is not there. */
static float
find_bound(article_term *t, uint32_t base, uint32_t end)
{
    const posting_list *l = &t->exact->list;
    float bound = 0;

    if (l->nblocks == 1) {
        t->at = intersect_find(l->passages, t->at, base);
        return t->at < l->npostings && l->passages[t->at] < end ? t->limit : -1;
    }
    while (t->at + 1 < l->nblocks && posting_list_block_last(l, t->at) < base)
        t->at++;
    if (t->blocks == NULL)
        return t->limit;
    for (uint32_t i = t->at; i < l->nblocks; i++) {
        bound = t->blocks[i] > bound ? t->blocks[i] : bound;
        if (posting_list_block_last(l, i) >= end - 1)
            break;
    }
    return bound * t->scale;
}

/* ---- Windows ---- */

static void
begin_windows(windows *w)
{
    w->number = UINT32_MAX;
    w->end = 0;
    for (uint32_t i = 0; i < w->v->nterms; i++)
        w->v->terms[i].at = 0;
}

/* Windows before what is looked at are gone through fast. */
static bool
next_window(windows *w)
{
    do {
        w->number++;
        w->base = w->end;
        if (w->number == w->nends || w->base >= w->v->e->end)
            return false;
        w->end = w->ends[w->number];
    } while (w->end <= w->v->e->first);
    return true;
}

/* The bounds of all terms in the window at hand together; less than 0 where one that must be there
 * is not. */
static float
bound_window(windows *w)
{
    float sum = 0;

    for (uint32_t i = 0; i < w->v->nterms; i++) {
        article_term *t = w->terms[i];

        t->bound = find_bound(t, w->base, w->end);
        if (t->is_required && t->bound < 0)
            return -1;
        sum += t->bound > 0 ? t->bound : 0;
    }
    return sum;
}

static bool
goes_before(const article_term *a, const article_term *b)
{
    if (a->drives != b->drives)
        return b->drives;
    return a->bound < b->bound;
}

static int
compare_terms(const void *a, const void *b)
{
    const article_term *first = *(article_term *const *)a;
    const article_term *second = *(article_term *const *)b;

    return goes_before(first, second) ? -1 : goes_before(second, first);
}

static void
sort_terms(windows *w)
{
    if (w->v->nterms > 16) {
        qsort(w->terms, w->v->nterms, sizeof(article_term *), compare_terms);
        return;
    }
    for (uint32_t i = 1; i < w->v->nterms; i++) {
        article_term *t = w->terms[i];
        uint32_t at = i;

        for (; at > 0 && goes_before(t, w->terms[at - 1]); at--)
            w->terms[at] = w->terms[at - 1];
        w->terms[at] = t;
    }
}

/* Tell which lists are essential; false where none is. */
static bool
plan_window(windows *w)
{
    float sum = 0;

    const float bound = bound_window(w);

    w->nessential = 0;
    if (bound < 0 || !evaluate_article_may_enter(w->v, bound))
        return false;
    sort_terms(w);
    for (uint32_t i = 0; i < w->v->nterms; i++) {
        article_term *t = w->terms[i];

        sum += t->bound > 0 ? t->bound : 0;
        t->bound_up_to = sum;
        if (t->drives && !w->has_phrase && t->bound >= 0 && evaluate_article_may_enter(w->v, sum))
            w->nessential++;
    }
    return w->nessential > 0 || w->has_phrase;
}

/* ---- Articles of a window ---- */

/* Add what the lists that are not essential may add to an article, as long as it may enter; less
 * than 0 where it may not. */
static float
complete(windows *w, uint32_t first, float bound)
{
    for (uint32_t i = w->v->nterms - w->nessential; i-- > 0;) {
        article_term *t = w->terms[i];
        float added = 0;

        if (!evaluate_article_may_enter(w->v, bound + t->bound_up_to))
            return -1;
        added = look_up(w->v, t, first);
        if (t->is_required && added < 0)
            return -1;
        bound += added > 0 ? added : 0;
    }
    return evaluate_article_may_enter(w->v, bound) ? bound : -1;
}

/* Can no article with a posting in the block at hand of a list enter, whatever else it has? */
static bool
is_hopeless(const windows *w, const article_term *t)
{
    const float all = w->terms[w->v->nterms - 1]->bound_up_to;

    return t->blocks != NULL &&
           !evaluate_article_may_enter(w->v,
                                       all - t->bound + t->scale * t->blocks[t->read->list.block]);
}

/* Add up what the postings of the block at hand have in the window, from the one at hand on; false
 * where some stand behind it. */
static bool
read_block(windows *w, const article_term *t)
{
    const article_evaluation *v = w->v;
    const posting_list *l = &t->read->list;
    uint32_t at = t->read->at;

    while (at < l->npostings && l->passages[at] < w->end) {
        const uint32_t slot = first_passage(v, l->passages[at]) - w->base;
        float bound = 0;

        if (v->request->count)
            at++;
        else
            bound = bound_article(v, t, at, &at);
        if (slot >= ARTICLE_WINDOW)
            continue; /* it begins before what is looked at */
        w->bounds[slot] += bound;
        w->found[slot / 64] |= UINT64_C(1) << slot % 64;
    }
    return at == l->npostings;
}

static void
read_list(windows *w, const article_term *t)
{
    evaluate_stem *s = t->read;
    const posting_list *l = &s->list;
    uint32_t target = w->base;

    while (target < w->end && evaluate_stem_skip(s, target)) {
        if (is_hopeless(w, t)) {
            target = posting_list_block_last(l, l->block) + 1;
            continue;
        }
        if (evaluate_stem_seek(s, target) >= w->end ||
            (!w->v->request->count && !evaluate_stem_decode_frequencies(s)) || !read_block(w, t))
            return;
        target = l->passages[l->npostings - 1] + 1;
    }
}

/* Find the articles that may have the phrase. */
static void
find_phrases(windows *w)
{
    const article_evaluation *v = w->v;

    if (w->phrase_at < w->base)
        w->phrase_at = evaluate_meeting_next(&w->phrase, w->base);
    for (; w->phrase_at < w->end;
         w->phrase_at = evaluate_meeting_next(&w->phrase, w->phrase_at + 1)) {
        const uint32_t slot = first_passage(v, w->phrase_at) - w->base;

        if (slot < ARTICLE_WINDOW)
            w->found[slot / 64] |= UINT64_C(1) << slot % 64;
    }
    if (w->of_phrase.status != QUIRE_OK)
        evaluate_fail(v->e, w->of_phrase.status);
}

static void
take_article(windows *w, uint32_t first, float bound)
{
    article_evaluation *v = w->v;

    bound = v->request->count ? INFINITY : complete(w, first, bound);
    if (bound < 0 || !evaluate_is_allowed(v->e, first))
        return;
    if (w->is_seeding)
        add_seed(&w->seeds, (seed){bound, v->of_passages[first]});
    else
        evaluate_article_look(v, v->of_passages[first], bound);
}

static void
read_window(windows *w)
{
    const uint32_t nterms = w->v->nterms;

    for (uint32_t i = nterms - w->nessential; i < nterms; i++)
        read_list(w, w->terms[i]);
    if (w->has_phrase)
        find_phrases(w);
    for (uint32_t i = 0; i < ARTICLE_WINDOW / 64; i++) {
        for (uint64_t bits = w->found[i]; bits != 0; bits &= bits - 1) {
            const uint32_t slot = i * 64 + (uint32_t)__builtin_ctzll(bits);
            const float bound = w->bounds[slot];

            w->bounds[slot] = 0;
            if (w->v->e->status == QUIRE_OK)
                take_article(w, w->base + slot, bound);
        }
        w->found[i] = 0;
    }
}

/* ---- All of them ---- */

/* The windows with the highest bounds. */
static bool
choose_windows(windows *w, seed_heap *chosen)
{
    if (!make_heap(w->v->e, chosen, SEED_WINDOWS + w->seeds.max / SEEDS_A_WINDOW))
        return false;
    for (begin_windows(w); next_window(w);)
        add_seed(chosen, (seed){bound_window(w), w->number});
    sort_seeds(chosen);
    return true;
}

/* Begin with the phrase that every match has, if there is one; with a plan of its own, for
 * articles are looked at behind where it is. */
static bool
begin_phrase(windows *w)
{
    article_evaluation *v = w->v;
    bool ok = true;

    if (v->is_words || v->request->tree->needs_text)
        return true;
    evaluate_plan_free(&w->phrase_plan);
    w->phrase_plan = (evaluate_plan){0};
    w->of_phrase = *v->e;
    evaluate_top_init(&w->of_phrase.top, NULL, 1); /* it stays empty */
    ok = evaluate_plan_make(&w->of_phrase, v->root, &w->phrase_plan) &&
         evaluate_article_phrase(&w->of_phrase, &w->phrase_plan, &w->phrase, &w->has_phrase);
    if (ok && w->has_phrase)
        w->phrase_at = evaluate_meeting_next(&w->phrase, w->of_phrase.first);
    if (w->of_phrase.status != QUIRE_OK)
        evaluate_fail(v->e, w->of_phrase.status);
    return ok;
}

/* Do the lists of drivers have more than are looked at without more ado? */
static bool
pays_to_seed(const article_evaluation *v, uint32_t nseeds)
{
    uint64_t npostings = 0;

    for (uint32_t i = 0; i < v->nterms; i++)
        if (v->terms[i].drives)
            npostings += v->terms[i].exact->list.info.df;
    return !v->request->count && npostings / 2 > nseeds;
}

static bool
find_threshold(windows *w)
{
    const uint32_t nseeds = count_seeds(w->v, w->has_phrase ? MORE_SEEDS_OF_PHRASES : MORE_SEEDS);
    seed_heap chosen = {0};
    uint32_t at = 0;

    if (!pays_to_seed(w->v, nseeds))
        return true;
    if (!make_heap(w->v->e, &w->seeds, nseeds) || !choose_windows(w, &chosen))
        return false;
    w->is_seeding = true;
    for (begin_windows(w); at < chosen.n && next_window(w);) {
        if (chosen.seeds[at].number != w->number)
            continue;
        at++;
        if (plan_window(w))
            read_window(w);
    }
    w->is_seeding = false;
    take_seeds(w->v, &w->seeds);
    return w->v->e->status == QUIRE_OK && (!w->has_phrase || begin_phrase(w));
}

void
evaluate_article_windows(article_evaluation *v)
{
    windows *w = arena_alloc(v->e->a, sizeof *w);

    if (w != NULL)
        w->terms = arena_array(v->e->a, (size_t)v->nterms + 1, sizeof(article_term *));
    if (w == NULL || w->terms == NULL) {
        evaluate_fail(v->e, error_nomem(v->e->err));
        return;
    }
    w->v = v;
    w->ends = segment_articles_windows(v->request->articles, &w->nends);
    for (uint32_t i = 0; i < v->nterms; i++)
        w->terms[i] = &v->terms[i];
    if (begin_phrase(w) && find_threshold(w))
        for (begin_windows(w); v->e->status == QUIRE_OK && next_window(w);)
            if (plan_window(w))
                read_window(w);
    evaluate_plan_free(&w->phrase_plan);
}
