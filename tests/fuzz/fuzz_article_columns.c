/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the columns of articles, under checksums that hold: what is found lies within the
 * articles there are, and goes forward. */
#include <stdlib.h>
#include <string.h>

#include "postings/article_columns.h"

#include "fuzz.h"

static memory_path path;

static void
read_days(const article_columns *c, uint32_t first_day, uint32_t last_day)
{
    article_days days;
    bool found = true;
    uint32_t at = 0;

    if (article_days_begin(c, first_day, last_day, &days, NULL) != QUIRE_OK)
        return;
    while (article_days_next(c, &days, &found, NULL) == QUIRE_OK && found) {
        require(days.first < days.end && days.end <= c->narticles);
        at++;
        require(at <= c->ndays);
    }
}

static void
read_source(const article_columns *c, const char *name)
{
    const size_t nwords = (size_t)c->narticles / 64 + 1;
    uint64_t *bits = calloc(nwords, sizeof *bits);

    require(bits != NULL);
    if (article_columns_source(c, name, strlen(name), bits, NULL) == QUIRE_OK)
        require(bits[nwords - 1] >> (c->narticles % 64) == 0);
    free(bits);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    article_columns c = {0};
    uint32_t end;

    write_checked(path, CHECKED_ARTICLES, data, size);
    if (article_columns_open(path, &c, NULL) == QUIRE_OK) {
        read_days(&c, 0, 0);
        read_days(&c, 20240101, 20241231);
        read_days(&c, 0, 19870301);
        read_source(&c, "Hwire");
        read_source(&c, "");
        for (uint32_t i = 0; i < c.narticles && i < 100; i++)
            require(article_columns_title(&c, i, &end, NULL) == QUIRE_OK && end < 65536);
    }
    article_columns_close(&c);
    return 0;
}
