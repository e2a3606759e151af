/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_job.c - a job of pass one: articles go to the spool, and what is to be told of them, in the
 * order of the sources, is noted down. */
#include "build/read_job.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"

#define KEPT_EVENTS 65536
#define KEPT_STRING_BYTES (4u << 20)

void
read_job_clear(read_job *job)
{
    reader_part part = {.bytes = job->part.bytes};
    read_event *events = job->events;
    size_t room = job->room;
    buffer strings = job->strings;

    reader_totals_free(&job->totals);
    if (room > KEPT_EVENTS) {
        free(events);
        events = NULL;
        room = 0;
    }
    if (strings.room > KEPT_STRING_BYTES)
        buffer_free(&strings);
    buffer_clear(&strings);
    buffer_clear(&part.bytes);
    *job = (read_job){.part = part, .events = events, .room = room, .strings = strings};
}

void
read_job_free(read_job *job)
{
    buffer_free(&job->part.bytes);
    free(job->events);
    buffer_free(&job->strings);
    reader_totals_free(&job->totals);
}

/* ---- Events ---- */

static bool
add_string(read_job *job, const char *string, size_t *offset_out)
{
    *offset_out = job->strings.size;
    return buffer_add(&job->strings, string, strlen(string) + 1);
}

static bool
add_event(read_job *job, const read_event *event)
{
    if (!ARRAY_GROW(job->events, job->nevents, &job->room))
        return false;
    job->events[job->nevents++] = *event;
    return true;
}

void
read_job_problem(void *closure, const char *where, const char *what, bool skipped)
{
    read_job *job = closure;
    read_event event = {.kind = READ_PROBLEM, .is_skipped = skipped};

    if (!add_string(job, where, &event.first_string) || !add_string(job, what, &event.what) ||
        !add_event(job, &event))
        job->out_of_memory = true;
}

static quire_status
add_article(read_job *job, job_reader *by, uint32_t file, read_place place, quire_error *err)
{
    const article *a = &by->a;
    read_event event = {.kind = READ_ARTICLE, .place = place, .file = file};
    uint64_t offset = 0;
    quire_status status;

    if (place.is.is_known)
        return add_event(job, &event) ? QUIRE_OK : error_nomem(err);
    status = spool_add(&by->spool, a, &offset, err);
    if (status != QUIRE_OK)
        return status;
    event.key = article_key_of(a, offset, file, place.line);
    if (!add_string(job, a->id, &event.first_string) || !add_event(job, &event))
        return error_nomem(err);
    return QUIRE_OK;
}

/* ---- Jobs ---- */

static quire_status
check_stopped(const job_reader *by, quire_error *err)
{
    return atomic_load(by->is_stopped) ? error_set(err, QUIRE_ECANCELED, "stopped") : QUIRE_OK;
}

static quire_status
read_part(read_job *job, job_reader *by, quire_error *err)
{
    reader_input input = *job->input;
    quire_status status = QUIRE_OK;
    bool more = true;

    input.problem = read_job_problem;
    input.closure = job;
    line_reader_begin(by->lines, &input, &job->part);
    while (status == QUIRE_OK) {
        status = line_reader_next(by->lines, &by->a, &more, err);
        if (status != QUIRE_OK || !more)
            break;
        status = add_article(
            job, by, job->file,
            (read_place){.line = line_reader_line(by->lines), .is = line_reader_line_is(by->lines)},
            err);
        if (status == QUIRE_OK)
            status = check_stopped(by, err);
    }
    if (status == QUIRE_OK && !reader_totals_add(&job->totals, line_reader_totals(by->lines)))
        status = error_nomem(err);
    return status;
}

static quire_status
read_articles(read_job *job, job_reader *by, reader *r, uint32_t file, quire_error *err)
{
    bool more = true;

    for (;;) {
        quire_status status = reader_next(r, &by->a, &more, err);

        if (status != QUIRE_OK || !more)
            return status;
        status = add_article(job, by, file,
                             (read_place){.line = reader_line(r), .is = reader_line_is(r)}, err);
        if (status == QUIRE_OK)
            status = check_stopped(by, err);
        if (status != QUIRE_OK)
            return status;
    }
}

/* Read a file; *is_read_out is false where it is compressed, and may come to be large. */
static quire_status
read_file(read_job *job, job_reader *by, uint32_t file, bool *is_read_out, quire_error *err)
{
    const source_file *f = &by->list->files[file];
    const reader_input input = {.path = f->path,
                                .name = f->name,
                                .id = f->id,
                                .fd = -1,
                                .problem = read_job_problem,
                                .closure = job};
    read_event end = {.kind = READ_FILE_END, .file = file};
    reader *r = NULL;
    quire_status status = reader_open(&input, &r, err);

    *is_read_out = status == QUIRE_OK && (r == NULL || !reader_is_gzip(r));
    if (*is_read_out && r != NULL) {
        status = read_articles(job, by, r, file, err);
        end.end = read_pass_end_of(r);
    }
    reader_close(r);
    if (status == QUIRE_OK && *is_read_out && !add_event(job, &end))
        status = error_nomem(err);
    return status;
}

static quire_status
read_files(read_job *job, job_reader *by, quire_error *err)
{
    quire_status status = QUIRE_OK;
    bool is_read = true;

    for (job->rest = job->file; job->rest < job->end_file && status == QUIRE_OK; job->rest++) {
        status = read_file(job, by, job->rest, &is_read, err);
        if (!is_read)
            break;
        if (status == QUIRE_OK)
            status = check_stopped(by, err);
    }
    return status;
}

void
read_job_run(read_job *job, job_reader *by)
{
    job->status =
        job->input != NULL ? read_part(job, by, &job->error) : read_files(job, by, &job->error);
    if (job->status == QUIRE_OK && job->out_of_memory)
        job->status = error_nomem(&job->error);
    article_clear(&by->a);
}
