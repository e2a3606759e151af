/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_phrase.h - the articles in which a phrase may stand that every match has. */
#ifndef QUIRE_POSTINGS_EVALUATE_ARTICLE_PHRASE_H
#define QUIRE_POSTINGS_EVALUATE_ARTICLE_PHRASE_H

#include "postings/evaluate_meet.h"
#include "postings/evaluate_plan.h"

/* Where every match has a phrase: begin to look for the passages in which all its words are, whose
 * articles alone can match.  The plan's cursors are moved for that, and it must outlive the
 * meeting.  *found_out: false where there is no such phrase.  False: it failed. */
bool evaluate_article_phrase(evaluation *e, const evaluate_plan *plan, evaluate_meeting *meeting,
                             bool *found_out);

/* May any article match what a node says?  Not where what it must have is nowhere. */
bool evaluate_article_may_match(const evaluate_node *n);

#endif
