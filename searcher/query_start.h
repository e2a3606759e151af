/* SPDX-License-Identifier: GPL-3.0-or-later */
/* query_start.h - where on the command line the query begins. */
#ifndef SEARCHER_QUERY_START_H
#define SEARCHER_QUERY_START_H

#include <stdbool.h>

/* The index in argv of the first word of the query, and of the first word after the options, which
 * is the same unless -- stands between.  Does not return where there is a word with two dashes that
 * is no option (exit 2). */
void query_start_find(int argc, char **argv, int *query_out, int *options_end_out);

/* Is "-xyz" letters of options, the last perhaps with its argument?  *takes_next_out says whether
 * the next word is that. */
bool query_start_is_cluster(const char *word, bool *takes_next_out);

/* "-h" alone is no query: whoever types it asks for help. */
bool query_start_is_letter(const char *word);
_Noreturn void query_start_refuse_letter(const char *word);

#endif
