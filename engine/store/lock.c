/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lock.c - flock: the kernel lets go of it when its holder dies, so nobody ever has to tell a stale
 * lock from a live one, and the file is never deleted (two writers could then hold two files of the
 * same name). */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"

#define LOCK_FILE_MAX_BYTES 4096

#define WAIT_NS 100000000L

/* Is there no such process on this machine?  Then another that has the file open from it has the
 * lock: a lock goes with the last of them. */
static bool
is_gone(const char *pid, const char *host)
{
    char here[256] = "";
    char *end;
    const long number = strtol(pid, &end, 10);

    return gethostname(here, sizeof here - 1) == 0 && strcmp(here, host) == 0 && *end == '\0' &&
           number > 0 && kill((pid_t)number, 0) != 0 && errno == ESRCH;
}

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
        status = error_set(
            err, QUIRE_ELOCKED, "%s: another writer holds the lock (process %s on %s, since %s%s)",
            path, pid, host, since,
            is_gone(pid, host) ? "; it is gone, but left one that holds it: see fuser(1)" : "");
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

static int64_t
now_ms(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Lock the file alone, and wait for it as long as is wanted. */
static quire_status
wait_for_lock(int fd, int index_fd, const char *path, const lock_waiting *waiting, quire_error *err)
{
    const struct timespec pause = {0, WAIT_NS};
    const int64_t start = now_ms();

    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK)
            return error_set(err, QUIRE_EIO, "%s/lock: cannot be locked: %s", path,
                             strerror(errno));
        if (waiting == NULL ||
            (waiting->seconds >= 0 && now_ms() - start >= waiting->seconds * 1000))
            return fail_locked(index_fd, path, err);
        if (waiting->is_stopped != NULL && waiting->is_stopped(waiting->closure))
            return error_set(err, QUIRE_ECANCELED, "stopped: nothing was published");
        nanosleep(&pause, NULL);
    }
    return QUIRE_OK;
}

quire_status
lock_take_writer(int index_fd, const char *path, const lock_waiting *waiting, int *fd_out,
                 quire_error *err)
{
    quire_status status;
    int fd = openat(index_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);

    if (fd < 0)
        return error_set(err, QUIRE_EIO, "%s/lock: %s", path, strerror(errno));
    status = wait_for_lock(fd, index_fd, path, waiting, err);
    if (status == QUIRE_OK)
        status = write_holder(fd, path, err);
    if (status != QUIRE_OK) {
        close(fd);
        return status;
    }
    *fd_out = fd;
    return QUIRE_OK;
}

const char *
lock_network_name(int fd)
{
    static const struct {
        unsigned long magic; /* statfs(2) */
        const char *name;
    } known[] = {
        {0x6969, "NFS"},      {0x517b, "SMB"},        {0xff534d42, "CIFS"}, {0xfe534d42, "SMB"},
        {0x5346414f, "AFS"},  {0x6b414653, "AFS"},    {0x01021997, "9p"},   {0x00c36400, "Ceph"},
        {0x73757245, "Coda"}, {0x7461636f, "OCFS2"},  {0x01161970, "GFS2"}, {0x0bd00bd0, "Lustre"},
        {0x65735546, "FUSE"}, {0x19830326, "BeeGFS"}, {0x564c, "NCP"},
    };
    struct statfs st;

    if (fstatfs(fd, &st) != 0)
        return NULL;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if ((unsigned long)st.f_type == known[i].magic)
            return known[i].name;
    return NULL;
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
