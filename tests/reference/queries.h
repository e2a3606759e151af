/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queries.h - random queries: made up as trees, then written as a person would type them.
 *
 * The tree says what is meant, by the words of quire-query(7); the naive searcher evaluates it as
 * it stands, so that a query read wrongly is a difference too.  A feature of the language that is
 * to be judged gets a kind (or a member of said_part) here, a line in write_node and a line in
 * naive.c. */
#ifndef QUIRE_TESTS_REFERENCE_QUERIES_H
#define QUIRE_TESTS_REFERENCE_QUERIES_H

#include "articles.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "random.h"

typedef enum {
    SAID_WORDS,  /* characters without a blank: a word, or several that are joined or listed */
    SAID_PHRASE, /* in quotes */
    SAID_ANY,    /* a b OR c -d: juxtaposed or between ORs */
    SAID_ALL     /* a AND b AND NOT c */
} said_kind;

typedef struct said said;

typedef struct {
    said *node;
    bool or_before; /* OR stands before it; only in SAID_ANY, not before the first */
    bool plus;
    bool minus;
    bool negated; /* NOT stands before it */
} said_part;

struct said {
    said_kind kind;
    const char *text; /* of words and phrases, without the quotes */
    bool in_parentheses;
    said_part *parts;
    size_t nparts;
};

/* Make up a query about a set of articles, in arena a. */
said *queries_make(dice *d, const made_corpus *corpus, arena *a);

/* Write it, at random where there is a choice that does not matter: blanks, kinds of quotes. */
void queries_write(dice *d, const said *query, buffer *out);

/* Does it use AND, OR or NOT? */
bool queries_has_operator(const said *query);

#endif
