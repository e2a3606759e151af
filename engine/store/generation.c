/* SPDX-License-Identifier: GPL-3.0-or-later */
/* generation.c - the live generation for readers, the next one for the writer.
 *
 * The writer builds INDEX/new-N, syncs it, renames it to gen-N and then renames a new stub over
 * INDEX/XAPIANDB: the one step that publishes.  A reader reads the stub, takes a shared lock on the
 * manifest of the generation it names, and looks again whether that file is still in its place.
 * The writer removes a generation only while he alone has the lock of its manifest, and first
 * renames it to dead-N; so whoever has the lock, and finds the file in its place, has it for good,
 * and whoever has not, reads the stub again. */
#include "store/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "store/last_run.h"
#include "store/stub.h"
#include "store/survey.h"

#define KEPT_GENERATIONS 2

/* A reader that loses the race against a removal finds a newer stub at once; many losses in a row
 * mean that something else is wrong. */
#define OPEN_TRIES 200
#define OPEN_WAIT_NS 5000000L

struct generation_writer {
    char *index_path;
    char *directory; /* of new-N */
    char name[SURVEY_NAME_BYTES];
    uint32_t number;
    uint32_t live;   /* 0: none, or not readable */
    uint32_t newest; /* that was ever live, as far as the stub says */
    char *live_directory;
    unsigned nkept;
    bool has_synced_segments;
    const char *synced_file; /* with them */
    int index_fd;
    int lock_fd;
};

/* ---- Reading ---- */

/* Is the file open as fd still the one called name? */
static bool
is_in_place(int index_fd, const char *name, int fd)
{
    struct stat by_name;
    struct stat by_fd;

    return fstatat(index_fd, name, &by_name, AT_SYMLINK_NOFOLLOW) == 0 && fstat(fd, &by_fd) == 0 &&
           by_name.st_dev == by_fd.st_dev && by_name.st_ino == by_fd.st_ino;
}

/* Lock the generation that the stub names; *fd_out is -1 where another try may help. */
static quire_status
try_lock_live(int index_fd, const char *index_path, stub *s, int *fd_out, quire_error *err)
{
    char manifest_name[SURVEY_NAME_BYTES + 16];
    char name[SURVEY_NAME_BYTES];
    lock_result result;
    int fd = -1;
    quire_status status = stub_read(index_fd, index_path, s, err);

    *fd_out = -1;
    if (status != QUIRE_OK)
        return status;
    survey_name(name, "gen", s->number);
    snprintf(manifest_name, sizeof manifest_name, "%s/manifest.json", name);
    status = lock_try_file(index_fd, manifest_name, false, &result, &fd, err);
    if (status != QUIRE_OK || result == LOCK_BUSY || result == LOCK_NO_FILE)
        return status;
    if (!is_in_place(index_fd, manifest_name, fd)) {
        close(fd);
        return QUIRE_OK;
    }
    *fd_out = fd;
    return QUIRE_OK;
}

static quire_status
lock_live(int index_fd, const char *index_path, stub *s, int *fd_out, quire_error *err)
{
    const struct timespec wait = {0, OPEN_WAIT_NS};

    for (int try = 0; try < OPEN_TRIES; try++) {
        uint32_t before = try > 0 ? s->number : 0;
        quire_status status = try_lock_live(index_fd, index_path, s, fd_out, err);

        if (status != QUIRE_OK || *fd_out >= 0)
            return status;
        if (s->number == before)
            nanosleep(&wait, NULL);
    }
    return error_set(err, QUIRE_ECORRUPT,
                     "%s: XAPIANDB names gen-%08" PRIu32
                     ", which is not there or has no manifest.json; rebuild the index with "
                     "quire-index",
                     index_path, s->number);
}

static quire_status
open_index_directory(const char *index_path, int *fd_out, quire_error *err)
{
    int fd = open(index_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 && errno == ENOENT)
        return stub_fail_no_index(index_path, "there is no index here", err);
    if (fd < 0 && errno == ENOTDIR)
        return stub_fail_no_index(index_path, "not a directory, and so not an index", err);
    if (fd < 0)
        return error_set(err, QUIRE_EIO, "%s: %s", index_path, strerror(errno));
    *fd_out = fd;
    return QUIRE_OK;
}

static char *
join_path(const char *directory, const char *name)
{
    buffer path = {0};

    if (!buffer_printf(&path, "%s/%s", directory, name)) {
        buffer_free(&path);
        return NULL;
    }
    return buffer_detach(&path);
}

quire_status
generation_open(const char *index_path, generation *g, quire_error *err)
{
    generation made = {.lock_fd = -1};
    stub s = {0};
    int index_fd = -1;
    quire_status status = open_index_directory(index_path, &index_fd, err);

    if (status == QUIRE_OK)
        status = lock_live(index_fd, index_path, &s, &made.lock_fd, err);
    if (status != QUIRE_OK)
        goto done;
    survey_name(made.name, "gen", s.number);
    made.directory = join_path(index_path, made.name);
    made.arena = arena_new();
    if (made.directory == NULL || made.arena == NULL) {
        status = error_nomem(err);
        goto done;
    }
    status = manifest_read(made.directory, &s.hash, made.arena, &made.manifest, err);
    if (status == QUIRE_OK && made.manifest.number != s.number)
        status = error_set(err, QUIRE_ECORRUPT,
                           "%s/manifest.json: of another generation; rebuild the index with "
                           "quire-index",
                           made.directory);
done:
    if (index_fd >= 0)
        close(index_fd);
    if (status == QUIRE_OK) {
        *g = made;
        return QUIRE_OK;
    }
    if (made.lock_fd >= 0)
        close(made.lock_fd);
    arena_free(made.arena);
    free(made.directory);
    *g = (generation){.lock_fd = -1};
    return status;
}

void
generation_close(generation *g)
{
    if (g->directory == NULL)
        return; /* never opened, or closed */
    close(g->lock_fd);
    arena_free(g->arena);
    free(g->directory);
    *g = (generation){.lock_fd = -1};
}

/* ---- Writing ---- */

static quire_status
remove_below(const char *index_path, const char *name, quire_error *err)
{
    char *path = join_path(index_path, name);
    quire_status status = path != NULL ? file_remove_tree(path, err) : error_nomem(err);

    free(path);
    return status;
}

/* Remove a generation that nobody reads; one that somebody reads stays for the next run, as does
 * one that cannot be removed, since the index is none the worse for it. */
static void
remove_generation(const generation_writer *w, const survey_entry *e)
{
    char manifest_name[SURVEY_NAME_BYTES + 16];
    char dead[SURVEY_NAME_BYTES];
    lock_result result;
    int fd = -1;

    snprintf(manifest_name, sizeof manifest_name, "%s/manifest.json", e->name);
    if (lock_try_file(w->index_fd, manifest_name, true, &result, &fd, NULL) != QUIRE_OK ||
        result == LOCK_BUSY)
        return;
    survey_name(dead, "dead", e->number);
    if (remove_below(w->index_path, dead, NULL) == QUIRE_OK &&
        renameat(w->index_fd, e->name, w->index_fd, dead) == 0)
        (void)remove_below(w->index_path, dead, NULL);
    if (fd >= 0)
        close(fd);
}

/* Remove generations but the one that is live now and the newest before it, as many as are to stay.
 * Those that are newer were gone back from. */
static void
remove_old_generations(const generation_writer *w, uint32_t live)
{
    survey s = {0};
    unsigned nkept = 1;

    if (survey_take(w->index_fd, w->index_path, &s, NULL) == QUIRE_OK) {
        for (size_t i = s.nlive; i-- > 0;) {
            const survey_entry *e = &s.live[i];
            const bool was_left = w->live != 0 && e->number > w->live;

            if (e->number == live)
                continue;
            if (was_left || nkept >= w->nkept)
                remove_generation(w, e);
            else
                nkept++;
        }
    }
    survey_free(&s);
}

/* Remove what runs that died left: directories that were never renamed or not wholly removed, and
 * generations newer than the live one, which no stub ever named. */
static quire_status
clear_leftovers(const generation_writer *w, const survey *s, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < s->nwaste && status == QUIRE_OK; i++)
        status = remove_below(w->index_path, s->waste[i].name, err);
    for (size_t i = 0; i < s->nlive && w->live != 0; i++)
        if (s->live[i].number > w->live)
            remove_generation(w, &s->live[i]);
    unlinkat(w->index_fd, "XAPIANDB.new", 0);
    unlinkat(w->index_fd, LAST_RUN_NAME ".new", 0);
    return status;
}

/* An index is a directory that is empty, or that shows that it is ours. */
static quire_status
check_is_index(int index_fd, const char *index_path, quire_error *err)
{
    survey s = {0};
    quire_status status = survey_take(index_fd, index_path, &s, err);
    const bool is_ours = s.nlive > 0 || s.nwaste > 0 || stub_is_ours(index_fd) ||
                         (s.has_lock && !s.has_stub && !s.has_others);
    const bool is_empty = !s.has_lock && !s.has_stub && !s.has_others;

    survey_free(&s);
    if (status == QUIRE_OK && !is_ours && !is_empty)
        status = error_set(err, QUIRE_EUSAGE,
                           "%s: this directory holds other things than an index; name a new or an "
                           "empty one",
                           index_path);
    return status;
}

static quire_status
open_for_writing(const char *index_path, int *fd_out, quire_error *err)
{
    struct stat is;
    quire_status status;

    if (stat(index_path, &is) == 0 && !S_ISDIR(is.st_mode))
        return error_set(err, QUIRE_EUSAGE, "%s: not a directory; an index is one", index_path);
    status = file_make_directories(index_path, err);
    if (status != QUIRE_OK)
        return status;
    *fd_out = open(index_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd_out < 0)
        return error_set(err, QUIRE_EIO, "%s: %s", index_path, strerror(errno));
    return check_is_index(*fd_out, index_path, err);
}

/* What the live generation says of itself, if it can be read. */
static void
read_live(generation_writer *w, arena *a, manifest *live_out, bool *has_live_out)
{
    stub s;
    char name[SURVEY_NAME_BYTES];
    char *directory = NULL;
    manifest unwanted;

    *has_live_out = false;
    if (stub_read(w->index_fd, w->index_path, &s, NULL) != QUIRE_OK)
        return;
    w->live = s.number;
    w->newest = s.newest;
    survey_name(name, "gen", s.number);
    directory = join_path(w->index_path, name);
    if (directory != NULL &&
        manifest_read(directory, &s.hash, a, live_out != NULL ? live_out : &unwanted, NULL) ==
            QUIRE_OK) {
        *has_live_out = true;
        w->live_directory = directory;
    } else {
        free(directory);
    }
}

/* Clear away, choose the next number and make its directory. */
static quire_status
make_directory(generation_writer *w, quire_error *err)
{
    survey s = {0};
    char new_name[SURVEY_NAME_BYTES];
    uint32_t highest = w->newest;
    quire_status status = survey_take(w->index_fd, w->index_path, &s, err);

    if (status == QUIRE_OK)
        status = clear_leftovers(w, &s, err);
    if (status != QUIRE_OK)
        goto done;
    if (s.nlive > 0 && s.live[s.nlive - 1].number > highest)
        highest = s.live[s.nlive - 1].number;
    if (highest == UINT32_MAX) {
        status = error_set(err, QUIRE_EIO, "%s: no generation number is left; begin a new index",
                           w->index_path);
        goto done;
    }
    w->number = highest + 1;
    survey_name(w->name, "gen", w->number);
    survey_name(new_name, "new", w->number);
    w->directory = join_path(w->index_path, new_name);
    if (w->directory == NULL)
        status = error_nomem(err);
    else if (mkdirat(w->index_fd, new_name, 0777) != 0)
        status = error_set(err, QUIRE_EIO, "%s: %s", w->directory, strerror(errno));
done:
    survey_free(&s);
    return status;
}

/* End the writer; its directory is removed unless it was renamed. */
static void
end_writer(generation_writer *w)
{
    if (w->directory != NULL)
        (void)file_remove_tree(w->directory, NULL);
    if (w->lock_fd >= 0)
        close(w->lock_fd);
    if (w->index_fd >= 0)
        close(w->index_fd);
    free(w->directory);
    free(w->live_directory);
    free(w->index_path);
    free(w);
}

/* Take the lock of an index whose directory is there, or is made. */
static quire_status
new_writer(const char *index_path, const lock_waiting *waiting, generation_writer **out,
           quire_error *err)
{
    quire_status status;
    generation_writer *w = calloc(1, sizeof *w);

    if (w == NULL)
        return error_nomem(err);
    w->index_fd = w->lock_fd = -1;
    w->nkept = KEPT_GENERATIONS;
    w->index_path = strdup(index_path);
    status =
        w->index_path == NULL ? error_nomem(err) : open_for_writing(index_path, &w->index_fd, err);
    if (status == QUIRE_OK)
        status = lock_take_writer(w->index_fd, index_path, waiting, &w->lock_fd, err);
    if (status != QUIRE_OK) {
        end_writer(w);
        return status;
    }
    *out = w;
    return QUIRE_OK;
}

quire_status
generation_begin_waiting(const char *index_path, const lock_waiting *waiting, arena *a,
                         generation_writer **writer_out, manifest *live_out, bool *has_live_out,
                         quire_error *err)
{
    bool has_live = false;
    generation_writer *w = NULL;
    quire_status status = new_writer(index_path, waiting, &w, err);

    if (status != QUIRE_OK)
        return status;
    read_live(w, a, live_out, &has_live);
    status = make_directory(w, err);
    if (status != QUIRE_OK) {
        end_writer(w);
        return status;
    }
    if (has_live_out != NULL)
        *has_live_out = has_live;
    *writer_out = w;
    return QUIRE_OK;
}

quire_status
generation_begin(const char *index_path, arena *a, generation_writer **writer_out,
                 manifest *live_out, bool *has_live_out, quire_error *err)
{
    return generation_begin_waiting(index_path, NULL, a, writer_out, live_out, has_live_out, err);
}

const char *
generation_writer_live(const generation_writer *w)
{
    return w->live_directory;
}

const char *
generation_writer_network(const generation_writer *w)
{
    return lock_network_name(w->index_fd);
}

void
generation_writer_keep(generation_writer *w, unsigned ngenerations)
{
    w->nkept = ngenerations > 0 ? ngenerations : 1;
}

const char *
generation_writer_directory(const generation_writer *w)
{
    return w->directory;
}

uint32_t
generation_writer_number(const generation_writer *w)
{
    return w->number;
}

const char *
generation_writer_name(const generation_writer *w)
{
    return w->name;
}

quire_status
generation_writer_sync_segments(generation_writer *w, const char *file, const stop_wish *stop,
                                quire_error *err)
{
    quire_status status = file_sync_part(w->directory, FILE_PART_BELOW, file, stop, err);

    w->has_synced_segments = status == QUIRE_OK;
    w->synced_file = file;
    return status;
}

/* Publish, and what must be on disk before that. */
static quire_status
publish_stub(generation_writer *w, const manifest *m, uint64_t manifest_hash, quire_error *err)
{
    const char *new_name = strrchr(w->directory, '/') + 1;
    quire_status status;

    if (renameat(w->index_fd, new_name, w->index_fd, w->name) != 0 || fsync(w->index_fd) != 0)
        return error_set(err, QUIRE_EIO, "%s/%s: %s", w->index_path, w->name, strerror(errno));
    status = w->live == 0 ? file_sync_parents(w->index_fd, w->index_path, err) : QUIRE_OK;
    return status == QUIRE_OK ? stub_replace(w->index_fd, w->name, m, manifest_hash, 0, err)
                              : status;
}

/* After a failure: take the generation away again, unless the stub names it, for it is not known
 * whether a rename that could not be synced will last. */
static void
take_back(generation_writer *w)
{
    stub s = {0};

    if (stub_read(w->index_fd, w->index_path, &s, NULL) != QUIRE_OK || s.number != w->number)
        (void)remove_below(w->index_path, w->name, NULL);
}

quire_status
generation_publish(generation_writer *w, manifest *m, quire_error *err)
{
    uint64_t hash = 0;
    quire_status status;

    /* The files are hashed while they go to the disk. */
    m->number = w->number;
    status = w->has_synced_segments ? QUIRE_OK : file_begin_sync_tree(w->directory, err);
    if (status == QUIRE_OK)
        status = manifest_write(w->directory, m, &hash, err);
    if (status == QUIRE_OK)
        status =
            file_sync_part(w->directory, w->has_synced_segments ? FILE_PART_TOP : FILE_PART_ALL,
                           w->synced_file, m->stop, err);
    if (status == QUIRE_OK) {
        status = publish_stub(w, m, hash, err);
        if (status == QUIRE_OK)
            remove_old_generations(w, w->number);
        else
            take_back(w);
    }
    end_writer(w);
    return status;
}

void
generation_writer_tidy(const generation_writer *w)
{
    if (w->live_directory != NULL)
        remove_old_generations(w, w->live);
}

void
generation_abandon(generation_writer *w)
{
    if (w != NULL)
        end_writer(w);
}

/* ---- Going back ---- */

/* The newest generation older than the live one whose manifest can be read. */
static quire_status
find_older(const generation_writer *w, arena *a, char name_out[SURVEY_NAME_BYTES],
           char **directory_out, manifest *m, uint64_t *hash_out, quire_error *err)
{
    survey s = {0};
    quire_status status = survey_take(w->index_fd, w->index_path, &s, err);
    bool is_found = false;

    for (size_t i = s.nlive; status == QUIRE_OK && !is_found && i-- > 0;) {
        if (s.live[i].number >= w->live)
            continue;
        free(*directory_out);
        *directory_out = join_path(w->index_path, s.live[i].name);
        if (*directory_out == NULL)
            status = error_nomem(err);
        else
            is_found = manifest_read(*directory_out, NULL, a, m, NULL) == QUIRE_OK &&
                       manifest_hash(*directory_out, hash_out, NULL) == QUIRE_OK;
        memcpy(name_out, s.live[i].name, SURVEY_NAME_BYTES);
    }
    survey_free(&s);
    if (status == QUIRE_OK && !is_found)
        status = error_set(err, QUIRE_ENOINDEX,
                           "%s: no generation older than the live one is kept: nothing to go back "
                           "to",
                           w->index_path);
    return status;
}

quire_status
generation_rollback(const char *index_path, const lock_waiting *waiting, generation_check *check,
                    void *closure, char from_out[32], char to_out[32], quire_error *err)
{
    generation_writer *w = NULL;
    char *directory = NULL;
    arena *a = NULL;
    manifest m;
    uint64_t hash = 0;
    stub s = {0};
    int index_fd = -1;
    quire_status status = open_index_directory(index_path, &index_fd, err);

    if (status == QUIRE_OK)
        status = stub_read(index_fd, index_path, &s, err);
    if (index_fd >= 0)
        close(index_fd);
    if (status == QUIRE_OK)
        status = new_writer(index_path, waiting, &w, err);
    if (status == QUIRE_OK) /* as it is now that nobody else may write */
        status = stub_read(w->index_fd, index_path, &s, err);
    if (status == QUIRE_OK && (a = arena_new()) == NULL)
        status = error_nomem(err);
    if (status != QUIRE_OK)
        goto done;
    w->live = s.number;
    survey_name(from_out, "gen", s.number);
    status = find_older(w, a, to_out, &directory, &m, &hash, err);
    if (status == QUIRE_OK)
        status = check(closure, directory, &m, err);
    if (status == QUIRE_OK)
        status = stub_replace(w->index_fd, to_out, &m, hash, s.newest, err);
done:
    if (w != NULL)
        end_writer(w);
    arena_free(a);
    free(directory);
    return status;
}
