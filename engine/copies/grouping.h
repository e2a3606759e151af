/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grouping.h - groups of copies: sketches propose pairs of articles (candidates.h), their words
 * decide (overlap.h), and what is connected by such pairs is a group.
 *
 * Of an update, what is known from the generation before is not looked at again: whether two old
 * articles are copies is in the groups of then, but where a bunch of candidates or a group has
 * changed.
 *
 * Articles are numbered over several segments: an article's number is the base of its segment plus
 * its number there, from 1.  The groups depend on the set of articles that are alive, but not on
 * how they are spread over segments or in what order they came. */
#ifndef QUIRE_COPIES_GROUPING_H
#define QUIRE_COPIES_GROUPING_H

#include "base/arena.h"
#include "copies/sketch_table.h"
#include "quire.h"

/* What has become of an article since the generation before. */
typedef enum {
    ARTICLE_DEAD, /* it was so already, or there is none of this number */
    ARTICLE_NEW,
    ARTICLE_KEPT,
    ARTICLE_GONE /* it was alive, and is in no group any more */
} article_state;

/* In which group, and in which set within it (see grouping), an article was in the generation
 * before: numbers of the caller's. */
#define GROUPING_ALONE UINT32_MAX /* in none */

typedef struct {
    uint32_t set;
    uint32_t group;
} grouping_place;

/* Articles 1 up to narticles of a segment. */
typedef struct {
    uint32_t narticles;
    /* The sketch of an article; it lives until the next call.  Asked by one thread, in order. */
    quire_status (*sketch)(void *closure, uint32_t number, sketch *out, quire_error *err);
    /* All sketches, where they are at hand, and no article is dead; of the first segment they are
     * taken from there, and then not asked for.  NULL: they are not. */
    sketch_table *table;
    /* Add the words of an article, its headline's too, to out, which is empty.  Several threads may
     * ask at a time. */
    quire_status (*words)(void *closure, uint32_t number, article_words *out, quire_error *err);
    /* The same where they are at hand: out points to them, for as long as the segment lives.  False
     * where they are not.  NULL: none are. */
    bool (*view)(void *closure, uint32_t number, article_words *out);
    article_state (*state)(void *closure, uint32_t number); /* NULL: all are new */
    /* Of an article that is kept or gone; NULL where there are none. */
    quire_status (*before)(void *closure, uint32_t number, grouping_place *out, quire_error *err);
    /* The id of an article, which may be put into a.  NULL: numbers decide what ids would. */
    quire_status (*id)(void *closure, uint32_t number, arena *a, const char **out,
                       quire_error *err);
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
    uint32_t *members; /* articles by number, from 1; within a group as results stand that score
                          alike */
    uint32_t *sets;    /* of each member: the first one, by its index, that it is connected to by
                          copies in the main */
    size_t nmembers;
    uint64_t ncompared; /* pairs whose words were compared */
} grouping;

/* Asked now and then: shall the work end?  It then ends with QUIRE_ECANCELED. */
typedef struct {
    bool (*is_stopped)(void *closure);
    void *closure;
} grouping_stop;

/* Find the groups of all segments, which stand in order of their bases.  memory_bytes is about what
 * is used, besides some 850 bytes for each article.  *out is to be ended by grouping_free.
 * nthreads work, the calling one among them; the groups are the same for any number.  Statuses are
 * those of the segments' functions, QUIRE_ECANCELED and QUIRE_ENOMEM. */
quire_status grouping_run(const grouping_segment *segments, size_t nsegments, size_t memory_bytes,
                          unsigned nthreads, const grouping_stop *stop, grouping *out,
                          quire_error *err);

void grouping_free(grouping *g); /* a zeroed one is fine */

#endif
