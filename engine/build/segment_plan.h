/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_plan.h - what becomes of the segments of the live generation in the next one. */
#ifndef QUIRE_BUILD_SEGMENT_PLAN_H
#define QUIRE_BUILD_SEGMENT_PLAN_H

#include "base/arena.h"
#include "build/article_order.h"
#include "store/manifest.h"
#include "text/stem_table.h"

#define SEGMENTS_WANTED 8    /* more are merged */
#define MOST_DEAD_PERCENT 25 /* of a segment's articles: with more it is written anew */

typedef struct {
    const manifest_segment *old; /* in the live manifest */
    uint32_t number;             /* in its name */
    uint64_t nlive;              /* articles that it will hold */
    uint64_t *dead;              /* bitmap as in store/dead_articles.h */
    bool is_merged;              /* its live articles go to the new segment */
} planned_segment;

/* A zeroed plan is an empty one. */
typedef struct {
    planned_segment *segments;
    size_t nsegments;
    uint32_t next_number; /* of the new segment */
    uint64_t nnew;        /* articles that no segment has */
    uint64_t nmoved;      /* that are merged into the new segment */
    uint64_t ndied;       /* since the live generation */
} segment_plan;

/* Plan for the articles in the order, of which those that are stored are in live; nothing of live
 * may go before the plan.  QUIRE_ECORRUPT (an article is not where it should be), QUIRE_ENOMEM. */
quire_status segment_plan_make(segment_plan *p, const manifest *live, const article_order *o,
                               quire_error *err);
void segment_plan_free(segment_plan *p);

/* The number in a segment's name. */
uint32_t segment_plan_number(const manifest_segment *s);

/* Is the article of a key to be written to the new segment? */
bool segment_plan_writes(const segment_plan *p, const article_key *key);

/* Did articles of the segment die since the live generation? */
bool segment_plan_dies(const planned_segment *s);

/* Bring the segments that stay, which have the form of that store, from the generation in directory
 * live into that in directory made, with what is dead in them; *segments_out, in arena a, has room
 * for one more behind the *nsegments_out that came.  QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status segment_plan_carry(const segment_plan *p, const char *store, const char *live,
                                const char *made, const stem_table *stems, arena *a,
                                manifest_segment **segments_out, size_t *nsegments_out,
                                quire_error *err);

/* Which segments to merge: sizes[i] is how many articles segment i keeps, of all[i]; nnew more are
 * written.  Sets is_merged. */
void segment_plan_choose(const uint64_t *sizes, const uint64_t *all, size_t n, uint64_t nnew,
                         bool *is_merged);

#endif
