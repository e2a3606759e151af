/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_scoring.c - the score of an article. */
#include "query/article_scoring.h"

#include <stdlib.h>
#include <string.h>

#define K3 7.0 /* the larger, the more repeated words weigh */
#define SUPPORTING_WEIGHT 0.25

article_parameters
article_scoring_defaults(uint32_t nwords)
{
    static const struct {
        uint32_t most; /* words */
        article_parameters of;
    } steps[] = {{2, {0.9, 0.4}},
                 {5, {1.1, 0.5}},
                 {14, {1.3, 0.6}},
                 {29, {1.5, 0.7}},
                 {UINT32_MAX, {1.9, 0.8}}};
    size_t i = 0;

    while (nwords > steps[i].most)
        i++;
    return steps[i].of;
}

uint32_t
article_scoring_words(const query_tree *tree)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < tree->nunits; i++)
        n += !tree->units[i].supports;
    return n;
}

static double
emphasis_of(const query_unit *unit)
{
    const double n = unit->nasked;

    if (unit->supports)
        return SUPPORTING_WEIGHT;
    return n < 2 ? 1 : (K3 + 1) * n / (K3 + n);
}

/* idf, by choice, is that of scoring_init. */
static void
emphasize(const query_tree *tree, double *idf)
{
    for (uint32_t i = 0; i < tree->nunits; i++) {
        const double emphasis = emphasis_of(&tree->units[i]);

        for (uint32_t k = 0; k < tree->units[i].nchoices; k++)
            *idf++ *= emphasis;
    }
}

bool
article_scoring_init(article_scoring *s, const query_tree *tree, double k1, double b,
                     const article_collection *collection, const uint64_t *article_frequencies,
                     arena *a)
{
    const bm25_collection articles = {collection->narticles, collection->total_length};
    const bm25_collection passages = {collection->npassages, collection->total_length};

    bm25_init(&s->of_articles, k1, b, &articles);
    bm25_init(&s->of_passages, k1, b, &passages);
    if (!scoring_init(&s->whole, tree, &s->of_articles, article_frequencies, a))
        return false;
    emphasize(tree, s->whole.idf);
    s->parts = s->whole;
    s->parts.model = &s->of_passages;
    return true;
}

int64_t
article_scoring_sum(const scoring *s, const bool *unit_scores, const uint32_t *term_frequency,
                    uint32_t length)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < s->tree->nunits; i++)
        if (unit_scores[i])
            sum += scoring_unit(s, i, term_frequency, length, NULL);
    return sum;
}

/* ---- The passages that are shown of an article ---- */

/* While they are added, the best stands first. */
void
article_best_add(article_best *best, uint32_t number, int64_t part)
{
    uint32_t at = best->npassages;

    while (at > 0 && best->passages[at - 1].part < part)
        at--;
    if (at == ARTICLE_BEST_PASSAGES)
        return;
    if (best->npassages < ARTICLE_BEST_PASSAGES)
        best->npassages++;
    memmove(&best->passages[at + 1], &best->passages[at],
            (best->npassages - 1 - at) * sizeof *best->passages);
    best->passages[at] = (article_passage){.number = number, .part = part};
}

static int
compare_passages(const void *a, const void *b)
{
    const article_passage *first = a;
    const article_passage *second = b;

    return (first->number > second->number) - (first->number < second->number);
}

void
article_best_finish(article_best *best)
{
    const int64_t largest = best->npassages > 0 ? best->passages[0].part : 0;
    uint32_t n = best->npassages > 0;

    while (n < best->npassages && largest > 0 && best->passages[n].part >= largest - largest / 2)
        n++;
    best->npassages = n;
    qsort(best->passages, n, sizeof *best->passages, compare_passages);
}
