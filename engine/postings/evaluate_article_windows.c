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

#include "base/error.h"
#include "postings/evaluate_article_bounds.h"
#include "postings/evaluate_article_phrase.h"
#include "postings/evaluate_article_waiting.h"

/* So many wait while guessing, and so many times as many as are wanted; and where not all match
 * that have the words. */
#define MORE_GUESSED 24
#define TIMES_GUESSED 4
#define TIMES_GUESSED_OF_FEW 16

/* For a first guess so many articles are looked up, more than are wanted, of so many postings. */
#define MORE_SAMPLED 48
#define SAMPLED_FROM 16384

typedef struct {
    article_evaluation *v;
    article_phrase phrase; /* where every match has one, no list is essential */
    article_term **terms;  /* those that do not drive, then those with the lowest bounds */
    uint32_t nessential;   /* the last ones of terms */
    const uint32_t *ends;  /* of all windows */
    uint32_t nends;
    uint32_t number; /* of the one at hand, from 0 */
    articles_waiting waiting;
    uint32_t base;                /* first passage of the window */
    uint32_t end;                 /* the passage behind it */
    float bounds[ARTICLE_WINDOW]; /* by first passage of an article; 0 but while a window is at work
                                   */
    uint64_t found[ARTICLE_WINDOW / 64];
} windows;

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
        evaluate_article_waiting_add(&w->waiting, v->of_passages[first], bound);
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
    evaluate_article_waiting_add(&w->waiting, v->of_passages[first], bound);
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
    if (!evaluate_article_waiting_begin_guess(&w->waiting, (size_t)v->e->top.max_hits +
                                                               v->e->top.max_hits / 2 + 4))
        return false;
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
    const size_t most = MORE_GUESSED + (size_t)times * v->e->top.max_hits;
    float guessed = 0;

    if ((times == TIMES_GUESSED && !sample(w)) ||
        !evaluate_article_waiting_begin_guess(&w->waiting, most))
        return false;
    go_through(w);
    guessed = evaluate_article_waiting_end_guess(&w->waiting);
    evaluate_article_waiting_look(&w->waiting);
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
    if (!evaluate_article_waiting_begin(&w->waiting, w->phrase.is_there))
        return;
    go_through(w);
    evaluate_article_waiting_look(&w->waiting);
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
    w->waiting.v = v;
    w->ends = segment_articles_windows(v->request->articles, &w->nends);
    for (uint32_t i = 0; i < v->nterms; i++)
        w->terms[i] = &v->terms[i];
    if (evaluate_article_phrase_begin(&w->phrase, v) && w->phrase.may_match)
        go_through_all(w);
    evaluate_article_phrase_end(&w->phrase);
    evaluate_article_waiting_free(&w->waiting);
}
