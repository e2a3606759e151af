/* SPDX-License-Identifier: GPL-3.0-or-later */
/* match_windows.c - intervals: phrases with slop, sides of windows, and windows.
 *
 * Intervals are kept with what they are made of, so that a mark can be led back from a window to
 * the words that took part. */
#include <stdlib.h>

#include "query/match_internal.h"

/* ---- Order ---- */

static int
compare_intervals(const void *a, const void *b)
{
    const interval *first = a;
    const interval *second = b;

    if (first->first != second->first)
        return first->first < second->first ? -1 : 1;
    if (first->last != second->last)
        return first->last < second->last ? -1 : 1;
    if (first->left != second->left)
        return first->left < second->left ? -1 : 1;
    return (first->right > second->right) - (first->right < second->right);
}

static void
sort(interval_list *list)
{
    if (list->nitems > 1)
        qsort(list->items, list->nitems, sizeof *list->items, compare_intervals);
}

/* Keep those intervals that hold no other; of equal ones the first.  The list is sorted: an
 * interval holds one that comes after it, or one that begins where it does and ends before. */
static void
keep_minimal(interval_list *list)
{
    size_t nkept = 0;

    for (size_t i = 0; i < list->nitems; i++) {
        const interval *now = &list->items[i];

        if (nkept > 0 && list->items[nkept - 1].first == now->first)
            continue;
        while (nkept > 0 && list->items[nkept - 1].last >= now->last)
            nkept--;
        list->items[nkept++] = *now;
    }
    list->nitems = nkept;
}

/* ---- Slop ---- */

/* Words first .. last of a sentence, to be given to the slots of a leaf. */
typedef struct {
    const matcher *m;
    const leaf *l;
    uint32_t first;
    uint32_t last;
    int64_t lowest;    /* no word stands lower than this plus the number of its slot */
    uint32_t *slot_of; /* by word from first on: number of its slot + 1, or 0 */
    bool *is_tried;
} placing;

/* Find a word for a slot, moving other slots to other words where need be (Kuhn's algorithm). */
static bool
place_slot(placing *p, uint32_t slot)
{
    const int64_t low = p->lowest + slot;
    const int64_t high = low + p->l->slop;

    for (uint32_t at = p->first; at <= p->last; at++) {
        const uint32_t i = at - p->first;

        if (at < low || at > high || p->is_tried[i] || !match_slot_is(p->m, &p->l->slots[slot], at))
            continue;
        p->is_tried[i] = true;
        if (p->slot_of[i] == 0 || place_slot(p, p->slot_of[i] - 1)) {
            p->slot_of[i] = slot + 1;
            return true;
        }
    }
    return false;
}

/* Can the slots be placed so that none stands lower than p->lowest, nor slop higher? */
static bool
place_all(placing *p)
{
    const uint32_t nwords = p->last - p->first + 1;

    for (uint32_t i = 0; i < nwords; i++)
        p->slot_of[i] = 0;
    for (uint32_t slot = 0; slot < p->l->nslots; slot++) {
        for (uint32_t i = 0; i < nwords; i++)
            p->is_tried[i] = false;
        if (!place_slot(p, slot))
            return false;
    }
    return true;
}

/* Do the words from first to last hold the leaf, both of them included?  Then the lowest slot
 * stands no higher than first, and the highest no lower than last. */
static bool
holds_sloppy(placing *p)
{
    const int64_t before = (int64_t)p->l->nslots - 1;
    const int64_t low_by_first = (int64_t)p->first - before;
    const int64_t low_by_last = (int64_t)p->last - before - p->l->slop;

    p->lowest = low_by_first > low_by_last ? low_by_first : low_by_last;
    for (; p->lowest <= (int64_t)p->first; p->lowest++)
        if (place_all(p))
            return true;
    return false;
}

static bool
is_of_leaf(const matcher *m, const leaf *l, uint32_t at)
{
    for (uint32_t i = 0; i < l->nslots; i++)
        if (match_slot_is(m, &l->slots[i], at))
            return true;
    return false;
}

/* Does each slot have a word from start up to end? */
static bool
has_all_slots(const matcher *m, const leaf *l, uint32_t start, uint32_t end)
{
    for (uint32_t slot = 0; slot < l->nslots; slot++) {
        bool found = false;

        for (uint32_t at = start; at < end && !found; at++)
            found = match_slot_is(m, &l->slots[slot], at);
        if (!found)
            return false;
    }
    return true;
}

/* Intervals within one sentence, words from start up to end: for each word that one may begin with,
 * the one that ends first. */
static void
find_in_sentence(matcher *m, const leaf *l, uint32_t start, uint32_t end, placing *p)
{
    interval_list *to = &m->nodes[l->node].intervals;

    for (p->first = start; p->first + l->nslots <= end; p->first++) {
        const uint32_t reach = p->first + l->nslots + l->slop;
        const uint32_t limit = reach < end ? reach : end;

        if (!is_of_leaf(m, l, p->first) || !has_all_slots(m, l, p->first, limit))
            continue;
        for (p->last = p->first + l->nslots - 1; p->last < limit; p->last++)
            if (is_of_leaf(m, l, p->last) && holds_sloppy(p)) {
                match_add_interval(m, to, &(interval){.first = p->first, .last = p->last});
                break;
            }
    }
}

void
match_find_sloppy(matcher *m, const leaf *l)
{
    placing p = {.m = m, .l = l};
    uint32_t start = 0;

    p.slot_of = calloc((size_t)m->nplaces + 1, sizeof *p.slot_of);
    p.is_tried = calloc((size_t)m->nplaces + 1, sizeof *p.is_tried);
    if (p.slot_of == NULL || p.is_tried == NULL)
        m->is_failed = true;
    while (start < m->nplaces && !m->is_failed) {
        uint32_t end = start + 1;

        while (end < m->nplaces && m->places[end].sentence == m->places[start].sentence)
            end++;
        if (!l->in_title || m->places[start].in_title)
            find_in_sentence(m, l, start, end, &p);
        start = end;
    }
    free(p.slot_of);
    free(p.is_tried);
    keep_minimal(&m->nodes[l->node].intervals);
}

/* ---- Sides ---- */

/* The intervals of a side that is a list: those of its alternatives, each with the child (left) and
 * its number there (right). */
static void
unite(matcher *m, node *list)
{
    for (uint32_t i = 0; i < list->nchildren; i++) {
        const node *child = &m->nodes[list->first_child + i];

        for (size_t k = 0; k < child->intervals.nitems; k++) {
            const interval *from = &child->intervals.items[k];

            match_add_interval(m, &list->intervals,
                               &(interval){.first = from->first,
                                           .last = from->last,
                                           .left = list->first_child + i,
                                           .right = (uint32_t)k});
        }
    }
    sort(&list->intervals);
}

/* Have the intervals of a side ready; those of leaves and inner windows are. */
static void
find_side(matcher *m, node *side)
{
    if (side->kind != QUERY_LIST)
        return;
    for (uint32_t i = 0; i < side->nchildren; i++)
        find_side(m, &m->nodes[side->first_child + i]);
    unite(m, side);
}

/* ---- Windows ---- */

/* Does the second stand behind the first, as near as the window wants it? */
static bool
is_near(const matcher *m, const node *window, const interval *first, const interval *second)
{
    const word_place *from = &m->places[first->first];
    const word_place *to = &m->places[second->last];

    if (second->first <= first->last)
        return false;
    if (window->window == WINDOW_SENTENCE)
        return from->sentence == to->sentence;
    if (from->block != to->block)
        return false;
    return window->window == WINDOW_PARAGRAPH || second->first - first->last <= window->distance;
}

/* Can no interval that begins at or behind this one be near first any more? */
static bool
is_beyond(const matcher *m, const node *window, const interval *first, const interval *second)
{
    const word_place *from = &m->places[first->last];
    const word_place *to = &m->places[second->first];

    if (second->first <= first->last)
        return false;
    if (window->window == WINDOW_SENTENCE)
        return to->sentence != from->sentence;
    if (to->block != from->block)
        return true;
    return window->window != WINDOW_PARAGRAPH && second->first - first->last > window->distance;
}

/* The first of the items, which are sorted, that begins behind a word. */
static size_t
first_behind(const interval_list *list, uint32_t word)
{
    size_t low = 0;
    size_t high = list->nitems;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (list->items[middle].first <= word)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* For each interval of from, the nearest of to that stands behind it: the one that ends first. */
static void
pair(matcher *m, node *window, const interval_list *from, const interval_list *to, bool is_swapped)
{
    for (size_t i = 0; i < from->nitems; i++) {
        const interval *first = &from->items[i];
        size_t best = SIZE_MAX;

        for (size_t k = first_behind(to, first->last);
             k < to->nitems && !is_beyond(m, window, first, &to->items[k]); k++)
            if (is_near(m, window, first, &to->items[k]) &&
                (best == SIZE_MAX || to->items[k].last < to->items[best].last))
                best = k;
        if (best == SIZE_MAX)
            continue;
        match_add_interval(m, &window->intervals,
                           &(interval){.first = first->first,
                                       .last = to->items[best].last,
                                       .left = (uint32_t)(is_swapped ? best : i),
                                       .right = (uint32_t)(is_swapped ? i : best)});
    }
}

void
match_find_window(matcher *m, node *window)
{
    node *const left = &m->nodes[window->first_child];
    node *const right = left + 1;

    find_side(m, left);
    find_side(m, right);
    pair(m, window, &left->intervals, &right->intervals, false);
    if (window->window != WINDOW_ADJ)
        pair(m, window, &right->intervals, &left->intervals, true);
    sort(&window->intervals);
    keep_minimal(&window->intervals);
}

/* ---- Marks ---- */

/* Lead a marked interval of a node back to leaves. */
static void
mark_interval(matcher *m, node *from, uint32_t number)
{
    interval *item = &from->intervals.items[number];

    if (item->is_marked)
        return;
    item->is_marked = true;
    if (from->leaf != NO_LEAF) {
        match_add_interval(m, &m->marked,
                           &(interval){.first = item->first,
                                       .last = item->last,
                                       .left = m->leaves[from->leaf].clause});
    } else if (from->kind == QUERY_WINDOW) {
        mark_interval(m, &m->nodes[from->first_child], item->left);
        mark_interval(m, &m->nodes[from->first_child + 1], item->right);
    } else {
        mark_interval(m, &m->nodes[item->left], item->right);
    }
}

void
match_mark(matcher *m, node *from)
{
    if (!from->is_matched || from->role == ROLE_EXCLUDED)
        return;
    if (from->kind == QUERY_LIST) {
        for (uint32_t i = 0; i < from->nchildren; i++)
            match_mark(m, &m->nodes[from->first_child + i]);
        return;
    }
    /* A leaf is listed here only if it has slop: those in windows are led to from there. */
    for (size_t i = 0; i < from->intervals.nitems; i++)
        mark_interval(m, from, (uint32_t)i);
}
