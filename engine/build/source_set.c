/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source_set.c - comparing the sources of a run with those of the live index.
 *
 * Sources are the same when their real paths are, in whatever order and spelling they are named. */
#include "build/source_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/utf8.h"

/* A copy in UTF-8, which is what a manifest holds: bytes that are none become U+FFFD. */
static const char *
valid_copy(const char *string, arena *a)
{
    size_t nbytes = strlen(string);
    buffer valid = {0};
    utf8_repair *repairs = NULL;
    size_t nrepairs;
    const char *copy = NULL;

    if (utf8_valid_prefix(string, nbytes) == nbytes)
        return arena_copy(a, string, nbytes);
    if (utf8_repair_text(string, nbytes, &valid, &repairs, &nrepairs))
        copy = arena_copy(a, valid.bytes, valid.size);
    free(repairs);
    buffer_free(&valid);
    return copy;
}

/* The path of what has no real one, such as the FIFO behind /dev/fd/63: the name made absolute. */
static const char *
absolute(const char *name, arena *a)
{
    char *directory = NULL;
    const char *path;

    if (*name == '/')
        return valid_copy(name, a);
    directory = getcwd(NULL, 0);
    if (directory == NULL)
        return NULL;
    path = arena_printf(a, "%s/%s", directory, name);
    free(directory);
    return path == NULL ? NULL : valid_copy(path, a);
}

/* The real path of a source that is there. */
static quire_status
resolve(const char *name, arena *a, const char **path_out, quire_error *err)
{
    struct stat st;
    char *real;

    if (strcmp(name, "-") == 0) {
        *path_out = "-";
        return QUIRE_OK;
    }
    if (stat(name, &st) != 0)
        return error_set(err, QUIRE_EINPUT, "%s: %s", name, strerror(errno));
    real = realpath(name, NULL);
    *path_out = real == NULL ? absolute(name, a) : valid_copy(real, a);
    free(real);
    return *path_out == NULL ? error_nomem(err) : QUIRE_OK;
}

static int
compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The paths in byte order; NULL when memory is out. */
static const char **
sorted(const char *const *paths, size_t npaths, arena *a)
{
    const char **copy = arena_array(a, npaths + 1, sizeof *copy);

    if (copy == NULL)
        return NULL;
    for (size_t i = 0; i < npaths; i++)
        copy[i] = paths[i];
    qsort(copy, npaths, sizeof *copy, compare_paths);
    return copy;
}

static bool
has_path(const char *const *sorted_paths, size_t npaths, const char *path)
{
    return bsearch(&path, sorted_paths, npaths, sizeof path, compare_paths) != NULL;
}

typedef struct {
    const char *path;
    size_t index;
} place;

static int
compare_places(const void *a, const void *b)
{
    const place *x = a;
    const place *y = b;
    int order = strcmp(x->path, y->path);

    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* Leave out what was named before. */
static bool
drop_repeats(source_set *set, arena *a)
{
    place *places = arena_array(a, set->nsources + 1, sizeof *places);
    size_t n = 0;

    if (places == NULL)
        return false;
    for (size_t i = 0; i < set->nsources; i++)
        places[i] = (place){set->paths[i], i};
    qsort(places, set->nsources, sizeof *places, compare_places);
    for (size_t i = 1; i < set->nsources; i++)
        if (strcmp(places[i].path, places[i - 1].path) == 0)
            set->names[places[i].index] = NULL;
    for (size_t i = 0; i < set->nsources; i++) {
        if (set->names[i] == NULL)
            continue;
        set->names[n] = set->names[i];
        set->paths[n++] = set->paths[i];
    }
    set->nsources = n;
    return true;
}

static bool
has_room(source_set *set, size_t nsources, arena *a)
{
    set->names = arena_array(a, nsources, sizeof *set->names);
    set->paths = arena_array(a, nsources, sizeof *set->paths);
    return set->names != NULL && set->paths != NULL;
}

static void
add(source_set *set, const char *name, const char *path)
{
    set->names[set->nsources] = name;
    set->paths[set->nsources++] = path;
}

quire_status
source_set_resolve(const char *const *sources, size_t nsources, arena *a, source_set *set,
                   quire_error *err)
{
    *set = (source_set){0};
    if (nsources == 0)
        return error_set(err, QUIRE_EUSAGE, "no source is given");
    if (!has_room(set, nsources, a))
        return error_nomem(err);
    for (size_t i = 0; i < nsources; i++) {
        const char *name = arena_copy(a, sources[i], strlen(sources[i]));
        const char *path;
        quire_status status = name == NULL ? error_nomem(err) : resolve(name, a, &path, err);
        if (status != QUIRE_OK)
            return status;
        add(set, name, path);
    }
    return drop_repeats(set, a) ? QUIRE_OK : error_nomem(err);
}

/* The first source that only one of the two has; *name_out NULL where they are the same. */
static quire_status
find_difference(const source_set *set, const manifest *live, arena *a, const char **name_out,
                bool *is_gone_out, quire_error *err)
{
    const char **given = sorted(set->paths, set->nsources, a);
    const char **old = sorted(live->source_paths, live->nsources, a);

    if (given == NULL || old == NULL)
        return error_nomem(err);
    *name_out = NULL;
    *is_gone_out = false;
    for (size_t i = 0; i < set->nsources && *name_out == NULL; i++)
        if (!has_path(old, live->nsources, set->paths[i]))
            *name_out = set->names[i];
    for (size_t i = 0; i < live->nsources && *name_out == NULL; i++) {
        *is_gone_out = true;
        if (!has_path(given, set->nsources, live->source_paths[i]))
            *name_out = live->sources[i];
    }
    return QUIRE_OK;
}

quire_status
source_set_is_live(const source_set *set, const manifest *live, arena *a, bool *out,
                   quire_error *err)
{
    const char *name = NULL;
    bool is_gone;
    quire_status status = find_difference(set, live, a, &name, &is_gone, err);

    *out = status == QUIRE_OK && name == NULL;
    return status;
}

/* The name of a source of the live index: the one it had, where that still leads there from the
 * directory of this run. */
static quire_status
add_live(source_set *set, const manifest *live, size_t i, arena *a, quire_error *err)
{
    const char *path = live->source_paths[i];
    const char *found = NULL;
    quire_status status;

    if (strcmp(path, "-") == 0)
        return error_set(err, QUIRE_ESOURCES,
                         "the live index was built from standard input, which cannot be read "
                         "again: give all of its sources anew and replace them");
    if (resolve(live->sources[i], a, &found, NULL) == QUIRE_OK && strcmp(found, path) == 0) {
        add(set, live->sources[i], path);
        return QUIRE_OK;
    }
    status = resolve(path, a, &found, err);
    if (status == QUIRE_OK)
        add(set, path, path);
    return status;
}

static quire_status
add_all_live(source_set *set, const manifest *live, arena *a, quire_error *err)
{
    source_set given = *set;
    quire_status status = QUIRE_OK;

    *set = (source_set){0};
    if (!has_room(set, given.nsources + live->nsources, a))
        return error_nomem(err);
    for (size_t i = 0; i < live->nsources && status == QUIRE_OK; i++)
        status = add_live(set, live, i, a, err);
    for (size_t i = 0; i < given.nsources && status == QUIRE_OK; i++)
        add(set, given.names[i], given.paths[i]);
    if (status == QUIRE_OK && !drop_repeats(set, a))
        status = error_nomem(err);
    return status;
}

quire_status
source_set_choose(source_set *set, quire_build_mode mode, const manifest *live, arena *a,
                  quire_error *err)
{
    quire_status status;
    const char *name = NULL;
    bool is_gone = false;

    if (live == NULL || mode == QUIRE_BUILD_REPLACE)
        return QUIRE_OK;
    if (mode == QUIRE_BUILD_ADD)
        return add_all_live(set, live, a, err);
    for (size_t i = 0; i < set->nsources; i++)
        if (strcmp(set->paths[i], "-") == 0)
            return error_set(err, QUIRE_ESOURCES,
                             "an index is there already, and standard input may hold anything: say "
                             "whether to add to its sources or to replace them");
    status = find_difference(set, live, a, &name, &is_gone, err);
    if (status != QUIRE_OK || name == NULL)
        return status;
    return error_set(err, QUIRE_ESOURCES,
                     is_gone ? "the live index was built from %s too: name all of its sources, or "
                               "say whether to add to them or to replace them"
                             : "the live index was not built from %s: say whether to add to its "
                               "sources or to replace them",
                     name);
}

const char *const *
source_set_shown(const source_set *set, arena *a)
{
    const char **shown = arena_array(a, set->nsources + 1, sizeof *shown);

    for (size_t i = 0; shown != NULL && i < set->nsources; i++) {
        shown[i] = valid_copy(set->names[i], a);
        if (shown[i] == NULL)
            return NULL;
    }
    return shown;
}
