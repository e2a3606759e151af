/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_pairs.h - lists of pairs of articles. */
#ifndef QUIRE_COPIES_ARTICLE_PAIRS_H
#define QUIRE_COPIES_ARTICLE_PAIRS_H

#include "copies/grouped.h"

/* A pair: the one with more words << 32 | the other. */
typedef struct {
    uint64_t *keys;
    size_t n;
    size_t room;
} article_pairs;

/* To be ended by article_pairs_free; {0} is an empty list. */
void article_pairs_free(article_pairs *list);

/* The pair that two articles are; of as many words, the first comes first. */
uint64_t article_pairs_key(const grouped *g, uint32_t x, uint32_t y);

/* False when memory is out. */
bool article_pairs_add(article_pairs *list, uint64_t key);

/* Put pairs in order, each once. */
void article_pairs_sort(article_pairs *list);

bool article_pairs_has(const article_pairs *sorted, uint64_t key);

#endif
