/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stopping.c - signals: the first asks the run to stop, one that comes more than a second later
 * ends the process.
 *
 * A second, since timeout(1) sends its signal twice, to the process and to its group: one wish to
 * stop must not become an end in mid-work.
 *
 * Most work ends within some tenths of a second.  What cannot be ended, a commit or a merge of
 * libxapian's, or a disk that does not answer, would have a service manager wait, and kill; so a
 * thread ends the process when it is late.  That leaves what any kill leaves: the live index, and
 * something for the next run to clear up. */
#include "stopping.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t caught_signal;
static sem_t is_caught;
static bool has_watch; /* the thread waits for is_caught */

static void
catch_signal(int number)
{
    static struct timespec first; /* touched here only, all these signals being blocked meanwhile */
    const int reason = errno;
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (caught_signal == 0) {
        first = now;
        caught_signal = number;
        if (has_watch)
            sem_post(&is_caught);
    } else if (now.tv_sec - first.tv_sec > 1) {
        signal(number, SIG_DFL);
        raise(number);
    }
    errno = reason;
}

static void *
watch(void *closure)
{
    const struct timespec while_it_ends = {STOPPING_MS / 1000, STOPPING_MS % 1000 * 1000000L};
    run_log *log = closure;
    int status;

    while (sem_wait(&is_caught) != 0)
        ;
    nanosleep(&while_it_ends, NULL);
    status = 128 + caught_signal;
    run_log_add(log, "end", "status %d: stopped by SIG%s in mid-work; the next run clears up",
                status, sigabbrev_np(caught_signal));
    fprintf(stderr, "quire-index: stopped by SIG%s in mid-work: the next run clears up\n",
            sigabbrev_np(caught_signal));
    _exit(status);
}

/* The thread gets no signals itself.  Where there is none, a run ends when it ends. */
static void
start_watch(run_log *log)
{
    pthread_t thread;
    sigset_t all;
    sigset_t before;

    if (sem_init(&is_caught, 0, 0) != 0)
        return;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    has_watch = pthread_create(&thread, NULL, watch, log) == 0;
    if (has_watch)
        pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void
stopping_prepare(run_log *log)
{
    static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction old;
    struct sigaction stop = {.sa_handler = catch_signal}; /* a read that waits ends */

    start_watch(log);
    sigemptyset(&stop.sa_mask);
    for (size_t i = 0; i < sizeof stopping / sizeof *stopping; i++)
        sigaddset(&stop.sa_mask, stopping[i]);
    for (size_t i = 0; i < sizeof stopping / sizeof *stopping; i++)
        if (sigaction(stopping[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(stopping[i], &stop, NULL);

    /* Nobody reading what we say is no reason to leave an index unbuilt. */
    signal(SIGPIPE, SIG_IGN);
}

int
stopping_signal(void)
{
    return caught_signal;
}
