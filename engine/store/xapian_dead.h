/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_dead.h - the dead articles of a segment in Xapian's tables: deleted from a copy of it. */
#ifndef QUIRE_STORE_XAPIAN_DEAD_H
#define QUIRE_STORE_XAPIAN_DEAD_H

#include "store/manifest.h"

/* The directory to has, as links, what that of segment of, from, has; put copies in the place of
 * its databases, as far as articles of a bitmap as in store/dead_articles.h are in them, and delete
 * these.  *dead_out is what is dead then, with what of->dead has.  Nothing is synced.
 * QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status xapian_dead_write(const char *from, const char *to, const manifest_segment *of,
                               const uint64_t *articles, manifest_counts *dead_out,
                               quire_error *err);

#endif
