/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_slice.c - a counting sort of the places of a run that are of some stems.
 *
 * How many occurrences each stem has is known, so one sweep over all places puts each occurrence
 * where it belongs.  Places ascend by passage and position, and so do the lists.  As surfaces are
 * numbered by stem, a place that is of other stems is passed over by comparing its number. */
#include "postings/run_slice.h"

#include <stdlib.h>

void
run_slice_init(run_slice *s, const segment_run *r, size_t first, size_t end, size_t max_held)
{
    *s = (run_slice){.run = r, .end = end, .max_held = max_held, .first = first, .behind = first};
}

void
run_slice_free(run_slice *s)
{
    free(s->occurrences);
    free(s->ends);
    *s = (run_slice){0};
}

/* Hold stems from i on, as many as there is room for. */
static bool
choose(run_slice *s, size_t i)
{
    const run_stem *stems = s->run->stems;
    const uint64_t before = stems[i].first_occurrence;
    size_t behind = i + 1;

    while (behind < s->end && stems[behind + 1].first_occurrence - before <= s->max_held)
        behind++;
    const uint64_t wanted = stems[behind].first_occurrence - before;
    if (wanted > s->room) {
        if (wanted > SIZE_MAX / sizeof *s->occurrences)
            return false;
        free(s->occurrences);
        s->occurrences = malloc((size_t)wanted * sizeof *s->occurrences);
        s->room = s->occurrences == NULL ? 0 : (size_t)wanted;
    }
    if (behind - i > s->ends_room) {
        free(s->ends);
        s->ends = calloc(behind - i, sizeof *s->ends);
        s->ends_room = s->ends == NULL ? 0 : behind - i;
    }
    if (s->room < wanted || s->ends_room < behind - i)
        return false;
    for (size_t k = i; k < behind; k++)
        s->ends[k - i] = stems[k].first_occurrence - before;
    s->first = i;
    s->behind = behind;
    return true;
}

/* Put each occurrence of the stems held behind those before it; ends[] are where lists end then. */
static void
sweep(run_slice *s)
{
    const segment_run *r = s->run;
    const uint32_t first_surface = r->stems[s->first].first_surface;
    const uint32_t nsurfaces = r->stems[s->behind].first_surface - first_surface;
    const uint32_t first_stem = (uint32_t)s->first;
    const run_surface *surfaces = r->surfaces;
    const uint32_t *place = r->places;
    run_occurrence *to = s->occurrences;
    uint64_t *ends = s->ends;

    for (size_t i = 0; i < r->npassages; i++) {
        const uint32_t nplaces = r->passages[i].nplaces;

        for (uint32_t k = 0; k < nplaces; k++, place++) {
            const uint32_t surface = *place;

            if (surface - first_surface < nsurfaces)
                to[ends[surfaces[surface].stem - first_stem]++] =
                    (run_occurrence){(uint32_t)i, k, surface};
        }
    }
}

bool
run_slice_reach(run_slice *s, size_t i)
{
    if (i < s->behind && i >= s->first)
        return true;
    if (!choose(s, i))
        return false;
    sweep(s);
    return true;
}
