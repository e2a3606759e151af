/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest_files.c - are the files of a generation those that its manifest lists? */
#include "store/manifest_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/tree.h"

typedef struct {
    const char *directory;
    const stop_wish *stop;
    manifest_complaint *complain;
    void *closure;
    buffer path;
    buffer what;
} checker;

static quire_status
complain(checker *c, const char *file, const char *what, quire_error *err)
{
    if (c->complain == NULL)
        return error_set(err, QUIRE_ECORRUPT, "%s/%s: %s", c->directory, file, what);
    c->complain(c->closure, file, what);
    return QUIRE_OK;
}

static quire_status
check_file(checker *c, const manifest_file *f, quire_error *err)
{
    uint64_t hash = 0;
    uint64_t nbytes = 0;
    quire_error inner = {0};
    quire_status status;

    buffer_clear(&c->path);
    buffer_clear(&c->what);
    if (!buffer_printf(&c->path, "%s/%s", c->directory, f->path))
        return error_nomem(err);
    status = hash_file(c->path.bytes, c->stop, &hash, &nbytes, &inner);
    if (status == QUIRE_ENOMEM)
        return error_nomem(err);
    if (status == QUIRE_ECANCELED)
        return error_set(err, status, "%s", inner.message);
    if (status != QUIRE_OK)
        return complain(c, f->path, inner.message, err);
    if (nbytes == f->bytes && hash == f->hash)
        return QUIRE_OK;
    if (!buffer_printf(&c->what,
                       nbytes == f->bytes ? "damaged: it does not fit its checksum"
                                          : "damaged: it has %" PRIu64
                                            " bytes and should have %" PRIu64,
                       nbytes, f->bytes))
        return error_nomem(err);
    return complain(c, f->path, c->what.bytes, err);
}

static int
compare_paths(const void *key, const void *file)
{
    return strcmp(key, ((const manifest_file *)file)->path);
}

typedef struct {
    checker *c;
    const manifest *m;
    size_t directory_bytes;
} search;

/* A file that the manifest does not list. */
static quire_status
find_stranger(const tree_entry *entry, void *closure, quire_error *err)
{
    const search *s = closure;
    const char *below = entry->path + s->directory_bytes + (entry->level > 0);

    if (entry->kind == TREE_BEGIN || entry->kind == TREE_END ||
        strcmp(below, "manifest.json") == 0 ||
        (s->m->nfiles > 0 &&
         bsearch(below, s->m->files, s->m->nfiles, sizeof *s->m->files, compare_paths) != NULL))
        return QUIRE_OK;
    return complain(s->c, below, "no file of this generation", err);
}

quire_status
manifest_check_below(const char *directory, const manifest *m, const char *start, quire_error *err)
{
    checker c = {.directory = directory};
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < m->nfiles && status == QUIRE_OK; i++)
        if (strncmp(m->files[i].path, start, strlen(start)) == 0)
            status = check_file(&c, &m->files[i], err);
    buffer_free(&c.path);
    buffer_free(&c.what);
    return status;
}

quire_status
manifest_check_files(const char *directory, const manifest *m, const stop_wish *stop,
                     manifest_complaint *complaint, void *closure, quire_error *err)
{
    checker c = {.directory = directory, .stop = stop, .complain = complaint, .closure = closure};
    search s = {.c = &c, .m = m, .directory_bytes = strlen(directory)};
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < m->nfiles && status == QUIRE_OK; i++)
        status = check_file(&c, &m->files[i], err);
    if (status == QUIRE_OK)
        status = tree_walk(directory, find_stranger, &s, err);
    buffer_free(&c.path);
    buffer_free(&c.what);
    return status;
}
