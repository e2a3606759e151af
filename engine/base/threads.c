/* SPDX-License-Identifier: GPL-3.0-or-later */
/* threads.c - starting the threads of a build. */
#include "base/threads.h"

#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/error.h"

#define TICK_NS 50000000L

/* Is there room for a stack?  That there is none the system says in the same words as that there
 * are too many threads. */
static bool
has_room(void)
{
    pthread_attr_t attributes;
    size_t nbytes = 0;
    void *room;

    pthread_attr_init(&attributes);
    pthread_attr_getstacksize(&attributes, &nbytes);
    pthread_attr_destroy(&attributes);
    room = mmap(NULL, nbytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED)
        return false;
    munmap(room, nbytes);
    return true;
}

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
    if (failure == 0)
        return QUIRE_OK;
    if (!has_room())
        return error_nomem(err);
    return error_set(err, QUIRE_EIO, "cannot start a thread: %s", strerror(failure));
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
