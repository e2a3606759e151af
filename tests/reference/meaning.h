/* SPDX-License-Identifier: GPL-3.0-or-later */
/* meaning.h - what a query means, read from the tree that it was made up as: leaves, windows, and
 * lists whose children have roles.
 *
 *   a b          {optional a, optional b}       a OR b       the same
 *   +a b         {required a, optional b}       a AND b      {required a, required b}
 *   a -b, a NOT b {optional a, excluded b}      a AND NOT b  {required a, excluded b}
 *   a OR NOT b   {optional a, optional {excluded b}}
 *   the gaza     {supporting the, optional gaza}
 *   date:2025 a  {required date:2025, optional a} */
#ifndef QUIRE_TESTS_REFERENCE_MEANING_H
#define QUIRE_TESTS_REFERENCE_MEANING_H

#include "queries.h"
#include "wording.h"

typedef enum { REQUIRED, OPTIONAL, SUPPORTING, EXCLUDED } role;

typedef enum { NODE_WORDS, NODE_FIELD, NODE_WINDOW, NODE_LIST } node_kind;

/* One of the words that may stand in a slot. */
typedef struct {
    naive_word word;
    comparison by;
    double scale; /* of its weight: 1, or less where it is only akin to what was asked for */
} wanted_word;

typedef enum {
    SLOT_OF_WORDS,
    SLOT_OF_ANY,
    SLOT_OF_PATTERN,
    SLOT_OF_EDITS,
    SLOT_OF_SPELLING
} slot_kind;

/* A place of a leaf. */
typedef struct {
    slot_kind kind;
    wanted_word *words; /* of patterns and the like: what they stand for, once it is known */
    size_t nwords;
    const char *pattern; /* folded: of SLOT_OF_PATTERN, and the word of SLOT_OF_EDITS */
    size_t edits;
    size_t unit; /* what it scores as, see weights.h */
} wanted_slot;

typedef struct node node;

/* Words first .. last of a passage, and what they are made of. */
typedef struct interval interval;

struct interval {
    size_t first;
    size_t last;
    size_t order;          /* in which it was found */
    const node *leaf;      /* a leaf's; else NULL */
    const interval *left;  /* a window's: of its first side */
    const interval *right; /* and of its second */
};

typedef struct {
    interval *items;
    size_t nitems;
    size_t room;
} interval_list;

struct node {
    node_kind kind;
    role role;
    bool under_exclusion; /* it or what it stands in is excluded */
    bool in_window;

    /* leaves */
    uint32_t clause;
    wanted_slot *slots;
    size_t nslots;
    bool is_bare;   /* a word or joined words, as they are typed, to be found anywhere */
    bool is_joined; /* several words by stem that are typed as one: hostage-release */
    bool in_title;
    size_t slop;
    double weight;
    const said *said; /* of NODE_FIELD */

    /* windows */
    said_nearness nearness;
    size_t distance;

    /* windows and lists */
    node **children;
    size_t nchildren;
    size_t room;

    /* in the passage at hand */
    bool matched;    /* or in the article */
    bool in_article; /* leaves and windows: matched in any of its passages */
    bool takes_part; /* it matched, so did all that it stands in, and nothing excludes it */
    interval_list intervals;
};

/* How bare words are read. */
typedef struct {
    bool surfaces;    /* as they are, not by stem */
    bool akin;        /* names of places find their people, and the other way round */
    bool no_variants; /* British and American spellings are different words */
} naive_reading;

typedef struct {
    wording *wording;
    arena *arena;
    naive_reading reading;
    bool shouting;
    bool require_all;
    node *root;
    node **leaves; /* in the order of the query */
    size_t nleaves;
    size_t room;
    bool is_wordless; /* a piece of it has no word */
} meaning;

/* Read a query; wording, arena, reading, shouting and require_all are set by the caller. */
void meaning_read(meaning *m, const said *query);
void meaning_free(meaning *m);

/* Does it say only what the article is? */
bool meaning_is_filter(const node *n);

#endif
