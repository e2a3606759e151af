/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest_files.c - are the files of a generation those that its manifest lists? */
#include "store/manifest_files.h"

#include <errno.h>
#include <fts.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"

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

/* Files that the manifest does not list. */
static quire_status
find_strangers(checker *c, const manifest *m, quire_error *err)
{
    char *roots[] = {strdup(c->directory), NULL};
    FTS *walk = roots[0] == NULL ? NULL : fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    const size_t skipped = strlen(c->directory) + 1;
    quire_status status = walk == NULL ? error_nomem(err) : QUIRE_OK;
    FTSENT *entry;

    while (status == QUIRE_OK && (entry = fts_read(walk)) != NULL) {
        const char *below = entry->fts_level > 0 ? entry->fts_path + skipped : "";

        if (entry->fts_level == 0 || entry->fts_info == FTS_D || entry->fts_info == FTS_DP ||
            strcmp(below, "manifest.json") == 0 ||
            (m->nfiles > 0 &&
             bsearch(below, m->files, m->nfiles, sizeof *m->files, compare_paths) != NULL))
            continue;
        status = complain(c, below, "no file of this generation", err);
    }
    if (walk != NULL)
        fts_close(walk);
    free(roots[0]);
    return status;
}

quire_status
manifest_check_files(const char *directory, const manifest *m, const stop_wish *stop,
                     manifest_complaint *complaint, void *closure, quire_error *err)
{
    checker c = {.directory = directory, .stop = stop, .complain = complaint, .closure = closure};
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < m->nfiles && status == QUIRE_OK; i++)
        status = check_file(&c, &m->files[i], err);
    if (status == QUIRE_OK)
        status = find_strangers(&c, m, err);
    buffer_free(&c.path);
    buffer_free(&c.what);
    return status;
}
