/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_log.h - --log FILE: what runs did, a line an event. */
#ifndef QUIRE_INDEXER_RUN_LOG_H
#define QUIRE_INDEXER_RUN_LOG_H

#include <stdbool.h>

typedef struct {
    const char *path; /* NULL: nothing is logged */
    int fd;
    int reason; /* errno of the first line that could not be written; 0: all were */
} run_log;

/* Open the file at path, or make it, for lines at its end; NULL: log nothing.  False, with a
 * message on standard error, where that cannot be. */
bool run_log_open(run_log *log, const char *path);

/* Write "TIME quire-index[PID] EVENT: TEXT", in one write.  Whatever would end the line or act on a
 * terminal is escaped: \n, \\, \x1b.  What cannot be written is remembered for run_log_close. */
void run_log_add(run_log *log, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* False, with a message on standard error that ends in consequence, where a line could not be
 * written. */
bool run_log_close(run_log *log, const char *consequence);

#endif
