/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filter_terms.h - a filter as terms, the same for every store. */
#ifndef QUIRE_STORE_FILTER_TERMS_H
#define QUIRE_STORE_FILTER_TERMS_H

#include "store/store.h"
#include "store/terms.h"

bool filter_has_dates(const store_filter *filter);

/* The term of filter->source, which is not NULL and may be any bytes. */
quire_status filter_terms_source(const store_filter *filter, term *out, quire_error *err);

#endif
