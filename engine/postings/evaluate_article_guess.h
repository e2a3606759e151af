/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_guess.h - the best articles, by a guess of the threshold that they must beat. */
#ifndef QUIRE_POSTINGS_EVALUATE_ARTICLE_GUESS_H
#define QUIRE_POSTINGS_EVALUATE_ARTICLE_GUESS_H

#include "postings/evaluate_article_windows.h"

/* Guess, where that pays, and look at what is above it.  True: the results are those of all
 * articles.  False: none was guessed, it was too high, or it failed, as w->v then tells; all is to
 * be gone through from the first window, by a threshold that is known to be reached. */
bool evaluate_article_guess(article_windows *w);

#endif
