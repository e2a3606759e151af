/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known.h - what is known of copies from the generation before, so that of an update only what
 * changed is compared.
 *
 * Whether two articles are copies depends on their words alone; whether they are compared, on the
 * bunches that they are in, and on what is boilerplate.  So a set of copies in the main is as it
 * was where none of its members is gone or in a bunch that is disturbed; a group, where moreover no
 * hash of its members became boilerplate or ceased to be.  Members of such sets are connected
 * without a look at them.  Two old articles that were compared, and are in different sets or
 * groups, are no copies.  All else is compared again. */
#ifndef QUIRE_COPIES_KNOWN_H
#define QUIRE_COPIES_KNOWN_H

#include "copies/bunches.h"

/* Connect the sets that are as they were; behind boilerplate_mark, the groups.  Nothing is done
 * where there was no generation before.  QUIRE_ENOMEM. */
quire_status known_connect_sets(grouped *g, const bunches *b, quire_error *err);
quire_status known_connect_groups(grouped *g, const bunches *b, quire_error *err);

/* Were two articles looked at in the generation before, and found to be no copies in the main?
 * was_candidate: they are in a bunch that is not disturbed. */
static inline bool
known_apart(const grouped *g, uint32_t x, uint32_t y, bool was_candidate)
{
    return was_candidate && g->states[x] == ARTICLE_KEPT && g->states[y] == ARTICLE_KEPT &&
           (g->before[x].set != g->before[y].set || g->before[x].set == GROUPING_ALONE);
}

/* The same, and no copies in part; was_possible: boilerplate left them copies then. */
static inline bool
known_apart_in_part(const grouped *g, uint32_t x, uint32_t y, bool was_possible)
{
    return was_possible && g->states[x] == ARTICLE_KEPT && g->states[y] == ARTICLE_KEPT &&
           (g->before[x].group != g->before[y].group || g->before[x].group == GROUPING_ALONE);
}

#endif
