/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_norms.c - see article_norms.h. */
#include "postings/article_norms.h"

#include <math.h>
#include <string.h>

#define EXACT 64
#define AN_OCTAVE 24

/* The least length of a code. */
static double
least_length(unsigned code)
{
    return code < EXACT ? code : ceil(EXACT * exp2((double)(code - EXACT) / AN_OCTAVE));
}

/* Each length has the last code whose least length is not above it. */
void
article_norms_codes_init(article_norms_codes *c)
{
    for (unsigned code = 0; code <= UINT8_MAX; code++) {
        const uint32_t least = (uint32_t)least_length(code);

        memset(c->codes + least, (int)code, ARTICLE_NORMS_LENGTHS - least);
    }
}

void
article_norms_init(article_norms *n, const article_scoring *s)
{
    const bm25 *whole = &s->of_articles;
    const bm25 *part = &s->of_passages;

    n->of_articles = *whole;
    n->of_passages = *part;
    for (unsigned i = 0; i <= UINT8_MAX; i++) {
        n->wholes[i] =
            (float)(whole->k1 * (1 - whole->b + whole->b * least_length(i) / whole->mean_length));
        n->parts[i] = (float)(part->k1 * (1 - part->b + part->b * i / part->mean_length));
    }
}

static bool
are_equal(double a, double b)
{
    return !(a < b) && !(a > b);
}

static bool
is_same(const bm25 *a, const bm25 *b)
{
    return are_equal(a->k1, b->k1) && are_equal(a->b, b->b) &&
           are_equal(a->mean_length, b->mean_length);
}

bool
article_norms_are_of(const article_norms *n, const article_scoring *s)
{
    return is_same(&n->of_articles, &s->of_articles) && is_same(&n->of_passages, &s->of_passages);
}
