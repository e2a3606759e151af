/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filter_dates.h - a filter's range of days as terms, which articles in the catalogue have and
 * passages in Xapian's tables. */
#ifndef QUIRE_STORE_FILTER_DATES_H
#define QUIRE_STORE_FILTER_DATES_H

#include "store/store.h"
#include "store/terms.h"
#include "store/xapian_shim.h"

/* Is given each term in turn; false ends the walk. */
typedef bool (*filter_visitor)(void *closure, const term *t);

/* Visit terms of years, months and days; an article's day is within the filter's dates where it has
 * one of them.  db: the database that is asked which years there are. */
quire_status filter_dates_visit(const store_filter *filter, xap_db *db, filter_visitor visit,
                                void *closure, quire_error *err);

#endif
