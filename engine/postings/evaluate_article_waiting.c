/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_waiting.c - articles that wait to be looked at (evaluate_article_one.c), the
 * best first, a batch at a time; those of a batch in ascending order, which takes less. */
#include "postings/evaluate_article_waiting.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/error.h"

/* So many articles are looked at in a batch, or so many more than are wanted, for some do not
 * match; and twice as many in the next. */
#define MORE_IN_BATCH 8
#define MAX_BATCH 4096

/* So many wait at most, and so many times as many as are wanted. */
#define MANY_WAITING 256
#define TIMES_WAITING 4

/* ---- The heap ---- */

static void
sink(articles_waiting *w, size_t at)
{
    const waiting_article sunk = w->heap[at];

    for (size_t child = 2 * at + 1; child < w->n; child = 2 * at + 1) {
        child += child + 1 < w->n && w->heap[child + 1].bound > w->heap[child].bound;
        if (w->heap[child].bound <= sunk.bound)
            break;
        w->heap[at] = w->heap[child];
        at = child;
    }
    w->heap[at] = sunk;
}

static bool
push(articles_waiting *w, waiting_article added)
{
    size_t at = w->n;

    if (!ARRAY_GROW(w->heap, w->n, &w->room))
        return false;
    for (w->n++; at > 0 && w->heap[(at - 1) / 2].bound < added.bound; at = (at - 1) / 2)
        w->heap[at] = w->heap[(at - 1) / 2];
    w->heap[at] = added;
    return true;
}

/* Of one that is not empty. */
static waiting_article
pop(articles_waiting *w)
{
    const waiting_article top = w->heap[0];

    w->heap[0] = w->heap[--w->n];
    if (w->n > 0)
        sink(w, 0);
    return top;
}

/* Make it a heap again. */
static void
put_in_order(articles_waiting *w)
{
    for (size_t i = w->n / 2; i-- > 0;)
        sink(w, i);
}

/* ---- Looking at them ---- */

static int
compare_firsts(const void *a, const void *b)
{
    const waiting_article *one = a;
    const waiting_article *other = b;

    return (one->first > other->first) - (one->first < other->first);
}

/* Look at the best of those that wait. */
static void
look_at_batch(articles_waiting *w)
{
    article_evaluation *v = w->v;
    uint32_t n = 0;

    while (n < w->batch_size && w->n > 0 && evaluate_article_may_enter(v, w->heap[0].bound))
        w->batch[n++] = pop(w);
    qsort(w->batch, n, sizeof *w->batch, compare_firsts);
    for (uint32_t i = 0; i < n && v->e->status == QUIRE_OK; i++)
        evaluate_article_look(v, v->of_passages[w->batch[i].first], w->batch[i].bound);
    w->batch_size = w->batch_size < MAX_BATCH / 2 ? w->batch_size * 2 : MAX_BATCH;
}

/* Leave out those that cannot enter any more. */
static void
thin_out(articles_waiting *w)
{
    size_t nkept = 0;

    for (size_t i = 0; i < w->n; i++)
        if (evaluate_article_may_enter(w->v, w->heap[i].bound))
            w->heap[nkept++] = w->heap[i];
    w->n = nkept;
    put_in_order(w);
}

void
evaluate_article_waiting_look(articles_waiting *w)
{
    while (w->v->e->status == QUIRE_OK && w->n > 0 &&
           evaluate_article_may_enter(w->v, w->heap[0].bound))
        look_at_batch(w);
    w->n = 0;
}

/* ---- Letting them wait ---- */

static bool
begin(articles_waiting *w, size_t most, bool is_guessing)
{
    const uint32_t wanted = w->v->e->top.max_hits;

    w->is_guessing = is_guessing;
    w->n = 0;
    w->batch_size = wanted < MAX_BATCH - MORE_IN_BATCH ? wanted + MORE_IN_BATCH : MAX_BATCH;
    w->most = most;
    if (w->batch == NULL)
        w->batch = arena_array(w->v->e->a, MAX_BATCH, sizeof *w->batch);
    if (w->batch == NULL)
        evaluate_fail(w->v->e, error_nomem(w->v->e->err));
    return w->batch != NULL;
}

bool
evaluate_article_waiting_begin(articles_waiting *w, bool looks_late)
{
    const size_t many = MANY_WAITING + (size_t)TIMES_WAITING * w->v->e->top.max_hits;

    return begin(w, looks_late ? SIZE_MAX : many, false);
}

bool
evaluate_article_waiting_begin_guess(articles_waiting *w, size_t most)
{
    return begin(w, most, true);
}

/* Of as many as may wait, what the last one has is taken for the threshold. */
static void
keep_best(articles_waiting *w)
{
    if (w->n > w->most)
        pop(w);
    if (w->n == w->most && -w->heap[0].bound > w->v->beat)
        w->v->beat = -w->heap[0].bound;
}

/* Look at some where too many wait; where that did not help many to leave, more may. */
static void
make_room(articles_waiting *w)
{
    look_at_batch(w);
    thin_out(w);
    if (w->n > w->most / 2)
        w->most *= 2;
}

void
evaluate_article_waiting_add(articles_waiting *w, uint32_t first, float bound)
{
    const waiting_article added = {w->is_guessing ? -bound : bound, first};

    if (!push(w, added)) {
        evaluate_fail(w->v->e, error_nomem(w->v->e->err));
        return;
    }
    if (w->is_guessing)
        keep_best(w);
    else if (w->n >= w->most)
        make_room(w);
}

float
evaluate_article_waiting_end_guess(articles_waiting *w)
{
    const float guessed = w->v->beat;

    for (size_t i = 0; i < w->n; i++)
        w->heap[i].bound = -w->heap[i].bound;
    put_in_order(w);
    w->is_guessing = false;
    evaluate_article_begin(w->v, -1);
    return guessed;
}

void
evaluate_article_waiting_free(articles_waiting *w)
{
    free(w->heap);
    w->heap = NULL;
    w->n = w->room = 0;
}
