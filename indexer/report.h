/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.h - what quire-index prints on standard output. */
#ifndef QUIRE_INDEXER_REPORT_H
#define QUIRE_INDEXER_REPORT_H

#include "quire.h"

/* The closing report of a build. */
void report_build(const char *index, const quire_build_report *report, bool dry_run);

/* What the index at path holds, how the last run went, and what an update would do. */
void report_status(const char *path, const quire_index_info *info, bool as_json);

/* The size on disk of a generation of the index at path; 0 where it cannot be told. */
uint64_t report_generation_bytes(const char *path, const char *generation);

/* What --verify found sound. */
void report_verify(const char *path, const quire_verify_report *report, bool is_quick);

#endif
