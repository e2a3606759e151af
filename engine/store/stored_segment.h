/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stored_segment.h - a segment of either store, for reading back the articles that it has. */
#ifndef QUIRE_STORE_STORED_SEGMENT_H
#define QUIRE_STORE_STORED_SEGMENT_H

#include "store/article_record.h"
#include "store/manifest.h"
#include "store/passage_record.h"

/* The two sets of passages that a segment has. */
enum { STORED_PASSAGES, STORED_FURNITURE, STORED_SETS };

/* For one thread at a time. */
typedef struct stored_segment stored_segment;

/* Open the segment described, of the generation in that directory, in the form of that store;
 * described outlives it.  QUIRE_ECORRUPT, QUIRE_EVERSION, QUIRE_EIO, QUIRE_ENOMEM; so for all
 * functions below. */
quire_status stored_segment_open(const char *store, const char *directory,
                                 const manifest_segment *described, stored_segment **out,
                                 quire_error *err);
void stored_segment_close(stored_segment *s); /* NULL is fine */

/* Read article number (from 1); strings live in arena a. */
quire_status stored_segment_article(stored_segment *s, uint32_t number, arena *a,
                                    article_record *out, quire_error *err);

/* The numbers [*first_out, *end_out) of the passages of article number in a set. */
quire_status stored_segment_passages(stored_segment *s, unsigned set, uint32_t number,
                                     uint32_t *first_out, uint32_t *end_out, quire_error *err);

/* Read a passage of a set, and of the article that is described; record points into s, until the
 * next passage of the same set is read, and into of. */
quire_status stored_segment_passage(stored_segment *s, unsigned set, uint32_t number,
                                    const article_record *of, passage_record *record,
                                    quire_error *err);

#endif
