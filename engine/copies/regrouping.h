/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regrouping.h - the sets and groups of an update, from those of the generation before: only what
 * is new, gone, or touched by that is looked at again.
 *
 * Whether two articles are copies depends on their words; whether they are compared, on the bunches
 * that they are in; and where they may be copies in part, on what is boilerplate.  So only bunches
 * in which an article is new or gone propose other pairs than before, and what was found of all
 * others is in the sets and groups of then.
 *
 *   touched bunches --> pairs that are new; pairs that were candidates, and are none any more
 *   sets that lost a member or such a pair: taken apart, and put together anew from their own pairs
 *   hashes that became boilerplate, or ceased to be: pairs of articles that have them, once more
 *   groups that lost something of all that, and that other pairs do not make good: like sets
 *
 * All of this is work by the change, but for going through the hashes of all articles a few times,
 * to find those that are touched. */
#ifndef QUIRE_COPIES_REGROUPING_H
#define QUIRE_COPIES_REGROUPING_H

#include "copies/grouped.h"

/* Is it worth while, and room for it in that memory?  Where not, all is grouped anew, to the same
 * end. */
bool regrouping_suits(const grouped *g, size_t memory_bytes);

/* Connect copies as they are now; set_of (one for each article) says of each the first of the set
 * of copies in the main that it is in.  *ncompared_out: pairs whose words were compared.  Statuses
 * are those of grouping_run. */
quire_status regrouping_connect(grouped *g, size_t memory_bytes, const grouping_stop *stop,
                                uint32_t *set_of, uint64_t *ncompared_out, quire_error *err);

#endif
