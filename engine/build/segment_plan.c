/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_plan.c - which articles of the live generation stay where they are, which segments are
 * merged, and bringing over those that are not.
 *
 * Segments are merged when there would be more than SEGMENTS_WANTED: the smallest, as many as are
 * no larger than those before them together with what is new.  So an article is moved a few times
 * in its life, however many updates there are, and most updates move none. */
#include "build/segment_plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "store/dead_articles.h"
#include "store/xapian_dead.h"

/* ---- What to merge ---- */

/* The smallest segment that is not merged yet and keeps something; n where there is none. */
static size_t
find_smallest(const uint64_t *sizes, size_t n, const bool *is_merged)
{
    size_t found = n;

    for (size_t i = 0; i < n; i++)
        if (!is_merged[i] && sizes[i] > 0 && (found == n || sizes[i] < sizes[found]))
            found = i;
    return found;
}

void
segment_plan_choose(const uint64_t *sizes, const uint64_t *all, size_t n, uint64_t nnew,
                    bool *is_merged)
{
    uint64_t together = nnew;
    size_t nleft = 0;
    bool is_crowded;

    for (size_t i = 0; i < n; i++) {
        is_merged[i] = (all[i] - sizes[i]) * 100 > all[i] * MOST_DEAD_PERCENT;
        together += is_merged[i] ? sizes[i] : 0;
        nleft += !is_merged[i] && sizes[i] > 0;
    }
    is_crowded = nleft + (together > 0) > SEGMENTS_WANTED;
    while (is_crowded) {
        const size_t i = find_smallest(sizes, n, is_merged);

        if (i == n || (nleft + (together > 0) <= SEGMENTS_WANTED && sizes[i] > together))
            break;
        is_merged[i] = true;
        together += sizes[i];
        nleft--;
    }
}

/* ---- What lives ---- */

static planned_segment *
find_segment(const segment_plan *p, uint32_t number)
{
    for (size_t i = 0; i < p->nsegments; i++)
        if (p->segments[i].number == number)
            return &p->segments[i];
    return NULL;
}

uint32_t
segment_plan_number(const manifest_segment *s)
{
    const unsigned long number = strtoul(strrchr(s->name, '-') + 1, NULL, 10);

    return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

static quire_status
begin(segment_plan *p, const manifest *live, quire_error *err)
{
    p->segments = calloc(live->nsegments + 1, sizeof *p->segments);
    if (p->segments == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < live->nsegments; i++) {
        planned_segment *s = &p->segments[i];
        const uint64_t narticles = live->segments[i].written.narticles;
        const uint32_t number = segment_plan_number(&live->segments[i]);

        if (number >= INT32_MAX)
            return error_set(err, QUIRE_EIO, "no number is left for a segment: --rebuild");
        s->old = &live->segments[i];
        s->number = number;
        s->dead = malloc((narticles / 64 + 1) * sizeof *s->dead);
        p->nsegments = i + 1;
        if (s->dead == NULL)
            return error_nomem(err);
        memset(s->dead, 0xff, narticles / 64 * sizeof *s->dead);
        s->dead[narticles / 64] = ((uint64_t)1 << narticles % 64) - 1;
        if (s->number >= p->next_number)
            p->next_number = s->number + 1;
    }
    return QUIRE_OK;
}

/* Note which stored articles live on. */
static quire_status
note_living(segment_plan *p, const article_order *o, quire_error *err)
{
    for (size_t i = 0; i < o->nkeys; i++) {
        const article_place place = article_key_place(&o->keys[i]);
        planned_segment *s;
        uint64_t bit;

        if (!article_key_is_stored(&o->keys[i])) {
            p->nnew++;
            continue;
        }
        s = find_segment(p, place.segment);
        if (s == NULL || place.number == 0 || place.number > s->old->written.narticles)
            return error_set(err, QUIRE_ECORRUPT,
                             "the live index does not hold article %" PRIu32 " of seg-%" PRIu32
                             ": --rebuild makes it anew",
                             place.number, place.segment);
        bit = (uint64_t)1 << (place.number - 1) % 64;
        if ((s->dead[(place.number - 1) / 64] & bit) == 0)
            return error_set(err, QUIRE_ECORRUPT,
                             "what is known of the sources has article %" PRIu32 " of seg-%" PRIu32
                             " twice: --rebuild makes the index anew",
                             place.number, place.segment);
        s->nlive++;
        s->dead[(place.number - 1) / 64] &= ~bit;
    }
    return QUIRE_OK;
}

static quire_status
choose(segment_plan *p, quire_error *err)
{
    uint64_t *sizes = calloc(2 * p->nsegments + 1, sizeof *sizes);
    bool *is_merged = calloc(p->nsegments + 1, sizeof *is_merged);

    if (sizes != NULL && is_merged != NULL) {
        uint64_t *all = sizes + p->nsegments;

        for (size_t i = 0; i < p->nsegments; i++) {
            sizes[i] = p->segments[i].nlive;
            all[i] = p->segments[i].old->written.narticles;
        }
        segment_plan_choose(sizes, all, p->nsegments, p->nnew, is_merged);
        for (size_t i = 0; i < p->nsegments; i++)
            p->segments[i].is_merged = is_merged[i];
    }
    free(sizes);
    free(is_merged);
    return sizes != NULL && is_merged != NULL ? QUIRE_OK : error_nomem(err);
}

quire_status
segment_plan_make(segment_plan *p, const manifest *live, const article_order *o, quire_error *err)
{
    quire_status status = begin(p, live, err);

    if (status == QUIRE_OK)
        status = note_living(p, o, err);
    if (status == QUIRE_OK)
        status = choose(p, err);
    for (size_t i = 0; i < p->nsegments && status == QUIRE_OK; i++) {
        const planned_segment *s = &p->segments[i];

        p->ndied += s->old->written.narticles - s->old->dead.narticles - s->nlive;
        p->nmoved += s->is_merged ? s->nlive : 0;
    }
    return status;
}

void
segment_plan_free(segment_plan *p)
{
    for (size_t i = 0; i < p->nsegments; i++)
        free(p->segments[i].dead);
    free(p->segments);
    *p = (segment_plan){0};
}

bool
segment_plan_writes(const segment_plan *p, const article_key *key)
{
    return !article_key_is_stored(key) ||
           find_segment(p, article_key_place(key).segment)->is_merged;
}

/* ---- Bringing over ---- */

/* Of a segment in Quire's own form a file says what is dead; from one of Xapian's it is deleted. */
static quire_status
bury(const planned_segment *s, const char *store, const char *from, const char *to,
     const stem_table *stems, arena *a, manifest_counts *dead_out, quire_error *err)
{
    const char *before = arena_printf(a, "%s/" DEAD_FILE, from);
    const char *dead = arena_printf(a, "%s/" DEAD_FILE, to);

    if (before == NULL || dead == NULL)
        return error_nomem(err);
    if (strcmp(store, "xapian") == 0)
        return xapian_dead_write(from, to, s->old, s->dead, dead_out, err);
    return dead_articles_write(to, s->dead, s->old->dead.narticles > 0 ? before : NULL, stems, dead,
                               dead_out, err);
}

static quire_status
carry_segment(const planned_segment *s, const char *store, const char *live, const char *made,
              const stem_table *stems, arena *a, manifest_segment *out, quire_error *err)
{
    const bool dies = segment_plan_dies(s);
    const char *from = arena_printf(a, "%s/%s", live, s->old->name);
    const char *to = arena_printf(a, "%s/%s", made, s->old->name);
    quire_status status;

    *out = *s->old;
    if (from == NULL || to == NULL)
        return error_nomem(err);
    status = file_link_tree(from, to, dies ? DEAD_FILE : NULL, err);
    return status == QUIRE_OK && dies ? bury(s, store, from, to, stems, a, &out->dead, err)
                                      : status;
}

bool
segment_plan_dies(const planned_segment *s)
{
    return s->old->written.narticles - s->nlive > s->old->dead.narticles;
}

quire_status
segment_plan_carry(const segment_plan *p, const char *store, const char *live, const char *made,
                   const stem_table *stems, arena *a, manifest_segment **segments_out,
                   size_t *nsegments_out, quire_error *err)
{
    manifest_segment *segments = arena_array(a, p->nsegments + 1, sizeof *segments);
    quire_status status = segments == NULL ? error_nomem(err) : QUIRE_OK;
    size_t n = 0;

    for (size_t i = 0; i < p->nsegments && status == QUIRE_OK; i++)
        if (!p->segments[i].is_merged && p->segments[i].nlive > 0)
            status =
                carry_segment(&p->segments[i], store, live, made, stems, a, &segments[n++], err);
    *segments_out = segments;
    *nsegments_out = n;
    return status;
}
