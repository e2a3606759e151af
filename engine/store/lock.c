/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lock.c - flock: the kernel lets go of it when its holder dies, so nobody ever has to tell a stale
 * lock from a live one, and the file is never deleted (two writers could then hold two files of the
 * same name). */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"

#define LOCK_FILE_MAX_BYTES 4096

/* Who holds the lock, as he wrote it: "pid host time". */
static quire_status
fail_locked(int index_fd, const char *path, quire_error *err)
{
    buffer holder = {0};
    char pid[24] = "?";
    char host[256] = "?";
    char since[40] = "?";
    quire_status status;

    if (file_read(index_fd, "lock", LOCK_FILE_MAX_BYTES, &holder, NULL, NULL) == QUIRE_OK &&
        holder.size > 0 && sscanf(holder.bytes, "%23s %255s %39s", pid, host, since) == 3)
        status = error_set(err, QUIRE_ELOCKED,
                           "%s: another writer holds the lock (process %s on %s, since %s)", path,
                           pid, host, since);
    else
        status = error_set(err, QUIRE_ELOCKED, "%s: another writer holds the lock", path);
    buffer_free(&holder);
    return status;
}

static quire_status
write_holder(int fd, const char *path, quire_error *err)
{
    char text[400];
    char host[256] = "localhost";
    char now[40] = "?";
    struct tm utc;
    time_t seconds = time(NULL);

    if (gethostname(host, sizeof host) == 0)
        host[sizeof host - 1] = '\0';
    if (gmtime_r(&seconds, &utc) != NULL)
        strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &utc);
    snprintf(text, sizeof text, "%ld %s %s\n", (long)getpid(), host[0] != '\0' ? host : "?", now);
    if (ftruncate(fd, 0) != 0)
        return error_set(err, QUIRE_EIO, "%s/lock: %s", path, strerror(errno));
    return file_write(fd, "lock", text, strlen(text), err);
}

quire_status
lock_take_writer(int index_fd, const char *path, int *fd_out, quire_error *err)
{
    quire_status status;
    int fd = openat(index_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);

    if (fd < 0)
        return error_set(err, QUIRE_EIO, "%s/lock: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            status = fail_locked(index_fd, path, err);
        else
            status =
                error_set(err, QUIRE_EIO, "%s/lock: cannot be locked: %s", path, strerror(errno));
        close(fd);
        return status;
    }
    status = write_holder(fd, path, err);
    if (status != QUIRE_OK) {
        close(fd);
        return status;
    }
    *fd_out = fd;
    return QUIRE_OK;
}

quire_status
lock_try_file(int dirfd, const char *name, bool exclusive, lock_result *result_out, int *fd_out,
              quire_error *err)
{
    /* NFS turns flock into a lock that wants the file open for writing to lock it alone. */
    int fd = exclusive ? openat(dirfd, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW) : -1;

    if (fd < 0)
        fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            return error_set(err, QUIRE_EIO, "%s: %s", name, strerror(errno));
        *result_out = LOCK_NO_FILE;
        return QUIRE_OK;
    }
    if (flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) {
        *result_out = LOCK_GOT;
        *fd_out = fd;
        return QUIRE_OK;
    }
    if (errno == EWOULDBLOCK) {
        close(fd);
        *result_out = LOCK_BUSY;
        return QUIRE_OK;
    }
    *result_out = LOCK_UNAVAILABLE;
    *fd_out = fd;
    return QUIRE_OK;
}
