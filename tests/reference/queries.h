/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queries.h - random queries: made up as trees, then written as a person would type them.
 *
 * The tree says what is meant, by the words of quire-query(7); the naive searcher evaluates it as
 * it stands, so that a query read wrongly is a difference too.  A feature of the language that is
 * to be judged gets a kind or a member here, is made up in said_leaves.c or queries.c, written in
 * queries.c, and gets its meaning in leaves.c or meaning.c. */
#ifndef QUIRE_TESTS_REFERENCE_QUERIES_H
#define QUIRE_TESTS_REFERENCE_QUERIES_H

#include "articles.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "random.h"

typedef enum {
    SAID_WORDS,    /* characters without a blank: a word, or several that are joined or listed */
    SAID_PHRASE,   /* in quotes */
    SAID_WILDCARD, /* minist*; other words may be joined to it */
    SAID_FUZZY,    /* word~2 */
    SAID_FIELD,    /* source:, date: ...: what the article is */
    SAID_NEAR,     /* two parts, and how near they are to stand */
    SAID_ANY,      /* a b OR c -d: juxtaposed or between ORs */
    SAID_ALL       /* a AND b AND NOT c */
} said_kind;

typedef enum { SAID_SOURCE, SAID_AUTHOR, SAID_URL, SAID_LANGUAGE, SAID_ID, SAID_DATE } said_field;

typedef enum { NEAR_EITHER, NEAR_ORDERED, NEAR_SENTENCE, NEAR_PARAGRAPH } said_nearness;

/* A piece of a phrase, with blanks around it. */
typedef enum { PIECE_TEXT, PIECE_GAP, PIECE_WILDCARD, PIECE_CHOICE } piece_kind;

typedef struct {
    piece_kind kind;
    const char *text;     /* words, or one wildcard */
    const char **choices; /* words each */
    size_t nchoices;
} said_piece;

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
    bool in_parentheses;
    bool in_title; /* title: before it; it may be a parenthesis */
    double weight; /* 0: it says none */
    const char *weight_text;

    const char *text; /* of words, wildcards and fuzzy words; the value of a field */
    bool is_exact;    /* = before words or a phrase */
    bool by_stem;     /* stem: before a phrase */
    said_piece *pieces;
    size_t npieces;
    unsigned slop;
    unsigned edits;
    bool says_edits; /* ~1, not ~ */

    said_field field;  /* of SAID_FIELD, and of a parenthesis with its name before it */
    bool names_values; /* such a parenthesis: what stands in it are values */
    bool is_inherited; /* a value in such a parenthesis */
    int first_day;     /* of a date: year * 10000 + month * 100 + day; 0: no limit */
    int last_day;

    said_nearness nearness;
    unsigned distance;
    bool says_distance;

    said_part *parts;
    size_t nparts;
};

/* Make up a query about a set of articles, in arena a. */
said *queries_make(dice *d, const made_corpus *corpus, arena *a);

/* Write it, at random where there is a choice that does not matter: blanks, kinds of quotes. */
void queries_write(dice *d, const said *query, buffer *out);

/* Does it use AND, OR, NOT, NEAR or its like: what is words in a query in capitals? */
bool queries_has_operator(const said *query);

#endif
