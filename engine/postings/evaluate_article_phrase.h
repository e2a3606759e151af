/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_phrase.h - the articles in which a phrase may stand that every match has. */
#ifndef QUIRE_POSTINGS_EVALUATE_ARTICLE_PHRASE_H
#define QUIRE_POSTINGS_EVALUATE_ARTICLE_PHRASE_H

#include "postings/evaluate_plan.h"

/* Where every match has a phrase: set the bits (by article, from 0) of the articles with a passage
 * in which all its words are.  The plan's cursors are moved for that.  of_passages: each passage's
 * article.  *found_out: false where there is no such phrase, or the only word is as good.  False:
 * it failed. */
bool evaluate_article_phrase(evaluation *e, const evaluate_plan *plan, const uint32_t *of_passages,
                             uint64_t *articles, bool *found_out);

#endif
