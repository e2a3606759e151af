/* SPDX-License-Identifier: GPL-3.0-or-later */
/* side_job.c - work of a build in a thread beside the calling one, which alone asks whether to
 * stop.
 */
#include "build/side_job.h"

#include "base/error.h"
#include "base/threads.h"

static void *
run_beside(void *closure)
{
    side_job *j = closure;

    j->status = j->run(j->closure, &j->error);
    pthread_mutex_lock(&j->lock);
    j->is_over = true;
    pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->lock);
    return NULL;
}

void
side_job_begin(side_job *j, side_job_run *run, void *closure, bool may_have_thread,
               const stop_wish *caller)
{
    *j =
        (side_job){.run = run, .closure = closure, .caller = caller, .has_thread = may_have_thread};
    if (!may_have_thread)
        return;
    pthread_mutex_init(&j->lock, NULL);
    thread_condition_init(&j->changed);
    if (thread_start(&j->thread, run_beside, j, NULL) == QUIRE_OK)
        return;
    j->has_thread = false;
    pthread_cond_destroy(&j->changed);
    pthread_mutex_destroy(&j->lock);
}

bool
side_job_is_stopped(const side_job *j)
{
    return j->has_thread ? atomic_load(&j->is_stopped) : stop_is_wanted(j->caller);
}

static void
wait_for(side_job *j)
{
    bool is_over = false;

    while (!is_over) {
        if (stop_is_wanted(j->caller))
            atomic_store(&j->is_stopped, true);
        pthread_mutex_lock(&j->lock);
        if (!j->is_over)
            thread_wait_a_little(&j->changed, &j->lock);
        is_over = j->is_over;
        pthread_mutex_unlock(&j->lock);
    }
    pthread_join(j->thread, NULL);
    pthread_cond_destroy(&j->changed);
    pthread_mutex_destroy(&j->lock);
}

quire_status
side_job_end(side_job *j, quire_status before, quire_error *err)
{
    if (!j->has_thread)
        return before == QUIRE_OK ? j->run(j->closure, err) : before;
    if (before != QUIRE_OK)
        atomic_store(&j->is_stopped, true);
    wait_for(j);
    if (before != QUIRE_OK || j->status == QUIRE_OK)
        return before;
    return error_set(err, j->status, "%s", j->error.message);
}
