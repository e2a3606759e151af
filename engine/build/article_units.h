/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_units.h - the articles in their order, cut into units of work.  Where units begin depends
 * on the articles alone, since the store's files depend on it. */
#ifndef QUIRE_BUILD_ARTICLE_UNITS_H
#define QUIRE_BUILD_ARTICLE_UNITS_H

#include "build/article_order.h"

#define UNIT_ARTICLES 1024
#define UNIT_TEXT_BYTES ((uint64_t)1 << 20)

/* Where the unit ends that begins with the article at index first. */
size_t article_units_end(const article_order *o, size_t first);

#endif
