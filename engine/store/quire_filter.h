/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_filter.h - which passages of a segment a filter lets through: as a bitmap, made from the
 * catalogue's terms, and kept for the next query with the same filter. */
#ifndef QUIRE_STORE_QUIRE_FILTER_H
#define QUIRE_STORE_QUIRE_FILTER_H

#include "postings/segment.h"
#include "store/catalogue_db.h"
#include "store/store.h"

/* Passages and furniture: the segments that a generation may have. */
#define QUIRE_FILTER_SEGMENTS 2

typedef struct {
    uint64_t *bits; /* a bit a passage; NULL: not made yet */
    uint64_t npassages;
} quire_filter_passages;

/* The filter last used.  A zeroed one is none. */
typedef struct {
    bool is_made; /* the fields below are those of a filter */
    int first_day;
    int last_day;
    char *source;
    uint64_t *articles; /* bit article - 1 */
    uint32_t narticles; /* of the index */
    quire_filter_passages passages[QUIRE_FILTER_SEGMENTS];
} quire_filter;

/* What wanted lets through of s, which is segment number which (from 0) of its generation, by days
 * and source; *out is NULL where it lets everything through.  It lives until the next call. */
quire_status quire_filter_get(quire_filter *f, const store_filter *wanted, catalogue_db *catalogue,
                              const segment *s, unsigned which, const quire_filter_passages **out,
                              quire_error *err);

void quire_filter_clear(quire_filter *f);

#endif
