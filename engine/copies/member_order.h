/* SPDX-License-Identifier: GPL-3.0-or-later */
/* member_order.h - the articles of a group of copies in the order of results that score alike:
 * newest first, undated last, then by id.
 *
 * Within a segment articles are numbered so; but where a group spans several, its order, and which
 * of several is the earliest or the longest, must not depend on how they are spread. */
#ifndef QUIRE_COPIES_MEMBER_ORDER_H
#define QUIRE_COPIES_MEMBER_ORDER_H

#include "copies/grouped.h"

/* Sort the members of a group, numbers from 1, which are ascending.  Statuses are those of the
 * segments' id, and QUIRE_ENOMEM. */
quire_status member_order_sort(const grouped *g, uint32_t *members, uint32_t nmembers,
                               quire_error *err);

#endif
