/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tally.h - how many passages, articles and stories match, by source, author or time. */
#ifndef QUIRE_RESULT_TALLY_H
#define QUIRE_RESULT_TALLY_H

#include "result/search.h"

typedef struct {
    quire_tally_row *rows; /* in the order of quire_tally_get */
    size_t nrows;
    quire_tally_row total;
} tally;

/* Statuses as for quire_count_by.  What *out points to lives in results, which are to be ended by
 * search_results_clear. */
quire_status tally_run(store *st, stemmer *stem, const char *text, size_t text_bytes,
                       const quire_search_options *options, quire_by by, search_results *results,
                       tally *out, quire_error *err);

#endif
