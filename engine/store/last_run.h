/* SPDX-License-Identifier: GPL-3.0-or-later */
/* last_run.h - INDEX/last-run: when the last run of a writer ended, and how, in one line: a time,
 * ISO 8601 in UTC, a blank, and words. */
#ifndef QUIRE_STORE_LAST_RUN_H
#define QUIRE_STORE_LAST_RUN_H

#include "base/arena.h"
#include "quire.h"

#define LAST_RUN_NAME "last-run"
#define LAST_RUN_MAX_BYTES 1024

/* Write it, if the index is there.  That it cannot be written is no reason to fail. */
void last_run_write(const char *index_path, const char *words);

/* Read it; "" where there is none. */
void last_run_read(const char *index_path, char line_out[LAST_RUN_MAX_BYTES]);

#endif
