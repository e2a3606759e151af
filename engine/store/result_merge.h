/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result_merge.h - several lists of results, each best first, made one. */
#ifndef QUIRE_STORE_RESULT_MERGE_H
#define QUIRE_STORE_RESULT_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quire.h"

/* Lists are numbered from 0; what is asked of one is asked of its next result. */
typedef struct {
    size_t nlists;
    void *closure; /* handed to all of these */

    bool (*has_more)(const void *closure, size_t list);

    /* Does that of list a come before that of list b?  Both have one. */
    quire_status (*is_before)(void *closure, size_t a, size_t b, bool *out, quire_error *err);

    /* Take it from its list as result number n, from 0. */
    void (*take)(void *closure, size_t list, uint32_t n);
} result_merge;

/* Take the best max_results of all lists.  *nresults_out: as many as were taken, also where
 * is_before failed, whose status is returned. */
quire_status result_merge_take(const result_merge *m, uint32_t max_results, uint32_t *nresults_out,
                               quire_error *err);

#endif
