/* SPDX-License-Identifier: GPL-3.0-or-later */
/* member_order.c - see member_order.h.  An id is asked for only where articles of two segments have
 * the same date. */
#include "copies/member_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

typedef struct {
    int64_t seconds; /* INT64_MIN: undated */
    uint32_t number;
    const char *id; /* NULL until it is asked for */
} placed_member;

static int
compare_dates(const void *x, const void *y)
{
    const placed_member *a = x;
    const placed_member *b = y;

    if (a->seconds != b->seconds)
        return a->seconds > b->seconds ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static int
compare_ids(const void *x, const void *y)
{
    const placed_member *a = x;
    const placed_member *b = y;

    return strcmp(a->id, b->id);
}

static bool
are_of_one_segment(const grouped *g, uint32_t first, uint32_t last)
{
    uint32_t ignored;

    return grouped_find(g, first - 1, &ignored) == grouped_find(g, last - 1, &ignored);
}

/* Sort members of the same date, ascending by number. */
static quire_status
sort_by_id(const grouped *g, placed_member *members, uint32_t n, arena *a, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (are_of_one_segment(g, members[0].number, members[n - 1].number))
        return QUIRE_OK;
    for (uint32_t i = 0; i < n && status == QUIRE_OK; i++) {
        uint32_t number = 0;
        const grouping_segment *of = grouped_find(g, members[i].number - 1, &number);

        if (of->id == NULL)
            return QUIRE_OK;
        status = of->id(of->closure, number, a, &members[i].id, err);
    }
    if (status == QUIRE_OK)
        qsort(members, n, sizeof *members, compare_ids);
    return status;
}

static quire_status
sort_all(const grouped *g, placed_member *members, uint32_t n, arena *a, quire_error *err)
{
    uint32_t end = 0;
    quire_status status = QUIRE_OK;

    qsort(members, n, sizeof *members, compare_dates);
    for (uint32_t first = 0; first < n && status == QUIRE_OK; first = end) {
        for (end = first + 1; end < n && members[end].seconds == members[first].seconds;)
            end++;
        status = sort_by_id(g, members + first, end - first, a, err);
    }
    return status;
}

quire_status
member_order_sort(const grouped *g, uint32_t *members, uint32_t nmembers, quire_error *err)
{
    placed_member *placed;
    arena *a;
    quire_status status;

    if (nmembers < 2 || are_of_one_segment(g, members[0], members[nmembers - 1]))
        return QUIRE_OK;
    a = arena_new();
    placed = calloc(nmembers, sizeof *placed);
    status = a == NULL || placed == NULL ? error_nomem(err) : QUIRE_OK;
    for (uint32_t i = 0; i < nmembers && status == QUIRE_OK; i++)
        placed[i] = (placed_member){.seconds = g->seconds[members[i] - 1], .number = members[i]};
    if (status == QUIRE_OK)
        status = sort_all(g, placed, nmembers, a, err);
    for (uint32_t i = 0; i < nmembers && status == QUIRE_OK; i++)
        members[i] = placed[i].number;
    free(placed);
    arena_free(a);
    return status;
}
