/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_table.h - the options of quire-search, as argp wants them. */
#ifndef SEARCHER_OPTION_TABLE_H
#define SEARCHER_OPTION_TABLE_H

#include <argp.h>

/* Options that have no letter. */
enum {
    KEY_FORMAT = 0x100,
    KEY_BATCH,
    KEY_OUTPUT,
    KEY_RESUME,
    KEY_ALL,
    KEY_AFTER,
    KEY_BEFORE,
    KEY_SOURCE,
    KEY_COUNT,
    KEY_EXPLAIN,
    KEY_FURNITURE,
    KEY_BM25,
    KEY_EXPAND,
    KEY_COLOR,
    KEY_WIDTH,
    KEY_THREADS,
    KEY_STEM,
    KEY_NO_VARIANTS,
    KEY_CORRECT,
    KEY_STRICT,
    KEY_TRUST,
    KEY_COMPLETE,
    KEY_COPIES,
    KEY_DIFF,
    KEY_SHOW,
    KEY_SNIPPET,
    KEY_HYPERLINK,
    KEY_NO_PAGER,
    KEY_UNIT,
    KEY_TOPIC,
    KEY_WORDS,
    KEY_BY,
    KEY_MATRIX,
    KEY_LIKE
};

/* Both end in an option without a name.  The second are argp's own. */
extern const struct argp_option option_table[];
extern const struct argp_option option_table_of_argp[];

#endif
