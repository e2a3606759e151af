/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results.h - what stands behind quire_results and quire_completions. */
#ifndef QUIRE_API_RESULTS_H
#define QUIRE_API_RESULTS_H

#include "result/complete.h"
#include "result/search.h"
#include "result/sentence_diff.h"
#include "result/tally.h"

struct quire_results {
    search_results found;
};

struct quire_completions {
    completions found;
};

struct quire_tally {
    quire_results results;
    tally found;
};

struct quire_diff {
    sentence_diff found;
};

#endif
