/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.h - searching a generation: the interface that every passage store stands behind.
 *
 * A store finds the best passages for a query tree, exactly as the span matcher (query/match.h) and
 * the fixed-point BM25 (query/bm25.h) would by looking at every passage, in the order of results:
 * score, then date (newest first, undated last), article id in bytes, passage number. */
#ifndef QUIRE_STORE_STORE_H
#define QUIRE_STORE_STORE_H

#include "base/arena.h"
#include "query/article_scoring.h"
#include "query/bm25.h"
#include "query/match.h"
#include "query/tree.h"
#include "query/vocabulary.h"
#include "quire.h"
#include "store/article_record.h"
#include "store/copies_file.h"
#include "store/generation.h"
#include "store/passage_record.h"

typedef struct store store;

/* Open the stores of a generation, which must outlive it. */
quire_status store_open(const generation *g, store **store_out, quire_error *err);
void store_close(store *s); /* NULL is fine */

/* Which passages are searched. Days are year * 10000 + month * 100 + day. */
typedef struct {
    bool furniture;     /* furniture passages too */
    int first_day;      /* 0: no limit; else undated articles are left out */
    int last_day;       /* 0: no limit */
    const char *source; /* NULL: all; compared case-folded (fold_word) */
} store_filter;

typedef struct {
    const query_tree *tree; /* root not NULL */
    store_filter filter;
    double k1;
    double b;
    uint32_t max_hits;
    bool count;
    bool is_unread; /* what is found is not read right after */

    /* With count: of article n, from 1, how many passages match (by article: 1 where it does) is
     * added to tally[n], of which there are store_narticles + 1; NULL: not wanted.  What is damaged
     * is QUIRE_ECORRUPT then. */
    uint32_t *tally;
} store_request;

typedef struct {
    uint64_t handle; /* for store_passage; of this store only */
    int64_t score;   /* units of 2^-32 */
} store_hit;

/* Fill hits (room for max_hits) best first.  *count_out: all that match, where request->count, else
 * 0.  QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status store_search(store *s, const store_request *request, store_hit *hits,
                          uint32_t *nhits_out, uint64_t *count_out, quire_error *err);

/* By article, of what request->filter lets through but furniture, which is no part of an article
 * here; operators hold within the article.  hits (room for request->max_hits): best first, then as
 * the order of results has it.  The same answer as matcher_article_end (query/match.h) and
 * query/article_scoring.h give for every article. */
typedef struct {
    uint32_t article; /* for store_article */
    int64_t score;    /* units of 2^-32 */
    uint64_t first;   /* its passages have handles first, first + 1, ... */
    uint32_t nall;    /* so many of them */
    uint32_t npassages;
    store_hit passages[ARTICLE_BEST_PASSAGES]; /* those to show; score: the passage's part */
} store_article_hit;

quire_status store_search_articles(store *s, const store_request *request, store_article_hit *hits,
                                   uint32_t *nhits_out, uint64_t *count_out, quire_error *err);

/* What is ranked by article: not narrowed by filters. */
quire_status store_article_collection(store *s, article_collection *out, quire_error *err);

/* In how many of those articles a stem occurs (acronym: an acronym's). */
quire_status store_article_frequency(store *s, const char *stem, size_t stem_bytes, bool acronym,
                                     uint64_t *out, quire_error *err);

/* The passages that a filter's furniture switch searches: N and total length; not narrowed by dates
 * or source, so that scores do not change with a filter. */
quire_status store_collection(store *s, bool furniture, bm25_collection *out, quire_error *err);

/* In how many of those passages a stem occurs (acronym: an acronym's). */
quire_status store_document_frequency(store *s, bool furniture, const char *stem, size_t stem_bytes,
                                      bool acronym, uint64_t *out, quire_error *err);

/* Does a word stand in any of those passages: by its stem or, by_surface, as it is?  A sign that it
 * must have is left out of account. */
quire_status store_occurs(store *s, bool furniture, const query_word *word, bool by_surface,
                          bool *out, quire_error *err);

/* How many fields a query may have, so that the sets of articles and passages that they mean stay
 * within bounds: of 10 million passages some 400, of a million as many as a query has room for. */
uint32_t store_most_fields(uint32_t narticles, uint64_t npassages);

/* Find the articles that the fields of a query mean: fills articles and narticles of each
 * leaf that is QUERY_FIELD, in arena a.  QUIRE_EQUERY where they are more than store_most_fields;
 * QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status store_find_articles(store *s, const query_tree *tree, arena *a, quire_error *err);

/* The words of those passages; *out lives as long as the store. */
quire_status store_words(store *s, bool furniture, vocabulary *out, quire_error *err);

/* Read a passage, verified, and its article: all is filled in, the title of an article's first
 * passage too.  Strings live in arena a, sentences until the next call. */
quire_status store_passage(store *s, uint64_t handle, arena *a, passage_record *out,
                           article_record *of, quire_error *err);

/* Read of a passage what names it: its article's number and id, which lives in arena a, and its own
 * number in the article. */
typedef struct {
    uint32_t article;
    const char *id;
    uint32_t passage;
} store_name;

quire_status store_name_passage(store *s, uint64_t handle, arena *a, store_name *out,
                                quire_error *err);

/* Is there a passage, dead or alive, of that handle?  Handles that the store gave need not be asked
 * about. */
bool store_has_passage(const store *s, uint64_t handle);

/* Read an article, verified; number as in passage_record.article; strings live in arena a. */
quire_status store_article(store *s, uint32_t number, arena *a, article_record *out,
                           quire_error *err);

/* Articles have numbers from 1 to this; dead ones too, and perhaps some that are of none. */
uint32_t store_narticles(const store *s);

/* What articles are told apart by. */
typedef struct {
    uint32_t day;    /* as in store_filter; 0: undated */
    uint64_t source; /* the same only for articles of one source, case apart; 0: none */
} store_labels;

/* Find them without reading the article; *found_out is false where the store cannot do that.
 * QUIRE_ECORRUPT. */
quire_status store_find_labels(store *s, uint32_t number, bool *found_out, store_labels *out,
                               quire_error *err);

/* The groups of copies of all articles; they live as long as the store, and are opened when they
 * are first asked for.  QUIRE_ECORRUPT, QUIRE_EVERSION, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status store_copies(store *s, const copies_file **out, quire_error *err);

/* How the store was asked, for --explain: text in arena a, lines. */
quire_status store_explain(store *s, const store_request *request, arena *a, const char **out,
                           quire_error *err);

#endif
