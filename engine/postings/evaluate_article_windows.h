/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_windows.h - which articles of a segment are worth a look. */
#ifndef QUIRE_POSTINGS_EVALUATE_ARTICLE_WINDOWS_H
#define QUIRE_POSTINGS_EVALUATE_ARTICLE_WINDOWS_H

#include "postings/evaluate_article_one.h"

/* Look at the articles that have a driver. */
void evaluate_article_windows(article_evaluation *v);

#endif
