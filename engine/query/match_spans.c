/* SPDX-License-Identifier: GPL-3.0-or-later */
/* match_spans.c - what of a matching passage to mark.
 *
 * A run is what bare words make that are neighbours in the query and in the text alike: from a leaf
 * at a word, its next sibling at the next word, and so on as far as it goes.  What stands in a
 * window is marked only where it is part of an interval of the window. */
#include <stdlib.h>

#include "query/match_internal.h"

/* The run that begins with leaf l at word number at, where it occurs: the word behind its end.
 * at itself where that is nothing to mark: function words alone. */
static uint32_t
run_end(const matcher *m, const leaf *l, uint32_t at)
{
    uint32_t end = at;
    bool is_worth_it = false;

    for (;;) {
        is_worth_it = is_worth_it || !l->supports;
        end += l->nslots;
        if (l->next == NO_LEAF || end >= m->nplaces ||
            m->places[end].sentence != m->places[at].sentence)
            break;
        l = &m->leaves[l->next];
        if (!match_occurs(m, l, end))
            break;
    }
    return is_worth_it ? end : at;
}

/* Let a mark that ends before word number end take best's place if it is longer, or as long and of
 * a lower clause.  best->clause 0 means that there is none yet. */
static void
prefer(match_span *best, uint32_t end, uint32_t clause)
{
    if (best->clause == 0 || end - 1 > best->last ||
        (end - 1 == best->last && clause < best->clause)) {
        best->last = end - 1;
        best->clause = clause;
    }
}

/* Of the leaves that hang from first on, the longest mark from word number at. */
static void
find_longest(const matcher *m, uint32_t first, uint32_t at, match_span *best)
{
    for (uint32_t i = first; i != NO_HOOK; i = m->hooks[i].next) {
        const leaf *l = &m->leaves[m->hooks[i].leaf];

        if (l->is_active && !l->is_listed && match_occurs(m, l, at)) {
            const uint32_t end = run_end(m, l, at);

            if (end > at)
                prefer(best, end, l->clause);
        }
    }
}

static int
compare_marked(const void *a, const void *b)
{
    const interval *first = a;
    const interval *second = b;

    return (first->first > second->first) - (first->first < second->first);
}

/* Gather the intervals of listed leaves that take part, by their first words. */
static void
gather_marked(matcher *m)
{
    m->marked.nitems = 0;
    match_mark(m, &m->nodes[0]);
    if (m->marked.nitems > 1)
        qsort(m->marked.items, m->marked.nitems, sizeof *m->marked.items, compare_marked);
}

/* What is left of the two that marks begin with: words of the query, and intervals of listed
 * leaves, which with slop may begin with a gap. */
typedef struct {
    uint32_t known;
    size_t marked;
} beginnings;

/* The next word, from word number `from` on, where a mark may begin; false where there is none. */
static bool
find_beginning(const matcher *m, beginnings *next, uint32_t from, uint32_t *at_out)
{
    const interval_list *marked = &m->marked;

    while (next->known < m->nknown && m->known[next->known] < from)
        next->known++;
    while (next->marked < marked->nitems && marked->items[next->marked].first < from)
        next->marked++;
    *at_out = next->known < m->nknown ? m->known[next->known] : m->nplaces;
    if (next->marked < marked->nitems && marked->items[next->marked].first < *at_out)
        *at_out = marked->items[next->marked].first;
    return *at_out < m->nplaces;
}

/* The longest mark from word number at; clause 0: there is none. */
static match_span
find_mark(const matcher *m, uint32_t at, const beginnings *next)
{
    const interval_list *marked = &m->marked;
    const meaning *p = &m->meanings[at];
    match_span best = {.first = at};

    if (p->stem != INTERN_NONE)
        find_longest(m, m->first_by_stem[p->stem], at, &best);
    if (p->surface != INTERN_NONE)
        find_longest(m, m->first_by_surface[p->surface], at, &best);
    for (size_t i = next->marked; i < marked->nitems && marked->items[i].first == at; i++)
        prefer(&best, marked->items[i].last + 1, marked->items[i].left);
    return best;
}

/* From left to right, the longest mark at each word that no mark covers yet. */
size_t
match_find_spans(matcher *m)
{
    beginnings next = {0};
    size_t nspans = 0;
    uint32_t at = 0;

    gather_marked(m);
    while (find_beginning(m, &next, at, &at)) {
        const match_span best = find_mark(m, at, &next);

        at++;
        if (best.clause != 0) {
            m->spans[nspans++] = best;
            at = best.last + 1;
        }
    }
    return nspans;
}
