/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_units.h - the articles in their order, cut into units of work.  Where units begin depends
 * on the articles alone, since the store's files depend on it. */
#ifndef QUIRE_BUILD_ARTICLE_UNITS_H
#define QUIRE_BUILD_ARTICLE_UNITS_H

#include "build/article_order.h"

#define UNIT_ARTICLES 1024
#define UNIT_MOST_BYTES ((uint64_t)1 << 20) /* of text */
#define UNIT_LEAST_BYTES ((uint64_t)1 << 14)

/* So many at least, where they are not too small then: all threads are to end at about the same
 * time. */
#define UNITS_WANTED 64

/* How much text a unit is to have. */
uint64_t article_units_bytes(const article_order *o);

/* Where the unit ends that begins with the article at index first. */
size_t article_units_end(const article_order *o, uint64_t unit_bytes, size_t first);

#endif
