/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.h - what quire-index says on standard error while it works. */
#ifndef QUIRE_INDEXER_PROGRESS_H
#define QUIRE_INDEXER_PROGRESS_H

#include "quire.h"

typedef struct {
    bool is_quiet;
    bool is_terminal;
    bool has_bar;      /* one is on the screen */
    const char *stage; /* the one that stage_ms is the start of */
    int64_t stage_ms;
    int64_t shown_ms; /* when something was shown last */
    uint64_t nnew_shown;
    uint64_t nnew_left_out;
    uint64_t nold_shown;
    uint64_t nold_left_out;
} progress;

void progress_start(progress *p, bool is_quiet);

/* Show how far the build is: a bar on a terminal, a line now and then elsewhere. */
void progress_show(progress *p, const quire_build_progress *now);

/* Name an input that was skipped or damaged. */
void progress_problem(progress *p, const char *where, const char *what, bool skipped, bool is_new);

/* Take the bar off the screen, and count the problems that were not named. */
void progress_end(progress *p);

/* Close a list of new problems with how many there are, for whoever sees nothing else of the run.
 */
void progress_sum_up(progress *p, const char *index, uint64_t nnew);

/* Print text on standard error with control characters as '?'. */
void progress_print_plain(const char *text);

#endif
