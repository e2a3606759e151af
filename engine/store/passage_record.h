/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passage_record.h - a passage as it is stored: its text, its sentences, where it came from, and a
 * checksum over all of it. */
#ifndef QUIRE_STORE_PASSAGE_RECORD_H
#define QUIRE_STORE_PASSAGE_RECORD_H

#include "base/arena.h"
#include "base/buffer.h"
#include "quire.h"
#include "text/passages.h"

typedef struct {
    uint32_t article; /* its number in the catalogue, from 1 */
    uint32_t number;  /* the passage's within the article, from 1 */
    bool furniture;
    uint64_t source_start; /* bytes in the article's file, or QUIRE_NO_OFFSET for both */
    uint64_t source_end;
    const char *title; /* only in an article's first passage; else no bytes */
    size_t title_bytes;
    const char *text;
    size_t text_bytes;
    const sentence *sentences;
    size_t nsentences;
} passage_record;

/* Append the stored form.  False when memory is out. */
bool passage_record_write(const passage_record *record, buffer *out);

/* Read a stored form, after its checksum: record points into bytes; its sentences into *sentences,
 * an array that grows (room *sentences_room elements) and is the caller's to free.
 * QUIRE_ECORRUPT where the checksum does not hold or the form makes no sense; QUIRE_ENOMEM. */
quire_status passage_record_read(const char *bytes, size_t nbytes, passage_record *record,
                                 sentence **sentences, size_t *sentences_room, quire_error *err);

/* Copy a record, with its strings and sentences, into arena a; false when memory is out. */
bool passage_record_copy(const passage_record *record, arena *a, passage_record *out);

#endif
