/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passage_record.h - a passage as it is stored: its text, its sentences, where it came from. */
#ifndef QUIRE_STORE_PASSAGE_RECORD_H
#define QUIRE_STORE_PASSAGE_RECORD_H

#include "base/buffer.h"
#include "quire.h"
#include "text/passages.h"

typedef struct {
    uint32_t article; /* its number in the index, from 1; 0: not stored with the passage */
    uint32_t number;  /* the passage's within the article, from 1 */
    bool furniture;
    uint64_t source_start; /* bytes in the article's file, or QUIRE_NO_OFFSET for both */
    uint64_t source_end;
    const char *title; /* of the article; no bytes: not stored with the passage */
    size_t title_bytes;
    const char *text;
    size_t text_bytes;
    const sentence *sentences; /* those of the title, first, only in an article's first passage */
    size_t nsentences;
} passage_record;

/* Append the stored form: of the article's number and of the title what is there.  False: memory.
 */
bool passage_record_write(const passage_record *record, buffer *out);

/* Read a stored form, any bytes: record points into them; its sentences into *sentences, an array
 * that grows (room *sentences_room elements) and is the caller's to free.  QUIRE_ECORRUPT where it
 * makes no sense, QUIRE_ENOMEM. */
quire_status passage_record_read(const char *bytes, size_t nbytes, passage_record *record,
                                 sentence **sentences, size_t *sentences_room, quire_error *err);

/* Give a record the title that was not stored with it; false where its sentences do not fit. */
bool passage_record_set_title(passage_record *record, const char *title, size_t title_bytes);

#endif
