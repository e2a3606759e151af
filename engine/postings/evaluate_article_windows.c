/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_windows.c - which articles of a segment are worth a look: MaxScore in windows,
 * as in evaluate_words.c, with bounds on what terms add to articles.
 *
 * A window holds whole articles.  Where the bounds of all terms together
 * (evaluate_article_bounds.h) do not beat the threshold, it is passed over.  Otherwise the lists of
 * drivers without which nothing beats it are read, and what their postings may add is added up by
 * article; what then may still enter is looked up in the rest, the highest bound first.  Where
 * every match has a phrase, no list is read for that: articles are those with a passage in which
 * all its words are (evaluate_article_phrase.c).
 *
 * What is left waits, to be looked at (evaluate_article_one.c) the best first, a batch at a time:
 * most never are.  Where nearly all that has the words matches, nothing is looked at before the
 * end: some times as many articles as are wanted wait, those with the highest bounds, and the
 * lowest of these is taken for the threshold.  Where so many as are wanted then do reach it,
 * nothing was left out; else all is done again, with what they reach as the threshold. */
#include "postings/evaluate_article_windows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/evaluate_article_bounds.h"
#include "postings/evaluate_article_phrase.h"

/* So many articles are looked at in a batch, or so many more than are wanted, for some do not
 * match; and twice as many in the next. */
#define MORE_IN_BATCH 8
#define MAX_BATCH 4096

/* So many wait at most, and so many times as many as are wanted; but all that may have a phrase. */
#define MANY_WAITING 256
#define TIMES_WAITING 4

/* The same while guessing; and where not all match that have the words. */
#define MORE_GUESSED 24
#define TIMES_GUESSED 4
#define TIMES_GUESSED_OF_FEW 16

/* For a first guess so many articles are looked up, more than are wanted, of so many postings. */
#define MORE_SAMPLED 48
#define SAMPLED_FROM 16384

/* An article with its bound. */
typedef struct {
    float bound;
    uint32_t number;
} bounded;

/* A heap, the highest bound first. */
typedef struct {
    bounded *all;
    size_t n;
    size_t room;
} bounded_heap;

typedef struct {
    article_evaluation *v;
    article_phrase phrase; /* where every match has one, no list is essential */
    article_term **terms;  /* those that do not drive, then those with the lowest bounds */
    uint32_t nessential;   /* the last ones of terms */
    const uint32_t *ends;  /* of all windows */
    uint32_t nends;
    uint32_t number;      /* of the one at hand, from 0 */
    bounded_heap waiting; /* articles; while guessing those with the highest bounds, negated */
    size_t max_waiting;
    bool is_guessing;
    bounded *batch;
    uint32_t batch_size;          /* of the next one */
    uint32_t base;                /* first passage of the window */
    uint32_t end;                 /* the passage behind it */
    float bounds[ARTICLE_WINDOW]; /* by first passage of an article; 0 but while a window is at work
                                   */
    uint64_t found[ARTICLE_WINDOW / 64];
} windows;

/* ---- Heaps ---- */

static void
sink(bounded_heap *heap, size_t at)
{
    const bounded sunk = heap->all[at];

    for (size_t child = 2 * at + 1; child < heap->n; child = 2 * at + 1) {
        child += child + 1 < heap->n && heap->all[child + 1].bound > heap->all[child].bound;
        if (heap->all[child].bound <= sunk.bound)
            break;
        heap->all[at] = heap->all[child];
        at = child;
    }
    heap->all[at] = sunk;
}

static bool
push(bounded_heap *heap, bounded added)
{
    size_t at = heap->n;

    if (!ARRAY_GROW(heap->all, heap->n, &heap->room))
        return false;
    for (heap->n++; at > 0 && heap->all[(at - 1) / 2].bound < added.bound; at = (at - 1) / 2)
        heap->all[at] = heap->all[(at - 1) / 2];
    heap->all[at] = added;
    return true;
}

/* Of one that is not empty. */
static bounded
pop(bounded_heap *heap)
{
    const bounded top = heap->all[0];

    heap->all[0] = heap->all[--heap->n];
    if (heap->n > 0)
        sink(heap, 0);
    return top;
}

static int
compare_bounded(const void *a, const void *b)
{
    const bounded *first = a;
    const bounded *second = b;

    return (first->number > second->number) - (first->number < second->number);
}

/* ---- Articles that wait ---- */

/* Make it a heap again. */
static void
put_in_order(bounded_heap *heap)
{
    for (size_t i = heap->n / 2; i-- > 0;)
        sink(heap, i);
}

/* Leave out those that cannot enter any more. */
static void
thin_out(windows *w)
{
    bounded_heap *heap = &w->waiting;
    size_t nkept = 0;

    for (size_t i = 0; i < heap->n; i++)
        if (evaluate_article_may_enter(w->v, heap->all[i].bound))
            heap->all[nkept++] = heap->all[i];
    heap->n = nkept;
    put_in_order(heap);
}

/* Look at the best of those that wait. */
static void
look_at_batch(windows *w)
{
    article_evaluation *v = w->v;
    uint32_t n = 0;

    while (n < w->batch_size && w->waiting.n > 0 &&
           evaluate_article_may_enter(v, w->waiting.all[0].bound))
        w->batch[n++] = pop(&w->waiting);
    qsort(w->batch, n, sizeof *w->batch, compare_bounded);
    for (uint32_t i = 0; i < n && v->e->status == QUIRE_OK; i++)
        evaluate_article_look(v, w->batch[i].number, w->batch[i].bound);
    w->batch_size = w->batch_size < MAX_BATCH / 2 ? w->batch_size * 2 : MAX_BATCH;
}

static void
look_at_all(windows *w)
{
    while (w->v->e->status == QUIRE_OK && w->waiting.n > 0 &&
           evaluate_article_may_enter(w->v, w->waiting.all[0].bound))
        look_at_batch(w);
    w->waiting.n = 0;
}

/* Of as many as may wait, what the last one has is taken for the threshold. */
static void
let_best_wait(windows *w)
{
    if (w->waiting.n > w->max_waiting)
        pop(&w->waiting);
    if (w->waiting.n == w->max_waiting && -w->waiting.all[0].bound > w->v->beat)
        w->v->beat = -w->waiting.all[0].bound;
}

static void
let_wait(windows *w, bounded article)
{
    if (w->is_guessing)
        article.bound = -article.bound; /* the lowest first */
    if (!push(&w->waiting, article)) {
        evaluate_fail(w->v->e, error_nomem(w->v->e->err));
        return;
    }
    if (w->is_guessing) {
        let_best_wait(w);
    } else if (w->waiting.n >= w->max_waiting) {
        look_at_batch(w);
        thin_out(w);
        if (w->waiting.n > w->max_waiting / 2)
            w->max_waiting *= 2;
    }
}

/* Begin with none; guessing where so many times as many as are wanted are to wait. */
static bool
begin_waiting(windows *w, uint32_t times)
{
    const uint32_t wanted = w->v->e->top.max_hits;

    w->is_guessing = times > 0;
    w->waiting.n = 0;
    w->batch_size = wanted < MAX_BATCH - MORE_IN_BATCH ? wanted + MORE_IN_BATCH : MAX_BATCH;
    w->max_waiting = MANY_WAITING + (size_t)TIMES_WAITING * wanted;
    if (times > 0)
        w->max_waiting = MORE_GUESSED + (size_t)times * wanted;
    else if (w->phrase.is_there)
        w->max_waiting = SIZE_MAX;
    if (w->batch == NULL)
        w->batch = arena_array(w->v->e->a, MAX_BATCH, sizeof *w->batch);
    if (w->batch == NULL)
        evaluate_fail(w->v->e, error_nomem(w->v->e->err));
    return w->batch != NULL;
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

        t->bound = evaluate_article_bounds_window(t, w->base, w->end);
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
        if (t->drives && !w->phrase.is_there && t->bound >= 0 &&
            evaluate_article_may_enter(w->v, sum))
            w->nessential++;
    }
    return w->nessential > 0 || w->phrase.is_there;
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

        if (t->met != NULL)
            continue;
        if (!evaluate_article_may_enter(w->v, bound + t->bound_up_to))
            return -1;
        added = evaluate_article_bounds_look_up(w->v, t, first);
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

    return t->impacts.blocks != NULL &&
           !evaluate_article_may_enter(
               w->v, all - t->bound + t->unit * (float)t->impacts.blocks[t->read->list.block]);
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
        const uint32_t slot = evaluate_article_bounds_first(v, l->passages[at]) - w->base;
        float bound = 0;

        if (v->request->count)
            at++;
        else
            bound = evaluate_article_bounds_add(v, t, at, &at);
        if (slot >= ARTICLE_WINDOW)
            continue; /* it begins before what is looked at */
        w->bounds[slot] += bound;
        w->found[slot / 64] |= UINT64_C(1) << slot % 64;
    }
    return at == l->npostings;
}

/* The same by impacts. */
static bool
read_impacts(windows *w, const article_term *t)
{
    const article_evaluation *v = w->v;
    const posting_list *l = &t->read->list;
    const uint8_t *impacts = t->impacts.postings + l->block * POSTING_BLOCK;
    uint32_t at = t->read->at;

    for (; at < l->npostings && l->passages[at] < w->end; at++) {
        const uint32_t slot = evaluate_article_bounds_first(v, l->passages[at]) - w->base;

        if (slot >= ARTICLE_WINDOW)
            continue; /* it begins before what is looked at */
        w->bounds[slot] += t->unit * (float)impacts[at];
        w->found[slot / 64] |= UINT64_C(1) << slot % 64;
    }
    return at == l->npostings;
}

static void
read_list(windows *w, const article_term *t)
{
    evaluate_stem *s = t->read;
    const posting_list *l = &s->list;
    const bool has_impacts = t->impacts.blocks != NULL && !w->v->request->count;
    uint32_t target = w->base;

    while (target < w->end && evaluate_stem_skip(s, target)) {
        if (is_hopeless(w, t)) {
            target = posting_list_block_last(l, l->block) + 1;
            continue;
        }
        if (evaluate_stem_seek(s, target) >= w->end)
            return;
        if (has_impacts ? !read_impacts(w, t)
                        : (!w->v->request->count && !evaluate_stem_decode_frequencies(s)) ||
                              !read_block(w, t))
            return;
        target = l->passages[l->npostings - 1] + 1;
    }
}

/* Find the articles that may have the phrase. */
static void
find_phrases(windows *w)
{
    const article_evaluation *v = w->v;

    for (uint32_t p = evaluate_article_phrase_seek(&w->phrase, w->base); p < w->end;
         p = evaluate_article_phrase_seek(&w->phrase, p + 1)) {
        const uint32_t slot = evaluate_article_bounds_first(v, p) - w->base;
        const uint64_t bit = UINT64_C(1) << slot % 64;

        if (slot >= ARTICLE_WINDOW || (w->found[slot / 64] & bit) != 0)
            continue;
        w->found[slot / 64] |= bit;
        w->bounds[slot] = evaluate_article_phrase_bound(&w->phrase);
    }
}

static void
take_article(windows *w, uint32_t first, float bound)
{
    article_evaluation *v = w->v;

    bound = v->request->count ? INFINITY : complete(w, first, bound);
    if (bound < 0 || !evaluate_is_allowed(v->e, first))
        return;
    if (v->request->count)
        evaluate_article_look(v, v->of_passages[first], INFINITY);
    else
        let_wait(w, (bounded){bound, v->of_passages[first]});
}

static void
read_window(windows *w)
{
    const uint32_t nterms = w->v->nterms;

    for (uint32_t i = nterms - w->nessential; i < nterms; i++)
        read_list(w, w->terms[i]);
    if (w->phrase.is_there)
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

static void
go_through(windows *w)
{
    for (begin_windows(w); w->v->e->status == QUIRE_OK && next_window(w);)
        if (plan_window(w))
            read_window(w);
}

/* Windows ask the one for blocks, and are read by the other. */
static bool
rewind_lists(article_evaluation *v)
{
    for (uint32_t i = 0; i < v->nterms && v->e->status == QUIRE_OK; i++)
        if (evaluate_stem_rewind(v->terms[i].exact))
            evaluate_stem_rewind(v->terms[i].read);
    return v->e->status == QUIRE_OK;
}

/* The least impact, from 1, that so many postings of the first n have. */
static unsigned
find_least(const uint8_t *impacts, uint32_t n, uint32_t wanted)
{
    uint32_t counts[UINT8_MAX + 1] = {0};
    uint32_t sum = 0;
    unsigned least = UINT8_MAX;

    for (uint32_t i = 0; i < n; i++)
        counts[impacts[i]]++;
    for (; least > 1 && (sum += counts[least]) < wanted; least--)
        ;
    return least;
}

/* Let an article wait whose posting of the first term is number i of its list. */
static void
sample_article(windows *w, uint32_t i)
{
    const article_evaluation *v = w->v;
    article_term *t = &v->terms[0];
    posting_list *l = &t->read->list;
    uint32_t first = 0;
    float bound = t->unit * (float)t->impacts.postings[i];

    while (l->block < i / POSTING_BLOCK)
        if (!evaluate_stem_skip(t->read, l->last + 1))
            return;
    if (!evaluate_stem_decode(t->read))
        return;
    first = evaluate_article_bounds_first(v, l->passages[i % POSTING_BLOCK]);
    if (first < v->e->first || first >= v->e->end || !evaluate_is_allowed(v->e, first))
        return;
    for (uint32_t k = 1; k < v->nterms; k++) {
        const float added = evaluate_article_bounds_look_up(w->v, &v->terms[k], first);

        if (v->terms[k].is_required && added < 0)
            return;
        bound += added > 0 ? added : 0;
    }
    let_wait(w, (bounded){bound, v->of_passages[first]});
}

/* A first guess: what the articles have to which the weightiest term adds most. */
static bool
sample(windows *w)
{
    article_evaluation *v = w->v;
    const uint32_t wanted = v->e->top.max_hits + MORE_SAMPLED;
    const uint8_t *impacts = NULL;
    uint32_t n = 0; /* postings of it */
    uint32_t nsampled = 0;
    unsigned least = 0;

    if (v->nterms > 0 && v->terms[0].impacts.blocks != NULL) {
        impacts = v->terms[0].impacts.postings;
        n = v->terms[0].read->list.info.df;
        n = n < SAMPLED_FROM ? n : SAMPLED_FROM;
    }
    if (n / 2 < wanted)
        return true;
    w->max_waiting = v->e->top.max_hits + v->e->top.max_hits / 2 + 4;
    least = find_least(impacts, n, wanted);
    for (uint32_t i = 0; i < n && nsampled < wanted && v->e->status == QUIRE_OK; i++)
        if (impacts[i] >= least) {
            sample_article(w, i);
            nsampled++;
        }
    return rewind_lists(v);
}

/* Guess the threshold, and look at what is above it.  Did it leave nothing out that may enter? */
static bool
guess(windows *w, uint32_t times)
{
    article_evaluation *v = w->v;
    float guessed = 0;

    if (!begin_waiting(w, times) ||
        (times == TIMES_GUESSED && (!sample(w) || !begin_waiting(w, times))))
        return false;
    go_through(w);
    guessed = v->beat;
    for (size_t i = 0; i < w->waiting.n; i++)
        w->waiting.all[i].bound = -w->waiting.all[i].bound;
    put_in_order(&w->waiting);
    evaluate_article_begin(v, -1);
    look_at_all(w);
    return v->e->status != QUIRE_OK || !evaluate_article_may_enter(v, guessed);
}

/* How many articles may wait for each that is wanted while a threshold is guessed: many where not
 * all match that have the words.  0: it does not pay to guess. */
static uint32_t
times_guessed(const windows *w)
{
    const article_evaluation *v = w->v;

    if (v->request->count || v->request->tree->needs_text || w->phrase.is_there)
        return 0;
    for (uint32_t i = 0; !v->is_words && i < v->request->tree->nleaves; i++)
        if (v->plan.leaves[i].nslots > 1 || v->request->tree->leaves[i]->excluded)
            return TIMES_GUESSED_OF_FEW;
    return TIMES_GUESSED;
}

static void
go_through_all(windows *w)
{
    article_evaluation *v = w->v;
    const evaluate_top *top = &v->e->top;

    const uint32_t times = times_guessed(w);

    if (times > 0) {
        if (guess(w, times) || !rewind_lists(v))
            return;
        evaluate_article_begin(v, top->nhits == top->max_hits ? top->hits[0].score : -1);
    }
    if (!begin_waiting(w, 0))
        return;
    go_through(w);
    look_at_all(w);
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
    if (evaluate_article_phrase_begin(&w->phrase, v) && w->phrase.may_match)
        go_through_all(w);
    evaluate_article_phrase_end(&w->phrase);
    free(w->waiting.all);
}
