/* SPDX-License-Identifier: GPL-3.0-or-later */
/* same_results.h - what two stores say of one query, compared: for queries that the naive searcher
 * does not read. */
#ifndef QUIRE_TESTS_REFERENCE_SAME_RESULTS_H
#define QUIRE_TESTS_REFERENCE_SAME_RESULTS_H

#include "quire.h"

/* What is different, results, counts, clauses or notes; NULL: nothing. */
const char *same_results(const quire_results *wanted, const quire_results *got);

/* Does each mark lie in its text, begin behind the one before, and name a clause that marks?  What
 * is wrong; NULL: nothing. */
const char *same_results_check(const quire_results *results);

#endif
