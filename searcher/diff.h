/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diff.h - two articles side by side: --diff. */
#ifndef SEARCHER_DIFF_H
#define SEARCHER_DIFF_H

#include "options.h"

/* Print what the two articles that the options name have in common and what not; returns the exit
 * status: 0 where they have a sentence in common, 1 where they have none, 2 on an error. */
int diff_run(const options *o, quire_index *index);

#endif
