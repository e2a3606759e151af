/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_filter.c - filters of days and source as ranges and bitmaps.
 *
 * Articles are numbered by date, and the passages of an article lie together in a segment.  So days
 * are a range of articles, hence of passages, found by binary search, and only where a time zone
 * puts an article of another day among them is there a bitmap.  A source is a bitmap, of the
 * articles whose column says so, and so are those that are not dead.  A reader turns pages of
 * results, and a file of queries often has one filter for all, so the last one is kept. */
#include "store/quire_filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/error.h"
#include "store/filter_terms.h"

static size_t
words_of(uint64_t nbits)
{
    return (size_t)(nbits / 64 + 1);
}

/* ---- Articles ---- */

/* Days that are not one range; articles has no bits yet. */
static quire_status
find_more_days(quire_filter *f, const article_columns *columns, article_days *days,
               quire_error *err)
{
    bool found = true;
    quire_status status = QUIRE_OK;

    f->articles = calloc(words_of(columns->narticles), sizeof *f->articles);
    if (f->articles == NULL)
        return error_nomem(err);
    bits_set_range(f->articles, f->first, f->end);
    while (status == QUIRE_OK && found) {
        bits_set_range(f->articles, days->first, days->end);
        f->end = days->end;
        status = article_days_next(columns, days, &found, err);
    }
    return status;
}

static quire_status
find_days(quire_filter *f, const article_columns *columns, quire_error *err)
{
    article_days days;
    bool found = false;
    quire_status status =
        article_days_begin(columns, (uint32_t)f->first_day, (uint32_t)f->last_day, &days, err);

    if (status == QUIRE_OK)
        status = article_days_next(columns, &days, &found, err);
    f->first = days.first;
    f->end = found ? days.end : days.first;
    if (status == QUIRE_OK && found)
        status = article_days_next(columns, &days, &found, err);
    return status == QUIRE_OK && found ? find_more_days(f, columns, &days, err) : status;
}

/* Of the articles found by their days those of the source. */
static quire_status
find_source(quire_filter *f, const store_filter *wanted, const article_columns *columns,
            quire_error *err)
{
    const size_t nwords = words_of(columns->narticles);
    uint64_t *bits;
    term t;
    quire_status status = filter_terms_source(wanted, &t, err);

    if (status != QUIRE_OK)
        return status;
    bits = calloc(nwords, sizeof *bits);
    if (bits == NULL)
        return error_nomem(err);
    status = article_columns_source(columns, t.bytes, t.nbytes, bits, err);
    if (f->articles == NULL) {
        f->articles = bits;
        return status;
    }
    for (size_t i = 0; i < nwords; i++)
        f->articles[i] &= bits[i];
    free(bits);
    return status;
}

/* Of the articles found those that are alive; the columns tell how many there are, if any. */
static quire_status
leave_out(quire_filter *f, const dead_articles *dead, quire_error *err)
{
    if (f->articles == NULL) {
        f->articles = calloc(words_of(dead->narticles), sizeof *f->articles);
        if (f->articles == NULL)
            return error_nomem(err);
        bits_set_range(f->articles, f->first, f->end);
    }
    for (uint32_t i = f->first / 64; i < f->end / 64 + (f->end % 64 != 0); i++)
        f->articles[i] &= ~dead_articles_word(dead, i);
    return QUIRE_OK;
}

/* ---- Passages ---- */

static quire_status
find_bits(const quire_filter *f, const segment *s, quire_filter_passages *out, quire_error *err)
{
    out->bits = calloc(words_of(s->npassages), sizeof *out->bits);
    if (out->bits == NULL)
        return error_nomem(err);
    for (uint32_t at = bits_find(f->articles, f->first, f->end, true); at < f->end;) {
        const uint32_t end = bits_find(f->articles, at, f->end, false);
        uint32_t first_passage;
        uint32_t end_passage;

        segment_articles_passages(s, at + 1, end, &first_passage, &end_passage);
        bits_set_range(out->bits, first_passage, end_passage);
        out->npassages += end_passage - first_passage;
        at = bits_find(f->articles, end, f->end, true);
    }
    return QUIRE_OK;
}

static quire_status
find_passages(const quire_filter *f, const segment *s, quire_filter_passages *out, quire_error *err)
{
    out->is_made = true;
    if (f->first < f->end)
        segment_articles_passages(s, f->first + 1, f->end, &out->first, &out->end);
    if (out->first < out->end && f->articles != NULL)
        return find_bits(f, s, out, err);
    out->npassages = out->end - out->first;
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
make_filter(quire_filter *f, const store_filter *wanted, const article_columns *columns,
            const dead_articles *dead, quire_error *err)
{
    quire_status status = QUIRE_OK;

    quire_filter_clear(f);
    f->first_day = wanted->first_day;
    f->last_day = wanted->last_day;
    f->end = columns->narticles;
    if (wanted->source != NULL) {
        f->source = strdup(wanted->source);
        if (f->source == NULL)
            return error_nomem(err);
    }
    if (filter_has_dates(wanted))
        status = find_days(f, columns, err);
    if (status == QUIRE_OK && wanted->source != NULL)
        status = find_source(f, wanted, columns, err);
    if (status == QUIRE_OK && dead != NULL)
        status = leave_out(f, dead, err);
    f->is_made = status == QUIRE_OK;
    return status;
}

bool
quire_filter_limits(const store_filter *wanted)
{
    return wanted->source != NULL || filter_has_dates(wanted);
}

quire_status
quire_filter_get(quire_filter *f, const store_filter *wanted, const segment *s, unsigned which,
                 const article_columns *columns, const dead_articles *dead,
                 const quire_filter_passages **out, quire_error *err)
{
    quire_status status = QUIRE_OK;

    *out = NULL;
    if (dead == NULL && !quire_filter_limits(wanted))
        return QUIRE_OK;
    if (!is_kept(f, wanted))
        status = make_filter(f, wanted, columns, dead, err);
    if (status == QUIRE_OK && !f->passages[which].is_made)
        status = find_passages(f, s, &f->passages[which], err);
    if (status != QUIRE_OK)
        quire_filter_clear(f);
    *out = &f->passages[which];
    return status;
}

void
quire_filter_clear(quire_filter *f)
{
    free(f->source);
    free(f->articles);
    for (size_t i = 0; i < QUIRE_FILTER_SETS; i++)
        free(f->passages[i].bits);
    *f = (quire_filter){0};
}
