/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pipeline.h - makers of units, each in a thread of its own, and the store that takes the units in
 * order: its passages in the calling thread, its catalogue in one more. */
#ifndef QUIRE_BUILD_PIPELINE_H
#define QUIRE_BUILD_PIPELINE_H

#include "build/unit_maker.h"

/* All are called from the calling thread. */
typedef struct {
    bool (*tick)(void *closure); /* now and then; when it returns false the work is stopped */
    quire_status (*finishing)(void *closure, quire_error *err); /* all articles are in */
    /* The passages are finished; the catalogue may not be yet, which waits for the disk. */
    quire_status (*meanwhile)(void *closure, quire_error *err);
    void *closure;
} pipeline_caller;

/* Write all articles and finish the store, with nmakers threads that make units; with one, all is
 * done in the calling thread.  The first error ends all; QUIRE_ECANCELED where the caller stopped
 * it. */
quire_status pipeline_run(unit_plan *plan, unsigned nmakers, const pipeline_caller *caller,
                          quire_error *err);

#endif
