/* SPDX-License-Identifier: GPL-3.0-or-later */
/* like.h - --like: what an article, or a file's text, has in common with the index. */
#ifndef SEARCHER_LIKE_H
#define SEARCHER_LIKE_H

#include "answer.h"

/* Ask for what is like o->like: the article of that id, else the file of that name, - for standard
 * input.  Returns false where it is neither, or cannot be read, which is reported; otherwise out is
 * filled as by answer_query. */
bool like_answer(const options *o, quire_index *index, const question *q, answered *out);

#endif
