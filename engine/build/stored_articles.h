/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stored_articles.h - articles out of the segments of a generation, as their passages are stored:
 * what a merge makes a new segment of, without the sources. */
#ifndef QUIRE_BUILD_STORED_ARTICLES_H
#define QUIRE_BUILD_STORED_ARTICLES_H

#include "article/article.h"
#include "build/article_order.h"
#include "quire.h"
#include "store/manifest.h"
#include "text/passages.h"

/* For one thread at a time. */
typedef struct stored_articles stored_articles;

/* What is read. */
typedef struct {
    const char *store; /* as in a manifest */
    const char *directory;
    const manifest_segment *segments;
    size_t nsegments;
} stored_generation;

/* All of it must stay; segments are opened when they are first asked for.  NULL: memory. */
stored_articles *stored_articles_new(const stored_generation *generation);
void stored_articles_free(stored_articles *s); /* NULL is fine */

/* Get the article at place into a, which borrows its strings until the next call; it has no text.
 * QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status stored_articles_get(stored_articles *s, article_place place, article *a,
                                 quire_error *err);

/* The next passage of the article got last, in reading order: a's text and place in its file are
 * the passage's until the next call, *list_out holds it alone, and *number_out is its number in the
 * article; *more_out is false behind the last. */
quire_status stored_articles_passage(stored_articles *s, article *a, const passage_list **list_out,
                                     uint32_t *number_out, bool *more_out, quire_error *err);

/* Fill in of a key what sorting and cutting into units need. */
quire_status stored_articles_key(stored_articles *s, article_key *key, quire_error *err);

#endif
