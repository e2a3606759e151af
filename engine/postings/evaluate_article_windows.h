/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_windows.h - which articles of a segment are worth a look. */
#ifndef QUIRE_POSTINGS_EVALUATE_ARTICLE_WINDOWS_H
#define QUIRE_POSTINGS_EVALUATE_ARTICLE_WINDOWS_H

#include "postings/evaluate_article_one.h"
#include "postings/evaluate_article_phrase.h"
#include "postings/evaluate_article_waiting.h"

typedef struct {
    article_evaluation *v;
    articles_waiting waiting; /* what was found worth a look */
    article_phrase phrase;    /* where every match has one, no list is essential */
    article_term **terms;     /* those that do not drive, then those with the lowest bounds */
    uint32_t nessential;      /* the last ones of terms */
    const uint32_t *ends;     /* of all windows */
    uint32_t nends;
    uint32_t number;              /* of the one at hand, from 0 */
    uint32_t base;                /* first passage of the window */
    uint32_t end;                 /* the passage behind it */
    float bounds[ARTICLE_WINDOW]; /* by first passage of an article; 0 but while a window is at work
                                   */
    uint64_t found[ARTICLE_WINDOW / 64];
} article_windows;

/* In the arena of v, for a query that has drivers; NULL where it failed, as v then tells.  What
 * waits is to be begun before windows are gone through. */
article_windows *evaluate_article_windows_new(article_evaluation *v);
void evaluate_article_windows_free(article_windows *w); /* NULL is fine */

/* Go through all windows: let the articles wait that have a driver and may enter, as w->v->beat
 * says, which may rise meanwhile; or where matches are counted, look at them. */
void evaluate_article_windows_read(article_windows *w);

/* Back to the first window.  False where it failed. */
bool evaluate_article_windows_rewind(article_windows *w);

#endif
