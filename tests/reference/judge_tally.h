/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge_tally.h - counts by source and by day, beside the naive searcher's results. */
#ifndef QUIRE_TESTS_REFERENCE_JUDGE_TALLY_H
#define QUIRE_TESTS_REFERENCE_JUDGE_TALLY_H

#include "naive.h"
#include "quire.h"

/* What is different about the counts of an index, where the answer has all that match; NULL:
 * nothing. */
const char *judge_tally_compare(quire_index *index, const char *text, size_t text_bytes,
                                const quire_search_options *options, quire_by by,
                                const naive_answer *wanted);

#endif
