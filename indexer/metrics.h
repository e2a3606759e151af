/* SPDX-License-Identifier: GPL-3.0-or-later */
/* metrics.h - --metrics FILE: how the last run went and what is live, for Prometheus. */
#ifndef QUIRE_INDEXER_METRICS_H
#define QUIRE_INDEXER_METRICS_H

#include "quire.h"

/* Could the file at path be put in place?  False, with a message on standard error, where it could
 * not; asked before there is anything to tell. */
bool metrics_can_write(const char *path);

/* Put down how a build of the index ended, also one that failed, and what is live now.  False, with
 * a message on standard error that ends in consequence, where that cannot be. */
bool metrics_write_build(const char *path, const char *index, int exit_status,
                         const quire_build_report *report, const char *consequence);

/* The same of --verify. */
bool metrics_write_verify(const char *path, const char *index, int exit_status,
                          const quire_verify_report *report, const char *consequence);

#endif
