/* SPDX-License-Identifier: GPL-3.0-or-later */
/* articles.h - random sets of articles, made so that words collide: few words, many that share a
 * stem or a spelling, equal texts, equal dates. */
#ifndef QUIRE_TESTS_REFERENCE_ARTICLES_H
#define QUIRE_TESTS_REFERENCE_ARTICLES_H

#include "base/arena.h"
#include "random.h"

/* An article as it was made up, and as quire-index must read it from the files. */
typedef struct {
    const char *id;
    const char *title; /* "" where there is none */
    const char *text;  /* a text file's: the whole file */
    size_t text_bytes;
    size_t body_start; /* of the body in text */
    bool is_file;      /* a text file, not a JSON record */
    const char *path;  /* as the index names the file */

    bool has_date;
    int64_t seconds; /* since 1970, UTC */
    int day;         /* year * 10000 + month * 100 + day, as written */

    int source;           /* an index into articles_sources, or -1 */
    int author;           /* the same of articles_authors */
    const char *url;      /* NULL: none */
    const char *language; /* NULL: none */
} made_article;

typedef struct {
    made_article *articles;
    size_t narticles;
    const char *const *words; /* what its texts are made of */
    size_t nwords;
    bool has_many; /* and of many that begin with zq */
    bool is_small; /* a few short articles, about which very many queries can be asked */
} made_corpus;

/* Sources of articles: [i][0] is how an article names it, the others how a reader may. */
#define ARTICLES_NSOURCES 3
#define ARTICLES_NSPELLINGS 3
extern const char *const articles_sources[ARTICLES_NSOURCES][ARTICLES_NSPELLINGS];

#define ARTICLES_NAUTHORS 4
extern const char *const articles_authors[ARTICLES_NAUTHORS][ARTICLES_NSPELLINGS];

/* Beginnings of addresses, as a reader may type them; ends in NULL. */
extern const char *const articles_asked_urls[];

/* Make a set of articles, small if corpus->is_small says so, and write it as files into an empty
 * directory. The set lives in arena a. Ends the program when that fails. */
void articles_make(dice *d, const char *directory, arena *a, made_corpus *corpus);

#endif
