/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_columns.h - what a segment knows of its articles by number, for filters and fields:
 *
 *   days     for each run of articles of one day: u32 day, u32 number of its first article
 *   titles   for each article u16: how far its title reaches in the positions of its first passage,
 *            a position below it being in the title (65535: that or more); 0: no words of a title
 *   sources  for each article 0, or 1 + number of its source: u8, u16 or u32 as the number of
 *            sources asks for; nothing at all where there is none
 *   names    of sources, folded, in the order of their bytes: u32 where each begins, and where the
 *            last one ends, counted from the first; then their bytes
 *   footer   u32 articles, u32 runs of days, u32 sources
 *
 * Articles are numbered by date, newest first, undated ones (day 0) last; so a range of days is a
 * range of articles, but for those at its ends that tell their day in other time zones. */
#ifndef QUIRE_POSTINGS_ARTICLE_COLUMNS_H
#define QUIRE_POSTINGS_ARTICLE_COLUMNS_H

#include "postings/checked_file.h"

/* Days are year * 10000 + month * 100 + day; 0: undated. */

/* ---- Reading.  Articles count from 0 here ---- */

typedef struct {
    checked_file file; /* a zeroed one: there are no columns */
    uint32_t narticles;
    uint32_t ndays;
    uint32_t nsources;
    uint64_t titles_at;
    uint64_t sources_at;
    uint64_t names_at;
    uint64_t bytes_at; /* of names */
} article_columns;

quire_status article_columns_open(const char *path, article_columns *c, quire_error *err);
void article_columns_close(article_columns *c); /* a zeroed one is fine */

/* Articles [first, end) of some days, and where to look for more. */
typedef struct {
    uint32_t first;
    uint32_t end;
    uint32_t first_day;
    uint32_t last_day;
    uint32_t run;
    uint32_t end_run;
} article_days;

/* Look for the articles of days first_day to last_day, 0 for no limit, undated ones apart. */
quire_status article_days_begin(const article_columns *c, uint32_t first_day, uint32_t last_day,
                                article_days *days, quire_error *err);

/* Find the next of them that follow one another; false in *found_out where there are no more. */
quire_status article_days_next(const article_columns *c, article_days *days, bool *found_out,
                               quire_error *err);

/* Set bit i % 64 of bits[i / 64] for each article i of a source, by its folded name. */
quire_status article_columns_source(const article_columns *c, const char *name, size_t nbytes,
                                    uint64_t *bits, quire_error *err);

/* An article's day, and 0 or 1 + the number of its source among those of these columns. */
quire_status article_columns_labels(const article_columns *c, uint32_t article, uint32_t *day_out,
                                    uint32_t *source_out, quire_error *err);

/* How far the article's title reaches in the positions of its first passage. */
quire_status article_columns_title(const article_columns *c, uint32_t article, uint32_t *end_out,
                                   quire_error *err);

/* The same of articles [0, narticles): u16 each; *out is untouched where there are none. */
quire_status article_columns_titles(const article_columns *c, uint32_t narticles,
                                    const uint8_t **out, quire_error *err);

/* ---- Writing ---- */

#define ARTICLE_NO_SOURCE UINT32_MAX

typedef struct {
    const char *bytes;
    uint32_t nbytes;
    uint32_t number; /* the writer's own; see article_columns_write */
} article_source;

/* Of one article. */
typedef struct {
    uint32_t day;
    uint32_t source; /* the writer's number of it, or ARTICLE_NO_SOURCE */
    uint32_t title;  /* end of the title's positions */
} article_column;

/* Write directory/articles: sources by name, and places[n] says where among them the source is that
 * the writer calls n.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status article_columns_write(const char *directory, const article_column *articles,
                                   uint32_t narticles, const article_source *sources,
                                   const uint32_t *places, uint32_t nsources, quire_error *err);

#endif
