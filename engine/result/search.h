/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.h - one query, from its text to results with marks: what quire_search calls. */
#ifndef QUIRE_RESULT_SEARCH_H
#define QUIRE_RESULT_SEARCH_H

#include "base/arena.h"
#include "quire.h"
#include "store/store.h"
#include "text/stem.h"

/* Results and everything that they point to. */
typedef struct {
    arena *arena;
    quire_hit *hits;
    size_t nhits;
    size_t ndamaged; /* of them */
    quire_clause *clauses;
    size_t nclauses;
    quire_note *notes;
    size_t nnotes;
    uint64_t count;
    const char *explanation;
} search_results;

/* Answer a query; statuses as for quire_search.  *out is to be ended by search_results_clear. */
quire_status search_run(store *st, stemmer *stem, const char *text, size_t text_bytes,
                        const quire_search_options *options, search_results *out, quire_error *err);

/* What is like a sample; statuses as for quire_like. */
quire_status search_like(store *st, stemmer *stem, const quire_sample *sample, const char *text,
                         size_t text_bytes, const quire_search_options *options,
                         search_results *out, quire_error *err);

/* Add to counts[n], for each article n from 1 up to store_narticles, how many of its passages
 * match, or by article 1 where it does; text NULL: whatever options let through.  *out has notes,
 * clauses and the count of all, but no hits; to be ended by search_results_clear. */
quire_status search_tally(store *st, stemmer *stem, const char *text, size_t text_bytes,
                          const quire_search_options *options, uint32_t *counts,
                          search_results *out, quire_error *err);

void search_results_clear(search_results *results);

#endif
