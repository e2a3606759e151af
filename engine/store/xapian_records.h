/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_records.h - reading what a segment in Xapian's tables has of passages and articles: sealed
 * records, a document each. */
#ifndef QUIRE_STORE_XAPIAN_RECORDS_H
#define QUIRE_STORE_XAPIAN_RECORDS_H

#include "base/arena.h"
#include "store/article_record.h"
#include "store/manifest.h"
#include "store/passage_record.h"
#include "store/xapian_shim.h"

/* What a passage is read into, and stays in until the next is. */
typedef struct {
    buffer data;
    sentence *sentences;
    size_t sentences_room;
} xapian_record_memory;

void xapian_record_memory_free(xapian_record_memory *m); /* a zeroed one is fine */

/* Read a passage, verified; record points into memory.  Its article is numbered as in the segment
 * of; only an article's first passage has its title.  path is that of the database, for messages.
 * QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM; so for all functions below. */
quire_status xapian_records_passage(xap_db *db, const char *path, const manifest_segment *of,
                                    bool furniture, uint32_t document, xapian_record_memory *memory,
                                    passage_record *record, quire_error *err);

/* Read article number (from 1) of a segment, whose catalogue this is; strings live in arena a.
 * directory is that of the segment, for messages. */
quire_status xapian_records_article(xap_db *catalogue, const char *directory, uint32_t number,
                                    arena *a, article_record *out, quire_error *err);

/* The documents [*first_out, *end_out) of a database of passages that are those of an article:
 * documents stand in the order of articles, and the dead leave gaps. */
quire_status xapian_records_find(xap_db *db, const char *path, const manifest_segment *of,
                                 bool furniture, uint32_t number, xapian_record_memory *memory,
                                 uint32_t *first_out, uint32_t *end_out, quire_error *err);

#endif
