/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scoring.c - weights of units. */
#include "query/scoring.h"

static uint64_t
largest_frequency(const query_unit *unit, const uint64_t *document_frequencies)
{
    uint64_t largest = 0;

    for (uint32_t i = 0; i < unit->nchoices; i++)
        if (document_frequencies[unit->choices[i].term] > largest)
            largest = document_frequencies[unit->choices[i].term];
    return largest;
}

bool
scoring_init(scoring *s, const query_tree *tree, const bm25 *model,
             const uint64_t *document_frequencies, arena *a)
{
    uint32_t *first = arena_array(a, (size_t)tree->nunits + 1, sizeof *first);
    double *idf = NULL;
    uint32_t nchoices = 0;

    if (first == NULL)
        return false;
    for (uint32_t i = 0; i < tree->nunits; i++) {
        first[i] = nchoices;
        nchoices += tree->units[i].nchoices;
    }
    idf = arena_array(a, (size_t)nchoices + 1, sizeof *idf);
    if (idf == NULL)
        return false;
    *s = (scoring){.tree = tree, .model = model, .first_choice = first, .idf = idf};
    for (uint32_t i = 0; i < tree->nunits; i++) {
        const query_unit *unit = &tree->units[i];
        const uint64_t shared = largest_frequency(unit, document_frequencies);

        for (uint32_t k = 0; k < unit->nchoices; k++) {
            const query_choice *choice = &unit->choices[k];

            *idf++ = choice->scale *
                     bm25_idf(model, unit->shared_df ? shared : document_frequencies[choice->term]);
        }
    }
    return true;
}

int64_t
scoring_unit(const scoring *s, uint32_t unit, const uint32_t *term_frequency, uint32_t length,
             uint32_t *best_out)
{
    const query_unit *u = &s->tree->units[unit];
    const double *idf = s->idf + s->first_choice[unit];
    uint32_t best = QUERY_NONE;
    int64_t largest = 0;

    for (uint32_t i = 0; i < u->nchoices; i++) {
        const uint32_t frequency = term_frequency[u->choices[i].term];
        int64_t weight = 0;

        if (frequency == 0)
            continue;
        weight = bm25_weight(s->model, idf[i], frequency, length);
        if (best == QUERY_NONE || weight > largest) {
            best = i;
            largest = weight;
        }
    }
    if (best_out != NULL)
        *best_out = best;
    return largest;
}

int64_t
scoring_sum(const scoring *s, const match_result *match, uint32_t length)
{
    int64_t score = 0;

    for (uint32_t i = 0; i < s->tree->nunits; i++)
        if (match->unit_scores[i])
            score += scoring_unit(s, i, match->term_frequency, length, NULL);
    return score;
}

double
scoring_most(const scoring *s)
{
    const double *idf = s->idf;
    double most = 0;

    for (uint32_t i = 0; i < s->tree->nunits; i++)
        for (uint32_t k = 0; k < s->tree->units[i].nchoices; k++)
            most += *idf++ * (s->model->k1 + 1);
    return most;
}
