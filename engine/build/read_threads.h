/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_threads.h - pass one by several threads. */
#ifndef QUIRE_BUILD_READ_THREADS_H
#define QUIRE_BUILD_READ_THREADS_H

#include "build/build_internal.h"

/* Read all files of the list with nthreads threads at most, into the spool and the order. */
quire_status read_threads_run(build *b, unsigned nthreads, quire_error *err);

#endif
