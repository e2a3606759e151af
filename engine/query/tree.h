/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree.h - a query as a tree of leaves, windows and lists.
 *
 * Leaves are what is looked for; windows say how near two things stand; lists combine.  AND, OR,
 * NOT and the signs all become lists whose children have roles:
 *
 *   a b          {optional a, optional b}       a OR b       the same
 *   +a b         {required a, optional b}       a AND b      {required a, required b}
 *   a -b, a NOT b {optional a, excluded b}      a AND NOT b  {required a, excluded b}
 *   -b, NOT b    {excluded b}                   a OR NOT b   {optional a, optional {excluded b}}
 *   the gaza     {supporting the, optional gaza}
 *   date:2025 a b {required date:2025, required {optional a, optional b}}
 *
 * A list matches a passage when all required children match, no excluded one does, and, where none
 * is required, an optional one does; a list of excluded children alone matches whatever they do
 * not. Supporting children add to the score and the marks of a list that matches, and decide
 * nothing.
 *
 * A leaf of words is a row of slots.  A slot is a place in the text: it holds one of its words, or
 * any word where it is a gap.  What a wildcard or fuzzy word stands for is known only to an index:
 * its slot has no words until query/expand.h has asked.
 *
 * Scores are made of units: a slot's words are alternatives, and the best of them counts.  Slots
 * that are alike share a unit, so that it counts once, however often a query repeats it. */
#ifndef QUIRE_QUERY_TREE_H
#define QUIRE_QUERY_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "text/stem.h"

typedef enum {
    QUERY_WORD,     /* one slot: a bare word, by stem; a wildcard; a fuzzy word */
    QUERY_COMPOUND, /* slots by stem, next to each other in one sentence: hostage-release, 4.5bn */
    QUERY_PHRASE,   /* slots next to each other in one sentence, or as near as its slop says */
    QUERY_FIELD,    /* what the article is, not what the passage says: source:, date: ... */
    QUERY_WINDOW,   /* two sides that stand near each other */
    QUERY_LIST
} query_kind;

typedef enum { ROLE_REQUIRED, ROLE_OPTIONAL, ROLE_SUPPORTING, ROLE_EXCLUDED } query_role;

/* By what a word of a passage is compared. */
typedef enum {
    MATCH_STEM,
    MATCH_SURFACE, /* folded: case, accents and the like do not count */
    MATCH_CASE     /* surface, and the very bytes that were typed: =Polish */
} query_match;

/* A word that is looked for, as the tokenizer and the stemmer give it. */
typedef struct {
    const char *surface;
    const char *stem;
    const char *extra; /* the form with its sign, "$4.5", which the token must have too; or NULL */
    const char *typed; /* MATCH_CASE: the bytes of the token */
    uint32_t surface_bytes;
    uint32_t stem_bytes;
    uint32_t extra_bytes;
    uint32_t typed_bytes;
    uint8_t flags; /* of token */
    query_match match;
    float scale;   /* of its weight: 1, or less for a word that only is akin */
    uint32_t term; /* its stem, as an index into query_tree.terms; QUERY_NONE where every leaf that
                      has it is excluded */
} query_word;

#define QUERY_NONE UINT32_MAX

typedef enum {
    SLOT_WORDS,
    SLOT_GAP,      /* any one word */
    SLOT_WILDCARD, /* pattern: folded, with * (any characters) and ? (one) */
    SLOT_FUZZY,    /* pattern: a folded word; within distance edits of it */
    SLOT_SPELLING  /* a word by its stem, but in its own spelling only, British or American */
} query_slot_kind;

typedef struct {
    query_slot_kind kind;
    query_word *words; /* alternatives, distinct; of wildcards and fuzzy words: once expanded; of
                          SLOT_SPELLING: the word itself until then */
    uint32_t nwords;
    const char *pattern;
    uint32_t pattern_bytes;
    uint32_t distance; /* 1 or 2 */
    uint32_t unit;     /* index into query_tree.units; QUERY_NONE where it is excluded or a gap */
} query_slot;

typedef enum { WINDOW_NEAR, WINDOW_ADJ, WINDOW_SENTENCE, WINDOW_PARAGRAPH } query_window;

typedef enum {
    FIELD_SOURCE,
    FIELD_AUTHOR,
    FIELD_URL,
    FIELD_LANGUAGE,
    FIELD_ID,
    FIELD_DATE
} query_field;

#define QUERY_NFIELDS 6

typedef struct query_node query_node;

struct query_node {
    query_kind kind;
    query_role role; /* in its list; the root is ROLE_REQUIRED */
    bool excluded;   /* it or a list that it stands in is excluded: never marked, never scored */
    size_t start;    /* bytes of the query that it was read from */
    size_t end;

    /* leaves */
    uint32_t clause; /* from 1, in query order */
    query_slot *slots;
    uint32_t nslots;
    bool is_loose; /* a compound of words by stem: see articles in query/match.h */
    bool is_added; /* by feedback: nobody typed it */
    uint32_t slop; /* phrases: see query/match.h */
    bool in_title; /* only where it stands in the headline */
    double weight; /* of its units: 1, or as ^ says, its groups' multiplied in */

    /* fields */
    query_field field;
    const char *value; /* all but dates, folded as the index folds it; "*" at its end: a prefix */
    int first_day;     /* dates: year * 10000 + month * 100 + day; 0: no limit */
    int last_day;
    const uint64_t *articles; /* article n (from 1) is bit (n - 1) % 64 of word (n - 1) / 64; filled
                                 in by the store that is searched (store_find_articles) */
    uint32_t narticles;       /* how many these are */

    /* windows and lists */
    query_node **children; /* a window's: two, each a leaf of words, a window, or a list of
                              alternatives of those */
    uint32_t nchildren;
    uint32_t height; /* levels below it */
    query_window window;
    uint32_t distance; /* NEAR, ADJ: at most so many words on; next to each other is 1 */
};

/* A distinct stem among the words that score. */
typedef struct {
    const char *stem;
    uint32_t stem_bytes;
    bool acronym;
} query_term;

/* One of a unit's alternatives: a term, and what its weight is multiplied by. */
typedef struct {
    uint32_t term;
    double scale;
    bool is_akin; /* nobody asked for it: a demonym */
} query_choice;

/* What scores once: the best of its choices that occur in a passage in which a leaf of it took part
 * in the match.  With shared_df (wildcards and fuzzy words) the document frequency of every choice
 * is that of the commonest, so that a rare misprint does not outweigh the word. */
typedef struct {
    query_choice *choices; /* by term, ascending */
    uint32_t nchoices;
    bool shared_df;
    bool supports;   /* all leaves that ask for it only support, and were typed */
    uint32_t nasked; /* how often the query asks for it by leaves that do not only support */
} query_unit;

typedef struct {
    query_node *root;    /* NULL: the query has nothing to look for */
    query_node **leaves; /* words and fields, in clause order: leaves[clause - 1] */
    uint32_t nleaves;
    query_term *terms;
    uint32_t nterms;
    query_unit *units;
    uint32_t nunits;
    bool has_patterns; /* wildcards or fuzzy words: to be expanded */
    bool is_plain;     /* its units have one choice of scale 1 each: a sum over terms */
    bool needs_text;   /* positions do not decide: windows, slop, gaps, case, titles */
} query_tree;

/* Add what the matcher may look for, so that the other words of passages need no stems. */
void query_tree_filter(const query_tree *tree, const stemmer *s, stem_filter *filter);

/* The tree as text for --explain: one line a node, indented by two blanks a level, each line ended
 * by a newline.  NULL when memory is out. */
char *query_tree_print(const query_tree *tree, arena *a);

#endif
