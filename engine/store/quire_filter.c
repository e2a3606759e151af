/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_filter.c - filters of days and source as bitmaps.
 *
 * The catalogue's terms say which articles have a source, or a day, month or year; the passages of
 * an article lie together in a segment.  So a filter is first a bitmap of articles, then one of
 * passages for each segment that is searched.  A reader turns pages of results, and a file of
 * queries often has one filter for all, so the last one is kept. */
#include "store/quire_filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/filter_terms.h"

static size_t
words_of(uint64_t nbits)
{
    return (size_t)(nbits / 64 + 1);
}

/* ---- Articles ---- */

/* Articles that have one term of several. */
typedef struct {
    xap_db *db;
    uint64_t *articles;
    uint32_t narticles;
    bool is_beyond; /* the catalogue has more articles than the segment */
    quire_status status;
    quire_error *err;
} gathering;

static bool
add_article(void *closure, uint32_t number)
{
    gathering *g = closure;

    if (number == 0 || number > g->narticles) {
        g->is_beyond = true;
        return false;
    }
    g->articles[(number - 1) / 64] |= UINT64_C(1) << ((number - 1) % 64);
    return true;
}

static bool
add_articles_of_term(void *closure, const term *t)
{
    gathering *g = closure;

    g->status = xap_db_documents(g->db, t->bytes, t->nbytes, add_article, g, g->err);
    return g->status == QUIRE_OK && !g->is_beyond;
}

static quire_status
gather_dates(gathering *g, const store_filter *wanted)
{
    quire_status status = filter_terms_dates(wanted, g->db, add_articles_of_term, g, g->err);

    return status == QUIRE_OK ? g->status : status;
}

static quire_status
gather_source(gathering *g, const store_filter *wanted)
{
    term t;
    quire_status status = filter_terms_source(wanted, &t, g->err);

    if (status == QUIRE_OK)
        add_articles_of_term(g, &t);
    return status == QUIRE_OK ? g->status : status;
}

/* Both demands are met by the articles that meet each. */
static quire_status
gather_both(gathering *g, const store_filter *wanted)
{
    const size_t nwords = words_of(g->narticles);
    uint64_t *const by_date = g->articles;
    uint64_t *by_source = NULL;
    quire_status status = gather_dates(g, wanted);

    if (status != QUIRE_OK || g->is_beyond)
        return status;
    by_source = calloc(nwords, sizeof *by_source);
    if (by_source == NULL)
        return error_nomem(g->err);
    g->articles = by_source;
    status = gather_source(g, wanted);
    for (size_t i = 0; i < nwords; i++)
        by_date[i] &= by_source[i];
    g->articles = by_date;
    free(by_source);
    return status;
}

static quire_status
find_articles(quire_filter *f, const store_filter *wanted, catalogue_db *catalogue,
              quire_error *err)
{
    gathering g = {.articles = f->articles, .narticles = f->narticles, .err = err};
    quire_status status = catalogue_db_get(catalogue, &g.db, err);

    if (status != QUIRE_OK)
        return status;
    if (wanted->source == NULL)
        status = gather_dates(&g, wanted);
    else if (!filter_has_dates(wanted))
        status = gather_source(&g, wanted);
    else
        status = gather_both(&g, wanted);
    if (status == QUIRE_OK && g.is_beyond)
        status = error_set(err, QUIRE_ECORRUPT,
                           "%s: the catalogue has articles that the passages do not know; rebuild "
                           "the index with quire-index",
                           catalogue->generation->directory);
    return status;
}

/* ---- Passages ---- */

static void
set_range(uint64_t *bits, uint32_t first, uint32_t end)
{
    while (first < end) {
        const uint32_t from = first % 64;
        const uint32_t n = end - first < 64 - from ? end - first : 64 - from;

        bits[first / 64] |= (UINT64_MAX >> (64 - n)) << from;
        first += n;
    }
}

static quire_status
find_passages(const quire_filter *f, const segment *s, quire_filter_passages *out, quire_error *err)
{
    const size_t nwords = words_of(s->npassages);

    out->bits = calloc(nwords, sizeof *out->bits);
    if (out->bits == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < words_of(f->narticles); i++)
        for (uint64_t left = f->articles[i]; left != 0; left &= left - 1) {
            uint32_t first;
            uint32_t end;

            segment_article_passages(s, (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(left) + 1,
                                     &first, &end);
            set_range(out->bits, first, end);
        }
    for (size_t i = 0; i < nwords; i++)
        out->npassages += (uint64_t)__builtin_popcountll(out->bits[i]);
    return QUIRE_OK;
}

/* ---- The filter that is kept ---- */

static bool
is_kept(const quire_filter *f, const store_filter *wanted)
{
    if (!f->is_made || f->first_day != wanted->first_day || f->last_day != wanted->last_day ||
        (f->source == NULL) != (wanted->source == NULL))
        return false;
    return f->source == NULL || strcmp(f->source, wanted->source) == 0;
}

static quire_status
make_filter(quire_filter *f, const store_filter *wanted, catalogue_db *catalogue,
            uint32_t narticles, quire_error *err)
{
    quire_status status;

    quire_filter_clear(f);
    f->first_day = wanted->first_day;
    f->last_day = wanted->last_day;
    f->narticles = narticles;
    f->articles = calloc(words_of(narticles), sizeof *f->articles);
    if (wanted->source != NULL)
        f->source = strdup(wanted->source);
    if (f->articles == NULL || (wanted->source != NULL && f->source == NULL))
        return error_nomem(err);
    status = find_articles(f, wanted, catalogue, err);
    f->is_made = status == QUIRE_OK;
    return status;
}

quire_status
quire_filter_get(quire_filter *f, const store_filter *wanted, catalogue_db *catalogue,
                 const segment *s, unsigned which, const quire_filter_passages **out,
                 quire_error *err)
{
    quire_status status = QUIRE_OK;

    *out = NULL;
    if (wanted->source == NULL && !filter_has_dates(wanted))
        return QUIRE_OK;
    if (!is_kept(f, wanted))
        status = make_filter(f, wanted, catalogue, s->narticles, err);
    if (status == QUIRE_OK && f->passages[which].bits == NULL)
        status = find_passages(f, s, &f->passages[which], err);
    *out = &f->passages[which];
    return status;
}

void
quire_filter_clear(quire_filter *f)
{
    free(f->source);
    free(f->articles);
    for (size_t i = 0; i < QUIRE_FILTER_SEGMENTS; i++)
        free(f->passages[i].bits);
    *f = (quire_filter){0};
}
