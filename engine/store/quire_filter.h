/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_filter.h - which passages of a segment a filter lets through, of those that are alive: a
 * range, and within it a bitmap where not all of them; made from the columns of articles, and kept
 * for the next query with the same filter. */
#ifndef QUIRE_STORE_QUIRE_FILTER_H
#define QUIRE_STORE_QUIRE_FILTER_H

#include "postings/segment.h"
#include "store/dead_articles.h"
#include "store/store.h"

/* Passages and furniture: the sets that a segment may have. */
#define QUIRE_FILTER_SETS 2

typedef struct {
    bool is_made;
    uint32_t first; /* passages [first, end) */
    uint32_t end;
    uint64_t *bits; /* of these a bit a passage, from passage 0 on; NULL: all */
    uint64_t npassages;
} quire_filter_passages;

/* The filter last used.  A zeroed one is none. */
typedef struct {
    bool is_made; /* the fields below are those of a filter */
    int first_day;
    int last_day;
    char *source;
    uint32_t first; /* articles [first, end), from 0 */
    uint32_t end;
    uint64_t *articles; /* of these a bit an article, from article 0 on; NULL: all */
    quire_filter_passages passages[QUIRE_FILTER_SETS];
} quire_filter;

/* What wanted lets through of s, by days and source.  s is set number which (from 0) of its
 * segment, whose columns of articles these are, and whose dead articles, or NULL.  *out is NULL
 * where everything is let through.  It lives until the next call. */
quire_status quire_filter_get(quire_filter *f, const store_filter *wanted, const segment *s,
                              unsigned which, const article_columns *columns,
                              const dead_articles *dead, const quire_filter_passages **out,
                              quire_error *err);

/* Does wanted say anything of days or source? */
bool quire_filter_limits(const store_filter *wanted);

void quire_filter_clear(quire_filter *f);

#endif
