/* SPDX-License-Identifier: GPL-3.0-or-later */
/* by_id.h - an article by its id, and its passages. */
#ifndef QUIRE_RESULT_BY_ID_H
#define QUIRE_RESULT_BY_ID_H

#include "base/arena.h"
#include "store/store.h"
#include "text/stem.h"

typedef struct {
    uint32_t number; /* as in passage_record.article */
    article_record record;
    store_hit *hits; /* its passages, furniture apart, in no order; where the id ends in * perhaps
                        some of other articles */
    uint32_t nhits;
} by_id_article;

/* Find it; all lives in arena a.  QUIRE_EUSAGE where there is no such article; else as for
 * store_search. */
quire_status by_id_find(store *st, stemmer *stem, const char *id, arena *a, by_id_article *out,
                        quire_error *err);

#endif
