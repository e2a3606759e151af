/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_fields.c - the articles that a field of a query means, segment by segment: days and whole
 * names of sources from the columns, all else from the catalogue. */
#include <stdio.h>
#include <string.h>

#include "base/bits.h"
#include "base/error.h"
#include "store/manifest_files.h"
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

/* Xapian's tables have no checksums, so the files are read before they are believed, once.  They
 * are small: a thirtieth of the index, a millisecond for 170,000 articles. */
static quire_status
check_catalogue(const quire_store *s, quire_segment *g, quire_error *err)
{
    quire_error inner = {0};
    char start[64];
    quire_status status;

    if (g->is_catalogue_sound)
        return QUIRE_OK;
    snprintf(start, sizeof start, "%s/catalogue/", g->described->name);
    status =
        manifest_check_below(s->generation->directory, &s->generation->manifest, start, &inner);
    g->is_catalogue_sound = status == QUIRE_OK;
    return status == QUIRE_OK ? QUIRE_OK : error_set(err, status, "%s", inner.message);
}

static quire_status
find_in_segment(quire_store *s, quire_segment *g, const query_node *leaf, article_set *set,
                quire_error *err)
{
    const article_columns *columns = &g->sets[SET_OF_PASSAGES].segment->articles;
    const size_t nbytes = leaf->field == FIELD_DATE ? 0 : strlen(leaf->value);
    quire_status status = QUIRE_OK;

    if (leaf->field == FIELD_DATE)
        return find_days(columns, leaf, set->found, err);
    if (leaf->field == FIELD_SOURCE && nbytes > 0 && leaf->value[nbytes - 1] != '*') {
        term t;

        term_make(&t, "H", leaf->value, nbytes);
        return article_columns_source(columns, t.bytes, t.nbytes, set->found, err);
    }
    status = check_catalogue(s, g, err);
    if (status == QUIRE_OK && s->module == NULL)
        status = xapian_module_get(&s->module, err);
    return status == QUIRE_OK ? s->module->find_articles(&g->catalogue, leaf, set, err) : status;
}

/* Of the articles of a segment the dead are none. */
static void
leave_out_dead(const quire_segment *g, article_set *set)
{
    for (uint32_t i = 0; g->has_dead && i < set->narticles / 64 + (set->narticles % 64 != 0); i++) {
        const uint64_t dead = dead_articles_word(&g->dead, i);

        set->found[i] &= ~dead;
        set->doubtful[i] &= ~dead;
    }
}

quire_status
quire_store_find_articles(void *self, const query_node *leaf, article_set *set, quire_error *err)
{
    quire_store *s = self;
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < s->nsegments && status == QUIRE_OK; i++) {
        quire_segment *g = &s->segments[i];
        article_set part = {.narticles = (uint32_t)g->described->written.narticles,
                            .found = set->found + g->first_article / 64,
                            .doubtful = set->doubtful + g->first_article / 64};

        status = find_in_segment(s, g, leaf, &part, err);
        leave_out_dead(g, &part);
        set->has_doubt = set->has_doubt || part.has_doubt;
    }
    return quire_store_advise(status, err);
}
