/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_guess.c - where much of what waits to be looked at matches, nothing is looked at
 * before the end: some times as many articles as are wanted wait, those with the highest
 * bounds, and the lowest of these is taken for the threshold.  Where so many as are wanted then do
 * reach it, nothing was left out; else all is done again, with what they reach as the threshold.
 *
 * A first guess is made from the articles to which the weightiest term adds most. */
#include "postings/evaluate_article_guess.h"

#include "postings/evaluate_article_bounds.h"

/* So many wait while guessing, and so many times as many as are wanted; and where not all match
 * that have the words. */
#define MORE_GUESSED 24
#define TIMES_GUESSED 4
#define TIMES_GUESSED_OF_FEW 16

/* For a first guess so many articles are looked up, more than are wanted, of so many postings. */
#define MORE_SAMPLED 48
#define SAMPLED_FROM 16384

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
sample_article(article_windows *w, uint32_t i)
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
    evaluate_article_waiting_add(&w->waiting, first, bound);
}

/* A first guess: what the articles have to which the weightiest term adds most. */
static bool
sample(article_windows *w)
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
    return evaluate_article_windows_rewind(w);
}

/* How many articles may wait for each that is wanted: many where not all match that have the words.
 * 0: it does not pay to guess. */
static uint32_t
times_guessed(const article_windows *w)
{
    const article_evaluation *v = w->v;

    if (v->request->count || v->request->tree->needs_text)
        return 0;
    if (v->is_sure)
        return TIMES_GUESSED;
    for (uint32_t i = 0; !v->is_words && i < v->request->tree->nleaves; i++)
        if (v->plan.leaves[i].nslots > 1 || v->request->tree->leaves[i]->excluded)
            return TIMES_GUESSED_OF_FEW;
    return TIMES_GUESSED;
}

/* Let those wait that are above the guess, which this leaves in the threshold. */
static bool
collect(article_windows *w, uint32_t times)
{
    const size_t most = MORE_GUESSED + (size_t)times * w->v->e->top.max_hits;

    if ((times == TIMES_GUESSED && !w->phrase.is_there && !sample(w)) ||
        !evaluate_article_waiting_begin_guess(&w->waiting, most))
        return false;
    evaluate_article_windows_read(w);
    return w->v->e->status == QUIRE_OK;
}

bool
evaluate_article_guess(article_windows *w)
{
    article_evaluation *v = w->v;
    const evaluate_top *top = &v->e->top;
    const uint32_t times = times_guessed(w);
    float guessed = 0;

    if (times == 0 || !collect(w, times))
        return false;
    guessed = evaluate_article_waiting_end_guess(&w->waiting);
    evaluate_article_waiting_look(&w->waiting);
    if (v->e->status != QUIRE_OK)
        return false;
    if (!evaluate_article_may_enter(v, guessed))
        return true;
    if (evaluate_article_windows_rewind(w))
        evaluate_article_begin(v, top->nhits == top->max_hits ? top->hits[0].score : -1);
    return false;
}
