/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known.c - sets and groups of the generation before that are as they were. */
#include "copies/known.h"

#include <stdlib.h>

#include "base/error.h"

/* Sets, or groups, of the generation before. */
typedef struct {
    bool of_groups;
    uint32_t *firsts; /* of each: a member, plus 1; 0: none yet */
    bool *is_touched;
    uint32_t n; /* their numbers are below */
} old_sets;

static uint32_t
number_of(const grouped *g, uint32_t article, bool of_groups)
{
    return of_groups ? g->before[article].group : g->before[article].set;
}

static bool
make_room(const grouped *g, bool of_groups, old_sets *out)
{
    *out = (old_sets){.of_groups = of_groups};
    for (uint32_t i = 0; i < g->narticles; i++) {
        const uint32_t number = number_of(g, i, of_groups);

        if (number != GROUPING_ALONE && number >= out->n)
            out->n = number + 1;
    }
    out->firsts = calloc((size_t)out->n + 1, sizeof *out->firsts);
    out->is_touched = calloc((size_t)out->n + 1, sizeof *out->is_touched);
    return out->firsts != NULL && out->is_touched != NULL;
}

/* Has a bunch changed in a way that tells on its members? */
static bool
has_changed(const bunch *b, bool of_groups)
{
    return b->is_disturbed ||
           (of_groups && ((b->tells & TELLS_NOTHING) != 0) != ((b->tells & TOLD_NOTHING) != 0));
}

static void
touch(const grouped *g, const bunches *b, old_sets *sets)
{
    for (uint32_t i = 0; i < g->narticles; i++) {
        const uint32_t number = number_of(g, i, sets->of_groups);

        if (number != GROUPING_ALONE && g->states[i] != ARTICLE_KEPT)
            sets->is_touched[number] = true;
    }
    for (uint32_t i = 0; i < b->nbunches; i++) {
        const bunch *of = &b->bunches[i];

        for (uint32_t j = 0; has_changed(of, sets->of_groups) && j < of->nlive; j++) {
            const uint32_t number = number_of(g, b->members[of->first + j], sets->of_groups);

            if (number != GROUPING_ALONE)
                sets->is_touched[number] = true;
        }
    }
}

static quire_status
connect_sets(grouped *g, const bunches *b, bool of_groups, quire_error *err)
{
    old_sets sets;
    bool ok;

    if (g->before == NULL)
        return QUIRE_OK;
    ok = make_room(g, of_groups, &sets);
    if (ok)
        touch(g, b, &sets);
    for (uint32_t i = 0; i < g->narticles && ok; i++) {
        const uint32_t number = number_of(g, i, of_groups);

        if (number == GROUPING_ALONE || sets.is_touched[number])
            continue;
        if (sets.firsts[number] == 0)
            sets.firsts[number] = i + 1;
        grouped_connect(g, sets.firsts[number] - 1, i);
    }
    free(sets.firsts);
    free(sets.is_touched);
    return ok ? QUIRE_OK : error_nomem(err);
}

quire_status
known_connect_sets(grouped *g, const bunches *b, quire_error *err)
{
    return connect_sets(g, b, false, err);
}

quire_status
known_connect_groups(grouped *g, const bunches *b, quire_error *err)
{
    return connect_sets(g, b, true, err);
}
