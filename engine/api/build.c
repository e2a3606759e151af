/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build.c - what quire.h declares for building an index; goes into libquire-build. */
#include "build/build.h"

void
quire_build_options_init(quire_build_options *options)
{
    *options = (quire_build_options){
        .mode = QUIRE_BUILD_SAME_SOURCES,
        .memory_bytes = (uint64_t)512 << 20,
        .keep = 2,
        .max_shrink = 10,
    };
}

quire_status
quire_build(const char *path, const char *const *sources, size_t nsources,
            const quire_build_options *options, quire_build_report *report_out, quire_error *err)
{
    quire_build_options defaults;

    quire_build_options_init(&defaults);
    return build_run(path, sources, nsources, options == NULL ? &defaults : options, report_out,
                     err);
}

quire_status
quire_build_rollback(const char *path, const quire_build_options *options,
                     quire_rollback_report *report_out, quire_error *err)
{
    quire_build_options defaults;

    quire_build_options_init(&defaults);
    return build_rollback(path, options == NULL ? &defaults : options, report_out, err);
}

quire_status
quire_build_look(const char *path, quire_build_preview *out, quire_error *err)
{
    return build_preview(path, out, err);
}

quire_status
quire_build_verify(const char *path, const quire_verify_options *options,
                   quire_verify_report *report_out, quire_error *err)
{
    const quire_verify_options defaults = {0};

    return build_verify(path, options == NULL ? &defaults : options, report_out, err);
}

quire_status
quire_build_read_sample(const char *path, quire_sample *out, quire_error *err)
{
    return build_read_sample(path, out, err);
}

void
quire_build_free_sample(quire_sample *sample)
{
    build_free_sample(sample);
}
