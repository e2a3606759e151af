/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogue_writer.h - writing a segment's catalogue: a Xapian document for each article, with its
 * attributes as terms; and with records, where the passage store has none: with its record, its
 * date as a value, the words of its title, and a list of its terms.
 *
 * Entries are what a document will consist of.  They are made by any thread, for articles that
 * follow one another, and written by one, in order. */
#ifndef QUIRE_STORE_CATALOGUE_WRITER_H
#define QUIRE_STORE_CATALOGUE_WRITER_H

#include "article/article.h"
#include "base/buffer.h"
#include "quire.h"
#include "text/passage_words.h"

/* A zeroed one is empty. */
typedef struct {
    buffer bytes;
    size_t last; /* where the last entry begins */
    buffer scratch;
} catalogue_entries;

/* Add the entry of an article.  False: memory. */
bool catalogue_entries_add(catalogue_entries *e, const article *a, bool with_records);

/* Add those words that stand in the title to the last entry, which must be one with its record.
 * False: memory. */
bool catalogue_entries_add_title(catalogue_entries *e, const passage_words *words);

void catalogue_entries_free(catalogue_entries *e);

typedef struct catalogue_writer catalogue_writer;

/* How much a writer that may hold memory_bytes before they go to disk makes use of. */
uint64_t catalogue_writer_memory(bool with_records, uint64_t memory_bytes);

/* Begin the database that will be the directory path, for entries that all are with their records,
 * or all without.  memory_bytes bounds what is held before it goes to disk.  QUIRE_ENOMEM. */
quire_status catalogue_writer_new(const char *path, bool with_records, uint64_t memory_bytes,
                                  catalogue_writer **writer_out, quire_error *err);

/* Write the next articles. */
quire_status catalogue_writer_add(catalogue_writer *w, const catalogue_entries *e,
                                  quire_error *err);

/* Write out and compact everything. */
quire_status catalogue_writer_finish(catalogue_writer *w, quire_error *err);

void catalogue_writer_free(catalogue_writer *w); /* finished or not; NULL is fine */

#endif
