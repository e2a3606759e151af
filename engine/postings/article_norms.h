/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_norms.h - what an occurrence of a stem adds to the score of an article, in single
 * precision, for bounds: the exact one is query/article_scoring.h's. */
#ifndef QUIRE_POSTINGS_ARTICLE_NORMS_H
#define QUIRE_POSTINGS_ARTICLE_NORMS_H

#include <stdbool.h>
#include <stdint.h>

#include "query/article_scoring.h"

/* What a stem adds is less than so many times its idf (k1 + 1): all of the whole, half of the best
 * passage. */
#define ARTICLE_NORMS_MOST 1.5F

/* A passage, in as few bytes as can be: there is one for each, and a search looks at many.  Lengths
 * are rounded down, so that bounds stay such. */
typedef struct {
    uint8_t whole;  /* code of the article's length */
    uint8_t part;   /* its own length, or UINT8_MAX where it is longer */
    uint16_t title; /* of a first passage: how far the headline reaches (article_columns.h) */
} article_code;

/* The codes of articles' lengths: lengths below 64, and 24 an octave above.  The longest have the
 * last one. */
#define ARTICLE_NORMS_LENGTHS 16384
typedef struct {
    uint8_t codes[ARTICLE_NORMS_LENGTHS];
} article_norms_codes;

void article_norms_codes_init(article_norms_codes *c);

static inline uint8_t
article_norms_code(const article_norms_codes *c, uint32_t length)
{
    return c->codes[length < ARTICLE_NORMS_LENGTHS ? length : ARTICLE_NORMS_LENGTHS - 1];
}

typedef struct {
    bm25 of_articles; /* what they are of */
    bm25 of_passages;
    float wholes[UINT8_MAX + 1]; /* norms of articles, by code */
    float parts[UINT8_MAX + 1];  /* norms of passages, by length */
} article_norms;

void article_norms_init(article_norms *n, const article_scoring *s);

/* Are they those of a scoring?  Zeroed ones are of none. */
bool article_norms_are_of(const article_norms *n, const article_scoring *s);

static inline float
article_norms_saturate(float frequency, float norm)
{
    return frequency / (norm + frequency);
}

/* What a stem adds, but for idf (k1 + 1): its frequency in the article, the norm of that, and the
 * largest that article_norms_saturate gives of its passages. */
static inline float
article_norms_sum(float frequency, float whole_norm, float best_part)
{
    return article_norms_saturate(frequency, whole_norm) + best_part / 2;
}

#endif
