/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passage_source.h - a passage on its way into a store: what it is made from. */
#ifndef QUIRE_STORE_PASSAGE_SOURCE_H
#define QUIRE_STORE_PASSAGE_SOURCE_H

#include "article/article.h"
#include "base/buffer.h"
#include "text/passage_words.h"
#include "text/passages.h"

typedef struct {
    const article *article;
    uint32_t article_number;  /* in the catalogue, from 1 */
    const passage_list *list; /* of the article */
    const passage *passage;   /* one of the list's */
    uint32_t number;          /* of it within the article, from 1 */
    const passage_words *words;
} passage_source;

/* Append the passage's stored form (store/passage_record.h), for which its words are not needed;
 * alone: with the article's number and title, which it else does without.  False: memory. */
bool passage_source_write(const passage_source *s, bool alone, buffer *out);

#endif
