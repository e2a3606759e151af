/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grouping.c - groups of copies, from sketches and words.
 *
 * First come those that are copies in the main; pairs that are copies in part are put aside.  Then
 * it is known what is boilerplate, and those pairs are decided. */
#include "copies/grouping.h"

#include <stdlib.h>

#include "base/error.h"
#include "copies/boilerplate.h"
#include "copies/candidates.h"
#include "copies/comparing.h"
#include "copies/grouped.h"

/* ---- Groups ---- */

/* Count the members of each set, at its root, and number the groups: members of a set alone are in
 * none. */
static bool
count_members(grouped *g, uint32_t *sizes, grouping *out)
{
    uint32_t first = 0;

    for (uint32_t i = 0; i < g->narticles; i++)
        sizes[grouped_root(g, i)]++;
    for (uint32_t i = 0; i < g->narticles; i++)
        if (sizes[i] > 1) {
            out->ngroups++;
            out->nmembers += sizes[i];
        }
    out->groups = calloc(out->ngroups + 1, sizeof *out->groups);
    out->members = calloc(out->nmembers + 1, sizeof *out->members);
    if (out->groups == NULL || out->members == NULL)
        return false;
    out->ngroups = 0;
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

typedef struct {
    int64_t seconds; /* of the earliest */
    uint32_t nwords; /* of the longest */
} best;

static void
add_member(grouping *g, uint32_t group, uint32_t number, const sketch *of, best *so_far)
{
    copy_group *const to = &g->groups[group];

    g->members[to->first + to->nmembers++] = number;
    if (of->seconds != INT64_MIN && (to->earliest == 0 || of->seconds < so_far->seconds)) {
        to->earliest = number;
        so_far->seconds = of->seconds;
    }
    if (to->longest == 0 || of->nwords > so_far->nwords) {
        to->longest = number;
        so_far->nwords = of->nwords;
    }
}

static quire_status
make_groups(grouped *g, uint32_t *sizes, grouping *out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    best *bests;

    if (!count_members(g, sizes, out))
        return error_nomem(err);
    bests = calloc(out->ngroups + 1, sizeof *bests);
    if (bests == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < g->narticles && status == QUIRE_OK; i++) {
        const uint32_t group = sizes[grouped_root(g, i)];
        sketch of;
        bool is_there;

        if (group == UINT32_MAX)
            continue;
        status = grouped_sketch(g, i, &of, &is_there, err);
        if (status == QUIRE_OK)
            add_member(out, group, i + 1, &of, &bests[group]);
    }
    free(bests);
    return status;
}

/* ---- All of it ---- */

static quire_status
connect(grouped *g, size_t memory_bytes, unsigned nthreads, const grouping_stop *stop,
        uint64_t *ncompared_out, quire_error *err)
{
    const bunches_source source = {.narticles = g->narticles, .get = grouped_sketch, .closure = g};
    boilerplate common = {0};
    comparing *c = NULL;
    quire_status status = comparing_new(g, memory_bytes / 2, nthreads, stop, &c, err);

    if (status == QUIRE_OK)
        status = candidates_visit(&source, memory_bytes / 2, comparing_propose, c, err);
    if (status == QUIRE_OK)
        status = comparing_finish(c, err);
    if (status == QUIRE_OK && comparing_has_partial(c)) {
        status = boilerplate_find(&source, memory_bytes / 2, grouped_root, g, &common, err);
        if (status == QUIRE_OK)
            status = comparing_connect_partial(c, &common, err);
    }
    *ncompared_out = c != NULL ? comparing_count(c) : 0;
    boilerplate_free(&common);
    comparing_free(c);
    return status;
}

quire_status
grouping_run(const grouping_segment *segments, size_t nsegments, size_t memory_bytes,
             unsigned nthreads, const grouping_stop *stop, grouping *out, quire_error *err)
{
    grouped g;
    uint32_t *sizes = NULL;
    quire_status status;

    *out = (grouping){0};
    status = grouped_init(&g, segments, nsegments)
                 ? connect(&g, memory_bytes, nthreads, stop, &out->ncompared, err)
                 : error_nomem(err);
    if (status == QUIRE_OK) {
        sizes = calloc((size_t)g.narticles + 1, sizeof *sizes);
        status = sizes != NULL ? make_groups(&g, sizes, out, err) : error_nomem(err);
    }
    free(sizes);
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
    *g = (grouping){0};
}
