/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build.c - a build from end to end: lock, compare the sources, read, write, publish.
 *
 *   sources --read_pass--> spool, order --write_pass--> new-N/seg-K --publish--> gen-N
 *                                             gen-M/seg-0... --links--/
 *
 * Where the live generation, M, knows the sources, what is as it was is not read: its articles stay
 * in their segments, which the new generation shares, unless they are merged.
 *
 * Until the last step the live index is not touched, and whatever ends a build before it leaves
 * nothing behind. */
#include "build/build.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <unistring/version.h>

#include "base/error.h"
#include "base/file.h"
#include "base/threads.h"
#include "build/build_internal.h"
#include "build/guards.h"
#include "build/side_job.h"
#include "build/verify.h"
#include "store/dead_articles.h"
#include "store/last_run.h"
#include "store/manifest_files.h"
#include "store/xapian_shim.h"

#define TICK_MS 50 /* between calls of the progress function */
#define LEAST_MEMORY_BYTES (32u << 20)
#define SPOOL_MEMORY_SHARE 8 /* articles between the passes may take this part of it */

/* ---- progress and problems ---- */

static int64_t
now_ms(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool
build_tick(build *b, bool is_due)
{
    int64_t now;

    if (b->is_canceled)
        return false;
    now = now_ms();
    if (guards_is_disk_full(b, now)) {
        b->is_canceled = true;
        return false;
    }
    if (b->options.progress == NULL)
        return true;
    if (!is_due && now - b->told_ms < TICK_MS)
        return true;
    b->told_ms = now;
    b->is_canceled = !b->options.progress(b->options.closure, &b->progress);
    return !b->is_canceled;
}

quire_status
build_canceled(const build *b, quire_error *err)
{
    if (b->refusal.status != QUIRE_OK)
        return error_set(err, b->refusal.status, "%s", b->refusal.message);
    return error_set(err, QUIRE_ECANCELED, "stopped: nothing was published");
}

quire_status
build_stage(build *b, const char *stage, uint64_t articles_goal, uint64_t bytes_goal,
            quire_error *err)
{
    b->progress = (quire_build_progress){
        .stage = stage, .articles_goal = articles_goal, .bytes_goal = bytes_goal};
    return build_tick(b, true) ? QUIRE_OK : build_canceled(b, err);
}

void
build_problem(void *closure, const char *where, const char *what, bool skipped)
{
    build *b = closure;
    bool is_new = problems_add(&b->problems, where, what, skipped);

    if (b->options.problem != NULL)
        b->options.problem(b->options.closure, where, what, skipped, is_new);
}

/* ---- the steps ---- */

/* What the live index was built from, without the lock that only a writer needs.  An index that
 * cannot be read is none to compare with, as when a build replaces it. */
static quire_status
read_live(build *b, generation *g, quire_error *err)
{
    quire_status status = generation_open(b->path, g, err);

    if (status == QUIRE_ENOMEM)
        return status;
    b->has_live = status == QUIRE_OK;
    if (b->has_live)
        b->live = g->manifest;
    return QUIRE_OK;
}

/* A caller who waits for a lock wants to be able to stop. */
static bool
is_stopped(void *closure)
{
    return !build_tick(closure, false);
}

static void
notice(const build *b, const char *text)
{
    if (b->options.notice != NULL && text != NULL)
        b->options.notice(b->options.closure, text);
}

static quire_status
begin(build *b, quire_error *err)
{
    const lock_waiting waiting = {b->options.wait_seconds, is_stopped, b};
    const char *network;
    quire_status status = generation_begin_waiting(b->path, &waiting, b->arena, &b->writer,
                                                   &b->live, &b->has_live, err);

    b->has_lock = status == QUIRE_OK;
    if (status != QUIRE_OK)
        return status;
    generation_writer_keep(b->writer, b->options.keep);
    network = generation_writer_network(b->writer);
    if (network != NULL)
        notice(b,
               arena_printf(b->arena,
                            "%s is on a network file system (%s), where locks may not hold "
                            "between machines: build on one machine only, or on a local disk and "
                            "copy the index",
                            b->path, network));
    return spool_new(generation_writer_directory(b->writer),
                     b->options.memory_bytes / SPOOL_MEMORY_SHARE, &b->spool, err);
}

/* What is known of the sources of the live generation, where that can be read: an index without is
 * built anew. */
static quire_status
read_known_sources(build *b, quire_error *err)
{
    const char *path;
    quire_status status;

    if (!b->has_live || b->options.dry_run)
        return QUIRE_OK;
    path = arena_printf(b->arena, "%s/" SOURCE_STATE_NAME, generation_writer_live(b->writer));
    status = path == NULL ? error_nomem(err) : source_state_open(path, &b->known_sources, err);
    return status == QUIRE_ENOMEM ? status : QUIRE_OK;
}

static bool
is_same_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

const char *
build_basis(build *b)
{
    return arena_printf(b->arena, "quire %s unistring %x", PACKAGE_VERSION,
                        (unsigned)_libunistring_version);
}

/* Only what is new or changed is to be read, where the rest would come out the same. */
static quire_status
choose_update(build *b, quire_error *err)
{
    const char *now = build_basis(b);

    if (now == NULL)
        return error_nomem(err);
    if (b->known_sources == NULL || b->options.rebuild ||
        strcmp(b->options.store, b->live.store) != 0 ||
        !is_same_text(b->stems.text, b->live.stems.text) ||
        strcmp(source_state_basis(b->known_sources), now) != 0)
        return QUIRE_OK;
    b->update.state = b->known_sources;
    b->report->is_update = true;
    return QUIRE_OK;
}

/* ---- The end ---- */

static void
count_segments(build *b)
{
    passage_counts *c = &b->counts;

    *c = (passage_counts){0};
    for (size_t i = 0; i < b->nsegments; i++) {
        const manifest_counts *w = &b->segments[i].written;
        const manifest_counts *d = &b->segments[i].dead;

        c->narticles_without_text += w->narticles_without_text - d->narticles_without_text;
        c->npassages += w->npassages - d->npassages;
        c->nfurniture_passages += w->nfurniture_passages - d->nfurniture_passages;
        c->nwords += w->nwords - d->nwords;
        c->nfurniture_words += w->nfurniture_words - d->nfurniture_words;
    }
}

/* Are the files of a segment those of the live generation?  Only Xapian's change. */
static bool
is_same_segment(const build *b, const planned_segment *s)
{
    return !s->is_merged && (strcmp(b->options.store, "xapian") != 0 || !segment_plan_dies(s));
}

/* The files of segments that stay, whose hashes were taken when they were written, and of the new
 * one. */
static quire_status
list_known_files(build *b, manifest *m, quire_error *err)
{
    manifest_file *known = arena_array(b->arena, b->live.nfiles + b->nhashed + 1, sizeof *known);
    size_t n = 0;

    if (known == NULL)
        return error_nomem(err);
    for (size_t i = 0; b->has_live && i < b->live.nfiles; i++) {
        const char *path = b->live.files[i].path;

        for (size_t k = 0; k < b->plan.nsegments; k++) {
            const planned_segment *s = &b->plan.segments[k];
            const size_t nbytes = strlen(s->old->name);

            if (is_same_segment(b, s) && strncmp(path, s->old->name, nbytes) == 0 &&
                path[nbytes] == '/' && strcmp(path + nbytes, "/" DEAD_FILE) != 0)
                known[n++] = b->live.files[i];
        }
    }
    for (size_t i = 0; i < b->nhashed; i++)
        known[n++] = b->hashed[i];
    m->known = known;
    m->nknown = n;
    return QUIRE_OK;
}

static quire_status
fill_manifest(build *b, manifest *m, quire_error *err)
{
    const quire_build_report *report = b->report;
    time_t now = time(NULL);
    struct tm utc;
    char built[32];
    quire_status status;

    gmtime_r(&now, &utc);
    strftime(built, sizeof built, "%Y-%m-%dT%H:%M:%SZ", &utc);
    *m = (manifest){
        .store = b->options.store,
        .built = arena_copy(b->arena, built, strlen(built)),
        .begun = b->begun > 0 ? (uint64_t)b->begun : 0,
        .quire_version = PACKAGE_VERSION,
        .xapian_version = xap_version(),
        .narticles = report->narticles,
        .narticles_without_text = b->counts.narticles_without_text,
        .npassages = b->counts.npassages,
        .nfurniture_passages = b->counts.nfurniture_passages,
        .nwords = b->counts.nwords,
        .nfurniture_words = b->counts.nfurniture_words,
        .bytes = report->bytes,
        .segments = b->segments,
        .nsegments = b->nsegments,
        .sources = source_set_shown(&b->set, b->arena),
        .source_paths = b->set.paths,
        .nsources = b->set.nsources,
        .stop = &b->stop,
        .stems = b->stems,
    };
    if (m->built == NULL || m->sources == NULL)
        return error_nomem(err);
    status = list_known_files(b, m, err);
    return status == QUIRE_OK ? problems_list(&b->problems, &m->problems, &m->nproblems, err)
                              : status;
}

static quire_status
publish(build *b, quire_error *err)
{
    generation_writer *writer = b->writer;
    manifest m;
    char name[sizeof b->report->generation] = "";
    const char *directory;
    quire_status status = fill_manifest(b, &m, err);

    if (status == QUIRE_OK && !build_tick(b, true))
        status = build_canceled(b, err);
    if (status != QUIRE_OK)
        return status;
    strncat(name, generation_writer_name(writer), sizeof name - 1);
    b->writer = NULL; /* publishing ends it */
    status = generation_publish(writer, &m, err);
    if (status != QUIRE_OK)
        return status == QUIRE_ECANCELED ? build_canceled(b, err) : status;

    /* It is published; a size that cannot be told is no reason to say otherwise. */
    memcpy(b->report->generation, name, sizeof name);
    directory = arena_printf(b->arena, "%s/%s", b->path, name);
    if (directory == NULL || file_tree_bytes(directory, &b->report->index_bytes, NULL) != QUIRE_OK)
        b->report->index_bytes = 0;
    return QUIRE_OK;
}

/* Is there nothing that the live generation does not have?  Then that is what the report tells
 * of. */
static bool
is_up_to_date(build *b)
{
    const manifest *live = &b->live;

    if (b->update.state == NULL || b->update.is_changed || b->problems.nnew > 0 ||
        problems_count(&b->problems) != live->nproblems || b->set.nsources != live->nsources)
        return false;
    for (size_t i = 0; i < b->set.nsources; i++)
        if (strcmp(b->set.paths[i], live->source_paths[i]) != 0)
            return false;
    b->segments = (manifest_segment *)(uintptr_t)live->segments;
    b->nsegments = live->nsegments;
    count_segments(b);
    return true;
}

/* The stems of words that the user sets: those of the file that is named, else those of the live
 * index. */
static quire_status
read_stems(build *b, quire_error *err)
{
    const char *path = b->options.stems;
    buffer text = {0};
    int reason = 0;
    quire_status status;

    if (path == NULL) {
        if (b->has_live)
            b->stems = b->live.stems;
        return QUIRE_OK;
    }
    status = file_read(AT_FDCWD, path, STEM_TABLE_MAX_BYTES, &text, &reason, err);
    if (status == QUIRE_EIO)
        status = error_set(err, QUIRE_EINPUT, "%s: %s", path, strerror(reason));
    if (status == QUIRE_OK && memchr(text.bytes, '\0', text.size) != NULL)
        status = error_set(err, QUIRE_EINPUT, "%s: it holds a NUL; it is no text", path);
    if (status == QUIRE_OK)
        status = stem_table_read(text.bytes, text.size, path, b->arena, &b->stems, err);
    buffer_free(&text);
    return status;
}

static bool
is_store(const char *name)
{
    const char *known;

    for (size_t i = 0; (known = store_writer_name(i)) != NULL; i++)
        if (strcmp(known, name) == 0)
            return true;
    return false;
}

/* An index stays of the store that it is of, unless another is asked for. */
static quire_status
choose_store(build *b, quire_error *err)
{
    if (b->options.store == NULL)
        b->options.store =
            b->has_live && is_store(b->live.store) ? b->live.store : store_writer_name(0);
    return is_store(b->options.store)
               ? QUIRE_OK
               : error_set(err, QUIRE_EUSAGE, "there is no store called \"%s\"", b->options.store);
}

/* The look at the new segment. */
typedef struct {
    side_job job;
    char *directory;
    const char *store;
    const manifest_segment *made;
} verification;

static bool
is_verification_stopped(void *closure)
{
    return side_job_is_stopped(closure);
}

static quire_status
verify(void *closure, quire_error *err)
{
    verification *v = closure;
    const stop_wish stop = {is_verification_stopped, &v->job};

    return verify_segment(v->directory, v->store, v->made, &stop, err);
}

/* Hash the files of the new segment, and sync those of all, and what is known of the sources, while
 * others find the copies; look meanwhile whether the new one is sound. */
static quire_status
finish_new_segment(build *b, quire_error *err)
{
    const char *directory = generation_writer_directory(b->writer);
    verification v = {.directory = arena_printf(b->arena, "%s", directory),
                      .store = b->options.store,
                      .made = &b->segments[b->nsegments - 1]};
    quire_status status = v.directory == NULL ? error_nomem(err) : QUIRE_OK;

    if (status == QUIRE_OK)
        status = file_begin_sync_tree(directory, err);
    if (status != QUIRE_OK)
        return status;
    side_job_begin(&v.job, verify, &v, threads_wanted(b->options.threads) > 1, &b->stop);
    status = manifest_hash_files(directory, v.made->name, &b->stop, b->arena, &b->hashed,
                                 &b->nhashed, err);
    if (status == QUIRE_OK)
        status = generation_writer_sync_segments(b->writer, SOURCE_STATE_NAME, &b->stop, err);
    return side_job_end(&v.job, status, err);
}

static quire_status
finish_segments(build *b, quire_error *err)
{
    const quire_status status =
        b->order.nkeys > 0
            ? finish_new_segment(b, err)
            : generation_writer_sync_segments(b->writer, SOURCE_STATE_NAME, &b->stop, err);

    return status == QUIRE_ECANCELED ? build_canceled(b, err) : status;
}

/* Where passages are in Xapian's tables, which have no checksums, those of the live generation are
 * read through before anything of them goes into a new one. */
static quire_status
check_live_tables(const build *b, quire_error *err)
{
    if (b->update.state == NULL || strcmp(b->options.store, "xapian") != 0)
        return QUIRE_OK;
    return manifest_check_below(generation_writer_live(b->writer), &b->live, "seg-", err);
}

/* Is there an index, as far as can be told without its lock? */
static bool
is_index(const build *b)
{
    const char *stub = arena_printf(b->arena, "%s/XAPIANDB", b->path);

    return stub != NULL && access(stub, F_OK) == 0;
}

/* The sources that are named; where one is gone that an index was built from, what to do. */
static quire_status
resolve_sources(build *b, const char *const *sources, size_t nsources, quire_error *err)
{
    quire_error inner = {0};
    quire_status status = source_set_resolve(sources, nsources, b->arena, &b->set, &inner);

    if (status == QUIRE_OK)
        return QUIRE_OK;
    if (status == QUIRE_EINPUT && is_index(b))
        return error_set(err, status,
                         "%.400s: is it mounted? The index stands as it is; --replace with the "
                         "other sources leaves it out",
                         inner.message);
    return error_set(err, status, "%s", inner.message);
}

static quire_status
run(build *b, const char *const *sources, size_t nsources, generation *live, quire_error *err)
{
    quire_status status = resolve_sources(b, sources, nsources, err);

    if (status == QUIRE_OK)
        status = b->options.dry_run ? read_live(b, live, err) : begin(b, err);
    if (status == QUIRE_OK)
        status = source_set_choose(&b->set, b->options.mode, b->has_live ? &b->live : NULL,
                                   b->arena, err);
    if (status == QUIRE_OK)
        status = read_stems(b, err);
    if (status == QUIRE_OK && b->has_live)
        status = source_set_is_live(&b->set, &b->live, b->arena, &b->has_live_sources, err);
    if (status == QUIRE_OK)
        status = read_known_sources(b, err);
    if (status == QUIRE_OK)
        status = choose_store(b, err);
    if (status == QUIRE_OK)
        status = choose_update(b, err);
    if (status == QUIRE_OK && !passage_maker_init(&b->maker, &b->stems))
        status = error_nomem(err);
    if (status == QUIRE_OK && b->has_live)
        status = problems_know(&b->problems, &b->live, err);
    if (status == QUIRE_OK)
        status = read_pass_run(b, err);
    if (status != QUIRE_OK || b->options.dry_run)
        return status;
    if (is_up_to_date(b)) {
        generation_writer_tidy(b->writer);
        return status;
    }
    status = check_live_tables(b, err);
    if (status == QUIRE_OK)
        status = write_pass_run(b, err);
    if (status == QUIRE_OK)
        status = finish_segments(b, err);
    status = copies_pass_end(b->copies, status, err);
    b->copies = NULL;
    if (status != QUIRE_OK)
        return status;
    count_segments(b);

    /* The store's files must be closed before they are renamed. */
    store_writer_free(b->store);
    b->store = NULL;
    return publish(b, err);
}

/* Leave word of how it ended, unless another is at work. */
static void
tell_last_run(const build *b, quire_status status, const quire_error *err)
{
    char words[QUIRE_ERROR_BYTES + 64];

    if (b->arena == NULL || b->options.dry_run || status == QUIRE_ELOCKED ||
        (!b->has_lock && !is_index(b)))
        return;
    if (status == QUIRE_OK)
        snprintf(words, sizeof words, "%s%s",
                 *b->report->generation != '\0' ? "published " : "nothing was new",
                 b->report->generation);
    else if (status == QUIRE_ECANCELED)
        snprintf(words, sizeof words, "stopped: nothing was published");
    else
        snprintf(words, sizeof words, "failed: %s", err->message);
    last_run_write(b->path, words);
}

static void
end(build *b)
{
    quire_build_report *report = b->report;

    known_sketches_free(b->sketches); /* its thread reads where the writer says */
    store_writer_free(b->store);
    spool_free(b->spool);
    generation_abandon(b->writer);
    article_order_free(&b->order);
    segment_plan_free(&b->plan);
    update_free(&b->update);
    known_lines_free(&b->known);
    source_record_free(&b->record);
    source_state_close(b->known_sources);
    passage_maker_free(&b->maker);
    source_list_free(&b->list);
    if (b->nsegments > 0)
        report->nsegments = b->nsegments;
    report->narticles_without_text = b->counts.narticles_without_text;
    report->npassages = b->counts.npassages;
    report->nfurniture_passages = b->counts.nfurniture_passages;
    report->nwords = b->counts.nwords;
    report->nskipped = b->problems.nskipped;
    report->ndamaged = b->problems.ndamaged;
    report->nnew_problems = b->problems.nnew;
    report->seconds = (double)(now_ms() - b->start_ms) / 1000.0;
    problems_free(&b->problems);
    arena_free(b->arena);
}

/* Say what to do about a live generation that cannot be updated. */
static quire_status
advise(const build *b, quire_status status, quire_error *err)
{
    const quire_error inner = *err;

    if (status != QUIRE_ECORRUPT || !b->report->is_update ||
        strstr(inner.message, "--rebuild") != NULL)
        return status;
    return error_set(err, status, "%.400s; nothing was published: --rebuild makes the index anew",
                     inner.message);
}

quire_status
build_run(const char *path, const char *const *sources, size_t nsources,
          const quire_build_options *options, quire_build_report *report_out, quire_error *err)
{
    quire_status status;
    quire_build_report report = {0};
    quire_error inner = {0};
    generation live = {.lock_fd = -1};
    build b = {.path = path, .options = *options, .report = &report, .start_ms = now_ms()};
    bool is_open;

    if (path == NULL || *path == '\0')
        return error_set(err, QUIRE_EUSAGE, "no index is named");
    if (options->memory_bytes < LEAST_MEMORY_BYTES)
        return error_set(err, QUIRE_EUSAGE, "a build needs %u MiB of memory at least",
                         LEAST_MEMORY_BYTES >> 20);
    if (options->store != NULL && !is_store(options->store))
        return error_set(err, QUIRE_EUSAGE, "there is no store called \"%s\"", options->store);
    b.stop = (stop_wish){is_stopped, &b};
    b.arena = arena_new();
    b.problems.arena = b.arena;
    if (b.arena == NULL)
        status = error_nomem(&inner);
    else
        status = advise(&b, run(&b, sources, nsources, &live, &inner), &inner);
    if (status == QUIRE_ECANCELED) /* whoever noticed does not know why */
        status = build_canceled(&b, &inner);
    if (status != QUIRE_OK && err != NULL)
        *err = inner;
    tell_last_run(&b, status, &inner);
    is_open = options->dry_run && b.has_live;
    end(&b);
    if (is_open)
        generation_close(&live);
    if (report_out != NULL)
        *report_out = report;
    return status;
}
