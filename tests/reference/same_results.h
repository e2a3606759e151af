/* SPDX-License-Identifier: GPL-3.0-or-later */
/* same_results.h - what two stores say of one query, compared: for queries that the naive searcher
 * does not read. */
#ifndef QUIRE_TESTS_REFERENCE_SAME_RESULTS_H
#define QUIRE_TESTS_REFERENCE_SAME_RESULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "quire.h"

/* What is different, results, counts, clauses or notes; NULL: nothing. */
const char *same_results(const quire_results *wanted, const quire_results *got);

/* Are these marks of the same bytes and clauses? */
bool same_results_marks(const quire_mark *a, size_t na, const quire_mark *b, size_t nb);

/* Does each mark lie in its text, begin behind the one before, and name a clause that marks?  What
 * is wrong; NULL: nothing. */
const char *same_results_check(const quire_results *results);

#endif
