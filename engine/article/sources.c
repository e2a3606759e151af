/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sources.c - walking the SOURCEs of a run down to files.
 *
 * Names are taken in byte order, so that a run meets the same files in the same order whatever the
 * file system, and each file's id depends on the names alone. */
#include "article/sources.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "article/format.h"
#include "base/array.h"
#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"

/* A directory on the way down, to notice a link that leads back up. */
typedef struct ancestor {
    dev_t device;
    ino_t inode;
    const struct ancestor *above;
} ancestor;

/* One SOURCE being walked. */
typedef struct {
    source_list *list;
    size_t prefix_bytes; /* of every path: the SOURCE and its slash; the id is what follows */
    reader_problem *problem;
    void *closure;
    quire_error *err;
} walk;

typedef struct {
    char **names;
    size_t nnames;
    size_t room;
} name_list;

static quire_status visit(walk *w, const char *path, const ancestor *above);

/* The name to show for path: its own bytes where they are UTF-8. */
static const char *
shown_name(source_list *list, const char *path)
{
    size_t nbytes = strlen(path);
    buffer valid = {0};
    utf8_repair *repairs = NULL;
    size_t nrepairs;
    const char *name = NULL;

    if (utf8_valid_prefix(path, nbytes) == nbytes)
        return path;
    if (utf8_repair_text(path, nbytes, &valid, &repairs, &nrepairs))
        name = arena_copy(list->arena, valid.bytes, valid.size);
    free(repairs);
    buffer_free(&valid);
    return name;
}

static quire_status
report(walk *w, const char *path, const char *what)
{
    const char *name = shown_name(w->list, path);

    if (name == NULL)
        return error_nomem(w->err);
    if (w->problem != NULL)
        w->problem(w->closure, name, what, true);
    return QUIRE_OK;
}

/* Of what cannot be read for now, articles must not be missing. */
static quire_status
report_unread(walk *w, const char *path, int error)
{
    return file_may_come_back(error) ? reader_fail(path, strerror(error), w->err)
                                     : report(w, path, strerror(error));
}

/* ---- names of a directory ---- */

static void
free_names(name_list *l)
{
    for (size_t i = 0; i < l->nnames; i++)
        free(l->names[i]);
    free(l->names);
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a directory, sorted, hidden ones left out.  What stopped the reading, if anything,
 * is in *errno_out; the status tells of memory only. */
static quire_status
read_names(const char *path, name_list *l, int *errno_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    DIR *directory = opendir(path);

    *errno_out = 0;
    if (directory == NULL) {
        *errno_out = errno;
        return QUIRE_OK;
    }
    for (;;) {
        struct dirent *entry;

        errno = 0;
        entry = readdir(directory);
        if (entry == NULL) {
            *errno_out = errno;
            break;
        }
        if (entry->d_name[0] == '.')
            continue;
        if (!ARRAY_GROW(l->names, l->nnames, &l->room) ||
            (l->names[l->nnames] = strdup(entry->d_name)) == NULL) {
            status = error_nomem(err);
            break;
        }
        l->nnames++;
    }
    closedir(directory);
    if (l->nnames > 0)
        qsort(l->names, l->nnames, sizeof *l->names, compare_names);
    return status;
}

/* An index holds no articles, not even one that is built from the directory it lies in. */
static bool
is_index(const name_list *l)
{
    bool has_lock = false;
    bool has_generation = false;

    for (size_t i = 0; i < l->nnames; i++) {
        const char *name = l->names[i];
        has_lock = has_lock || strcmp(name, "lock") == 0;
        has_generation = has_generation || strcmp(name, "XAPIANDB") == 0 ||
                         (strncmp(name, "new-", 4) == 0 && strlen(name) == 12 &&
                          strspn(name + 4, "0123456789") == 8);
    }
    return has_lock && has_generation;
}

static quire_status
visit_names(walk *w, const char *path, const name_list *names, const ancestor *self)
{
    quire_status status = QUIRE_OK;
    size_t nbytes = strlen(path);
    const char *slash = nbytes > 0 && path[nbytes - 1] == '/' ? "" : "/";

    for (size_t i = 0; i < names->nnames && status == QUIRE_OK; i++) {
        char *below = arena_printf(w->list->arena, "%s%s%s", path, slash, names->names[i]);
        status = below == NULL ? error_nomem(w->err) : visit(w, below, self);
    }
    return status;
}

static quire_status
visit_directory(walk *w, const char *path, const struct stat *st, const ancestor *above)
{
    ancestor self = {st->st_dev, st->st_ino, above};
    name_list names = {0};
    quire_status status;
    int error;

    for (const ancestor *a = above; a != NULL; a = a->above)
        if (a->device == st->st_dev && a->inode == st->st_ino)
            return report(w, path, "leads back to a directory above it");

    status = read_names(path, &names, &error, w->err);
    if (status == QUIRE_OK && error != 0) {
        if (above == NULL)
            status = error_set(w->err, QUIRE_EINPUT, "%s: %s", path, strerror(error));
        else
            status = report_unread(w, path, error);
    } else if (status == QUIRE_OK && is_index(&names)) {
        status = report(w, path, "an index, not articles");
    } else if (status == QUIRE_OK) {
        status = visit_names(w, path, &names, &self);
    }
    free_names(&names);
    return status;
}

/* ---- files ---- */

static int64_t
nanoseconds(const struct timespec *t)
{
    return (int64_t)((uint64_t)t->tv_sec * 1000000000u + (uint64_t)t->tv_nsec);
}

static quire_status
add_file(walk *w, const char *path, const struct stat *st)
{
    source_list *list = w->list;
    source_file *file;

    if (!ARRAY_GROW(list->files, list->nfiles, &list->room))
        return error_nomem(w->err);
    file = &list->files[list->nfiles];
    *file = (source_file){.path = path, .name = shown_name(list, path)};
    if (file->name == NULL)
        return error_nomem(w->err);
    file->id = shown_name(list, path + w->prefix_bytes);
    if (file->id == NULL)
        return error_nomem(w->err);
    if (S_ISREG(st->st_mode)) {
        file->is_regular = true;
        file->bytes = st->st_size > 0 ? (uint64_t)st->st_size : 0;
        file->modified_ns = nanoseconds(&st->st_mtim);
        file->changed_ns = nanoseconds(&st->st_ctim);
        file->inode = st->st_ino;
    }
    list->nfiles++;
    return QUIRE_OK;
}

static const char *
kind_name(mode_t mode)
{
    return S_ISFIFO(mode)   ? "a FIFO below a directory: name it as a source, or pipe it into -"
           : S_ISSOCK(mode) ? "a socket"
                            : "a device";
}

static quire_status
visit(walk *w, const char *path, const ancestor *above)
{
    struct stat st;

    if (stat(path, &st) != 0) {
        if (errno == ENOENT)
            return report(w, path, "a link to nothing");
        return report_unread(w, path, errno);
    }
    if (S_ISDIR(st.st_mode))
        return visit_directory(w, path, &st, above);
    if (!S_ISREG(st.st_mode))
        return report(w, path, kind_name(st.st_mode));
    return add_file(w, path, &st);
}

/* Bytes of a file's path before its last name. */
static size_t
directory_bytes(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* The SOURCE as given, less slashes at its end. */
static char *
trimmed(arena *a, const char *source)
{
    size_t nbytes = strlen(source);

    while (nbytes > 1 && source[nbytes - 1] == '/')
        nbytes--;
    return arena_copy(a, source, nbytes);
}

quire_status
sources_list(const char *source, reader_problem *problem, void *closure, source_list *list,
             quire_error *err)
{
    walk w = {.list = list, .problem = problem, .closure = closure, .err = err};
    struct stat st = {0};
    char *path;

    if (list->arena == NULL && (list->arena = arena_new()) == NULL)
        return error_nomem(err);
    path = trimmed(list->arena, source);
    if (path == NULL)
        return error_nomem(err);
    if (strcmp(path, "-") == 0)
        return add_file(&w, path, &st);
    if (*path == '\0')
        return error_set(err, QUIRE_EINPUT, "a source without a name");
    if (stat(path, &st) != 0)
        return error_set(err, QUIRE_EINPUT, "%s: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode)) {
        size_t nbytes = strlen(path);
        w.prefix_bytes = path[nbytes - 1] == '/' ? nbytes : nbytes + 1;
        return visit_directory(&w, path, &st, NULL);
    }
    if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
        return error_set(err, QUIRE_EINPUT, "%s: neither a file, a directory nor a FIFO", path);
    if (access(path, R_OK) != 0)
        return error_set(err, QUIRE_EINPUT, "%s: %s", path, strerror(errno));
    w.prefix_bytes = directory_bytes(path);
    return add_file(&w, path, &st);
}

/* ---- ids ---- */

/* A file whose name may become an article's id. */
typedef struct {
    source_file *file;
    const char *whole;
    size_t nbytes; /* of whole that are the id */
} named;

static int
compare_named(const void *a, const void *b)
{
    const named *x = a;
    const named *y = b;
    size_t least = x->nbytes < y->nbytes ? x->nbytes : y->nbytes;
    int order = memcmp(x->whole, y->whole, least);

    if (order != 0)
        return order;
    return (x->nbytes > y->nbytes) - (x->nbytes < y->nbytes);
}

/* Give back their endings to names that are the same without; true where there were any. */
static bool
part_equals(named *names, size_t nnames)
{
    bool changed = false;

    qsort(names, nnames, sizeof *names, compare_named);
    for (size_t i = 0; i < nnames;) {
        size_t end = i + 1;
        while (end < nnames && names[end].nbytes == names[i].nbytes &&
               memcmp(names[end].whole, names[i].whole, names[i].nbytes) == 0)
            end++;
        for (size_t k = i; k < end && end - i > 1; k++) {
            size_t whole_bytes = strlen(names[k].whole);
            changed = changed || names[k].nbytes < whole_bytes;
            names[k].nbytes = whole_bytes;
        }
        i = end;
    }
    return changed;
}

quire_status
sources_name(source_list *list, quire_error *err)
{
    quire_status status = QUIRE_OK;
    size_t nnames = 0;
    named *names = malloc((list->nfiles + 1) * sizeof *names);

    if (names == NULL)
        return error_nomem(err);

    /* JSON Lines name their articles themselves, and what is not read has none. */
    for (size_t i = 0; i < list->nfiles; i++) {
        source_file *file = &list->files[i];
        format_kind kind = format_of_name(file->id, NULL);
        if (kind == FORMAT_TEXT || kind == FORMAT_UNKNOWN)
            names[nnames++] = (named){file, file->id, format_stem_bytes(file->id)};
    }
    while (nnames > 1 && part_equals(names, nnames))
        ; /* an ending given back may make a name equal to another one's */
    for (size_t i = 0; i < nnames && status == QUIRE_OK; i++) {
        if (names[i].nbytes == strlen(names[i].whole))
            continue;
        names[i].file->id = arena_copy(list->arena, names[i].whole, names[i].nbytes);
        if (names[i].file->id == NULL)
            status = error_nomem(err);
    }
    free(names);
    return status;
}

void
source_list_free(source_list *list)
{
    free(list->files);
    arena_free(list->arena);
    *list = (source_list){0};
}
