/* SPDX-License-Identifier: GPL-3.0-or-later */
/* match.h - the span matcher: it decides whether a passage matches a query, and where.  Marks are
 * made from what it returns; stores are accelerators that must agree with it.
 *
 * What a node matches are intervals of words, first to last:
 *
 *   leaf     its slots, one word behind the other, in one sentence.  With slop s, distinct words
 * p_i for its n slots, in one sentence, so that max(p_i - i) - min(p_i - i) <= s (Lucene's sloppy
 * phrase); of such intervals, those that hold no other. list     as a side of a window: all
 * intervals of its alternatives window   the hulls of pairs, one interval of each side, that have
 * no word in common and stand NEAR/n       with at most n - 1 words between them, in one block
 *              ADJ/n        the same, the left side's before the right side's
 *              SENTENCE     in one sentence
 *              PARAGRAPH    in one block
 *            of such hulls, those that hold no other.
 *
 * A node in the title: leaf matches only within the headline. */
#ifndef QUIRE_QUERY_MATCH_H
#define QUIRE_QUERY_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "query/tree.h"
#include "text/passage_words.h"

/* What is looked at. */
typedef struct {
    const passage_words *words;
    const char *title; /* the bytes that the words stand in; not needed unless tree->needs_text */
    const char *text;
    uint32_t article; /* its number, from 1, for fields */
} match_passage;

/* Words first .. last (both included) of the passage, made by clause. */
typedef struct {
    uint32_t first;
    uint32_t last;
    uint32_t clause;
} match_span;

/* The matcher's memory, kept from passage to passage.  Made for one tree, which must outlive it and
 * whose patterns are expanded. */
typedef struct matcher matcher;

matcher *matcher_new(const query_tree *tree); /* NULL when memory is out */
void matcher_free(matcher *m);

typedef struct {
    bool matched;

    const uint32_t *term_frequency; /* by tree->terms: how often the stem occurs in the passage */
    const bool *unit_scores; /* by tree->units: did a leaf of it take part in the match?  A leaf
                                takes part that matches, in lists and windows that match. */

    /* What to mark, ascending by first, without overlap (one mark never runs from the title into
     * the text, since a phrase stays in its sentence). Filled in only when spans were asked for. */
    const match_span *spans;
    size_t nspans;
} match_result;

/* Match one passage.  The result's arrays live until the next call.  False when memory is out. */
bool matcher_run(matcher *m, const match_passage *at, bool want_spans, match_result *out);

/* ---- Articles ----
 *
 * Whether a whole article matches, operators holding within the article: leaves and windows match
 * where one of its passages has them, and lists ask for that.  Begin, add all of its passages, and
 * end; then spans may be asked for, of any of them.
 *
 * Which units score is as in match_result, but for compounds that are optional, loose and in no
 * window (query_node): their units score where the list that they stand in matches, whether the
 * compound is there or not. */

void matcher_article_begin(matcher *m);
bool matcher_article_add(matcher *m, const match_passage *at); /* false when memory is out */

/* Of the passage that was added last: how often each of tree->terms counts, those in the headline
 * ARTICLE_TITLE_WEIGHT times (query/article_scoring.h). */
void matcher_article_count(const matcher *m, uint32_t *frequencies);

/* Does the article match?  *unit_scores_out: by tree->units, as in match_result, of the article;
 * it lives until the next call of another function. */
bool matcher_article_end(matcher *m, const bool **unit_scores_out);

/* In place of begin, add and end, where it is known that the article matches and that whatever of
 * the query is not excluded takes part in that where it stands. */
void matcher_article_assume(matcher *m);

/* What to mark in a passage of the article, which matched: what takes part in the article's match
 * and stands there.  out->matched is true.  False when memory is out. */
bool matcher_article_spans(matcher *m, const match_passage *at, match_result *out);

#endif
