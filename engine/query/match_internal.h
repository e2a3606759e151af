/* SPDX-License-Identifier: GPL-3.0-or-later */
/* match_internal.h - what the files of the span matcher share: match.c (making it, words, lists),
 * match_windows.c (slop and windows), match_spans.c (what to mark), match_article.c (articles). */
#ifndef QUIRE_QUERY_MATCH_INTERNAL_H
#define QUIRE_QUERY_MATCH_INTERNAL_H

#include "query/intern.h"
#include "query/match.h"

/* One of the words of a slot: of a word by stem the number of its stem, else of its surface. */
typedef struct {
    uint32_t number;
    uint32_t extra; /* number of the form with its sign that the token must have, or INTERN_NONE */
    const char *typed; /* the bytes that the token must have, or NULL */
    uint32_t typed_bytes;
    bool by_surface;
} slot_word;

typedef struct {
    const slot_word *words; /* by_surface last, ascending by number */
    uint32_t nwords;
    uint32_t unit;
    bool is_gap;
} match_slot;

typedef struct {
    const match_slot *slots;
    uint32_t nslots;
    uint32_t clause;
    uint32_t slop;
    const uint64_t *const *articles; /* of a field; else NULL */
    bool in_title;
    bool is_loose;
    bool supports;      /* ROLE_SUPPORTING */
    bool is_listed;     /* its intervals are written down: it has slop or stands in a window */
    bool is_active;     /* in this passage: it takes part in the match, so it scores and marks */
    bool is_in_article; /* it takes part in the match of the article */
    uint32_t next;      /* the leaf that goes on with a run, or NO_LEAF */
    uint32_t node;      /* that is it */
} leaf;

#define NO_LEAF UINT32_MAX

/* A leaf hangs from each word that it can begin with. */
typedef struct {
    uint32_t leaf;
    uint32_t next; /* the next hook of the same word, or NO_HOOK */
} hook;

#define NO_HOOK UINT32_MAX

/* An interval of a node, and what it is made of: of a list the child and its interval, of a window
 * an interval of each side. */
typedef struct {
    uint32_t first;
    uint32_t last;
    uint32_t left;
    uint32_t right;
    bool is_marked;
} interval;

typedef struct {
    interval *items; /* ascending by first, then last */
    size_t nitems;
    size_t room;
} interval_list;

/* A node; its children are neighbours in the array. */
typedef struct {
    query_kind kind;
    query_role role;
    query_window window;
    uint32_t distance;
    bool is_matched; /* in this passage; of lists, while an article is decided on, in that */
    bool is_in_article;
    uint32_t leaf; /* or NO_LEAF */
    uint32_t first_child;
    uint32_t nchildren;
    interval_list intervals; /* of windows, what stands in them, and leaves with slop */
} node;

/* What a word of the passage is to the query; of nearly all words, nothing. */
typedef struct {
    uint32_t stem;
    uint32_t surface;
    uint32_t extra;
} meaning;

struct matcher {
    arena *a;
    uint32_t nterms;
    uint32_t nunits;
    intern_table stems; /* those of the tree's terms come first, in their order */
    intern_table surfaces;
    intern_table extras;
    uint32_t *first_by_stem; /* hooks by the number of a leaf's first word */
    uint32_t *first_by_surface;
    hook *hooks;
    leaf *leaves;
    uint32_t nleaves;
    node *nodes; /* the root first; none where the query has nothing to look for */
    uint32_t nnodes;

    /* Of the passage at hand. */
    const match_passage *passage;
    uint32_t *frequencies; /* by stem */
    bool *unit_scores;
    const word_place *places; /* of the words */
    uint32_t nplaces;
    meaning *meanings; /* of the words; where there is none, all of it is INTERN_NONE */
    uint32_t *known;   /* the words that have one, ascending */
    uint32_t nknown;
    match_span *spans;    /* at most one a word */
    size_t room;          /* for meanings, known and spans */
    interval_list marked; /* intervals of listed leaves to be marked; left is the clause */
    bool is_failed;       /* memory was out */
};

/* Is word number at of the passage one of the slot's? */
bool match_slot_is(const matcher *m, const match_slot *slot, uint32_t at);

/* Do the slots of a leaf without slop stand at word number at and behind it? */
bool match_occurs(const matcher *m, const leaf *l, uint32_t at);

/* Find out of all nodes whether they match in a passage; false when memory is out. */
bool match_look(matcher *m, const match_passage *at);

/* Does a list match, going by its children? */
bool match_holds(const matcher *m, const node *list);

/* Go down from a node that takes part (or not) to the leaves that do, and to their units. */
void match_activate(matcher *m, const node *n, bool is_active);

bool match_add_interval(matcher *m, interval_list *list, const interval *added);

/* Write down the intervals of a leaf with slop. */
void match_find_sloppy(matcher *m, const leaf *l);

/* Write down the intervals of a window and of all that stands in it. */
void match_find_window(matcher *m, node *window);

/* Put the intervals of leaves that a matching node's intervals are made of into m->marked. */
void match_mark(matcher *m, node *from);

/* Fill in m->spans; returns how many. */
size_t match_find_spans(matcher *m);

#endif
