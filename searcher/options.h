/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.h - what the command line of quire-search says. */
#ifndef SEARCHER_OPTIONS_H
#define SEARCHER_OPTIONS_H

#include "format.h"
#include "quire.h"

typedef struct {
    char *index_path;  /* never NULL */
    bool index_joined; /* given as -dPATH, which may have been meant as a word left out */
    quire_search_options search;
    bool says_copies; /* --copies was given */
    uint32_t number;  /* results wanted */
    bool has_number;  /* asked for */
    bool has_by;      /* matches are counted, by what is next, not shown */
    quire_by by;
    bool matrix; /* of a batch a table is printed, by that */
    bool quiet;
    bool strict; /* a note is an error */
    bool trust;  /* tables without checksums are believed */
    const format *format;
    const char *batch;  /* the file of queries, "-" for standard input; NULL: one query */
    const char *output; /* a directory for the answers of a batch; NULL: standard output */
    bool resume;        /* answers that are there already stay */
    char **given;       /* options that say what is answered and how: "number=5", "all" */
    size_t ngiven;
    const char *complete; /* what is being typed; NULL: a query or a batch */
    const char *show;     /* the id of an article to print; NULL: passages */
    const char *like;     /* an article or a file that results are to be like; NULL: a query */
    const char *diff;     /* an article to compare with that of query; NULL: a query */
    unsigned topic_parts; /* of TREC topics in a batch: see topics.h */
    bool words_only;      /* lines of a batch are nothing but words */
    unsigned threads;     /* that answer a batch, from 1 */
    bool color;
    bool hyperlinks;        /* titles are links */
    bool pager;             /* for what is longer than the terminal */
    int width;              /* columns of a line */
    bool has_snippet;       /* asked for */
    uint32_t snippet_words; /* of a passage, about; 0: all of it */
    char *query;            /* the words, joined by blanks; NULL with batch and complete */
    int nquery_words;       /* arguments it was joined from */
    quire_note *notes;      /* on words that look like options */
    size_t nnotes;
} options;

/* Was this option given, of those that are kept in given? */
bool options_has_given(const options *o, const char *name);

/* Read the command line.  Does not return where it is wrong (exit 2) or only asks for help. */
void options_read(int argc, char **argv, options *out);
void options_free(options *o);

#endif
