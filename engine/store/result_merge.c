/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result_merge.c - see result_merge.h.  Lists are as many as segments, which are few: a look at
 * each for every result is less than a heap would take. */
#include "store/result_merge.h"

/* The list whose next result is the best; nlists where none has any left. */
static quire_status
find_best(const result_merge *m, size_t *best_out, quire_error *err)
{
    size_t best = m->nlists;

    for (size_t i = 0; i < m->nlists; i++) {
        bool is_better = best == m->nlists;
        quire_status status = QUIRE_OK;

        if (!m->has_more(m->closure, i))
            continue;
        if (!is_better)
            status = m->is_before(m->closure, i, best, &is_better, err);
        if (status != QUIRE_OK)
            return status;
        if (is_better)
            best = i;
    }
    *best_out = best;
    return QUIRE_OK;
}

quire_status
result_merge_take(const result_merge *m, uint32_t max_results, uint32_t *nresults_out,
                  quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (*nresults_out = 0; *nresults_out < max_results; ++*nresults_out) {
        size_t best = 0;

        status = find_best(m, &best, err);
        if (status != QUIRE_OK || best == m->nlists)
            break;
        m->take(m->closure, best, *nresults_out);
    }
    return status;
}
