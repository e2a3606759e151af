/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_pass.c - pass one of a build: files to articles, each id once, onto the spool.
 *
 * What is held in memory of every article is its key and id; they may take half of the memory
 * allowed, which at 512 MiB is enough for two to three million articles. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "build/build_internal.h"

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
report_repeat(build *b, const reader *r, const source_file *file, const article *a,
              const article_key *first, quire_error *err)
{
    const char *first_name = b->list.files[first->file].name;
    unsigned long long line = reader_line(r);
    int id_bytes = (int)utf8_cut(a->id, strlen(a->id), SHOWN_ID_BYTES);
    buffer where = {0};
    buffer what = {0};
    bool is_told = buffer_printf(&what, "second article with id %.*s; the first is in %s", id_bytes,
                                 a->id, first_name) &&
                   (line == 0 ? buffer_add_string(&where, file->name)
                              : buffer_printf(&where, "%s:%llu", file->name, line));

    if (is_told)
        build_problem(b, where.bytes, what.bytes, true);
    buffer_free(&where);
    buffer_free(&what);
    return is_told ? QUIRE_OK : error_nomem(err);
}

static quire_status
take_article(build *b, const article *a, uint32_t file, quire_error *err)
{
    quire_status status;
    uint64_t offset = 0;

    if (b->spool != NULL)
        status = spool_add(b->spool, a, &offset, err);
    else
        status = build_passages(b, a, NULL, err);
    if (status != QUIRE_OK)
        return status;
    if (!article_order_add(&b->order, a, offset, file))
        return error_nomem(err);
    if (is_too_much(b))
        return error_set(err, QUIRE_ENOMEM,
                         "%zu articles and more: their ids and dates take more than half of the "
                         "memory allowed; allow more",
                         b->order.nkeys);
    b->report->narticles++;
    return QUIRE_OK;
}

static quire_status
read_articles(build *b, reader *r, uint32_t file, article *a, quire_error *err)
{
    const source_file *f = &b->list.files[file];
    uint64_t before = b->progress.bytes;
    bool more = false;

    for (;;) {
        const article_key *first;
        quire_status status = reader_next(r, a, &more, err);

        if (status != QUIRE_OK || !more)
            return status;
        first = article_order_find(&b->order, a->id);
        if (first != NULL)
            status = report_repeat(b, r, f, a, first, err);
        else
            status = take_article(b, a, file, err);
        if (status != QUIRE_OK)
            return status;
        b->progress.narticles = b->report->narticles;
        b->progress.bytes = before + reader_bytes(r);
        if (!build_tick(b, false))
            return build_canceled(err);
    }
}

static quire_status
read_file(build *b, uint32_t file, article *a, quire_error *err)
{
    const source_file *f = &b->list.files[file];
    uint64_t before = b->progress.bytes;
    reader *r = NULL;
    reader_input input = {
        .path = f->path,
        .name = f->name,
        .id = f->id,
        .fd = strcmp(f->path, "-") == 0 ? b->options.stdin_fd : -1,
        .problem = build_problem,
        .closure = b,
        .is_stopped = is_stopped,
    };
    quire_status status = reader_open(&input, &r, err);

    if (status == QUIRE_OK && r != NULL) {
        status = read_articles(b, r, file, a, err);
        b->report->bytes += reader_text_bytes(r);
        if (f->bytes == 0)
            b->progress.bytes = before + reader_bytes(r);
    }
    if (f->bytes > 0)
        b->progress.bytes = before + f->bytes;
    reader_close(r);
    return status;
}

/* List the files; each SOURCE that cannot be read ends the build. */
static quire_status
list_files(build *b, quire_error *err)
{
    quire_status status = QUIRE_OK;
    uint64_t nbytes = 0;

    for (size_t i = 0; i < b->set.nsources && status == QUIRE_OK; i++)
        status = sources_list(b->set.names[i], build_problem, b, &b->list, err);
    if (status == QUIRE_OK)
        status = sources_name(&b->list, err);
    if (status == QUIRE_OK && b->list.nfiles >= UINT32_MAX)
        status = error_set(err, QUIRE_EINPUT, "more than 4,294,967,294 files");
    for (size_t i = 0; i < b->list.nfiles; i++)
        nbytes += b->list.files[i].bytes;
    b->progress.bytes_goal = nbytes;
    return status;
}

quire_status
read_pass_run(build *b, quire_error *err)
{
    article a = {0};
    quire_status status = build_stage(b, "reading", 0, 0, err);

    if (status == QUIRE_OK)
        status = list_files(b, err);
    for (size_t i = 0; i < b->list.nfiles && status == QUIRE_OK; i++) {
        status = read_file(b, (uint32_t)i, &a, err);
        if (status == QUIRE_OK && !build_tick(b, false))
            status = build_canceled(err);
    }
    article_clear(&a);
    if (status == QUIRE_OK && b->report->narticles == 0)
        status = error_set(err, QUIRE_EINPUT, "no article in %s%s", b->set.names[0],
                           b->set.nsources > 1 ? " or any other source" : "");
    return status;
}
