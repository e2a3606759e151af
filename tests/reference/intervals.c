/* SPDX-License-Identifier: GPL-3.0-or-later */
/* intervals.c - intervals of words, by trying everything: every place, every way to give the words
 * of a sentence to the slots of a phrase with slop, every pair of the two sides of a window. */
#include "intervals.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "need.h"

static bool
fits(const wanted_slot *slot, const naive_word *word)
{
    for (size_t i = 0; i < slot->nwords; i++)
        if (wording_is(&slot->words[i].word, slot->words[i].by, word))
            return true;
    return slot->kind == SLOT_OF_ANY;
}

bool
intervals_stands_at(const node *leaf, const naive_passage *p, size_t at)
{
    if (leaf->in_title && !p->words[at].in_title)
        return false;
    for (size_t i = 0; i < leaf->nslots; i++)
        if (at + i >= p->nwords || p->words[at + i].sentence != p->words[at].sentence ||
            !fits(&leaf->slots[i], &p->words[at + i]))
            return false;
    return true;
}

/* ---- order ---- */

static interval *
add(interval_list *list, size_t first, size_t last)
{
    interval *added = NULL;

    NEED(ARRAY_GROW(list->items, list->nitems, &list->room));
    added = &list->items[list->nitems];
    *added = (interval){.first = first, .last = last, .order = list->nitems++};
    return added;
}

static int
compare(const void *left, const void *right)
{
    const interval *a = left;
    const interval *b = right;

    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    if (a->last != b->last)
        return a->last < b->last ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* By first word, then last; what is equal in the order in which it was found. */
static void
sort(interval_list *list)
{
    if (list->nitems > 1)
        qsort(list->items, list->nitems, sizeof *list->items, compare);
}

/* Keep what holds no other interval; of equal ones the first.  The list is sorted, so an interval
 * that another one holds begins where that does and comes before it, or begins behind. */
static void
keep_smallest(interval_list *list)
{
    size_t kept_from = list->nitems;
    size_t first_end = SIZE_MAX; /* of all that begin behind */

    for (size_t i = list->nitems; i-- > 0;) {
        const interval now = list->items[i];

        if (i > 0 && list->items[i - 1].first == now.first)
            continue;
        if (now.last < first_end) {
            list->items[--kept_from] = now;
            first_end = now.last;
        }
    }
    list->nitems -= kept_from;
    if (kept_from > 0)
        memmove(list->items, list->items + kept_from, list->nitems * sizeof *list->items);
}

/* ---- slop ---- */

/* Slots of a leaf that have their words. */
typedef struct {
    const node *leaf;
    const naive_passage *p;
    size_t words[32];
    interval_list *found;
} placing;

/* How much farther on than in the phrase a slot's word stands; it may be less. */
static long
moved(const placing *at, size_t slot)
{
    return (long)at->words[slot] - (long)slot;
}

/* May the last of the first n slots stand where it stands? */
static bool
is_possible(const placing *at, size_t n)
{
    const size_t word = at->words[n - 1];
    const naive_passage *p = at->p;
    long least = moved(at, 0);
    long most = least;

    if (!fits(&at->leaf->slots[n - 1], &p->words[word]) ||
        p->words[word].sentence != p->words[at->words[0]].sentence)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (i < n - 1 && at->words[i] == word)
            return false;
        least = moved(at, i) < least ? moved(at, i) : least;
        most = moved(at, i) > most ? moved(at, i) : most;
    }
    return most - least <= (long)at->leaf->slop;
}

/* Give the slots from number n on every word that they may have. */
static void
place(placing *at, size_t n)
{
    size_t first = SIZE_MAX;
    size_t last = 0;

    if (n < at->leaf->nslots) {
        for (size_t word = 0; word < at->p->nwords; word++) {
            at->words[n] = word;
            if (is_possible(at, n + 1))
                place(at, n + 1);
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        first = at->words[i] < first ? at->words[i] : first;
        last = at->words[i] > last ? at->words[i] : last;
    }
    if (!at->leaf->in_title || at->p->words[first].in_title)
        add(at->found, first, last)->leaf = at->leaf;
}

static void
find_sloppy(node *leaf, const naive_passage *p)
{
    placing at = {.leaf = leaf, .p = p, .found = &leaf->intervals};

    NEED(leaf->nslots <= sizeof at.words / sizeof *at.words);
    place(&at, 0);
    sort(&leaf->intervals);
    keep_smallest(&leaf->intervals);
}

/* ---- windows ---- */

/* Do the two stand as the window wants it, a before b? */
static bool
is_near(const node *window, const naive_passage *p, const interval *a, const interval *b)
{
    const naive_word *from = &p->words[a->first];
    const naive_word *to = &p->words[b->last];

    if (b->first <= a->last)
        return false;
    switch (window->nearness) {
    case NEAR_SENTENCE:
        return from->sentence == to->sentence;
    case NEAR_PARAGRAPH:
        return from->block == to->block;
    case NEAR_EITHER:
    case NEAR_ORDERED:
        break;
    }
    return from->block == to->block && b->first - a->last - 1 <= window->distance - 1;
}

/* All pairs; of those of the same words the one whose left side comes first counts, and of those
 * the one whose right side does. */
static void
find_pairs(node *window, const naive_passage *p)
{
    const interval_list *left = &window->children[0]->intervals;
    const interval_list *right = &window->children[1]->intervals;

    for (size_t i = 0; i < left->nitems; i++)
        for (size_t k = 0; k < right->nitems; k++) {
            const interval *a = &left->items[i];
            const interval *b = &right->items[k];
            const bool is_swapped = b->first < a->first;
            interval *added = NULL;

            if (is_swapped && window->nearness == NEAR_ORDERED)
                continue;
            if (!(is_swapped ? is_near(window, p, b, a) : is_near(window, p, a, b)))
                continue;
            added = add(&window->intervals, is_swapped ? b->first : a->first,
                        is_swapped ? a->last : b->last);
            added->left = a;
            added->right = b;
        }
    sort(&window->intervals);
    keep_smallest(&window->intervals);
}

/* All that the alternatives of a side have. */
static void
unite(node *list)
{
    for (size_t i = 0; i < list->nchildren; i++) {
        const interval_list *from = &list->children[i]->intervals;

        for (size_t k = 0; k < from->nitems; k++) {
            interval *added = add(&list->intervals, from->items[k].first, from->items[k].last);

            added->leaf = from->items[k].leaf;
            added->left = from->items[k].left;
            added->right = from->items[k].right;
        }
    }
    sort(&list->intervals);
}

void
intervals_find(node *n, const naive_passage *p)
{
    n->intervals.nitems = 0;
    for (size_t i = 0; i < n->nchildren; i++)
        intervals_find(n->children[i], p);
    if (n->kind == NODE_WINDOW)
        find_pairs(n, p);
    else if (n->kind == NODE_LIST)
        unite(n);
    else if (n->slop > 0)
        find_sloppy(n, p);
    else
        for (size_t at = 0; at < p->nwords; at++)
            if (intervals_stands_at(n, p, at))
                add(&n->intervals, at, at + n->nslots - 1)->leaf = n;
}
