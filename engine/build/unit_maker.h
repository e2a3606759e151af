/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit_maker.h - from the spool, and from stored articles, to units for the store: what one thread
 * does for all articles of a unit. */
#ifndef QUIRE_BUILD_UNIT_MAKER_H
#define QUIRE_BUILD_UNIT_MAKER_H

#include <stdatomic.h>

#include "build/article_order.h"
#include "build/passage_maker.h"
#include "build/spool.h"
#include "build/stored_articles.h"
#include "store/store_writer.h"

/* What makers share. */
typedef struct {
    const article_order *order;
    const spool *spool;
    store_writer *store;
    const stem_table *stems;
    const stored_generation *live;   /* that has stored articles; NULL: none are */
    atomic_uint_least64_t narticles; /* done */
    atomic_uint_least64_t bytes;     /* of their texts */
    passage_counts counts;           /* of all makers that were freed */
} unit_plan;

/* Asked after every passage: shall the work end?  It then ends with QUIRE_ECANCELED. */
typedef struct {
    bool (*is_stopped)(void *closure);
    void *closure;
} unit_stop;

typedef struct {
    unit_plan *plan;
    unit_stop stop;
    store_worker *worker;
    passage_maker maker;
    stored_articles *stored; /* NULL where there are none */
    article article;
    uint32_t number; /* of it */
    buffer scratch;
} unit_maker;

quire_status unit_maker_init(unit_maker *m, unit_plan *plan, unit_stop stop, quire_error *err);

/* Also adds to the plan's counts, so one thread frees all.  A zeroed one is fine. */
void unit_maker_free(unit_maker *m);

/* Make the unit of articles first up to end (exclusive) of the order. */
quire_status unit_maker_run(unit_maker *m, size_t first, size_t end, store_unit **unit_out,
                            quire_error *err);

/* There are no more units for this maker. */
quire_status unit_maker_finish(unit_maker *m, quire_error *err);

/* Let the store learn from articles from all over the order, before the first maker is made. */
quire_status unit_plan_sample(unit_plan *plan, unit_stop stop, quire_error *err);

#endif
