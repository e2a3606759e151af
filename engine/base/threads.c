/* SPDX-License-Identifier: GPL-3.0-or-later */
/* threads.c - starting the threads of a build. */
#include "base/threads.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/error.h"

#define TICK_NS 50000000L

quire_status
thread_start(pthread_t *thread, void *(*run)(void *), void *closure, quire_error *err)
{
    sigset_t all;
    sigset_t before;
    int failure;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failure = pthread_create(thread, NULL, run, closure);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure == 0 ? QUIRE_OK
                        : error_set(err, QUIRE_EIO, "cannot start a thread: %s", strerror(failure));
}

void
thread_wait_a_little(pthread_cond_t *changed, pthread_mutex_t *lock)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += TICK_NS;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_cond_timedwait(changed, lock, &until);
}

void
thread_condition_init(pthread_cond_t *changed)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

unsigned
threads_wanted(unsigned asked)
{
    cpu_set_t cores;

    if (asked > 0)
        return asked;
    if (sched_getaffinity(0, sizeof cores, &cores) != 0)
        return 1;
    return (unsigned)CPU_COUNT(&cores);
}
