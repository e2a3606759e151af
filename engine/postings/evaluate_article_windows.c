/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_windows.c - which articles of a segment are worth a look: MaxScore in windows,
 * as in evaluate_words.c, with bounds on what terms add to articles.
 *
 * A window holds whole articles.  Where the bounds of all terms together
 * (evaluate_article_bounds.h) do not beat the threshold, it is passed over.  Otherwise the lists of
 * drivers without which nothing beats it are read, and what their postings may add is added up by
 * article; what then may still enter is looked up in the rest, the highest bound first.  Where
 * every match has a phrase, no list is read for that: articles are those with a passage in which
 * all its words are (evaluate_article_phrase.c), and what may still enter is asked for the phrase
 * itself, so that all that waits has it.
 *
 * What is left waits, to be looked at the best first (evaluate_article_waiting.h).  The threshold
 * may be a guess (evaluate_article_guess.c). */
#include "postings/evaluate_article_windows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "postings/evaluate_article_bounds.h"

/* ---- Windows ---- */

static void
begin_windows(article_windows *w)
{
    w->number = UINT32_MAX;
    w->end = 0;
    for (uint32_t i = 0; i < w->v->nterms; i++)
        w->v->terms[i].at = 0;
}

/* Windows before what is looked at are gone through fast. */
static bool
next_window(article_windows *w)
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
bound_window(article_windows *w)
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
sort_terms(article_windows *w)
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
plan_window(article_windows *w)
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
complete(article_windows *w, uint32_t first, float bound)
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
is_hopeless(const article_windows *w, const article_term *t)
{
    const float all = w->terms[w->v->nterms - 1]->bound_up_to;

    return t->impacts.blocks != NULL &&
           !evaluate_article_may_enter(
               w->v, all - t->bound + t->unit * (float)t->impacts.blocks[t->read->list.block]);
}

/* Add up what the postings of the block at hand have in the window, from the one at hand on; false
 * where some stand behind it. */
static bool
read_block(article_windows *w, const article_term *t)
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
read_impacts(article_windows *w, const article_term *t)
{
    const article_evaluation *v = w->v;
    const posting_list *l = &t->read->list;
    const uint8_t *impacts = t->impacts.postings + l->block * POSTING_BLOCK;
    uint32_t at = t->read->at;

    for (; at < l->npostings && l->passages[at] < w->end; at++) {
        uint32_t slot = 0;

        if (impacts[at] == 0)
            continue; /* the article was met already */
        slot = evaluate_article_bounds_first(v, l->passages[at]) - w->base;
        if (slot >= ARTICLE_WINDOW)
            continue; /* it begins before what is looked at */
        w->bounds[slot] += t->unit * (float)impacts[at];
        w->found[slot / 64] |= UINT64_C(1) << slot % 64;
    }
    return at == l->npostings;
}

static void
read_list(article_windows *w, const article_term *t)
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
find_phrases(article_windows *w)
{
    const article_evaluation *v = w->v;

    for (uint32_t p = evaluate_article_phrase_seek(&w->phrase, w->base); p < w->end;
         p = evaluate_article_phrase_seek(&w->phrase, p + 1)) {
        const uint32_t slot = evaluate_article_bounds_first(v, p) - w->base;

        if (slot < ARTICLE_WINDOW)
            w->found[slot / 64] |= UINT64_C(1) << slot % 64;
    }
}

/* Let those wait that have it and may enter.  Positions are asked for last. */
static void
take_phrases(article_windows *w)
{
    uint32_t at = POSTING_NONE; /* the article at hand */
    float bound = -1;

    for (uint32_t p = evaluate_article_phrase_seek(&w->phrase, w->base); p < w->end;
         p = evaluate_article_phrase_seek(&w->phrase, p + 1)) {
        const uint32_t first = evaluate_article_bounds_first(w->v, p);

        if (first < w->base)
            continue; /* it begins before what is looked at */
        if (first != at) {
            at = first;
            bound = complete(w, first, evaluate_article_phrase_bound(&w->phrase));
            if (!evaluate_is_allowed(w->v->e, first))
                bound = -1;
        }
        if (bound < 0 || !evaluate_article_phrase_stands(&w->phrase))
            continue;
        evaluate_article_waiting_add(&w->waiting, first, bound);
        bound = -1; /* once */
    }
}

static void
take_article(article_windows *w, uint32_t first, float bound)
{
    article_evaluation *v = w->v;

    bound = v->request->count ? INFINITY : complete(w, first, bound);
    if (bound < 0 || !evaluate_is_allowed(v->e, first))
        return;
    if (v->request->count)
        evaluate_article_look(v, v->of_passages[first], INFINITY);
    else
        evaluate_article_waiting_add(&w->waiting, first, bound);
}

static void
read_window(article_windows *w)
{
    const uint32_t nterms = w->v->nterms;

    if (w->phrase.is_there && !w->v->request->count) {
        take_phrases(w);
        return;
    }
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

article_windows *
evaluate_article_windows_new(article_evaluation *v)
{
    article_windows *w = arena_alloc(v->e->a, sizeof *w);

    if (w != NULL)
        w->terms = arena_array(v->e->a, (size_t)v->nterms + 1, sizeof(article_term *));
    if (w == NULL || w->terms == NULL) {
        evaluate_fail(v->e, error_nomem(v->e->err));
        return NULL;
    }
    w->v = v;
    w->waiting.v = v;
    w->ends = segment_articles_windows(v->request->articles, &w->nends);
    for (uint32_t i = 0; i < v->nterms; i++)
        w->terms[i] = &v->terms[i];
    if (!evaluate_article_phrase_begin(&w->phrase, v)) {
        evaluate_article_windows_free(w);
        return NULL;
    }
    v->is_sure = evaluate_article_phrase_is_all(&w->phrase) && !v->request->count;
    if (v->is_sure)
        memset(v->unit_scores, 1, v->request->tree->nunits * sizeof *v->unit_scores);
    return w;
}

void
evaluate_article_windows_free(article_windows *w)
{
    if (w == NULL)
        return;
    evaluate_article_phrase_end(&w->phrase);
    evaluate_article_waiting_free(&w->waiting);
}

void
evaluate_article_windows_read(article_windows *w)
{
    for (begin_windows(w); w->v->e->status == QUIRE_OK && next_window(w);)
        if (plan_window(w))
            read_window(w);
}

/* Windows ask the one for blocks, and are read by the other. */
bool
evaluate_article_windows_rewind(article_windows *w)
{
    const article_evaluation *v = w->v;

    for (uint32_t i = 0; i < v->nterms && v->e->status == QUIRE_OK; i++)
        if (evaluate_stem_rewind(v->terms[i].exact))
            evaluate_stem_rewind(v->terms[i].read);
    if (w->phrase.is_there && v->e->status == QUIRE_OK)
        evaluate_article_phrase_rewind(&w->phrase);
    return v->e->status == QUIRE_OK;
}
