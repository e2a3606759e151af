/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_writer.h - writing a segment: the catalogue, and the passages of one store.
 *
 * Articles must come in the order of results that score alike: date (newest first, undated last),
 * id in bytes; so that a lower number always comes first. */
#ifndef QUIRE_STORE_STORE_WRITER_H
#define QUIRE_STORE_STORE_WRITER_H

#include "article/article.h"
#include "quire.h"
#include "text/passage_words.h"
#include "text/passages.h"

typedef struct store_writer store_writer;

/* Begin segment directory (made here): directory/catalogue, directory/passages, and
 * directory/furniture once there is furniture.  memory_bytes bounds what is held before it goes to
 * disk. QUIRE_EIO, QUIRE_ENOMEM. */
quire_status store_writer_new(const char *directory, uint64_t memory_bytes,
                              store_writer **writer_out, quire_error *err);

/* Add the next article to the catalogue; *number_out is its number, from 1. */
quire_status store_writer_add_article(store_writer *w, const article *a, uint32_t *number_out,
                                      quire_error *err);

/* Add a passage of the article last added: p, one of list's, number within the article from 1, with
 * its words. */
quire_status store_writer_add_passage(store_writer *w, const article *a, const passage_list *list,
                                      const passage *p, uint32_t number, const passage_words *words,
                                      quire_error *err);

/* Write out and compact everything. */
quire_status store_writer_finish(store_writer *w, quire_error *err);

void store_writer_free(store_writer *w); /* finished or not; NULL is fine */

#endif
