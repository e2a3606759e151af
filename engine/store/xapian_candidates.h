/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_candidates.h - the articles of a Xapian segment that may match, each with a bound of its
 * score, from the lists of terms alone: none of them is read. */
#ifndef QUIRE_STORE_XAPIAN_CANDIDATES_H
#define QUIRE_STORE_XAPIAN_CANDIDATES_H

#include "query/article_scoring.h"
#include "store/xapian_documents.h"

typedef struct {
    int64_t most; /* its score is not above this */
    size_t shard;
    uint32_t first; /* of its documents */
    uint32_t npassages;
} xapian_candidate;

/* A zeroed one is empty. */
typedef struct {
    xapian_candidate *all; /* to be freed */
    size_t n;
    size_t room;
} xapian_candidates;

/* What is asked for. */
typedef struct {
    const query_tree *tree;
    const store_filter *filter;
    const article_scoring *scoring;
    const bool *drivers;      /* by term; NULL: any article may match */
    const bool *required;     /* by term */
    const uint64_t *possible; /* articles that may match, by their fields; NULL: all */
} xapian_candidates_request;

/* Add those of a segment, whose passages are that shard.  QUIRE_ECORRUPT, QUIRE_EIO,
 * QUIRE_ENOMEM. */
quire_status xapian_candidates_find(xapian_store *s, size_t shard,
                                    const xapian_candidates_request *request,
                                    xapian_candidates *out, quire_error *err);

/* Put those with the highest bounds first. */
void xapian_candidates_sort(xapian_candidates *c);

#endif
