/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_pairs.c - lists of pairs of articles. */
#include "copies/article_pairs.h"

#include <stdlib.h>

#include "base/array.h"

void
article_pairs_free(article_pairs *list)
{
    free(list->keys);
    *list = (article_pairs){0};
}

uint64_t
article_pairs_key(const grouped *g, uint32_t x, uint32_t y)
{
    const bool is_first = g->nwords[x] != g->nwords[y] ? g->nwords[x] > g->nwords[y] : x < y;

    return is_first ? (uint64_t)x << 32 | y : (uint64_t)y << 32 | x;
}

bool
article_pairs_add(article_pairs *list, uint64_t key)
{
    if (!ARRAY_GROW(list->keys, list->n, &list->room))
        return false;
    list->keys[list->n++] = key;
    return true;
}

static int
compare_keys(const void *x, const void *y)
{
    const uint64_t a = *(const uint64_t *)x;
    const uint64_t b = *(const uint64_t *)y;

    return (a > b) - (a < b);
}

void
article_pairs_sort(article_pairs *list)
{
    size_t n = 0;

    if (list->n > 1)
        qsort(list->keys, list->n, sizeof *list->keys, compare_keys);
    for (size_t i = 0; i < list->n; i++)
        if (i == 0 || list->keys[i] != list->keys[n - 1])
            list->keys[n++] = list->keys[i];
    list->n = n;
}

bool
article_pairs_has(const article_pairs *sorted, uint64_t key)
{
    return sorted->n > 0 &&
           bsearch(&key, sorted->keys, sorted->n, sizeof *sorted->keys, compare_keys) != NULL;
}
