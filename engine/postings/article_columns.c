/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_columns.c - reading the columns of articles.  Whatever the file says is checked against
 * what there is, for a checksum only tells that it is what was written. */
#include "postings/article_columns.h"

#include <string.h>

#include "base/error.h"
#include "postings/article_columns_format.h"
#include "postings/little_endian.h"

/* Articles are in order by the instant, and a day by the clock of its place: where articles are a
 * few days apart by one order, they are less than a month so by the other. */
#define SLACK 31

static quire_status
damaged(const article_columns *c, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: damaged", c->file.path);
}

/* bytes[at .. at + nbytes) in *out, which is left alone where there are none. */
static quire_status
get_bytes(const article_columns *c, uint64_t at, uint64_t nbytes, const uint8_t **out,
          quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (nbytes > 0)
        *out = checked_bytes(&c->file, at, nbytes, &status, err);
    return status;
}

/* ---- Opening ---- */

quire_status
article_columns_open(const char *path, article_columns *c, quire_error *err)
{
    const uint8_t *footer = NULL;
    quire_status status = checked_open(path, CHECKED_ARTICLES, &c->file, err);

    if (status != QUIRE_OK)
        return status;
    if (c->file.size < ARTICLES_FOOTER_BYTES)
        return damaged(c, err);
    const uint64_t footer_at = c->file.size - ARTICLES_FOOTER_BYTES;

    status = get_bytes(c, footer_at, ARTICLES_FOOTER_BYTES, &footer, err);
    if (status != QUIRE_OK)
        return status;
    c->narticles = load_u32(footer);
    c->ndays = load_u32(footer + 4);
    c->nsources = load_u32(footer + 8);
    c->titles_at = (uint64_t)c->ndays * ARTICLES_DAY_BYTES;
    c->sources_at = c->titles_at + (uint64_t)c->narticles * ARTICLES_TITLE_BYTES;
    c->names_at = c->sources_at + (uint64_t)c->narticles * articles_source_bytes(c->nsources);
    c->bytes_at = c->names_at + ((uint64_t)c->nsources + 1) * ARTICLES_NAME_BYTES;
    return c->bytes_at <= footer_at && c->ndays <= c->narticles ? QUIRE_OK : damaged(c, err);
}

void
article_columns_close(article_columns *c)
{
    checked_close(&c->file);
}

/* ---- Days ---- */

/* A number that grows from day to day, by one or at the ends of some months by a few more. */
static uint32_t
scale_of(uint32_t day)
{
    return (day / 10000 * 12 + day / 100 % 100) * 31 + day % 100;
}

static uint32_t
day_of(const uint8_t *days, uint32_t run)
{
    return load_u32(days + (size_t)run * ARTICLES_DAY_BYTES);
}

static uint32_t
first_of(const article_columns *c, const uint8_t *days, uint32_t run)
{
    const uint32_t first =
        run < c->ndays ? load_u32(days + (size_t)run * ARTICLES_DAY_BYTES + 4) : c->narticles;

    return first < c->narticles ? first : c->narticles;
}

/* How many runs at the front are certainly of later days than that of this scale; behind them is
 * the last that is so. */
static uint32_t
count_later(const article_columns *c, const uint8_t *days, uint32_t scale)
{
    uint32_t low = 0;
    uint32_t high = c->ndays;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (scale_of(day_of(days, middle)) > scale)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

quire_status
article_days_begin(const article_columns *c, uint32_t first_day, uint32_t last_day,
                   article_days *out, quire_error *err)
{
    const uint8_t *days = NULL;
    quire_status status = get_bytes(c, 0, (uint64_t)c->ndays * ARTICLES_DAY_BYTES, &days, err);

    *out = (article_days){.first_day = first_day > 0 ? first_day : 1,
                          .last_day = last_day > 0 ? last_day : UINT32_MAX,
                          .end_run = c->ndays};
    if (status != QUIRE_OK)
        return status;
    if (last_day > 0)
        out->run = count_later(c, days, scale_of(last_day) + SLACK);
    if (first_day > 0 && scale_of(first_day) > SLACK)
        out->end_run = count_later(c, days, scale_of(first_day) - SLACK);
    return QUIRE_OK;
}

static bool
is_within(const article_days *days, uint32_t day)
{
    return day >= days->first_day && day <= days->last_day;
}

quire_status
article_days_next(const article_columns *c, article_days *out, bool *found_out, quire_error *err)
{
    const uint8_t *days = NULL;
    uint32_t run = out->run;
    quire_status status = get_bytes(c, 0, (uint64_t)c->ndays * ARTICLES_DAY_BYTES, &days, err);

    *found_out = false;
    if (status != QUIRE_OK)
        return status;
    while (run < out->end_run && !is_within(out, day_of(days, run)))
        run++;
    out->first = first_of(c, days, run);
    while (run < out->end_run && is_within(out, day_of(days, run)))
        run++;
    out->run = run;
    out->end = first_of(c, days, run);
    *found_out = out->first < out->end;
    return QUIRE_OK;
}

/* ---- Sources ---- */

static int
compare_name(const uint8_t *bytes, size_t nbytes, const char *name, size_t name_bytes)
{
    const size_t both = nbytes < name_bytes ? nbytes : name_bytes;
    const int order = both > 0 ? memcmp(bytes, name, both) : 0;

    return order != 0 ? order : (nbytes > name_bytes) - (nbytes < name_bytes);
}

/* The number of the source with this name; nsources where there is none. */
static quire_status
find_source(const article_columns *c, const char *name, size_t nbytes, uint32_t *out,
            quire_error *err)
{
    const uint64_t all_bytes = c->file.size - ARTICLES_FOOTER_BYTES - c->bytes_at;
    const uint8_t *places = NULL;
    const uint8_t *bytes = NULL;
    uint32_t low = 0;
    uint32_t high = c->nsources;
    quire_status status;

    *out = c->nsources;
    if (c->nsources == 0)
        return QUIRE_OK;
    status = get_bytes(c, c->names_at, c->bytes_at - c->names_at, &places, err);
    if (status == QUIRE_OK)
        status = get_bytes(c, c->bytes_at, all_bytes, &bytes, err);
    while (status == QUIRE_OK && low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const uint32_t start = load_u32(places + (size_t)middle * ARTICLES_NAME_BYTES);
        const uint32_t end = load_u32(places + ((size_t)middle + 1) * ARTICLES_NAME_BYTES);

        if (start >= end || end > all_bytes)
            return damaged(c, err);
        const int order = compare_name(bytes + start, end - start, name, nbytes);

        if (order == 0) {
            *out = middle;
            return QUIRE_OK;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return status;
}

static uint32_t
source_at(const uint8_t *column, size_t i, unsigned width)
{
    const uint8_t *at = column + i * width;

    return width == 1 ? at[0] : width == 2 ? at[0] | (uint32_t)at[1] << 8 : load_u32(at);
}

/* Set a bit for each of n elements of a column that is wanted.  The width is known where it is
 * called, so there are three loops without branches. */
static inline void
find_equal(const uint8_t *column, uint32_t n, unsigned width, uint32_t wanted, uint64_t *bits)
{
    for (uint32_t base = 0; base < n; base += 64) {
        const uint32_t end = n - base < 64 ? n - base : 64;
        uint64_t found = 0;

        for (uint32_t i = 0; i < end; i++)
            found |= (uint64_t)(source_at(column, base + i, width) == wanted) << i;
        bits[base / 64] |= found;
    }
}

quire_status
article_columns_source(const article_columns *c, const char *name, size_t nbytes, uint64_t *bits,
                       quire_error *err)
{
    const uint8_t *column = NULL;
    uint32_t source;
    quire_status status = find_source(c, name, nbytes, &source, err);

    if (status != QUIRE_OK || source == c->nsources)
        return status;
    status = get_bytes(c, c->sources_at, c->names_at - c->sources_at, &column, err);
    if (status != QUIRE_OK || column == NULL)
        return status;
    switch (articles_source_bytes(c->nsources)) {
    case 1:
        find_equal(column, c->narticles, 1, source + 1, bits);
        break;
    case 2:
        find_equal(column, c->narticles, 2, source + 1, bits);
        break;
    default:
        find_equal(column, c->narticles, 4, source + 1, bits);
    }
    return QUIRE_OK;
}

/* ---- One article ---- */

/* The day of the last run that begins at the article or before it. */
static quire_status
find_day(const article_columns *c, uint32_t article, uint32_t *out, quire_error *err)
{
    const uint8_t *days = NULL;
    uint32_t low = 0;
    uint32_t high = c->ndays;
    quire_status status = get_bytes(c, 0, (uint64_t)c->ndays * ARTICLES_DAY_BYTES, &days, err);

    if (status != QUIRE_OK)
        return status;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (first_of(c, days, middle) <= article)
            low = middle + 1;
        else
            high = middle;
    }
    *out = low > 0 ? day_of(days, low - 1) : 0;
    return QUIRE_OK;
}

quire_status
article_columns_labels(const article_columns *c, uint32_t article, uint32_t *day_out,
                       uint32_t *source_out, quire_error *err)
{
    const unsigned width = articles_source_bytes(c->nsources);
    const uint8_t *at = NULL;
    quire_status status;

    *source_out = 0;
    if (article >= c->narticles)
        return error_set(err, QUIRE_ECORRUPT, "%s: no article %u", c->file.path, article);
    status = find_day(c, article, day_out, err);
    if (status == QUIRE_OK)
        status = get_bytes(c, c->sources_at + (uint64_t)article * width, width, &at, err);
    if (status != QUIRE_OK || at == NULL)
        return status;
    *source_out = source_at(at, 0, width);
    return *source_out <= c->nsources ? QUIRE_OK : damaged(c, err);
}

/* ---- Titles ---- */

quire_status
article_columns_title(const article_columns *c, uint32_t article, uint32_t *end_out,
                      quire_error *err)
{
    const uint8_t *at = NULL;
    quire_status status;

    if (article >= c->narticles)
        return error_set(err, QUIRE_ECORRUPT, "%s: no article %u", c->file.path, article);
    status = get_bytes(c, c->titles_at + (uint64_t)article * ARTICLES_TITLE_BYTES,
                       ARTICLES_TITLE_BYTES, &at, err);
    if (status == QUIRE_OK)
        *end_out = at[0] | (uint32_t)at[1] << 8;
    return status;
}

quire_status
article_columns_titles(const article_columns *c, uint32_t narticles, const uint8_t **out,
                       quire_error *err)
{
    if (narticles > c->narticles)
        return error_set(err, QUIRE_ECORRUPT, "%s: no article %u", c->file.path, narticles - 1);
    return get_bytes(c, c->titles_at, (uint64_t)narticles * ARTICLES_TITLE_BYTES, out, err);
}
