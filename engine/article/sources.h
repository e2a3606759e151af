/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sources.h - the files behind the SOURCEs of a run, in a stable order, with the ids of theirs. */
#ifndef QUIRE_ARTICLE_SOURCES_H
#define QUIRE_ARTICLE_SOURCES_H

#include "article/reader.h"
#include "base/arena.h"
#include "quire.h"

typedef struct {
    const char *path;
    const char *name; /* the SOURCE as given, and below a directory "/" and the rest */
    uint32_t source;  /* number of the SOURCE; for whoever lists several, 0 before */
    const char *id;   /* for a text file's article: see DESIGN "A text file is one article" */
    uint64_t bytes;   /* size of the file; 0 where it is not a regular file */
    bool is_regular;
    int64_t modified_ns; /* since 1970, of a regular file, when it was listed */
    int64_t changed_ns;  /* the same of its inode: set by every write, and never by a user */
    uint64_t inode;
} source_file;

typedef struct {
    source_file *files;
    size_t nfiles;
    size_t room;
    arena *arena; /* the strings' */
} source_list;

/* List the files of one SOURCE after those in list: a file, a directory (recursively, names in byte
 * order, hidden ones left out), a FIFO, or "-".  What is met below a directory and cannot be read
 * goes to the problem function, unless it is for a reason that may be gone the next time.
 *
 * QUIRE_EINPUT  the SOURCE itself does not exist or cannot be read
 * QUIRE_EIO, QUIRE_ENOMEM */
quire_status sources_list(const char *source, reader_problem *problem, void *closure,
                          source_list *list, quire_error *err);

/* Give every file its id once all SOURCEs are listed: the ending goes, but stays where two ids
 * would be the same. */
quire_status sources_name(source_list *list, quire_error *err);

void source_list_free(source_list *list);

#endif
