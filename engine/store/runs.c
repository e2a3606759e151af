/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runs.c - a Xapian database as a sequence of small ones, merged at the end.
 *
 * Xapian holds new postings in trees keyed by term and works them into its tables at a commit.  One
 * database that grows commit by commit rewrites its tables again and again, and large trees miss
 * the processor's caches: 30,488 passages of 78 words took 13.6 s in one commit, 12.0 s in three,
 * 8.4 s as runs of 5,000 and 6.6 s as runs of 2,000; merging took 0.4 s.  Each run begins a new
 * piece of every list, though, and the lists grow by 19 and 36 per cent, so runs are not the
 * smallest possible.  Merging also packs the tables: 57 MB of runs became 44. */
#include "store/runs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"

/* So many runs of one level are merged into one of the next: Xapian holds five files of each open,
 * and a process often may open but 1,024. */
#define FAN_IN 48

typedef struct {
    char *path;
    unsigned level; /* 0: written; n: merged from FAN_IN of level n - 1 */
} run;

struct runs {
    char *path;
    runs_form form;
    run *runs; /* in the order of their documents */
    size_t nruns;
    size_t room;
    uint64_t nmade; /* for names */
    xap_writer *writer;
    uint64_t held;
};

quire_status
runs_new(const char *path, runs_form form, runs **runs_out, quire_error *err)
{
    runs *r = calloc(1, sizeof *r);

    if (r == NULL || (r->path = strdup(path)) == NULL) {
        free(r);
        return error_nomem(err);
    }
    r->form = form;
    *runs_out = r;
    return QUIRE_OK;
}

/* Make the next run's directory and append it to the list. */
static quire_status
begin_run(runs *r, unsigned level, quire_error *err)
{
    buffer path = {0};
    char *made;

    if (!ARRAY_GROW(r->runs, r->nruns, &r->room) ||
        !buffer_printf(&path, "%s.run-%" PRIu64, r->path, ++r->nmade) ||
        (made = buffer_detach(&path)) == NULL) {
        buffer_free(&path);
        return error_nomem(err);
    }
    if (mkdir(made, 0777) != 0) {
        const quire_status status = error_set(err, QUIRE_EIO, "%s: %s", made, strerror(errno));

        free(made);
        return status;
    }
    r->runs[r->nruns++] = (run){made, level};
    return QUIRE_OK;
}

/* Merge the last n runs of the list into the database at path, and remove them. */
static quire_status
merge_last(runs *r, size_t n, const char *path, bool full, quire_error *err)
{
    run *const from = r->runs + (r->nruns - n);
    const char **paths = calloc(n, sizeof *paths);
    quire_status status;

    if (paths == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < n; i++)
        paths[i] = from[i].path;
    status = xap_merge(paths, n, path, full, err);
    free(paths);
    for (size_t i = 0; i < n && status == QUIRE_OK; i++)
        status = file_remove_tree(from[i].path, err);
    if (status != QUIRE_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        free(from[i].path);
    r->nruns -= n;
    return QUIRE_OK;
}

/* Merge runs of one level where there are enough of them. */
static quire_status
merge_full_levels(runs *r, quire_error *err)
{
    for (;;) {
        size_t n = 0;
        quire_status status;
        run merged;

        while (n < r->nruns && r->runs[r->nruns - 1 - n].level == r->runs[r->nruns - 1].level)
            n++;
        if (n < FAN_IN)
            return QUIRE_OK;
        status = begin_run(r, r->runs[r->nruns - 1].level + 1, err);
        if (status != QUIRE_OK)
            return status;
        merged = r->runs[--r->nruns];
        status = merge_last(r, n, merged.path, false, err);
        /* Put back what was taken off, so that it is freed in any case. */
        r->runs[r->nruns++] = merged;
        if (status != QUIRE_OK)
            return status;
    }
}

quire_status
runs_add(runs *r, const xap_document *document, uint64_t cost_bytes, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (r->writer == NULL) {
        status = begin_run(r, 0, err);
        if (status == QUIRE_OK)
            status = xap_writer_open(r->runs[r->nruns - 1].path, r->form.has_term_lists, &r->writer,
                                     err);
    }
    if (status == QUIRE_OK)
        status = xap_writer_add(r->writer, document, err);
    if (status != QUIRE_OK)
        return status;
    r->held += cost_bytes;
    return r->held >= r->form.run_bytes ? runs_flush(r, err) : QUIRE_OK;
}

uint64_t
runs_held(const runs *r)
{
    return r != NULL ? r->held : 0;
}

quire_status
runs_flush(runs *r, quire_error *err)
{
    quire_status status;

    if (r->writer == NULL)
        return QUIRE_OK;
    status = xap_writer_commit(r->writer, err);
    xap_writer_close(r->writer);
    r->writer = NULL;
    r->held = 0;
    return status == QUIRE_OK ? merge_full_levels(r, err) : status;
}

/* A database without documents. */
static quire_status
write_empty(const runs *r, quire_error *err)
{
    xap_writer *writer = NULL;
    quire_status status = xap_writer_open(r->path, r->form.has_term_lists, &writer, err);

    if (status == QUIRE_OK)
        status = xap_writer_commit(writer, err);
    xap_writer_close(writer);
    return status;
}

quire_status
runs_finish(runs *r, quire_error *err)
{
    quire_status status = runs_flush(r, err);

    if (status != QUIRE_OK)
        return status;
    /* Xapian would make the directory too, but whatever the umask, for others to read only. */
    if (mkdir(r->path, 0777) != 0)
        return error_set(err, QUIRE_EIO, "%s: %s", r->path, strerror(errno));
    return r->nruns == 0 ? write_empty(r, err) : merge_last(r, r->nruns, r->path, true, err);
}

void
runs_free(runs *r)
{
    if (r == NULL)
        return;
    xap_writer_close(r->writer);
    for (size_t i = 0; i < r->nruns; i++)
        free(r->runs[i].path);
    free(r->runs);
    free(r->path);
    free(r);
}
