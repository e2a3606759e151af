/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build.h - the indexing pipeline: sources in, a published generation out.
 *
 * Pass one reads every article once, in the order of the sources, and spools it to a file beside
 * the new generation, so that the second pass can write them in the order of results that score
 * alike (date, id), whatever order they came in. */
#ifndef QUIRE_BUILD_BUILD_H
#define QUIRE_BUILD_BUILD_H

#include "quire.h"

/* As quire_build. */
quire_status build_run(const char *path, const char *const *sources, size_t nsources,
                       const quire_build_options *options, quire_build_report *report_out,
                       quire_error *err);

/* As quire_build_rollback. */
quire_status build_rollback(const char *path, const quire_build_options *options,
                            quire_rollback_report *report_out, quire_error *err);

/* As quire_build_verify. */
quire_status build_verify(const char *path, const quire_verify_options *options,
                          quire_verify_report *report_out, quire_error *err);

/* As quire_build_look. */
quire_status build_preview(const char *path, quire_build_preview *out, quire_error *err);

/* As quire_build_read_sample and quire_build_free_sample. */
quire_status build_read_sample(const char *path, quire_sample *out, quire_error *err);
void build_free_sample(quire_sample *sample);

#endif
