/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scoring.h - the score of a passage, from what the matcher says of it: the sum over the units that
 * score of the best weight among the unit's choices that occur.  A choice weighs
 *
 *   bm25_weight(model, idf * scale, tf, length)
 *
 * where idf is that of its own document frequency or, in a unit with shared_df, of the largest
 * among the unit's choices. */
#ifndef QUIRE_QUERY_SCORING_H
#define QUIRE_QUERY_SCORING_H

#include "base/arena.h"
#include "query/bm25.h"
#include "query/match.h"
#include "query/tree.h"

typedef struct {
    const query_tree *tree;
    const bm25 *model;
    const uint32_t *first_choice; /* by unit: the number of its first choice among all */
    double *idf;                  /* by choice, times its scale */
} scoring;

/* Prepare the scoring of a tree's units; document_frequencies of tree->terms.  What it holds lives
 * in arena a; tree and model must outlive it.  False when memory is out. */
bool scoring_init(scoring *s, const query_tree *tree, const bm25 *model,
                  const uint64_t *document_frequencies, arena *a);

/* The best weight of a unit whose terms occur so often (term_frequency by tree->terms), in units of
 * 2^-32; *best_out, which may be NULL, is the choice that has it (the first of equal ones), or
 * QUERY_NONE where none occurs. */
int64_t scoring_unit(const scoring *s, uint32_t unit, const uint32_t *term_frequency,
                     uint32_t length, uint32_t *best_out);

/* The score of a passage of length words that matched. */
int64_t scoring_sum(const scoring *s, const match_result *match, uint32_t length);

/* A number that no passage's score is above: each choice's weight where it stands without end. */
double scoring_most(const scoring *s);

#endif
