/* SPDX-License-Identifier: GPL-3.0-or-later */
/* threads.h - starting the threads of a build, and how many there are to be. */
#ifndef QUIRE_BASE_THREADS_H
#define QUIRE_BASE_THREADS_H

#include <pthread.h>

#include "quire.h"

/* Start a thread that gets no signals: they are for the program's own.  QUIRE_ENOMEM where
 * there is no room for its stack, else QUIRE_EIO. */
quire_status thread_start(pthread_t *thread, void *(*run)(void *), void *closure, quire_error *err);

/* Wait for a change, but not for ever.  The lock is held, and changed goes by CLOCK_MONOTONIC. */
void thread_wait_a_little(pthread_cond_t *changed, pthread_mutex_t *lock);

/* A condition variable for it. */
void thread_condition_init(pthread_cond_t *changed);

/* As many as were asked for, or as there are cores where it was 0. */
unsigned threads_wanted(unsigned asked);

#endif
