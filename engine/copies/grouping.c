/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grouping.c - groups of copies, from sketches and words.
 *
 * First come those that are copies in the main; pairs that are copies in part are put aside.  Then
 * it is known what is boilerplate, and those pairs are decided. */
#include "copies/grouping.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/error.h"
#include "copies/boilerplate.h"
#include "copies/comparing.h"
#include "copies/member_order.h"
#include "copies/regrouping.h"

/* ---- Groups ---- */

static bool
make_room(grouping *out, size_t ngroups, size_t nmembers)
{
    out->groups = calloc(ngroups + 1, sizeof *out->groups);
    out->members = calloc(nmembers + 1, sizeof *out->members);
    out->sets = calloc(nmembers + 1, sizeof *out->sets);
    return out->groups != NULL && out->members != NULL && out->sets != NULL;
}

/* Count the members of each group, at its root, and number the groups: members of a set alone are
 * in none. */
static bool
count_members(grouped *g, uint32_t *sizes, grouping *out)
{
    size_t ngroups = 0;
    size_t nmembers = 0;
    uint32_t first = 0;

    for (uint32_t i = 0; i < g->narticles; i++)
        sizes[grouped_root(g, i)]++;
    for (uint32_t i = 0; i < g->narticles; i++) {
        ngroups += sizes[i] > 1;
        nmembers += sizes[i] > 1 ? sizes[i] : 0;
    }
    if (!make_room(out, ngroups, nmembers))
        return false;
    for (uint32_t i = 0; i < g->narticles; i++) {
        const uint32_t size = sizes[i];

        sizes[i] = UINT32_MAX; /* from now on the group's number */
        if (size > 1) {
            sizes[i] = (uint32_t)out->ngroups;
            out->groups[out->ngroups++] = (copy_group){.first = first};
            first += size;
        }
    }
    return true;
}

/* Put the members of each group into their order. */
static quire_status
sort_members(grouped *g, const uint32_t *group_of_root, grouping *out, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < g->narticles; i++) {
        const uint32_t group = group_of_root[grouped_root(g, i)];

        if (group != UINT32_MAX) {
            copy_group *const to = &out->groups[group];

            out->members[to->first + to->nmembers++] = i + 1;
            out->nmembers++;
        }
    }
    for (size_t i = 0; i < out->ngroups && status == QUIRE_OK; i++)
        status =
            member_order_sort(g, out->members + out->groups[i].first, out->groups[i].nmembers, err);
    return status;
}

/* Say of the members of a group which set each is in, by that one's first member, which is in
 * places once it came; and which is the earliest, and the longest. */
static void
describe(const grouped *g, copy_group *group, const uint32_t *set_of, uint32_t *places,
         grouping *out)
{
    for (uint32_t at = group->first; at < group->first + group->nmembers; at++) {
        const uint32_t number = out->members[at];
        const uint32_t i = number - 1;
        uint32_t *const place = &places[set_of[i]];

        if (*place == UINT32_MAX)
            *place = at;
        out->sets[at] = *place;
        if (g->seconds[i] != INT64_MIN &&
            (group->earliest == 0 || g->seconds[i] < g->seconds[group->earliest - 1]))
            group->earliest = number;
        if (group->longest == 0 || g->nwords[i] > g->nwords[group->longest - 1])
            group->longest = number;
    }
}

/* set_of: for each article the first one of its set of copies in the main. */
static quire_status
make_groups(grouped *g, const uint32_t *set_of, grouping *out, quire_error *err)
{
    uint32_t *sizes = array_zeroed((size_t)g->narticles + 1, sizeof *sizes);
    uint32_t *places = malloc(((size_t)g->narticles + 1) * sizeof *places);
    quire_status status = QUIRE_OK;

    if (sizes == NULL || places == NULL || !count_members(g, sizes, out))
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = sort_members(g, sizes, out, err);
    for (uint32_t i = 0; i < g->narticles && status == QUIRE_OK; i++)
        places[i] = UINT32_MAX;
    for (size_t i = 0; i < out->ngroups && status == QUIRE_OK; i++)
        describe(g, &out->groups[i], set_of, places, out);
    free(sizes);
    free(places);
    return status;
}

/* ---- All of it ---- */

/* Connect copies in the main; then set_of says which those are; then those in part. */
static quire_status
compare(grouped *g, bunches *b, comparing *c, uint32_t *set_of, quire_error *err)
{
    quire_status status = comparing_connect_main(c, err);

    if (status != QUIRE_OK)
        return status;
    for (uint32_t i = 0; i < g->narticles; i++)
        set_of[i] = grouped_root(g, i);
    if (!comparing_has_partial(c))
        return QUIRE_OK;
    boilerplate_mark(b);
    return comparing_connect_partial(c, err);
}

static quire_status
connect(grouped *g, size_t memory_bytes, unsigned nthreads, const grouping_stop *stop,
        uint32_t *set_of, uint64_t *ncompared_out, quire_error *err)
{
    bunches b;
    comparing *c = NULL;
    quire_status status = bunches_find(g, memory_bytes, &b, err);

    if (status == QUIRE_OK)
        status = comparing_new(g, &b, memory_bytes, nthreads, stop, &c, err);
    if (status == QUIRE_OK)
        status = compare(g, &b, c, set_of, err);
    *ncompared_out = c != NULL ? comparing_count(c) : 0;
    comparing_free(c);
    bunches_free(&b);
    return status;
}

quire_status
grouping_run(const grouping_segment *segments, size_t nsegments, size_t memory_bytes,
             unsigned nthreads, const grouping_stop *stop, grouping *out, quire_error *err)
{
    grouped g;
    uint32_t *set_of = NULL;
    quire_status status;

    *out = (grouping){0};
    status = grouped_init(&g, segments, nsegments, err);
    if (status == QUIRE_OK) {
        set_of = malloc(((size_t)g.narticles + 1) * sizeof *set_of);
        if (set_of == NULL)
            status = error_nomem(err);
        else if (regrouping_suits(&g, memory_bytes))
            status = regrouping_connect(&g, memory_bytes, stop, set_of, &out->ncompared, err);
        else
            status = connect(&g, memory_bytes, nthreads, stop, set_of, &out->ncompared, err);
    }
    if (status == QUIRE_OK)
        status = make_groups(&g, set_of, out, err);
    free(set_of);
    grouped_free(&g);
    if (status != QUIRE_OK)
        grouping_free(out);
    return status;
}

void
grouping_free(grouping *g)
{
    free(g->groups);
    free(g->members);
    free(g->sets);
    *g = (grouping){0};
}
