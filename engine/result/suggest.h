/* SPDX-License-Identifier: GPL-3.0-or-later */
/* suggest.h - what may have been meant by words of a query that no passage has, or hardly any. */
#ifndef QUIRE_RESULT_SUGGEST_H
#define QUIRE_RESULT_SUGGEST_H

#include "base/arena.h"
#include "query/parse.h"
#include "query/tree.h"
#include "quire.h"
#include "store/store.h"

#define SUGGEST_MAX 16 /* words of a query that are looked at */

/* Bytes start up to end of the query, and the word that may be meant. */
typedef struct {
    size_t start;
    size_t end;
    const char *word;
} suggestion;

typedef struct {
    suggestion items[SUGGEST_MAX]; /* ascending, without overlap */
    size_t nitems;
} suggestions;

/* Look for them, with a note "did-you-mean" for each.  A word that no passage has may be meant for
 * any near word; one that a single passage has, for one that stands in 5 passages or more, and
 * twenty times as often.  Excluded and supporting leaves are left out.  Statuses as for
 * store_search. */
quire_status suggest_find(store *st, bool furniture, const query_tree *tree, const char *text,
                          size_t text_bytes, arena *a, query_notes *notes, suggestions *out,
                          quire_error *err);

/* The query with what is suggested in its place, in arena a; NULL when memory is out. */
char *suggest_apply(const suggestions *s, const char *text, size_t text_bytes, arena *a,
                    size_t *nbytes_out);

#endif
