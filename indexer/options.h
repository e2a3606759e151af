/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.h - the command line of quire-index. */
#ifndef QUIRE_INDEXER_OPTIONS_H
#define QUIRE_INDEXER_OPTIONS_H

#include "quire.h"

typedef struct {
    char *index; /* for free() */
    const char *const *sources;
    size_t nsources;
    quire_build_mode mode;
    uint64_t memory_bytes; /* 0: the default */
    const char *store;     /* NULL: the default */
    unsigned threads;      /* 0: all cores */
    const char *stems;     /* NULL: those of the index before */
    bool dry_run;
    bool rebuild;
    unsigned keep;
    unsigned max_shrink;
    int64_t wait_seconds;
    bool rollback;
    bool verify;
    bool quick; /* of verify */
    bool status;
    bool as_json; /* of status */
    bool quiet;
    const char *log;     /* NULL: none */
    const char *metrics; /* the same */
} options;

/* Read the command line; what makes no sense ends the program with status 2. */
void options_read(int argc, char **argv, options *o);

#endif
