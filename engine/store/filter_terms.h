/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filter_terms.h - a filter as terms of the catalogue, which passages in Xapian's tables have too:
 * the same for every store. */
#ifndef QUIRE_STORE_FILTER_TERMS_H
#define QUIRE_STORE_FILTER_TERMS_H

#include "store/store.h"
#include "store/terms.h"
#include "store/xapian_shim.h"

/* Is given each term in turn; false ends the walk. */
typedef bool (*filter_visitor)(void *closure, const term *t);

bool filter_has_dates(const store_filter *filter);

/* Visit terms of years, months and days; an article's day is within the filter's dates where it has
 * one of them.  db: the database that is asked which years there are. */
quire_status filter_terms_dates(const store_filter *filter, xap_db *db, filter_visitor visit,
                                void *closure, quire_error *err);

/* The term of filter->source, which is not NULL and may be any bytes. */
quire_status filter_terms_source(const store_filter *filter, term *out, quire_error *err);

#endif
