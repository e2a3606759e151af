/* SPDX-License-Identifier: GPL-3.0-or-later */
/* match.h - the span matcher: it decides whether a passage matches a query, and where.  Marks are
 * made from what it returns; stores are accelerators that must agree with it. */
#ifndef QUIRE_QUERY_MATCH_H
#define QUIRE_QUERY_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "query/tree.h"
#include "text/passage_words.h"

/* Words first .. last (both included) of the passage, made by clause. */
typedef struct {
    uint32_t first;
    uint32_t last;
    uint32_t clause;
} match_span;

/* The matcher's memory, kept from passage to passage.  Made for one tree, which must outlive it. */
typedef struct matcher matcher;

matcher *matcher_new(const query_tree *tree); /* NULL when memory is out */
void matcher_free(matcher *m);

typedef struct {
    bool matched;

    /* For tree->terms[i]: how often its stem occurs in the passage, and whether a leaf of it took
     * part in the match, so that it scores. */
    const uint32_t *term_frequency;
    const bool *term_scores;

    /* What to mark, ascending by first, without overlap (one mark never runs from the title into
     * the text, since a phrase stays in its sentence). Filled in only when spans were asked for. */
    const match_span *spans;
    size_t nspans;
} match_result;

/* Match one passage.  The result's arrays live until the next call.  False when memory is out. */
bool matcher_run(matcher *m, const passage_words *words, bool want_spans, match_result *out);

#endif
