/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_pass.c - pass one of a build: files to articles, each id once, onto the spool.
 *
 * What is held in memory of every article is its key and id; they may take half of the memory
 * allowed, which at 512 MiB is enough for two to three million articles. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
                   (first->line == 0 || buffer_printf(&what, ":%" PRIu32, first->line)) &&
                   (line == 0 ? buffer_add_string(&where, file->name)
                              : buffer_printf(&where, "%s:%llu", file->name, line));

    if (is_told)
        build_problem(b, where.bytes, what.bytes, true);
    buffer_free(&where);
    buffer_free(&what);
    return is_told ? QUIRE_OK : error_nomem(err);
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
    quire_status status;
    uint64_t offset = 0;

    if (b->spool != NULL)
        status = spool_add(b->spool, a, &offset, err);
    else
        status = passage_maker_run(&b->maker, a, pass_over, b, err);
    if (status != QUIRE_OK)
        return status;
    if (!article_order_add(&b->order, a, offset, file, line))
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
            status = take_article(b, a, file, reader_line(r), err);
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

/* ---- the files ---- */

/* A file of one of several SOURCEs, under its real path but for links below the SOURCE. */
typedef struct {
    const char *path;
    size_t index; /* into the list */
} real_file;

static int
compare_real_files(const void *a, const void *b)
{
    const real_file *x = a;
    const real_file *y = b;
    int order = strcmp(x->path, y->path);

    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* Real paths were made UTF-8, which may have made two the same. */
static bool
is_same_file(const source_file *a, const source_file *b)
{
    struct stat x;
    struct stat y;

    return stat(a->path, &x) == 0 && stat(b->path, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

static quire_status
report_overlap(build *b, const source_file *file, const source_file *first, quire_error *err)
{
    const char *what =
        arena_printf(b->arena, "the same file is named twice; the first time as %s", first->name);

    if (what == NULL)
        return error_nomem(err);
    build_problem(b, file->name, what, true);
    return QUIRE_OK;
}

/* Name and take off the list what is there already: SOURCEs may lie in one another. */
static quire_status
drop_overlaps(build *b, real_file *files, quire_error *err)
{
    source_list *l = &b->list;
    quire_status status = QUIRE_OK;
    size_t nfiles = 0;
    size_t first = 0;

    qsort(files, l->nfiles, sizeof *files, compare_real_files);
    for (size_t i = 1; i < l->nfiles && status == QUIRE_OK; i++) {
        const source_file *one = &l->files[files[first].index];
        source_file *other = &l->files[files[i].index];

        if (strcmp(files[i].path, files[first].path) != 0 || !is_same_file(one, other)) {
            first = i;
            continue;
        }
        status = report_overlap(b, other, one, err);
        other->path = NULL;
    }
    for (size_t i = 0; i < l->nfiles; i++)
        if (l->files[i].path != NULL)
            l->files[nfiles++] = l->files[i];
    l->nfiles = nfiles;
    return status;
}

/* List the files of a SOURCE.  A directory that has come to hold none is more likely not mounted
 * than meant to take all of its articles out of the index. */
static quire_status
list_source(build *b, size_t source, quire_error *err)
{
    const char *name = b->set.names[source];
    const size_t before = b->list.nfiles;
    quire_status status = sources_list(name, build_problem, b, &b->list, err);

    if (status != QUIRE_OK || b->list.nfiles > before || b->options.mode == QUIRE_BUILD_REPLACE ||
        b->set.nsources == 1) /* which is found to have no article */
        return status;
    return error_set(err, QUIRE_EINPUT,
                     "no file in %s: is it mounted? --replace with the sources to read leaves it "
                     "out",
                     name);
}

/* Does one SOURCE lie in another? */
static bool
has_overlap(const source_set *set)
{
    for (size_t i = 0; i < set->nsources; i++) {
        const size_t n = strlen(set->paths[i]);

        for (size_t k = 0; k < set->nsources; k++)
            if (k != i && strncmp(set->paths[k], set->paths[i], n) == 0 &&
                (set->paths[i][n - 1] == '/' || set->paths[k][n] == '/'))
                return true;
    }
    return false;
}

/* The real path of a file of a SOURCE; below a directory its id, so far, is the rest of it. */
static const char *
real_path(build *b, size_t source, const source_file *f)
{
    const char *path = b->set.paths[source];
    const char *slash = path[strlen(path) - 1] == '/' ? "" : "/";

    if (strcmp(f->path, b->set.names[source]) == 0)
        return path;
    return arena_printf(b->list.arena, "%s%s%s", path, slash, f->id);
}

/* Files of a SOURCE stand in the list from firsts[source] on. */
static quire_status
find_overlaps(build *b, const size_t *firsts, quire_error *err)
{
    quire_status status = QUIRE_OK;
    const size_t nfiles = b->list.nfiles;
    real_file *files = calloc(nfiles + 1, sizeof *files);

    if (files == NULL)
        return error_nomem(err);
    for (size_t i = 0, source = 0; i < nfiles && status == QUIRE_OK; i++) {
        while (source + 1 < b->set.nsources && i >= firsts[source + 1])
            source++;
        files[i] = (real_file){real_path(b, source, &b->list.files[i]), i};
        if (files[i].path == NULL)
            status = error_nomem(err);
    }
    if (status == QUIRE_OK)
        status = drop_overlaps(b, files, err);
    free(files);
    return status;
}

/* List the files; each SOURCE that cannot be read ends the build. */
static quire_status
list_files(build *b, quire_error *err)
{
    quire_status status = QUIRE_OK;
    uint64_t nbytes = 0;
    size_t *firsts = arena_array(b->arena, b->set.nsources, sizeof *firsts);

    if (firsts == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < b->set.nsources && status == QUIRE_OK; i++) {
        firsts[i] = b->list.nfiles;
        status = list_source(b, i, err);
    }
    if (status == QUIRE_OK && has_overlap(&b->set))
        status = find_overlaps(b, firsts, err);
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
    b->counts = b->maker.counts;
    return status;
}
