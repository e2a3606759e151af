/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fault.c - a library to load before others (LD_PRELOAD): the Nth call of a kind fails, is done by
 * half, or is the last thing that the process does; and what is done to files is counted, or
 * written to a log.  fault.h says how to ask for it.
 *
 * It begins with main, for what libraries do before that is no business of the program's.  It asks
 * the kernel directly, so that nothing that it needs can be what it lets fail. */
#include "fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <dirent.h>

#define PUBLIC __attribute__((visibility("default")))
#define LOG_FD 1000 /* out of the way of the program's own */

static atomic_ullong counts[FAULT_KINDS];
static atomic_bool is_armed;
static fault_kind wanted_kind = FAULT_KINDS;
static unsigned long long wanted_from;
static unsigned long long wanted_to;
static int wanted_what;
static int log_fd = -1;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- Failing ---- */

typedef enum { GO_ON, FAIL, BY_HALF } verdict;

static verdict
judge_one(fault_kind kind)
{
    unsigned long long n;

    n = atomic_fetch_add(&counts[kind], 1) + 1;
    if (kind != wanted_kind || n < wanted_from || n > wanted_to)
        return GO_ON;
    if (wanted_what == FAULT_KILL)
        syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    if (wanted_what == FAULT_SHORT)
        return BY_HALF;
    errno = wanted_what;
    return FAIL;
}

/* Count a call, and say what becomes of it. */
static verdict
judge(fault_kind kind, bool is_change)
{
    verdict v;

    if (!atomic_load(&is_armed))
        return GO_ON;
    v = judge_one(kind);
    return is_change && v == GO_ON ? judge_one(FAULT_CHANGE) : v;
}

static bool
fails(fault_kind kind, bool is_change)
{
    return judge(kind, is_change) == FAIL;
}

/* ---- Memory: the C library's own, by its other names ---- */

extern void *__libc_malloc(size_t nbytes);
extern void *__libc_calloc(size_t n, size_t nbytes);
extern void *__libc_realloc(void *p, size_t nbytes);
extern void *__libc_memalign(size_t alignment, size_t nbytes);

PUBLIC void *
malloc(size_t nbytes)
{
    return fails(FAULT_MEMORY, false) ? NULL : __libc_malloc(nbytes);
}

PUBLIC void *
calloc(size_t n, size_t nbytes)
{
    return fails(FAULT_MEMORY, false) ? NULL : __libc_calloc(n, nbytes);
}

PUBLIC void *
realloc(void *p, size_t nbytes)
{
    return fails(FAULT_MEMORY, false) ? NULL : __libc_realloc(p, nbytes);
}

PUBLIC void *
aligned_alloc(size_t alignment, size_t nbytes)
{
    return fails(FAULT_MEMORY, false) ? NULL : __libc_memalign(alignment, nbytes);
}

PUBLIC int
posix_memalign(void **out, size_t alignment, size_t nbytes)
{
    void *p = fails(FAULT_MEMORY, false) ? NULL : __libc_memalign(alignment, nbytes);

    if (p == NULL)
        return ENOMEM;
    *out = p;
    return 0;
}

/* ---- The log ---- */

static void
write_whole(const void *bytes, size_t nbytes)
{
    const char *rest = bytes;

    while (nbytes > 0) {
        const long n = syscall(SYS_write, log_fd, rest, nbytes);

        if (n <= 0)
            abort(); /* a log with holes would prove nothing */
        rest += n;
        nbytes -= (size_t)n;
    }
}

static void
write_entry(fault_entry e, const char *name, const char *to_name, const void *bytes)
{
    e.name_bytes = name != NULL ? strlen(name) : 0;
    e.to_name_bytes = to_name != NULL ? strlen(to_name) : 0;
    write_whole(&e, sizeof e);
    write_whole(name, e.name_bytes);
    write_whole(to_name, e.to_name_bytes);
    write_whole(bytes, e.nbytes);
}

static bool
is_logging(void)
{
    return log_fd >= 0 && atomic_load(&is_armed);
}

static void
begin_logging(void)
{
    if (is_logging())
        pthread_mutex_lock(&log_lock);
}

static void
end_logging(void)
{
    const int saved_errno = errno;

    if (is_logging())
        pthread_mutex_unlock(&log_lock);
    errno = saved_errno;
}

static uint64_t
inode_of(int dirfd, const char *path)
{
    struct stat st;

    return fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_ino : 0;
}

static uint64_t
inode_of_fd(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

/* The directory that path is in; *name_out is its name there. */
static uint64_t
parent_of(int dirfd, const char *path, const char **name_out)
{
    char parent[PATH_MAX];
    const char *slash = strrchr(path, '/');

    *name_out = slash == NULL ? path : slash + 1;
    if (slash == NULL)
        return inode_of(dirfd, ".");
    if (snprintf(parent, sizeof parent, "%.*s", (int)(slash - path) + 1, path) >=
        (int)sizeof parent)
        abort();
    return inode_of(dirfd, parent);
}

static void
log_name(fault_deed deed, int dirfd, const char *path)
{
    const char *name;
    fault_entry e = {.deed = deed, .parent = parent_of(dirfd, path, &name)};

    e.inode = inode_of(dirfd, path);
    write_entry(e, name, NULL, NULL);
}

static void
log_inode(fault_deed deed, int fd, uint64_t offset)
{
    write_entry((fault_entry){.deed = deed, .inode = inode_of_fd(fd), .offset = offset}, NULL, NULL,
                NULL);
}

static void
log_write(int fd, uint64_t offset, const void *bytes, size_t nbytes)
{
    write_entry(
        (fault_entry){
            .deed = FAULT_DID_WRITE, .inode = inode_of_fd(fd), .offset = offset, .nbytes = nbytes},
        NULL, NULL, bytes);
}

/* ---- Files ---- */

/* Where a write to fd goes; -1 where that is no file. */
static off_t
place_of(int fd)
{
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return -1;
    return (fcntl(fd, F_GETFL) & O_APPEND) != 0 ? st.st_size : lseek(fd, 0, SEEK_CUR);
}

PUBLIC ssize_t
write(int fd, const void *bytes, size_t nbytes)
{
    const verdict v = judge(FAULT_WRITE, true);
    ssize_t n = -1;
    off_t place;

    if (v == FAIL)
        return -1;
    begin_logging();
    place = is_logging() ? place_of(fd) : -1;
    n = syscall(SYS_write, fd, bytes, v == BY_HALF && nbytes > 1 ? nbytes / 2 : nbytes);
    if (n > 0 && place >= 0)
        log_write(fd, (uint64_t)place, bytes, (size_t)n);
    end_logging();
    return n;
}

PUBLIC ssize_t
pwrite(int fd, const void *bytes, size_t nbytes, off_t offset)
{
    const verdict v = judge(FAULT_WRITE, true);
    ssize_t n = -1;

    if (v == FAIL)
        return -1;
    begin_logging();
    n = syscall(SYS_pwrite64, fd, bytes, v == BY_HALF && nbytes > 1 ? nbytes / 2 : nbytes, offset);
    if (n > 0 && is_logging())
        log_write(fd, (uint64_t)offset, bytes, (size_t)n);
    end_logging();
    return n;
}

PUBLIC ssize_t
read(int fd, void *bytes, size_t nbytes)
{
    const verdict v = judge(FAULT_READ, false);

    return v == FAIL
               ? -1
               : syscall(SYS_read, fd, bytes, v == BY_HALF && nbytes > 1 ? nbytes / 2 : nbytes);
}

PUBLIC ssize_t
pread(int fd, void *bytes, size_t nbytes, off_t offset)
{
    const verdict v = judge(FAULT_READ, false);

    return v == FAIL ? -1
                     : syscall(SYS_pread64, fd, bytes,
                               v == BY_HALF && nbytes > 1 ? nbytes / 2 : nbytes, offset);
}

/* Nothing is synced, for no power is lost but in the log's replay, and it would take most of the
 * time. */
static int
sync_fd(int fd)
{
    if (fails(FAULT_SYNC, true))
        return -1;
    if (fcntl(fd, F_GETFD) < 0)
        return -1;
    begin_logging();
    if (is_logging())
        log_inode(FAULT_DID_SYNC, fd, 0);
    end_logging();
    return 0;
}

PUBLIC int
fsync(int fd)
{
    return sync_fd(fd);
}

PUBLIC int
fdatasync(int fd)
{
    return sync_fd(fd);
}

PUBLIC int
sync_file_range(int fd, off_t offset, off_t nbytes, unsigned flags)
{
    (void)offset;
    (void)nbytes;
    (void)flags;
    return fcntl(fd, F_GETFD) < 0 ? -1 : 0;
}

PUBLIC int
ftruncate(int fd, off_t nbytes)
{
    long result = -1;

    if (fails(FAULT_TRUNCATE, true))
        return -1;
    begin_logging();
    result = syscall(SYS_ftruncate, fd, nbytes);
    if (result == 0 && is_logging())
        log_inode(FAULT_DID_TRUNCATE, fd, (uint64_t)nbytes);
    end_logging();
    return (int)result;
}

/* Closed it is in any case, as Linux does it. */
PUBLIC int
close(int fd)
{
    const bool is_failing = fd != LOG_FD && fails(FAULT_CLOSE, false);
    const int saved_errno = errno;
    const long result = syscall(SYS_close, fd);

    if (!is_failing)
        return (int)result;
    errno = saved_errno;
    return -1;
}

static int
open_at(int dirfd, const char *path, int flags, mode_t mode)
{
    const bool is_making = (flags & O_CREAT) != 0;
    bool is_new;
    long fd = -1;

    if (fails(FAULT_OPEN, is_making))
        return -1;
    begin_logging();
    is_new = is_making && is_logging() && inode_of(dirfd, path) == 0;
    fd = syscall(SYS_openat, dirfd, path, flags, mode);
    if (fd >= 0 && is_new)
        log_name(FAULT_DID_CREATE, dirfd, path);
    else if (fd >= 0 && (flags & O_TRUNC) != 0 && is_logging())
        log_inode(FAULT_DID_TRUNCATE, (int)fd, 0);
    end_logging();
    return (int)fd;
}

/* The mode, which is there only where a file may be made. */
#define MODE_OF(flags, last)                                                                       \
    mode_t mode = 0;                                                                               \
    if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {                                                  \
        va_list arguments;                                                                         \
        va_start(arguments, last);                                                                 \
        mode = va_arg(arguments, mode_t);                                                          \
        va_end(arguments);                                                                         \
    }

PUBLIC int
open(const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    return open_at(AT_FDCWD, path, flags, mode);
}

PUBLIC int
openat(int dirfd, const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    return open_at(dirfd, path, flags, mode);
}

/* The C library would open it by itself. */
PUBLIC int
mkostemp(char *pattern, int flags)
{
    static atomic_uint number;
    char *end = pattern + strlen(pattern);

    if (end - pattern < 6) {
        errno = EINVAL;
        return -1;
    }
    for (unsigned i = atomic_fetch_add(&number, 1), k = 0; k < 6; k++, i /= 10)
        *--end = (char)('0' + i % 10);
    return open_at(AT_FDCWD, pattern, flags | O_RDWR | O_CREAT | O_EXCL, 0600);
}

/* So would these two. */
PUBLIC FILE *
fopen(const char *path, const char *mode)
{
    FILE *(*real)(const char *, const char *) = NULL;

    if (fails(FAULT_OPEN, false))
        return NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "fopen");
    return real(path, mode);
}

PUBLIC DIR *
opendir(const char *path)
{
    DIR *(*real)(const char *) = NULL;

    if (fails(FAULT_OPEN, false))
        return NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "opendir");
    return real(path);
}

static int
rename_at(int from_dirfd, const char *from, int to_dirfd, const char *to)
{
    const char *name = NULL;
    const char *to_name = NULL;
    fault_entry e = {.deed = FAULT_DID_RENAME};
    long result = -1;

    if (fails(FAULT_RENAME, true))
        return -1;
    begin_logging();
    if (is_logging()) {
        e.inode = inode_of(from_dirfd, from);
        e.parent = parent_of(from_dirfd, from, &name);
        e.to_parent = parent_of(to_dirfd, to, &to_name);
    }
    result = syscall(SYS_renameat, from_dirfd, from, to_dirfd, to);
    if (result == 0 && is_logging())
        write_entry(e, name, to_name, NULL);
    end_logging();
    return (int)result;
}

PUBLIC int
rename(const char *from, const char *to)
{
    return rename_at(AT_FDCWD, from, AT_FDCWD, to);
}

PUBLIC int
renameat(int from_dirfd, const char *from, int to_dirfd, const char *to)
{
    return rename_at(from_dirfd, from, to_dirfd, to);
}

static int
mkdir_at(int dirfd, const char *path, mode_t mode)
{
    long result = -1;

    if (fails(FAULT_MKDIR, true))
        return -1;
    begin_logging();
    result = syscall(SYS_mkdirat, dirfd, path, mode);
    if (result == 0 && is_logging())
        log_name(FAULT_DID_MKDIR, dirfd, path);
    end_logging();
    return (int)result;
}

PUBLIC int
mkdir(const char *path, mode_t mode)
{
    return mkdir_at(AT_FDCWD, path, mode);
}

PUBLIC int
mkdirat(int dirfd, const char *path, mode_t mode)
{
    return mkdir_at(dirfd, path, mode);
}

PUBLIC int
link(const char *from, const char *to)
{
    long result = -1;

    if (fails(FAULT_LINK, true))
        return -1;
    begin_logging();
    result = syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (result == 0 && is_logging())
        log_name(FAULT_DID_LINK, AT_FDCWD, to);
    end_logging();
    return (int)result;
}

static int
unlink_at(int dirfd, const char *path, int flags)
{
    const char *name = NULL;
    fault_entry e = {.deed = FAULT_DID_UNLINK};
    long result = -1;

    if (fails(FAULT_UNLINK, true))
        return -1;
    begin_logging();
    if (is_logging())
        e.parent = parent_of(dirfd, path, &name);
    result = syscall(SYS_unlinkat, dirfd, path, flags);
    if (result == 0 && is_logging())
        write_entry(e, name, NULL, NULL);
    end_logging();
    return (int)result;
}

PUBLIC int
unlink(const char *path)
{
    return unlink_at(AT_FDCWD, path, 0);
}

PUBLIC int
unlinkat(int dirfd, const char *path, int flags)
{
    return unlink_at(dirfd, path, flags);
}

PUBLIC int
rmdir(const char *path)
{
    return unlink_at(AT_FDCWD, path, AT_REMOVEDIR);
}

PUBLIC void *
mmap(void *at, size_t nbytes, int protection, int flags, int fd, off_t offset)
{
    if ((flags & MAP_ANONYMOUS) == 0 && fails(FAULT_MAP, false))
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, nbytes, protection, flags, fd, offset);
}

PUBLIC int
pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes,
               void *(*run)(void *), void *restrict closure)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = NULL;

    if (fails(FAULT_THREAD, false))
        return EAGAIN;
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    return real(thread, attributes, run, closure);
}

/* ---- Beginning and ending ---- */

static void
read_wishes(void)
{
    const char *what = getenv(FAULT_WHAT);
    const char *log = getenv(FAULT_LOG);
    unsigned kind = 0;

    if (what != NULL &&
        sscanf(what, "%u %llu %llu %d", &kind, &wanted_from, &wanted_to, &wanted_what) == 4)
        wanted_kind = (fault_kind)kind;
    if (log != NULL) {
        const int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

        log_fd = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, LOG_FD);
        if (log_fd < 0)
            abort();
        close(fd);
    }
}

static int (*real_main)(int, char **, char **);

static int
armed_main(int argc, char **argv, char **environment)
{
    read_wishes();
    atomic_store(&is_armed, true);
    return real_main(argc, argv, environment);
}

typedef int start_main(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
                       void (*)(void), void *);

extern start_main __libc_start_main;

PUBLIC int
__libc_start_main(int (*main_function)(int, char **, char **), int argc, char **argv,
                  void (*init)(void), void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
    start_main *real = NULL;

    *(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
    real_main = main_function;
    return real(armed_main, argc, argv, init, fini, rtld_fini, stack_end);
}

__attribute__((destructor)) static void
tell_counts(void)
{
    const char *path = getenv(FAULT_COUNTS);
    uint64_t numbers[FAULT_KINDS];
    long fd;

    atomic_store(&is_armed, false);
    if (path == NULL)
        return;
    for (int i = 0; i < FAULT_KINDS; i++)
        numbers[i] = atomic_load(&counts[i]);
    fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd >= 0 && syscall(SYS_write, fd, numbers, sizeof numbers) == (long)sizeof numbers)
        syscall(SYS_close, fd);
}
