/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expand.h - what the wildcards and fuzzy words of a query stand for in an index. */
#ifndef QUIRE_QUERY_EXPAND_H
#define QUIRE_QUERY_EXPAND_H

#include "query/parse.h"
#include "query/tree.h"
#include "query/vocabulary.h"
#include "text/stem.h"

#define EXPAND_MAX_WORDS 1000   /* of one slot: the commonest */
#define EXPAND_MAX_TOTAL 16384  /* of all slots of a query */
#define EXPAND_MAX_PATTERNS 100 /* each takes a walk through the index's words */

/* Give the slots of a tree with patterns their words, and make its units anew.  Notes say where
 * there are more words than are looked for, and where there is none.  A fuzzy word's scale is 1 for
 * the word itself, 1/2 for one edit, 1/4 for two.
 *
 * QUIRE_EQUERY  more than EXPAND_MAX_PATTERNS wildcards and fuzzy words
 * QUIRE_EIO, QUIRE_ECORRUPT, QUIRE_ENOMEM */
quire_status query_expand(query_tree *tree, const vocabulary *words, stemmer *s, arena *a,
                          query_notes *notes, quire_error *err);

#endif
