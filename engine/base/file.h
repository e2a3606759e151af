/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.h - reading and writing whole files, and making them last. */
#ifndef QUIRE_BASE_FILE_H
#define QUIRE_BASE_FILE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/stop.h"
#include "quire.h"

/* Write all of bytes to fd, whatever signals and short writes come between.  name is for the
 * message. QUIRE_EIO. */
quire_status file_write(int fd, const char *name, const void *bytes, size_t nbytes,
                        quire_error *err);

/* Append the file name, relative to directory dirfd (or AT_FDCWD), to out; QUIRE_EIO with errno in
 * *errno_out (may be NULL), QUIRE_EINPUT where it is longer than limit bytes, QUIRE_ENOMEM. */
quire_status file_read(int dirfd, const char *name, size_t limit, buffer *out, int *errno_out,
                       quire_error *err);

/* Is an errno of open or read one that may be gone the next time, since a device, the network or
 * want of means is to blame, and not the file itself? */
bool file_may_come_back(int error);

/* Make name in directory dirfd hold exactly bytes, whole or not at all, also after a crash: written
 * beside as NAME.new, synced, renamed, and the directory synced. QUIRE_EIO. */
quire_status file_replace(int dirfd, const char *name, const void *bytes, size_t nbytes,
                          quire_error *err);

/* Make a file in directory dirfd, or empty it, and write bytes to it, without syncing either: for
 * what is in a tree that is synced as a whole.  QUIRE_EIO. */
quire_status file_create(int dirfd, const char *name, const void *bytes, size_t nbytes,
                         quire_error *err);

/* Let what is in a file begin to go to the disk, and do not wait for it.  Whatever goes wrong,
 * fsync will say. */
void file_begin_sync(int fd);

/* Let every file below path begin to go to the disk, and do not wait for it. QUIRE_EIO,
 * QUIRE_ENOMEM. */
quire_status file_begin_sync_tree(const char *path, quire_error *err);

/* fsync every directory below path, and path, and every file that has no other name: what was
 * linked from another tree was synced there.  stop may be NULL.  QUIRE_EIO, QUIRE_ECANCELED,
 * QUIRE_ENOMEM. */
quire_status file_sync_tree(const char *path, const stop_wish *stop, quire_error *err);

/* The same of a part of it: of the directories in path with all below them, and the file called
 * name in path, if it is not NULL; or of path and the other files that are in it.  Both parts are
 * all. */
typedef enum { FILE_PART_ALL, FILE_PART_BELOW, FILE_PART_TOP } file_part;

quire_status file_sync_part(const char *path, file_part part, const char *name,
                            const stop_wish *stop, quire_error *err);

/* fsync the directories above an open one, as far as they may be read and are on its file system:
 * it may have been made a moment ago, and they with it.  QUIRE_EIO; name is for the message. */
quire_status file_sync_parents(int dirfd, const char *name, quire_error *err);

/* Remove path and all below it, following no links; a path that is not there is fine. */
quire_status file_remove_tree(const char *path, quire_error *err);

/* Make to, which is not there, hold what is in the directory from: directories of its own, and the
 * same files, by other links; or copies of them, where the file system cannot link.  left_out is
 * the name of a file in from that does not come, or NULL.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status file_link_tree(const char *from, const char *to, const char *left_out,
                            quire_error *err);

/* The same with copies only, for what is to be changed. */
quire_status file_copy_tree(const char *from, const char *to, quire_error *err);

/* Bytes of the files below path, summed. */
quire_status file_tree_bytes(const char *path, uint64_t *bytes_out, quire_error *err);

/* Make directory path and its parents; that it exists is fine. QUIRE_EIO. */
quire_status file_make_directories(const char *path, quire_error *err);

#endif
