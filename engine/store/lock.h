/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lock.h - flock on files of an index: one writer, and readers of a generation. */
#ifndef QUIRE_STORE_LOCK_H
#define QUIRE_STORE_LOCK_H

#include "quire.h"

/* What to do where another writer has the lock. */
typedef struct {
    int64_t seconds;                   /* to wait for; negative: as long as it takes */
    bool (*is_stopped)(void *closure); /* asked meanwhile: true ends it, QUIRE_ECANCELED; or NULL */
    void *closure;
} lock_waiting;

/* Take the writer's lock of the index whose directory is open as index_fd, and write into it who
 * has it.  *fd_out is to be closed to give it back; it also goes when the process ends.
 * path is the index's, for messages; waiting may be NULL: not at all.  QUIRE_ELOCKED (pid, host,
 * since when), QUIRE_ECANCELED, QUIRE_EIO. */
quire_status lock_take_writer(int index_fd, const char *path, const lock_waiting *waiting,
                              int *fd_out, quire_error *err);

/* The name of the file system that fd is on, where it is one of several machines, whose locks may
 * not hold between them; else NULL. */
const char *lock_network_name(int fd);

typedef enum {
    LOCK_GOT,        /* *fd_out holds it */
    LOCK_BUSY,       /* somebody else has it */
    LOCK_NO_FILE,    /* there is no such file */
    LOCK_UNAVAILABLE /* the file is there, but the file system knows no locks: *fd_out is open */
} lock_result;

/* Try to lock the file name in directory dirfd, shared or alone, without waiting.  Another outcome
 * than those above is an error, with QUIRE_EIO and a message. */
quire_status lock_try_file(int dirfd, const char *name, bool exclusive, lock_result *result_out,
                           int *fd_out, quire_error *err);

#endif
