/* SPDX-License-Identifier: GPL-3.0-or-later */
/* update.h - which files of a build are as the live generation knows them, so that they need not
 * be read. */
#ifndef QUIRE_BUILD_UPDATE_H
#define QUIRE_BUILD_UPDATE_H

#include "article/sources.h"
#include "base/stop.h"
#include "build/known_lines.h"

#define UPDATE_NEW_FILE SIZE_MAX

/* A zeroed update knows nothing: everything is read. */
typedef struct {
    source_state *state; /* of the live generation; the caller's */
    size_t *old;         /* of each file of the list: its number there, or UPDATE_NEW_FILE */
    bool *is_same;       /* of each: it is as it was */
    bool is_changed;     /* some file is new, changed or gone, as far as is known yet */
} update;

/* Compare the files with what state knows, whose build began at begun, seconds since 1970.  Files
 * whose times or inode changed, but not their size, are hashed.  stop may be NULL.
 * QUIRE_ECANCELED, QUIRE_ENOMEM. */
quire_status update_judge(update *u, const source_list *list, uint64_t begun, const stop_wish *stop,
                          quire_error *err);

/* Is there a file that is to be read, or one that is gone? */
bool update_finds_new(const update *u, const source_list *list);

void update_free(update *u);

/* The number of a file in the state, which may know lines of it; UPDATE_NEW_FILE: it does not. */
size_t update_old_file(const update *u, uint32_t file);

/* Is a file as it was?  Then it is not to be read, unless update_forget was called. */
bool update_is_same(const update *u, uint32_t file);

/* Have a file read that is as it was. */
void update_forget(update *u, uint32_t file);

/* A file was read, and this came of it: is it another than it was? */
void update_tell_read(update *u, uint32_t file, bool has_hash, uint64_t hash, bool has_articles);

#endif
