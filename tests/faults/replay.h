/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.h - a directory as it may stand when power was lost: what a disk is bound to keep of a log
 * of writes, renames and syncs (fault.h) is what was synced, of files their bytes, of directories
 * their names.  Of the rest it may keep all, nothing, or some. */
#ifndef QUIRE_TESTS_FAULTS_REPLAY_H
#define QUIRE_TESTS_FAULTS_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct replay replay;

typedef enum {
    REPLAY_LOSES_ALL,   /* that was not synced */
    REPLAY_KEEPS_NAMES, /* and loses bytes: files are as long as they were synced */
    REPLAY_KEEPS_BYTES, /* and loses names */
    REPLAY_KEEPS_SOME, /* of each directory some names, of each file some blocks, of others zeros */
    REPLAY_CRASHES
} replay_crash;

/* Begin with the directory root as it stands, all of it synced. */
replay *replay_new(const char *root);
void replay_free(replay *r);

/* Read a log to be replayed; how many entries it has. */
size_t replay_read_log(replay *r, const char *path);

/* Do what entry number i did, from 0; one after another. */
void replay_do(replay *r, size_t i);

/* Is entry i one that a directory may stand otherwise after than before? */
bool replay_is_change(const replay *r, size_t i);

/* Make root what it may be after a crash now. */
void replay_crash_now(replay *r, replay_crash how, uint64_t seed);

#endif
