/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree.c - walking through a directory and all below it.
 *
 * fts(3) does the same, but glibc's crashes where it gets no memory. */
#include "base/tree.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buffer.h"
#include "base/error.h"

typedef struct {
    tree_action *action;
    void *closure;
    quire_error *err;
    dev_t device; /* of the whole */
    buffer path;
} walk;

typedef struct {
    char **names;
    size_t n;
    size_t room;
} name_list;

static quire_status
fail(const walk *w)
{
    return errno == ENOMEM ? error_nomem(w->err)
                           : error_set(w->err, QUIRE_EIO, "%s: %s", w->path.bytes, strerror(errno));
}

static void
free_names(name_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->names[i]);
    free(l->names);
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
add_name(name_list *l, const char *name)
{
    if (!ARRAY_GROW(l->names, l->n, &l->room) || (l->names[l->n] = strdup(name)) == NULL)
        return false;
    l->n++;
    return true;
}

/* The names in a directory, which is closed before anything is done to them. */
static quire_status
read_names(const walk *w, name_list *l)
{
    quire_status status = QUIRE_OK;
    DIR *directory = opendir(w->path.bytes);
    struct dirent *found;

    if (directory == NULL)
        return fail(w);
    errno = 0;
    while (status == QUIRE_OK && (found = readdir(directory)) != NULL) {
        const bool is_dot = strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0;

        if (!is_dot && !add_name(l, found->d_name))
            status = error_nomem(w->err);
        errno = 0;
    }
    if (status == QUIRE_OK && errno != 0)
        status = fail(w);
    closedir(directory);
    if (l->n > 0)
        qsort(l->names, l->n, sizeof *l->names, compare_names);
    return status;
}

static quire_status
act(const walk *w, tree_entry *entry, tree_kind kind, size_t name_at)
{
    entry->kind = kind;
    entry->path = w->path.bytes; /* which may have moved */
    entry->name = w->path.bytes + name_at;
    return w->action(entry, w->closure, w->err);
}

static quire_status visit(walk *w, unsigned level, size_t name_at);

static quire_status
visit_below(walk *w, unsigned level)
{
    name_list list = {0};
    const size_t nbytes = w->path.size;
    quire_status status = read_names(w, &list);

    for (size_t i = 0; i < list.n && status == QUIRE_OK; i++) {
        if (buffer_printf(&w->path, "/%s", list.names[i]))
            status = visit(w, level + 1, nbytes + 1);
        else
            status = error_nomem(w->err);
        w->path.size = nbytes;
        w->path.bytes[nbytes] = '\0';
    }
    free_names(&list);
    return status;
}

/* What w->path names, the last part from name_at on. */
static quire_status
visit(walk *w, unsigned level, size_t name_at)
{
    tree_entry entry = {.level = level};
    quire_status status;

    if (lstat(w->path.bytes, &entry.st) != 0)
        return errno == ENOENT ? QUIRE_OK : fail(w); /* or gone a moment ago */
    if (level == 0)
        w->device = entry.st.st_dev;
    if (!S_ISDIR(entry.st.st_mode))
        return act(w, &entry, S_ISREG(entry.st.st_mode) ? TREE_FILE : TREE_OTHER, name_at);
    if (entry.st.st_dev != w->device)
        return QUIRE_OK;
    status = act(w, &entry, TREE_BEGIN, name_at);
    if (status == QUIRE_OK)
        status = visit_below(w, level);
    return status == QUIRE_OK ? act(w, &entry, TREE_END, name_at) : status;
}

quire_status
tree_walk(const char *path, tree_action *action, void *closure, quire_error *err)
{
    walk w = {.action = action, .closure = closure, .err = err};
    const char *slash = strrchr(path, '/');
    quire_status status;

    if (!buffer_add_string(&w.path, path))
        return error_nomem(err);
    status = visit(&w, 0, slash == NULL ? 0 : (size_t)(slash - path) + 1);
    buffer_free(&w.path);
    return status;
}
