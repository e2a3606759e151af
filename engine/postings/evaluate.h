/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate.h - the best passages of a segment for a query tree, exactly, by looking at as few
 * postings as it can. */
#ifndef QUIRE_POSTINGS_EVALUATE_H
#define QUIRE_POSTINGS_EVALUATE_H

#include "postings/segment.h"
#include "query/scoring.h"
#include "query/tree.h"

typedef struct {
    uint32_t passage;
    int64_t score; /* units of 2^-32 */
} evaluate_hit;

/* Read the text of a passage: does it match, and with what score? */
typedef quire_status evaluate_verifier(void *closure, uint32_t passage, bool *matched_out,
                                       int64_t *score_out, quire_error *err);

typedef struct {
    const query_tree *tree;  /* its patterns expanded, its fields filled in */
    const scoring *scoring;  /* of the tree, by what all that is searched has */
    const uint64_t *allowed; /* a bit a passage: which a filter lets through; NULL: all */
    uint32_t first;          /* passages [first, end) are looked at */
    uint32_t end;            /* 0: as many as there are; bits of allowed outside are not set */
    uint32_t
        first_article; /* a multiple of 64: bits of the tree's fields before it are of others */
    int64_t expected;  /* max_hits passages elsewhere have this score or a higher one */
    uint32_t max_hits;
    bool count;
    uint64_t
        *matched; /* with count: the bit of each passage that matches is set; NULL: not wanted */
    evaluate_verifier *verify; /* asked where tree->needs_text */
    void *closure;
} evaluate_request;

/* Fill hits (room for max_hits): best score first, then passage number.  *count_out: all that
 * match, where request->count, else 0.  The same answer as query/match.h and query/scoring.h give
 * for every passage looked at.  QUIRE_ECORRUPT, QUIRE_ENOMEM, and what verify returns. */
quire_status evaluate(const segment *s, const evaluate_request *request, evaluate_hit *hits,
                      uint32_t *nhits_out, uint64_t *count_out, quire_error *err);

/* Is the tree, whose root is not NULL, a word, or a list of words any of which matches, but for
 * what it says of articles?  Such trees are evaluated in a way of their own. */
bool evaluate_is_words(const query_tree *tree);

#endif
