/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rollback.c - going back to the generation before, if its files are as they were written. */
#include <stdio.h>

#include "base/error.h"
#include "build/build.h"
#include "store/generation.h"
#include "store/last_run.h"
#include "store/manifest_files.h"

static bool
is_stopped(void *closure)
{
    const quire_build_options *options = closure;
    const quire_build_progress now = {.stage = "comparing checksums"};

    return options->progress != NULL && !options->progress(options->closure, &now);
}

/* Does anything of it fail to fit its checksums? */
static quire_status
check(void *closure, const char *directory, const manifest *m, quire_error *err)
{
    quire_error why = {0};
    const quire_status status = manifest_check_files(directory, m, closure, NULL, NULL, &why);

    if (status != QUIRE_ECORRUPT)
        return status == QUIRE_OK ? status : error_set(err, status, "%s", why.message);
    return error_set(err, status,
                     "%.400s; nothing was changed: --rebuild with the sources makes the index anew",
                     why.message);
}

quire_status
build_rollback(const char *path, const quire_build_options *options,
               quire_rollback_report *report_out, quire_error *err)
{
    const stop_wish stop = {is_stopped, (void *)(uintptr_t)options};
    const lock_waiting waiting = {options->wait_seconds, stop.is_wanted, stop.closure};
    quire_rollback_report report = {0};
    char words[100];
    quire_status status = generation_rollback(path, &waiting, check, (void *)(uintptr_t)&stop,
                                              report.from, report.to, err);

    if (status != QUIRE_OK)
        return status;
    snprintf(words, sizeof words, "went back from %s to %s", report.from, report.to);
    last_run_write(path, words);
    if (report_out != NULL)
        *report_out = report;
    return status;
}
