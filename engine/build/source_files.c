/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source_files.c - the files of all SOURCEs of a build, each once, however the SOURCEs overlap. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "build/build_internal.h"

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

quire_status
source_files_list(build *b, quire_error *err)
{
    quire_status status = QUIRE_OK;
    uint64_t nbytes = 0;
    size_t *firsts = arena_array(b->arena, b->set.nsources, sizeof *firsts);

    if (firsts == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < b->set.nsources && status == QUIRE_OK; i++) {
        firsts[i] = b->list.nfiles;
        status = list_source(b, i, err);
        for (size_t k = firsts[i]; k < b->list.nfiles; k++)
            b->list.files[k].source = (uint32_t)i;
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
