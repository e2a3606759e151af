/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lock.h - flock on files of an index: one writer, and readers of a generation. */
#ifndef QUIRE_STORE_LOCK_H
#define QUIRE_STORE_LOCK_H

#include "quire.h"

/* Take the writer's lock of the index whose directory is open as index_fd, and write into it who
 * has it.  *fd_out is to be closed to give it back; it also goes when the process ends.
 * path is the index's, for messages.  QUIRE_ELOCKED (pid, host, since when), QUIRE_EIO. */
quire_status lock_take_writer(int index_fd, const char *path, int *fd_out, quire_error *err);

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
