/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.h - how a query was read and how a score came about, as lines of text. */
#ifndef QUIRE_RESULT_EXPLAIN_H
#define QUIRE_RESULT_EXPLAIN_H

#include "base/arena.h"
#include "base/buffer.h"
#include "query/bm25.h"
#include "query/match.h"
#include "query/scoring.h"
#include "query/tree.h"
#include "quire.h"
#include "store/store.h"

/* What the scores of one query are made of. */
typedef struct {
    bm25 model;
    uint64_t *frequencies; /* of tree->terms, in passages */
    scoring scoring;       /* knows the model: an explain_scores does not move */
} explain_scores;

/* Look up what the scores of request are made of; what it holds lives in arena a.  Statuses as for
 * store_search. */
quire_status explain_prepare(store *st, const store_request *request, arena *a,
                             explain_scores *scores_out, quire_error *err);

/* Append the query as it was understood, what its patterns became, and the heading of the stems
 * that score; false when memory is out. */
bool explain_add_reading(buffer *out, const query_tree *tree, arena *a);

/* The query as it was understood, its words, and what the store was asked; in arena a. */
quire_status explain_query(store *st, const store_request *request, const explain_scores *scores,
                           arena *a, const char **out, quire_error *err);

/* How the score of a passage of length words came about, unit by unit; in arena a.
 * QUIRE_ECORRUPT where the units do not sum to score. */
quire_status explain_hit(const query_tree *tree, const explain_scores *scores,
                         const match_result *match, uint32_t length, int64_t score, arena *a,
                         const char **out, quire_error *err);

#endif
