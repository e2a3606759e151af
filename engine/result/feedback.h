/* SPDX-License-Identifier: GPL-3.0-or-later */
/* feedback.h - pseudo-relevance feedback: words of what is best join the query. */
#ifndef QUIRE_RESULT_FEEDBACK_H
#define QUIRE_RESULT_FEEDBACK_H

#include "store/store.h"
#include "text/stem.h"

/* What a search has at hand. */
typedef struct {
    store *store;
    const store_request *request; /* its tree is the one that is added to */
    bool by_article;
    stemmer *stemmer;
    arena *arena; /* of the tree */
} feedback_request;

/* Ask for the best articles or passages, and add up to nwords of their words to the tree.  In a
 * query of bare words they match too; in others they only score.  QUIRE_ECORRUPT, QUIRE_EIO,
 * QUIRE_ENOMEM. */
quire_status feedback_add(const feedback_request *request, query_tree *tree, uint32_t nwords,
                          quire_error *err);

#endif
