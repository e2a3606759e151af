/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_pass.c - pass one of a build: files to articles, each id once, onto the spool.
 *
 * With one thread, and in a dry run, all is done here; else read_threads.c has articles read and
 * spooled by others, and they come here to be entered in the order, one after another as they stand
 * in the sources, so that it does not matter how many threads there are.
 *
 * What is held in memory of every article is its key and id; they may take half of the memory
 * allowed, which at 512 MiB is enough for two to three million articles. */
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "build/build_internal.h"
#include "build/read_threads.h"
#include "build/threads.h"

#define SHOWN_ID_BYTES 200

static bool
is_stopped(void *closure)
{
    return !build_tick(closure, false);
}

static bool
is_too_much(const build *b)
{
    uint64_t held = article_order_bytes(&b->order) + arena_bytes(b->list.arena) +
                    (uint64_t)b->list.room * sizeof *b->list.files;

    return held > b->options.memory_bytes / 2;
}

/* Name an article whose id was there before. */
static quire_status
report_repeat(build *b, const char *id, uint32_t file, uint64_t line, const article_key *first,
              quire_error *err)
{
    const char *name = b->list.files[file].name;
    const char *first_name = b->list.files[first->file].name;
    int id_bytes = (int)utf8_cut(id, strlen(id), SHOWN_ID_BYTES);
    buffer where = {0};
    buffer what = {0};
    bool is_told = buffer_printf(&what, "second article with id %.*s; the first is in %s", id_bytes,
                                 id, first_name) &&
                   (first->line == 0 || buffer_printf(&what, ":%" PRIu32, first->line)) &&
                   (line == 0 ? buffer_add_string(&where, name)
                              : buffer_printf(&where, "%s:%" PRIu64, name, line));

    if (is_told)
        build_problem(b, where.bytes, what.bytes, true);
    buffer_free(&where);
    buffer_free(&what);
    return is_told ? QUIRE_OK : error_nomem(err);
}

quire_status
read_pass_enter(build *b, const char *id, const article_key *key, quire_error *err)
{
    if (!article_order_add(&b->order, id, key))
        return error_nomem(err);
    if (is_too_much(b))
        return error_set(err, QUIRE_ENOMEM,
                         "%zu articles and more: their ids and dates take more than half of the "
                         "memory allowed; allow more",
                         b->order.nkeys);
    b->progress.narticles = ++b->report->narticles;
    return QUIRE_OK;
}

quire_status
read_pass_check(build *b, const char *id, const article_key *key, uint64_t line, bool *is_new_out,
                quire_error *err)
{
    const article_key *first = article_order_find(&b->order, id, key->hash);

    *is_new_out = first == NULL;
    return first == NULL ? QUIRE_OK : report_repeat(b, id, key->file, line, first, err);
}

static quire_status
pass_over(void *closure, const article *a, const passage *p, uint32_t number, quire_error *err)
{
    (void)a;
    (void)p;
    (void)number;
    return build_tick(closure, false) ? QUIRE_OK : build_canceled(err);
}

static quire_status
take_article(build *b, const article *a, uint32_t file, uint64_t line, quire_error *err)
{
    article_key key = article_key_of(a, 0, file, line);
    bool is_new = false;
    quire_status status = read_pass_check(b, a->id, &key, line, &is_new, err);

    if (status != QUIRE_OK || !is_new)
        return status;
    if (b->spool != NULL)
        status = spool_add(&b->spool_writer, a, &key.spool_offset, err);
    else
        status = passage_maker_run(&b->maker, a, pass_over, b, err);
    return status == QUIRE_OK ? read_pass_enter(b, a->id, &key, err) : status;
}

quire_status
read_pass_articles(build *b, reader *r, uint32_t file, quire_error *err)
{
    const uint64_t before = b->progress.bytes;
    quire_status status = QUIRE_OK;
    article a = {0};
    bool more = false;

    for (;;) {
        status = reader_next(r, &a, &more, err);
        if (status != QUIRE_OK || !more)
            break;
        status = take_article(b, &a, file, reader_line(r), err);
        if (status != QUIRE_OK)
            break;
        b->progress.bytes = before + reader_bytes(r);
        if (!build_tick(b, false)) {
            status = build_canceled(err);
            break;
        }
    }
    article_clear(&a);
    b->progress.bytes = before;
    return status;
}

reader_input
read_pass_input(const build *b, uint32_t file)
{
    const source_file *f = &b->list.files[file];

    return (reader_input){.path = f->path,
                          .name = f->name,
                          .id = f->id,
                          .fd = strcmp(f->path, "-") == 0 ? b->options.stdin_fd : -1};
}

void
read_pass_end_file(build *b, uint32_t file, uint64_t file_bytes, uint64_t text_bytes)
{
    const uint64_t known = b->list.files[file].bytes;

    b->progress.bytes += known > 0 ? known : file_bytes;
    b->report->bytes += text_bytes;
}

quire_status
read_pass_file(build *b, uint32_t file, quire_error *err)
{
    reader *r = NULL;
    reader_input input = read_pass_input(b, file);
    quire_status status;

    input.problem = build_problem;
    input.is_stopped = is_stopped;
    input.closure = b;
    status = reader_open(&input, &r, err);
    if (status == QUIRE_OK && r != NULL)
        status = read_pass_articles(b, r, file, err);
    if (r != NULL)
        read_pass_end_file(b, file, reader_bytes(r), reader_text_bytes(r));
    else
        read_pass_end_file(b, file, 0, 0);
    reader_close(r);
    return status;
}

static quire_status
read_files(build *b, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < b->list.nfiles && status == QUIRE_OK; i++) {
        status = read_pass_file(b, (uint32_t)i, err);
        if (status == QUIRE_OK && !build_tick(b, false))
            status = build_canceled(err);
    }
    return status;
}

quire_status
read_pass_run(build *b, quire_error *err)
{
    const unsigned nthreads = b->options.dry_run ? 1 : threads_wanted(b->options.threads);
    quire_status status = build_stage(b, "reading", 0, 0, err);

    if (status == QUIRE_OK)
        status = source_files_list(b, err);
    b->spool_writer.spool = b->spool;
    if (status == QUIRE_OK)
        status = nthreads > 1 ? read_threads_run(b, nthreads, err) : read_files(b, err);
    if (status == QUIRE_OK && b->spool != NULL)
        status = spool_flush(&b->spool_writer, err);
    spool_writer_free(&b->spool_writer);
    b->spool_writer = (spool_writer){0};
    if (status == QUIRE_OK && b->report->narticles == 0)
        status = error_set(err, QUIRE_EINPUT, "no article in %s%s", b->set.names[0],
                           b->set.nsources > 1 ? " or any other source" : "");
    b->counts = b->maker.counts;
    return status;
}
