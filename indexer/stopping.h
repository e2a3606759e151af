/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stopping.h - signals that ask a run to stop. */
#ifndef QUIRE_INDEXER_STOPPING_H
#define QUIRE_INDEXER_STOPPING_H

#include "run_log.h"

/* Have SIGINT, SIGTERM and SIGHUP asked for a stop, unless they are ignored.  A run that has not
 * ended STOPPING_MS later is ended where it is, and the log, which must live as long as the
 * process, is told. */
#define STOPPING_MS 1300
void stopping_prepare(run_log *log);

int stopping_signal(void); /* the first that was caught; 0: none */

#endif
