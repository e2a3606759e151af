/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_starts.h - with which passages articles begin, in so few bytes that what goes from
 * passages to their articles at random stays in the processor's caches: two bits a passage. */
#ifndef QUIRE_POSTINGS_ARTICLE_STARTS_H
#define QUIRE_POSTINGS_ARTICLE_STARTS_H

#include <stdint.h>

#define ARTICLE_STARTS_GROUP 64

/* A group of passages. */
typedef struct {
    uint64_t bits;   /* of passages with which an article begins */
    uint32_t before; /* the first passage of the article that the group begins in */
} article_starts;

/* The first passage of the article that a passage is of, given all groups. */
static inline uint32_t
article_starts_first(const article_starts *groups, uint32_t number)
{
    const article_starts *g = &groups[number / ARTICLE_STARTS_GROUP];
    const uint32_t place = number % ARTICLE_STARTS_GROUP;
    const uint64_t upto = g->bits & UINT64_MAX >> (ARTICLE_STARTS_GROUP - 1 - place);

    if (upto == 0)
        return g->before;
    return number - place + (ARTICLE_STARTS_GROUP - 1 - (uint32_t)__builtin_clzll(upto));
}

#endif
