/* SPDX-License-Identifier: GPL-3.0-or-later */
/* naive.h - the naive searcher: every passage is looked at, every word compared.
 *
 * It is the judge's own reading of what a query means (quire-query(7)), what matches, what is
 * marked and what it scores (docs/architecture.md).  It shares no code with engine/query,
 * engine/store and engine/result; only what an article consists of, passages, sentences, words and
 * their stems, comes from engine/text, which has golden tests of its own. */
#ifndef QUIRE_TESTS_REFERENCE_NAIVE_H
#define QUIRE_TESTS_REFERENCE_NAIVE_H

#include "articles.h"
#include "base/arena.h"
#include "meaning.h"
#include "queries.h"
#include "quire.h"
#include "wording.h"

typedef struct {
    const made_article *article;
    uint32_t number; /* within the article, from 1 */
    bool furniture;
    const char *text;
    size_t text_bytes;
    size_t start; /* of text in the article's */
    naive_word *words;
    size_t nwords;
} naive_passage;

typedef struct naive naive;

/* Read a set of articles, which must outlive the searcher. */
naive *naive_new(const made_corpus *corpus);
void naive_free(naive *n);
const naive_passage *naive_passages(const naive *n, size_t *npassages_out);
size_t naive_npassages(const naive *n, bool furniture_too);

typedef struct {
    const naive_passage *passage;
    int64_t score;     /* units of 2^-32 */
    quire_mark *marks; /* in the text */
    size_t nmarks;
    quire_mark *title_marks;
    size_t ntitle_marks;
} naive_hit;

typedef struct {
    naive_hit *hits; /* at most options->max_hits, best first */
    size_t nhits;
    uint64_t count;                  /* all that match */
    struct naive_articles *articles; /* instead, where the unit is the article */
} naive_answer;

/* Answer a query, which was written as text; the answer lives in arena a.  False where the tree
 * does not say what the text means: operators in a text wholly in capitals, where they are words; a
 * piece without a word, which is left out. */
bool naive_search(naive *n, const said *query, const char *text, size_t text_bytes,
                  const quire_search_options *options, const naive_reading *reading, arena *a,
                  naive_answer *answer);

/* May a query that was made up have this note: words that do not occur or are too many, capitals,
 * windows of what cannot stand near anything? */
bool naive_expects_note(const char *code);

#endif
