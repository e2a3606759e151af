/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_store.h - the passages' stored forms (store/passage_record.h), each as codes of its own.
 *
 *   vocabulary     of the codes, learned from a sample of the set (text_code.h); may be empty
 *   records        their codes, one behind the other; text_format.h draws how each is found
 *
 * A record is any bytes.  The same records give the same file. */
#ifndef QUIRE_POSTINGS_TEXT_STORE_H
#define QUIRE_POSTINGS_TEXT_STORE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "postings/checked_file.h"
#include "postings/text_code.h"

typedef struct text_writer text_writer;

/* Begin a file whose records are written in the codes of a vocabulary; empty: as they are. NULL:
 * memory. */
text_writer *text_writer_create(const char *path, const void *vocabulary, size_t vocabulary_bytes);
/* Add a record by its codes. Errors stick until finish, but memory: false. */
bool text_writer_add(text_writer *w, const void *codes, size_t nbytes);
quire_status text_writer_finish(text_writer *w, quire_error *err); /* frees w */
void text_writer_abandon(text_writer *w);

typedef struct text_store text_store; /* for one thread at a time */
quire_status text_store_open(const char *path, text_store **store_out, quire_error *err);
void text_store_close(text_store *s);
uint64_t text_store_size(const text_store *s); /* records */

/* Record number i, from 0; the bytes live until the next one is asked for.  The last
 * TEXT_KEPT_RECORDS that were decoded are kept, for whoever asks again. */
#define TEXT_KEPT_RECORDS 64
quire_status text_store_get(text_store *s, uint64_t i, const char **bytes_out, size_t *nbytes_out,
                            quire_error *err);

/* Have the processor fetch what record i, which is asked for soon, is found by and made of, while
 * it does something else.  Each step reads what the one before it fetched: who takes a step for
 * many records before the next one waits for memory once a step. */
typedef enum { TEXT_FETCH_ENTRY, TEXT_FETCH_ENDS, TEXT_FETCH_CODES, TEXT_FETCH_STEPS } text_fetch;
void text_store_prefetch(text_store *s, uint64_t i, text_fetch step);

#endif
