/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.c - files as the rest of the library needs them; every failure names the file. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/tree.h"

#define READ_BYTES ((size_t)1 << 16)
#define SYNC_BYTES ((off_t)16 << 20) /* that a slow disk takes in within a second */

static quire_status
fail(quire_error *err, const char *name)
{
    return error_set(err, QUIRE_EIO, "%s: %s", name, strerror(errno));
}

quire_status
file_write(int fd, const char *name, const void *bytes, size_t nbytes, quire_error *err)
{
    const char *rest = bytes;
    while (nbytes > 0) {
        ssize_t written = write(fd, rest, nbytes);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail(err, name);
        rest += written;
        nbytes -= (size_t)written;
    }
    return QUIRE_OK;
}

quire_status
file_read(int dirfd, const char *name, size_t limit, buffer *out, int *errno_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    size_t start = out->size;
    int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);

    if (errno_out != NULL)
        *errno_out = 0;
    if (fd < 0) {
        if (errno_out != NULL)
            *errno_out = errno;
        return fail(err, name);
    }
    for (;;) {
        if (!buffer_reserve(out, READ_BYTES)) {
            status = error_nomem(err);
            break;
        }
        ssize_t got = read(fd, out->bytes + out->size, READ_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            if (errno_out != NULL)
                *errno_out = errno;
            status = fail(err, name);
            break;
        }
        if (got == 0)
            break;
        out->size += (size_t)got;
        if (out->size - start > limit) {
            status = error_set(err, QUIRE_EINPUT, "%s: larger than %zu bytes", name, limit);
            break;
        }
    }
    if (out->bytes != NULL)
        out->bytes[out->size] = '\0';
    close(fd);
    return status;
}

quire_status
file_create(int dirfd, const char *name, const void *bytes, size_t nbytes, quire_error *err)
{
    const int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    quire_status status = fd < 0 ? fail(err, name) : file_write(fd, name, bytes, nbytes, err);

    if (fd >= 0 && close(fd) != 0 && status == QUIRE_OK)
        status = fail(err, name);
    return status;
}

quire_status
file_replace(int dirfd, const char *name, const void *bytes, size_t nbytes, quire_error *err)
{
    quire_status status = QUIRE_OK;
    int directory = -1;
    char temporary[NAME_MAX + 1];

    int length = snprintf(temporary, sizeof temporary, "%s.new", name);
    if (length < 0 || (size_t)length >= sizeof temporary || strchr(name, '/') != NULL)
        return error_set(err, QUIRE_EINTERNAL, "%s: not a file name", name);
    int fd = openat(dirfd, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return fail(err, temporary);

    status = file_write(fd, temporary, bytes, nbytes, err);
    if (status != QUIRE_OK)
        goto done;
    directory = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0 || fsync(fd) != 0 || renameat(dirfd, temporary, dirfd, name) != 0 ||
        fsync(directory) != 0)
        status = fail(err, name);
done:
    close(fd); /* synced or given up: nothing is left to lose */
    if (directory >= 0)
        close(directory);
    if (status != QUIRE_OK)
        unlinkat(dirfd, temporary, 0);
    return status;
}

bool
file_may_come_back(int error)
{
    static const int lasting[] = {EACCES, EPERM,  ENOENT, ENOTDIR,   ELOOP,  ENAMETOOLONG,
                                  ENXIO,  ENODEV, EISDIR, EOVERFLOW, EINVAL, ENOTSUP};

    for (size_t i = 0; i < sizeof lasting / sizeof *lasting; i++)
        if (error == lasting[i])
            return false;
    return true;
}

/* A file of several names came by file_link_tree, and was synced under its first one. */
static bool
is_synced(const tree_entry *entry)
{
    return entry->kind == TREE_FILE && entry->st.st_nlink > 1;
}

/* Have a file written to the disk piece by piece, since nothing ends an fsync once it has begun,
 * and that of a large file may take minutes.  An error is told to the first who asks, here or in
 * fsync. */
static quire_status
write_back(int fd, const tree_entry *entry, const stop_wish *stop, quire_error *err)
{
    const unsigned int how =
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;

    for (off_t at = 0; at < entry->st.st_size; at += SYNC_BYTES) {
        if (stop_is_wanted(stop))
            return error_set(err, QUIRE_ECANCELED, "stopped");
        if (sync_file_range(fd, at, SYNC_BYTES, how) != 0)
            return errno == EIO || errno == ENOSPC || errno == EDQUOT ? fail(err, entry->path)
                                                                      : QUIRE_OK;
    }
    return QUIRE_OK;
}

typedef struct {
    file_part part;
    const char *name; /* of a file that goes with what is below; NULL: none */
    const stop_wish *stop;
} tree_sync;

/* Is an entry of the part of a tree that is synced? */
static bool
is_of_part(const tree_entry *entry, const tree_sync *sync)
{
    const bool is_file = entry->kind == TREE_FILE;
    const bool is_below = entry->level > (is_file ? 1 : 0) ||
                          (is_file && sync->name != NULL && strcmp(entry->name, sync->name) == 0);

    return sync->part == FILE_PART_ALL || is_below == (sync->part == FILE_PART_BELOW);
}

static quire_status
sync_entry(const tree_entry *entry, void *closure, quire_error *err)
{
    const tree_sync *sync = closure;
    quire_status status = QUIRE_OK;
    int fd;

    if ((entry->kind != TREE_FILE && entry->kind != TREE_END) || is_synced(entry) ||
        !is_of_part(entry, sync))
        return QUIRE_OK;
    fd = open(entry->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(err, entry->path);
    if (entry->kind == TREE_FILE)
        status = write_back(fd, entry, sync->stop, err);
    if (status == QUIRE_OK && fsync(fd) != 0)
        status = fail(err, entry->path);
    close(fd);
    return status;
}

void
file_begin_sync(int fd)
{
    (void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

static quire_status
begin_sync_entry(const tree_entry *entry, void *closure, quire_error *err)
{
    int fd;

    (void)closure;
    (void)err;
    if (entry->kind != TREE_FILE || is_synced(entry))
        return QUIRE_OK;
    fd = open(entry->path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        file_begin_sync(fd);
        close(fd);
    }
    return QUIRE_OK;
}

quire_status
file_begin_sync_tree(const char *path, quire_error *err)
{
    return tree_walk(path, begin_sync_entry, NULL, err);
}

quire_status
file_sync_tree(const char *path, const stop_wish *stop, quire_error *err)
{
    return file_sync_part(path, FILE_PART_ALL, NULL, stop, err);
}

quire_status
file_sync_part(const char *path, file_part part, const char *name, const stop_wish *stop,
               quire_error *err)
{
    return tree_walk(path, sync_entry, &(tree_sync){part, name, stop}, err);
}

/* Can the names in a directory not be made to last?  Some file systems do not sync directories. */
static bool
cannot_sync(int fd)
{
    return fsync(fd) != 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP;
}

quire_status
file_sync_parents(int dirfd, const char *name, quire_error *err)
{
    quire_status status = QUIRE_OK;
    struct stat below;
    struct stat above;
    int fd =
        fstat(dirfd, &below) == 0 ? openat(dirfd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    while (fd >= 0 && status == QUIRE_OK && fstat(fd, &above) == 0 &&
           above.st_dev == below.st_dev && above.st_ino != below.st_ino) {
        int next = -1;

        if (cannot_sync(fd))
            status = fail(err, name);
        else
            next = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        close(fd);
        fd = next;
        below = above;
    }
    if (fd >= 0)
        close(fd);
    return status;
}

static quire_status
remove_entry(const tree_entry *entry, void *closure, quire_error *err)
{
    (void)closure;
    if (entry->kind == TREE_BEGIN)
        return QUIRE_OK;
    return (entry->kind == TREE_END ? rmdir(entry->path) : unlink(entry->path)) == 0
               ? QUIRE_OK
               : fail(err, entry->path);
}

quire_status
file_remove_tree(const char *path, quire_error *err)
{
    return tree_walk(path, remove_entry, NULL, err);
}

/* ---- Linking ---- */

static int
copy_bytes(int in, int out)
{
    for (;;) {
        char chunk[65536];
        const ssize_t n = read(in, chunk, sizeof chunk);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return (int)n;
        if (file_write(out, "", chunk, (size_t)n, NULL) != QUIRE_OK)
            return -1;
    }
}

static int
copy_file(const char *from, const char *to)
{
    const int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    const int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    const int result = out < 0 ? -1 : copy_bytes(in, out);
    const int saved_errno = errno;

    if (in >= 0)
        close(in);
    if (out >= 0 && close(out) != 0 && result == 0)
        return -1;
    errno = saved_errno;
    return result;
}

/* Some file systems have no links, or no more of a file. */
static int
link_or_copy(const char *from, const char *to)
{
    if (link(from, to) == 0)
        return 0;
    return errno == EPERM || errno == EMLINK || errno == ENOTSUP || errno == ENOSYS ||
                   errno == EXDEV || errno == EACCES
               ? copy_file(from, to)
               : -1;
}

/* Bringing a tree to another place. */
typedef struct {
    size_t from_bytes;
    const char *to;
    int (*bring)(const char *from, const char *to); /* what is done with each file */
    const char *left_out;                           /* or NULL */
    buffer path;
} bringing;

static quire_status
bring_entry(const tree_entry *entry, void *closure, quire_error *err)
{
    bringing *b = closure;
    int result = 0;

    if (entry->kind == TREE_OTHER || entry->kind == TREE_END ||
        (entry->kind == TREE_FILE && b->left_out != NULL && entry->level == 1 &&
         strcmp(entry->name, b->left_out) == 0))
        return QUIRE_OK;
    buffer_clear(&b->path);
    if (!buffer_printf(&b->path, "%s%s", b->to, entry->path + b->from_bytes))
        return error_nomem(err);
    if (entry->kind == TREE_BEGIN)
        result = mkdir(b->path.bytes, 0777);
    else
        result = b->bring(entry->path, b->path.bytes);
    return result == 0 ? QUIRE_OK : fail(err, b->path.bytes);
}

static quire_status
bring_tree(const char *from, bringing *b, quire_error *err)
{
    struct stat st;
    quire_status status;

    b->from_bytes = strlen(from);
    status = stat(from, &st) == 0 ? tree_walk(from, bring_entry, b, err)
                                  : fail(err, from); /* no empty tree */
    buffer_free(&b->path);
    return status;
}

quire_status
file_link_tree(const char *from, const char *to, const char *left_out, quire_error *err)
{
    return bring_tree(from, &(bringing){.to = to, .bring = link_or_copy, .left_out = left_out},
                      err);
}

quire_status
file_copy_tree(const char *from, const char *to, quire_error *err)
{
    return bring_tree(from, &(bringing){.to = to, .bring = copy_file}, err);
}

static quire_status
sum_entry(const tree_entry *entry, void *closure, quire_error *err)
{
    uint64_t *sum = closure;

    (void)err;
    if (entry->kind == TREE_FILE)
        *sum += (uint64_t)entry->st.st_size;
    return QUIRE_OK;
}

quire_status
file_tree_bytes(const char *path, uint64_t *bytes_out, quire_error *err)
{
    *bytes_out = 0;
    return tree_walk(path, sum_entry, bytes_out, err);
}

quire_status
file_make_directories(const char *path, quire_error *err)
{
    quire_status status = QUIRE_OK;
    char *partial = strdup(path);
    if (partial == NULL)
        return error_nomem(err);

    for (char *slash = partial + 1; *partial != '\0' && status == QUIRE_OK; slash++) {
        char ending = *slash;
        if (ending != '/' && ending != '\0')
            continue;
        *slash = '\0';
        if (mkdir(partial, 0777) != 0 && errno != EEXIST)
            status = fail(err, partial);
        *slash = ending;
        if (ending == '\0')
            break;
    }
    struct stat made;
    if (status == QUIRE_OK && stat(path, &made) == 0 && !S_ISDIR(made.st_mode)) {
        errno = ENOTDIR;
        status = fail(err, path);
    }
    free(partial);
    return status;
}
