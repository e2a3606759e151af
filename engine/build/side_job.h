/* SPDX-License-Identifier: GPL-3.0-or-later */
/* side_job.h - a piece of a build that goes on beside what the calling thread does. */
#ifndef QUIRE_BUILD_SIDE_JOB_H
#define QUIRE_BUILD_SIDE_JOB_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/stop.h"
#include "quire.h"

typedef quire_status side_job_run(void *closure, quire_error *err);

/* It stays where it is from begin to end. */
typedef struct {
    side_job_run *run;
    void *closure;
    const stop_wish *caller; /* asked in the calling thread */
    pthread_t thread;
    bool has_thread;
    atomic_bool is_stopped;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_over; /* under the lock */
    quire_status status;
    quire_error error;
} side_job;

/* Have run(closure) done in a thread of its own; where there is to be none, or it cannot be had, at
 * the end.  While the calling thread waits for it, caller is asked whether to stop; run asks
 * side_job_is_stopped, whatever thread it is in. */
void side_job_begin(side_job *j, side_job_run *run, void *closure, bool may_have_thread,
                    const stop_wish *caller);

bool side_job_is_stopped(const side_job *j);

/* Wait for its end.  What was the status before counts first: with another than QUIRE_OK the job is
 * stopped, or not done at all. */
quire_status side_job_end(side_job *j, quire_status before, quire_error *err);

#endif
