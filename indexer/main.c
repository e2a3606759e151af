/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - quire-index: build an index of news articles, or say what one holds, whether it is
 * sound, or have the one before back.
 *
 * Results go to standard output; progress, problems and errors to standard error. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "options.h"
#include "progress.h"
#include "quire.h"
#include "report.h"
#include "run_log.h"
#include "stopping.h"

enum { EXIT_UP_TO_DATE = 0, EXIT_PROBLEMS = 1, EXIT_ERROR = 2, EXIT_SIGNAL = 128 };

/* One run, as what the library calls sees it. */
typedef struct {
    const options *options;
    progress progress;
    run_log log;
} run;

/* ---- what the library calls ---- */

static bool
on_progress(void *closure, const quire_build_progress *now)
{
    progress_show(&((run *)closure)->progress, now);
    return stopping_signal() == 0;
}

static void
on_problem(void *closure, const char *where, const char *what, bool skipped, bool is_new)
{
    run *r = closure;

    progress_problem(&r->progress, where, what, skipped, is_new);
    if (is_new)
        run_log_add(&r->log, "problem", "%s: %s%s", where, what, skipped ? " (skipped)" : "");
}

static void
on_notice(void *closure, const char *text)
{
    run *r = closure;

    run_log_add(&r->log, "note", "%s", text);
    if (r->options->quiet) /* it is as it was the last time, which was no reason to fail */
        return;
    fputs("quire-index: note: ", stderr);
    progress_print_plain(text);
    fputc('\n', stderr);
}

static void
on_fault(void *closure, const char *file, const char *what)
{
    run *r = closure;

    progress_end(&r->progress);
    run_log_add(&r->log, "fault", "%s: %s", file, what);
    fprintf(stderr, "quire-index: %s: ", file);
    progress_print_plain(what);
    fputc('\n', stderr);
}

/* ---- ends ---- */

static int
exit_status(quire_status status, uint64_t nnew_problems)
{
    if (status == QUIRE_OK)
        return nnew_problems == 0 ? EXIT_UP_TO_DATE : EXIT_PROBLEMS;
    if (status == QUIRE_ELOCKED)
        return 75; /* EX_TEMPFAIL: try later */
    if (status == QUIRE_ECANCELED && stopping_signal() != 0)
        return EXIT_SIGNAL + stopping_signal();
    return EXIT_ERROR;
}

/* A run that was stopped from outside is not one that failed: say which it was. */
static void
name_signal(quire_status status, const char *consequence, quire_error *err)
{
    const char *name = stopping_signal() != 0 ? sigabbrev_np(stopping_signal()) : NULL;

    if (status == QUIRE_ECANCELED && name != NULL)
        snprintf(err->message, sizeof err->message, "stopped by SIG%s%s", name, consequence);
}

static void
complain(const quire_error *err, const char *hint)
{
    fputs("quire-index: ", stderr);
    progress_print_plain(err->message);
    fprintf(stderr, "%s\n", hint);
}

static const char *
hint_on(quire_status status)
{
    return status == QUIRE_ESOURCES ? " (--add or --replace)"
           : status == QUIRE_ENOMEM
               ? ": nothing was published; allow the run more, or --memory less"
               : "";
}

/* Did all of standard output get out? */
static bool
flush_output(const char *consequence)
{
    if (!ferror(stdout) && fflush(stdout) == 0)
        return true;
    fprintf(stderr, "quire-index: standard output: %s%s\n", strerror(errno), consequence);
    return false;
}

/* ---- a build ---- */

static void
log_begin(run *r, const char *what)
{
    const options *o = r->options;
    char *names = NULL;
    size_t nbytes = 0;
    FILE *list;

    if (o->log == NULL || (list = open_memstream(&names, &nbytes)) == NULL)
        return;
    for (size_t i = 0; i < o->nsources; i++)
        fprintf(list, "%s %s", i > 0 ? "" : " from", o->sources[i]);
    if (fclose(list) == 0)
        run_log_add(&r->log, "begin", "%s %s%s", what, o->index, names);
    free(names);
}

static void
log_built(run *r, int ends_with, const quire_build_report *report)
{
    const char *done = *report->generation != '\0' ? "published " : "nothing is new";

    run_log_add(&r->log, "end",
                "status %d: %s%s: %llu articles, %llu added, %llu changed, %llu removed; "
                "%llu skipped, %llu damaged, %llu of them newly; %.1f s",
                ends_with, r->options->dry_run ? "a dry run" : done, report->generation,
                (unsigned long long)report->narticles, (unsigned long long)report->nadded,
                (unsigned long long)report->nchanged, (unsigned long long)report->nremoved,
                (unsigned long long)report->nskipped, (unsigned long long)report->ndamaged,
                (unsigned long long)report->nnew_problems, report->seconds);
}

static quire_status
run_build(run *r, quire_build_report *report, quire_error *err)
{
    const options *o = r->options;
    quire_build_options how;
    quire_status status;

    quire_build_options_init(&how);
    how.mode = o->mode;
    how.dry_run = o->dry_run;
    how.store = o->store;
    how.threads = o->threads;
    how.stems = o->stems;
    how.rebuild = o->rebuild;
    how.keep = o->keep;
    how.max_shrink = o->max_shrink;
    how.wait_seconds = o->wait_seconds;
    how.notice = on_notice;
    if (o->memory_bytes > 0)
        how.memory_bytes = o->memory_bytes;
    how.progress = on_progress;
    how.problem = on_problem;
    how.closure = r;

    progress_start(&r->progress, o->quiet);
    log_begin(r, o->dry_run ? "dry run of" : "build of");
    status = quire_build(o->index, o->sources, o->nsources, &how, report, err);
    progress_end(&r->progress);
    name_signal(status, ": nothing was published; the next run clears up and begins again", err);
    return status;
}

static int
build(run *r)
{
    const options *o = r->options;
    quire_error err = {0};
    quire_build_report report = {0};
    const quire_status status = run_build(r, &report, &err);
    const bool is_published = *report.generation != '\0';
    const char *consequence = is_published ? "; the index is published all the same" : "";
    int ends_with = exit_status(status, report.nnew_problems);

    if (status != QUIRE_OK) {
        complain(&err, hint_on(status));
        run_log_add(&r->log, "end", "status %d: %s", ends_with, err.message);
    } else {
        if (!o->quiet)
            report_build(o->index, &report, o->dry_run);
        else if (!o->dry_run && report.nnew_problems > 0)
            progress_sum_up(&r->progress, o->index, report.nnew_problems);
        log_built(r, ends_with, &report);
        if (!flush_output(consequence))
            ends_with = EXIT_ERROR;
    }
    if (o->metrics != NULL &&
        !metrics_write_build(o->metrics, o->index, ends_with, &report, consequence) &&
        ends_with <= EXIT_PROBLEMS)
        ends_with = EXIT_ERROR;
    return run_log_close(&r->log, consequence) || ends_with > EXIT_PROBLEMS ? ends_with
                                                                            : EXIT_ERROR;
}

/* ---- what needs no source ---- */

static int
verify(run *r)
{
    const options *o = r->options;
    quire_error err = {0};
    quire_verify_report report = {0};
    const quire_verify_options how = {
        .quick = o->quick, .fault = on_fault, .progress = on_progress, .closure = r};
    quire_status status;
    int ends_with;

    progress_start(&r->progress, o->quiet);
    log_begin(r, o->quick ? "quick verify of" : "verify of");
    status = quire_build_verify(o->index, &how, &report, &err);
    progress_end(&r->progress);
    name_signal(status, " before all was read", &err);
    ends_with = exit_status(status, 0);
    if (status != QUIRE_OK) {
        complain(&err, "");
        run_log_add(&r->log, "end", "status %d: %s", ends_with, err.message);
    } else {
        if (!o->quiet)
            report_verify(o->index, &report, o->quick);
        run_log_add(&r->log, "end", "status %d: %s is sound: %llu files, %llu bytes; %.1f s",
                    ends_with, report.generation, (unsigned long long)report.nfiles,
                    (unsigned long long)report.bytes, report.seconds);
        if (!flush_output(""))
            ends_with = EXIT_ERROR;
    }
    if (o->metrics != NULL && !metrics_write_verify(o->metrics, o->index, ends_with, &report, "") &&
        ends_with == 0)
        ends_with = EXIT_ERROR;
    return run_log_close(&r->log, "") || ends_with != 0 ? ends_with : EXIT_ERROR;
}

static int
roll_back(run *r)
{
    const options *o = r->options;
    quire_error err = {0};
    quire_build_options how;
    quire_rollback_report report = {0};
    quire_status status;
    int ends_with;

    quire_build_options_init(&how);
    how.wait_seconds = o->wait_seconds;
    how.progress = on_progress;
    how.closure = r;
    progress_start(&r->progress, o->quiet);
    log_begin(r, "rollback of");
    status = quire_build_rollback(o->index, &how, &report, &err);
    progress_end(&r->progress);
    name_signal(status, ": the live generation is the one it was", &err);
    ends_with = exit_status(status, 0);
    if (status != QUIRE_OK) {
        complain(&err, "");
        run_log_add(&r->log, "end", "status %d: %s", ends_with, err.message);
    } else {
        if (!o->quiet)
            printf("%s: back from %s to %s\n", o->index, report.from, report.to);
        run_log_add(&r->log, "end", "status %d: back from %s to %s", ends_with, report.from,
                    report.to);
        if (!flush_output(""))
            ends_with = EXIT_ERROR;
    }
    return run_log_close(&r->log, "") || ends_with != 0 ? ends_with : EXIT_ERROR;
}

static int
show_status(const options *o)
{
    quire_error err = {0};
    quire_index *index = NULL;
    quire_status status = quire_index_open(o->index, &index, &err);

    if (status != QUIRE_OK) {
        complain(&err, "");
        return EXIT_ERROR;
    }
    if (!o->quiet)
        report_status(o->index, quire_index_describe(index), o->as_json);
    quire_index_close(index);
    return flush_output("") ? EXIT_UP_TO_DATE : EXIT_ERROR;
}

/* Where a run is to be told of, see to it before there is anything to tell. */
static int
run_told(const options *o)
{
    static run r; /* which the thread of stopping.c may look at to the end */

    r.options = o;
    if (!run_log_open(&r.log, o->log))
        return EXIT_ERROR;
    stopping_prepare(&r.log);
    if (o->metrics != NULL && !metrics_can_write(o->metrics)) {
        run_log_add(&r.log, "end", "status %d: --metrics %s cannot be written; nothing was done",
                    EXIT_ERROR, o->metrics);
        run_log_close(&r.log, "");
        return EXIT_ERROR;
    }
    return o->verify ? verify(&r) : o->rollback ? roll_back(&r) : build(&r);
}

int
main(int argc, char **argv)
{
    options o;
    int status;

    options_read(argc, argv, &o);
    status = o.status ? show_status(&o) : run_told(&o);
    free(o.index);
    return status;
}
