/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree.h - walking through a directory and all below it. */
#ifndef QUIRE_BASE_TREE_H
#define QUIRE_BASE_TREE_H

#include <sys/stat.h>

#include "quire.h"

typedef enum {
    TREE_BEGIN, /* a directory, before what is in it */
    TREE_END,   /* the same, after that */
    TREE_FILE,  /* a regular file */
    TREE_OTHER  /* a link, a FIFO, ...: links are not followed */
} tree_kind;

typedef struct {
    const char *path; /* as that of the whole, and what is below it */
    const char *name; /* the last of its parts */
    unsigned level;   /* 0: the whole itself */
    tree_kind kind;
    struct stat st;
} tree_entry;

/* What is done to an entry; any status but QUIRE_OK ends the walk. */
typedef quire_status tree_action(const tree_entry *entry, void *closure, quire_error *err);

/* Walk path, names in byte order, other file systems left out; a path that is not there is an empty
 * tree, and what goes while it is walked is none of it.  QUIRE_EIO, QUIRE_ENOMEM, and what the
 * action returns. */
quire_status tree_walk(const char *path, tree_action *action, void *closure, quire_error *err);

#endif
