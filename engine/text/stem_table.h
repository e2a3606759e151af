/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stem_table.h - stems that users set for words, in a file of lines:
 *
 *   # what follows # is a comment
 *   news newsroom       the stem of news is newsroom, whatever else has that stem
 *   tories = tory       the stem of tories is that of tory
 *
 * Words are in small letters, as the index folds them.  A table holds for an index: its manifest
 * has it, and searches use it. */
#ifndef QUIRE_TEXT_STEM_TABLE_H
#define QUIRE_TEXT_STEM_TABLE_H

#include "base/arena.h"
#include "quire.h"

#define STEM_TABLE_MAX_BYTES ((size_t)1 << 20)

typedef struct {
    const char *word;
    const char *stem;
    bool is_word; /* the stem is that of this word */
} stem_entry;

typedef struct {
    const char *text;    /* it was read from; "" where there is none */
    stem_entry *entries; /* ascending by word */
    size_t nentries;
} stem_table;

/* Read a table, which lives in arena a.  name is that of the file, for messages.
 * QUIRE_EINPUT (the message says which line and why), QUIRE_ENOMEM */
quire_status stem_table_read(const char *text, size_t nbytes, const char *name, arena *a,
                             stem_table *out, quire_error *err);

/* The entry of a word; NULL if there is none. */
const stem_entry *stem_table_find(const stem_table *table, const char *word, size_t nbytes);

#endif
