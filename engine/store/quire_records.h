/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_records.h - reading what a segment of Quire's own store has of passages and articles. */
#ifndef QUIRE_STORE_QUIRE_RECORDS_H
#define QUIRE_STORE_QUIRE_RECORDS_H

#include "postings/segment.h"
#include "store/article_record.h"
#include "store/passage_record.h"

/* Read passage number (from 0) of s, verified, without its title; its article is numbered as in the
 * segment.  record points into s, and into *sentences, an array that grows and is the caller's to
 * free, until the next call.  path is that of the segment, for messages. */
quire_status quire_records_passage(const segment *s, const char *path, bool furniture,
                                   uint32_t number, sentence **sentences, size_t *sentences_room,
                                   passage_record *record, quire_error *err);

/* Read article number (from 1) of s, which has articles; strings live in arena a. */
quire_status quire_records_article(const segment *s, const char *path, uint32_t number, arena *a,
                                   article_record *out, quire_error *err);

/* Its id alone. */
quire_status quire_records_id(const segment *s, const char *path, uint32_t number, arena *a,
                              const char **id_out, quire_error *err);

/* Give a passage that begins with its article's title that title, from the article's record.  path
 * is that of the segment with articles. */
quire_status quire_records_set_title(passage_record *record, const article_record *of,
                                     const char *path, quire_error *err);

#endif
