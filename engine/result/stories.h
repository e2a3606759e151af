/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stories.h - results of which each is another story: hits in the order of the ranking, copies
 * folded into the best of them.
 *
 * A hit is folded into the first result that it is a copy of (fold.h).  It is compared with all
 * results of its own group of copies, and otherwise with the last STORIES_NEAR results.  Where hits
 * are articles, each with its best passage, those of a group are copies without comparison. */
#ifndef QUIRE_RESULT_STORIES_H
#define QUIRE_RESULT_STORIES_H

#include "base/arena.h"
#include "quire.h"
#include "result/fold.h"
#include "store/copies_file.h"
#include "store/store.h"

#define STORIES_NEAR 4096

/* A hit that was folded into a result. */
typedef struct folded_hit folded_hit;

typedef struct {
    fold_passage passage;
    copy_group group;        /* where passage.group is one */
    folded_hit *first;       /* of those folded into it, in the order of the ranking; or NULL */
    folded_hit **next_place; /* where the next one goes */
} story;

typedef struct {
    store *store;
    const copies_file *groups;
    arena *arena;    /* of the results */
    bool by_article; /* to be set after stories_begin; hits are articles */
    story *stories;
    quire_hit *hits;   /* the results, of the same number */
    size_t most_named; /* copies of each; QUIRE_MAX_COPIES at most */
    size_t nstories;
    size_t ndamaged; /* of them, and of copies that cannot be named */
    size_t room;     /* of both, and they do not move */
    fold_scratch scratch;
} story_list;

/* Begin a list of at most max results in arena a, of each of which at most most_named copies are to
 * be named.  QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status stories_begin(story_list *list, store *st, arena *a, size_t max, size_t most_named,
                           quire_error *err);
void stories_free(story_list *list); /* a zeroed one is fine; the hits stay */

/* Add the next hit, of article number, whose words are these: it becomes a result, or is folded
 * into one. */
quire_status stories_add(story_list *list, const quire_hit *hit, uint32_t number,
                         const passage_words *words, quire_error *err);

/* Add a hit that is damaged: a result that nothing is folded into. */
void stories_add_damaged(story_list *list, const quire_hit *hit);

/* When all are there: name the copies of each result, and find what they quote in common. */
quire_status stories_finish(story_list *list, quire_error *err);

/* quotations.c: fill in the quotations of the hits.  False when memory is out. */
bool stories_find_quotations(story_list *list);

#endif
