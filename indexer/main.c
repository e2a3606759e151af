/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - quire-index: build an index of news articles, or say what one holds, whether it is
 * sound, or have the one before back.
 *
 * Results go to standard output; progress, problems and errors to standard error. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "options.h"
#include "progress.h"
#include "quire.h"
#include "report.h"

enum { EXIT_UP_TO_DATE = 0, EXIT_PROBLEMS = 1, EXIT_ERROR = 2, EXIT_SIGNAL = 128 };

static volatile sig_atomic_t caught_signal;

/* ---- signals: the first stops the build, one that comes more than a second later the process ----
 *
 * A second, since timeout(1) sends its signal twice, to the process and to its group: one wish to
 * stop must not become an end in mid-work. */

static void
catch_signal(int number)
{
    static struct timespec first; /* touched here only, all these signals being blocked meanwhile */
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (caught_signal == 0) {
        first = now;
        caught_signal = number;
    } else if (now.tv_sec - first.tv_sec > 1) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

static void
prepare_signals(void)
{
    static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction old;
    struct sigaction stop = {.sa_handler = catch_signal}; /* a read that waits ends */

    sigemptyset(&stop.sa_mask);
    for (size_t i = 0; i < sizeof stopping / sizeof *stopping; i++)
        sigaddset(&stop.sa_mask, stopping[i]);
    for (size_t i = 0; i < sizeof stopping / sizeof *stopping; i++)
        if (sigaction(stopping[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(stopping[i], &stop, NULL);

    /* Nobody reading what we say is no reason to leave an index unbuilt. */
    signal(SIGPIPE, SIG_IGN);
}

/* ---- what the library calls ---- */

static bool
on_progress(void *closure, const quire_build_progress *now)
{
    progress_show(closure, now);
    return caught_signal == 0;
}

static void
on_problem(void *closure, const char *where, const char *what, bool skipped, bool is_new)
{
    progress_problem(closure, where, what, skipped, is_new);
}

static void
on_notice(void *closure, const char *text)
{
    (void)closure;
    fputs("quire-index: note: ", stderr);
    progress_print_plain(text);
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
    if (status == QUIRE_ECANCELED && caught_signal != 0)
        return EXIT_SIGNAL + caught_signal;
    return EXIT_ERROR;
}

static void
complain(const quire_error *err, const char *hint)
{
    fputs("quire-index: ", stderr);
    progress_print_plain(err->message);
    fprintf(stderr, "%s\n", hint);
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

static int
build(const options *o)
{
    progress p;
    quire_error err = {0};
    quire_build_report report = {0};
    quire_build_options how;
    quire_status status;
    bool is_published;

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
    how.closure = &p;

    progress_start(&p, o->quiet);
    status = quire_build(o->index, o->sources, o->nsources, &how, &report, &err);
    progress_end(&p);
    if (status != QUIRE_OK) {
        complain(&err, status == QUIRE_ESOURCES ? " (--add or --replace)" : "");
        return exit_status(status, 0);
    }
    is_published = *report.generation != '\0';
    if (!o->quiet)
        report_build(o->index, &report, o->dry_run);
    if (!flush_output(is_published ? "; the index is published all the same" : ""))
        return EXIT_ERROR;
    return exit_status(status, report.nnew_problems);
}

/* ---- what needs no source ---- */

static void
on_fault(void *closure, const char *file, const char *what)
{
    progress *p = closure;

    progress_end(p);
    fprintf(stderr, "quire-index: %s: ", file);
    progress_print_plain(what);
    fputc('\n', stderr);
}

static int
verify(const options *o)
{
    progress p;
    quire_error err = {0};
    quire_verify_report report = {0};
    const quire_verify_options how = {
        .quick = o->quick, .fault = on_fault, .progress = on_progress, .closure = &p};
    quire_status status;

    progress_start(&p, o->quiet);
    status = quire_build_verify(o->index, &how, &report, &err);
    progress_end(&p);
    if (status != QUIRE_OK) {
        complain(&err, "");
        return exit_status(status, 0);
    }
    if (!o->quiet)
        report_verify(o->index, &report, o->quick);
    return flush_output("") ? EXIT_UP_TO_DATE : EXIT_ERROR;
}

static int
roll_back(const options *o)
{
    quire_error err = {0};
    quire_build_options how;
    quire_rollback_report report = {0};
    quire_status status;

    quire_build_options_init(&how);
    how.wait_seconds = o->wait_seconds;
    status = quire_build_rollback(o->index, &how, &report, &err);
    if (status != QUIRE_OK) {
        complain(&err, "");
        return exit_status(status, 0);
    }
    if (!o->quiet)
        printf("%s: back from %s to %s\n", o->index, report.from, report.to);
    return flush_output("") ? EXIT_UP_TO_DATE : EXIT_ERROR;
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

int
main(int argc, char **argv)
{
    options o;
    int status;

    options_read(argc, argv, &o);
    if (!o.status)
        prepare_signals();
    status = o.status     ? show_status(&o)
             : o.verify   ? verify(&o)
             : o.rollback ? roll_back(&o)
                          : build(&o);
    free(o.index);
    return status;
}
