/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grouping.h - groups of copies: sketches propose pairs of articles (candidates.h), their words
 * decide (overlap.h), and what is connected by such pairs is a group.
 *
 * Articles are numbered over several segments: an article's number is the base of its segment plus
 * its number there, from 1.  The groups depend on the set of articles that are alive, but not on
 * how they are spread over segments or in what order they came. */
#ifndef QUIRE_COPIES_GROUPING_H
#define QUIRE_COPIES_GROUPING_H

#include "copies/sketch.h"
#include "quire.h"

/* Articles 1 up to narticles of a segment. */
typedef struct {
    uint32_t narticles;
    /* The sketch of an article; it lives as long as the segment. */
    quire_status (*sketch)(void *closure, uint32_t number, sketch *out, quire_error *err);
    /* Add the words of an article, its headline's too, to out, which is empty.  Several threads may
     * ask at a time. */
    quire_status (*words)(void *closure, uint32_t number, article_words *out, quire_error *err);
    /* The same where they are at hand: out points to them, for as long as the segment lives.  False
     * where they are not.  NULL: none are. */
    bool (*view)(void *closure, uint32_t number, article_words *out);
    bool (*is_alive)(void *closure, uint32_t number); /* NULL: all are */
    void *closure;
} grouping_segment;

/* A group: members from first on. */
typedef struct {
    uint32_t first; /* into grouping.members */
    uint32_t nmembers;
    uint32_t earliest; /* the member with the earliest date; 0: none has one */
    uint32_t longest;  /* with the most words; of several, here and above, the first */
} copy_group;

typedef struct {
    copy_group *groups; /* in order of their first members */
    size_t ngroups;
    uint32_t *members; /* articles by number, from 1; ascending within a group */
    size_t nmembers;
    uint64_t ncompared; /* pairs whose words were compared */
} grouping;

/* Asked now and then: shall the work end?  It then ends with QUIRE_ECANCELED. */
typedef struct {
    bool (*is_stopped)(void *closure);
    void *closure;
} grouping_stop;

/* Find the groups of all segments, which stand in order of their bases.  memory_bytes is about what
 * is used, besides a few bytes for each article.  *out is to be ended by grouping_free.
 * nthreads work, the calling one among them; the groups are the same for any number.  Statuses are
 * those of the segments' functions, QUIRE_ECANCELED and QUIRE_ENOMEM. */
quire_status grouping_run(const grouping_segment *segments, size_t nsegments, size_t memory_bytes,
                          unsigned nthreads, const grouping_stop *stop, grouping *out,
                          quire_error *err);

void grouping_free(grouping *g); /* a zeroed one is fine */

#endif
