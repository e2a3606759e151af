/* SPDX-License-Identifier: GPL-3.0-or-later */
/* collection.h - a real set of articles, or a slice of one, as the judge needs it: read by the
 * engine's reader into what the naive searcher reads, with words and lines to make queries of. */
#ifndef QUIRE_TESTS_REFERENCE_COLLECTION_H
#define QUIRE_TESTS_REFERENCE_COLLECTION_H

#include "articles.h"
#include "base/arena.h"
#include "queries.h"
#include "random.h"

typedef struct {
    const char *path; /* what is indexed: a file or a directory */
    made_corpus corpus;

    const char **lines; /* headlines, and what people asked of the set */
    size_t nlines;
    size_t lines_room;
    const char **sources; /* of articles, as often as they occur */
    size_t nsources;
    size_t sources_room;
    const char **days; /* of articles: "2025-11-16" */
    size_t ndays;
    size_t days_room;
} collection;

/* Read the set at path, a directory of text files or one that holds corpus.jsonl and perhaps
 * queries.tsv; of a corpus.jsonl only narticles articles, chosen at random and written into
 * directory, unless narticles is 0.  The strings live in arena a.  Ends the program when that
 * fails. */
void collection_read(dice *d, const char *path, size_t narticles, const char *directory, arena *a,
                     collection *c);
void collection_free(collection *c);

/* Ask in the words of a headline or a question: some that follow one another, as a list. NULL where
 * there are none. */
said *collection_ask(dice *d, const collection *c, arena *a);

#endif
