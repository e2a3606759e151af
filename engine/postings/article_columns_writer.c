/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_columns_writer.c - writing the columns of articles. */
#include <stdlib.h>

#include "base/error.h"
#include "postings/article_columns.h"
#include "postings/article_columns_format.h"
#include "postings/little_endian.h"
#include "postings/segment_files.h"

static void
write_number(checked_writer *w, uint32_t number, unsigned width)
{
    uint8_t bytes[4];

    store_u32(bytes, number);
    checked_write(w, bytes, width);
}

static uint32_t
write_days(checked_writer *w, const article_column *articles, uint32_t narticles)
{
    uint32_t nruns = 0;

    for (uint32_t i = 0; i < narticles; i++)
        if (i == 0 || articles[i].day != articles[i - 1].day) {
            write_number(w, articles[i].day, 4);
            write_number(w, i, 4);
            nruns++;
        }
    return nruns;
}

static void
write_titles(checked_writer *w, const article_column *articles, uint32_t narticles)
{
    for (uint32_t i = 0; i < narticles; i++) {
        const uint32_t title = articles[i].title;

        write_number(w, title < ARTICLES_MAX_TITLE ? title : ARTICLES_MAX_TITLE,
                     ARTICLES_TITLE_BYTES);
    }
}

static void
write_sources(checked_writer *w, const article_column *articles, uint32_t narticles,
              const uint32_t *places, unsigned width)
{
    for (uint32_t i = 0; i < narticles && width > 0; i++) {
        const uint32_t source = articles[i].source;

        write_number(w, source == ARTICLE_NO_SOURCE ? 0 : places[source] + 1, width);
    }
}

static void
write_names(checked_writer *w, const article_source *sources, uint32_t nsources)
{
    uint32_t start = 0;

    for (uint32_t i = 0; i < nsources; i++) {
        write_number(w, start, ARTICLES_NAME_BYTES);
        start += sources[i].nbytes;
    }
    write_number(w, start, ARTICLES_NAME_BYTES);
    for (uint32_t i = 0; i < nsources; i++)
        checked_write(w, sources[i].bytes, sources[i].nbytes);
}

quire_status
article_columns_write(const char *directory, const article_column *articles, uint32_t narticles,
                      const article_source *sources, const uint32_t *places, uint32_t nsources,
                      quire_error *err)
{
    char *path = segment_path(directory, SEGMENT_ARTICLES);
    checked_writer *w = path == NULL ? NULL : checked_create(path, CHECKED_ARTICLES);

    free(path);
    if (w == NULL)
        return error_nomem(err);
    const uint32_t nruns = write_days(w, articles, narticles);

    write_titles(w, articles, narticles);
    write_sources(w, articles, narticles, places, articles_source_bytes(nsources));
    write_names(w, sources, nsources);
    write_number(w, narticles, 4);
    write_number(w, nruns, 4);
    write_number(w, nsources, 4);
    return checked_finish(w, err);
}
