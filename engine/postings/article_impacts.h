/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_impacts.h - what the postings of a list add to the scores of articles, in a byte each.
 *
 * The byte of an article's first posting in the list is the impact of the stem on the article, from
 * 1, rounded up to a multiple of ARTICLE_IMPACT_UNIT: what article_norms_sum gives of it, so still
 * to be multiplied by idf (k1 + 1).  Those of its other postings are 0.  Words of the headline are
 * counted as the score counts them; only lengths are rounded, and each stem's best passage stands
 * for the article's.  So it is a bound that is seldom more than one of a hundred above what the
 * stem does add. */
#ifndef QUIRE_POSTINGS_ARTICLE_IMPACTS_H
#define QUIRE_POSTINGS_ARTICLE_IMPACTS_H

#include "postings/article_norms.h"
#include "postings/article_starts.h"
#include "postings/segment.h"

#define ARTICLE_IMPACT_UNIT (ARTICLE_NORMS_MOST / UINT8_MAX)

/* One allocation, which blocks begins. */
typedef struct {
    uint8_t *blocks;   /* by block of the list: the largest of an article with a posting there */
    uint8_t *postings; /* by posting */
    uint8_t most;      /* the largest of all */
} article_impacts;

/* What article_norms_saturate gives of small frequencies, in units, and of a passage half of it. */
#define ARTICLE_IMPACT_FREQUENCIES 16
typedef struct {
    float wholes[ARTICLE_IMPACT_FREQUENCIES][UINT8_MAX + 1];
    float parts[ARTICLE_IMPACT_FREQUENCIES][UINT8_MAX + 1];
} article_impact_table;

void article_impacts_prepare(article_impact_table *table, const article_norms *norms);

/* What is known of the articles of a segment. */
typedef struct {
    const segment *segment;
    const article_starts *starts;
    const article_code *codes; /* by passage */
    const article_norms *norms;
    const article_impact_table *table; /* of the norms */
} article_impacts_of;

/* Bytes that the impacts of a list take. */
size_t article_impacts_bytes(const posting_info *info);

/* Read a list, positions and all, and make its impacts.  *out is untouched where it fails. */
quire_status article_impacts_make(const article_impacts_of *of, const posting_info *info,
                                  article_impacts *out, quire_error *err);

#endif
