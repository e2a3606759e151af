/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_set.h - which articles a field of a query means, while a store finds out. */
#ifndef QUIRE_STORE_ARTICLE_SET_H
#define QUIRE_STORE_ARTICLE_SET_H

#include <stdbool.h>
#include <stdint.h>

/* Of each a bit for every article: number n, from 1, is bit (n - 1) % 64 of word (n - 1) / 64.
 * Between segments there may be numbers that are no article's. */
typedef struct {
    uint32_t narticles;
    uint64_t *found;
    uint64_t *doubtful; /* whose values are too long for the index to tell: to be read */
    bool has_doubt;
} article_set;

#endif
