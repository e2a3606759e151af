/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_fields.c - the articles that a field of a query means: days and whole names of sources from
 * the columns, all else from the catalogue. */
#include <string.h>

#include "base/bits.h"
#include "store/quire_store.h"
#include "store/terms.h"

static quire_status
find_days(const article_columns *columns, const query_node *leaf, uint64_t *bits, quire_error *err)
{
    article_days days;
    bool found = false;
    quire_status status = article_days_begin(columns, (uint32_t)leaf->first_day,
                                             (uint32_t)leaf->last_day, &days, err);

    while (status == QUIRE_OK) {
        status = article_days_next(columns, &days, &found, err);
        if (status != QUIRE_OK || !found)
            break;
        bits_set_range(bits, days.first, days.end);
    }
    return status;
}

quire_status
quire_store_find_articles(void *self, const query_node *leaf, article_set *set, quire_error *err)
{
    quire_store *s = self;
    const article_columns *columns = &s->segments[SEGMENT_OF_PASSAGES]->articles;
    const size_t nbytes = leaf->field == FIELD_DATE ? 0 : strlen(leaf->value);
    quire_status status = QUIRE_OK;

    if (leaf->field == FIELD_DATE)
        return quire_store_advise(find_days(columns, leaf, set->found, err), err);
    if (leaf->field == FIELD_SOURCE && nbytes > 0 && leaf->value[nbytes - 1] != '*') {
        term t;

        term_make(&t, "H", leaf->value, nbytes);
        status = article_columns_source(columns, t.bytes, t.nbytes, set->found, err);
        return quire_store_advise(status, err);
    }
    if (s->module == NULL)
        status = xapian_module_get(&s->module, err);
    return status == QUIRE_OK ? s->module->find_articles(&s->catalogue, leaf, set, err) : status;
}
