/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.c - files as the rest of the library needs them; every failure names the file. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define READ_BYTES ((size_t)1 << 16)

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
    return error == EIO || error == EMFILE || error == ENFILE || error == ENOMEM ||
           error == ENOBUFS || error == EAGAIN || error == ESTALE || error == ETIMEDOUT ||
           error == ENOTCONN || error == EHOSTDOWN || error == EHOSTUNREACH || error == ENETDOWN ||
           error == EREMOTEIO || error == EBADMSG || error == EUCLEAN;
}

/* What is done to each entry of a tree; returns 0, or -1 with errno. */
typedef int tree_action(const FTSENT *entry, void *closure);

/* Walk path and all below it, links not followed, directories after what is in them. */
static quire_status
walk_tree(const char *path, tree_action *action, void *closure, quire_error *err)
{
    quire_status status = QUIRE_OK;
    char *root = strdup(path);
    if (root == NULL)
        return error_nomem(err);

    char *roots[] = {root, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    if (tree == NULL) {
        status = fail(err, path);
        goto done;
    }
    for (;;) {
        errno = 0;
        FTSENT *entry = fts_read(tree);
        if (entry == NULL) {
            if (errno != 0)
                status = fail(err, path);
            break;
        }
        if (entry->fts_info == FTS_D)
            continue;
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS) {
            if (entry->fts_errno == ENOENT && entry->fts_level == 0)
                break;
            errno = entry->fts_errno;
            status = fail(err, entry->fts_path);
            break;
        }
        if (action(entry, closure) != 0) {
            status = fail(err, entry->fts_path);
            break;
        }
    }
    fts_close(tree);
done:
    free(root);
    return status;
}

/* A file of several names came by file_link_tree, and was synced under its first one. */
static bool
is_synced(const FTSENT *entry)
{
    return entry->fts_info == FTS_F && entry->fts_statp->st_nlink > 1;
}

static int
sync_entry(const FTSENT *entry, void *closure)
{
    (void)closure;
    if ((entry->fts_info != FTS_F && entry->fts_info != FTS_DP) || is_synced(entry))
        return 0;
    int fd = open(entry->fts_path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int result = fsync(fd);
    int saved_errno = errno;
    close(fd);
    errno = saved_errno;
    return result;
}

void
file_begin_sync(int fd)
{
    (void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

static int
begin_sync_entry(const FTSENT *entry, void *closure)
{
    int fd;

    (void)closure;
    if (entry->fts_info != FTS_F || is_synced(entry))
        return 0;
    fd = open(entry->fts_path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        file_begin_sync(fd);
        close(fd);
    }
    return 0;
}

quire_status
file_begin_sync_tree(const char *path, quire_error *err)
{
    return walk_tree(path, begin_sync_entry, NULL, err);
}

quire_status
file_sync_tree(const char *path, quire_error *err)
{
    return walk_tree(path, sync_entry, NULL, err);
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

static int
remove_entry(const FTSENT *entry, void *closure)
{
    (void)closure;
    return entry->fts_info == FTS_DP ? rmdir(entry->fts_path) : unlink(entry->fts_path);
}

quire_status
file_remove_tree(const char *path, quire_error *err)
{
    return walk_tree(path, remove_entry, NULL, err);
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

/* What is done with each file of a tree. */
typedef struct {
    int (*bring)(const char *from, const char *to);
    const char *left_out; /* or NULL */
} bringing;

static int
bring_entry(const FTSENT *entry, const char *to, const bringing *how)
{
    if (entry->fts_info == FTS_D)
        return mkdir(to, 0777);
    if (entry->fts_info == FTS_F && (how->left_out == NULL || entry->fts_level != 1 ||
                                     strcmp(entry->fts_name, how->left_out) != 0))
        return how->bring(entry->fts_accpath, to);
    errno = entry->fts_errno;
    return entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS
               ? -1
               : 0;
}

static quire_status
bring_entries(FTS *tree, size_t from_bytes, const char *to, const bringing *how, quire_error *err)
{
    quire_status status = QUIRE_OK;
    buffer path = {0};
    FTSENT *entry;

    errno = 0;
    while (status == QUIRE_OK && (entry = fts_read(tree)) != NULL) {
        buffer_clear(&path);
        if (!buffer_printf(&path, "%s%s", to, entry->fts_path + from_bytes))
            status = error_nomem(err);
        else if (bring_entry(entry, path.bytes, how) != 0)
            status = fail(err, path.bytes);
        errno = 0;
    }
    if (status == QUIRE_OK && errno != 0)
        status = fail(err, to);
    buffer_free(&path);
    return status;
}

static quire_status
bring_tree(const char *from, const char *to, const bringing *how, quire_error *err)
{
    char *roots[] = {strdup(from), NULL};
    FTS *tree = roots[0] == NULL ? NULL : fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    quire_status status =
        tree == NULL ? fail(err, from) : bring_entries(tree, strlen(from), to, how, err);

    if (tree != NULL)
        fts_close(tree);
    free(roots[0]);
    return status;
}

quire_status
file_link_tree(const char *from, const char *to, const char *left_out, quire_error *err)
{
    return bring_tree(from, to, &(bringing){link_or_copy, left_out}, err);
}

quire_status
file_copy_tree(const char *from, const char *to, quire_error *err)
{
    return bring_tree(from, to, &(bringing){.bring = copy_file}, err);
}

static int
sum_entry(const FTSENT *entry, void *closure)
{
    uint64_t *sum = closure;
    if (entry->fts_info == FTS_F)
        *sum += (uint64_t)entry->fts_statp->st_size;
    return 0;
}

quire_status
file_tree_bytes(const char *path, uint64_t *bytes_out, quire_error *err)
{
    *bytes_out = 0;
    return walk_tree(path, sum_entry, bytes_out, err);
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
