/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filling.h - hits filled with what is shown of them: text, marks, the article's record. */
#ifndef QUIRE_RESULT_FILLING_H
#define QUIRE_RESULT_FILLING_H

#include "result/searching.h"

/* Make a hit of a passage that the store found; its words stay in s->words.  *number_out is its
 * article.  QUIRE_ECORRUPT: it cannot be read; QUIRE_EIO, QUIRE_ENOMEM. */
quire_status filling_hit(searching *s, const store_hit *found, quire_hit *hit, uint32_t *number_out,
                         quire_error *err);

/* The same of what a ranking has (s->parts); closure is a searching. */
quire_status filling_ranked(void *closure, const store_hit *found, quire_hit *hit,
                            uint32_t *number_out, quire_error *err);

/* The same as the first of a passage of an article that the matcher has decided on; closure is a
 * searching. */
quire_status filling_part(void *closure, const store_hit *found, quire_hit *hit, quire_error *err);

/* A hit whose passage cannot be shown, as why says; closure is a searching. */
quire_status filling_damaged(void *closure, double score, const quire_error *why, quire_hit *hit,
                             quire_error *err);

/* ---- Parts of a hit ---- */

void filling_article(quire_hit *hit, const article_record *from);

/* False: there is no memory. */
bool filling_passage(quire_hit *hit, const passage_record *record, arena *a);

/* Have the words of a passage in s->words, and what of the query stands in them in match. */
quire_status filling_match(searching *s, const passage_record *record, match_result *match,
                           quire_error *err);

/* Mark what matched, by the words that were read last.  False: there is no memory. */
bool filling_marks(searching *s, quire_hit *hit, const match_result *match);

#endif
