/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_store.h - the passages' stored forms (store/passage_record.h), compressed in small blocks.
 *
 *   dictionary     zstd's, made of a sample of the set; may be empty
 *   blocks         each a zstd frame of about TEXT_BLOCK_BYTES of records
 *   block table, record table, footer: where blocks and records are; text_format.h draws them
 *
 * A record is any bytes.  Blocks are filled in order and cut by size only, so the same records give
 * the same file. */
#ifndef QUIRE_POSTINGS_TEXT_STORE_H
#define QUIRE_POSTINGS_TEXT_STORE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "postings/checked_file.h"

#define TEXT_BLOCK_BYTES 1024
#define TEXT_DICTIONARY_TEXT 262144                        /* bytes of text in a dictionary */
#define TEXT_DICTIONARY_BYTES (TEXT_DICTIONARY_TEXT + 256) /* with what zstd puts before them */
#define TEXT_SAMPLE_BYTES (304u << 10) /* enough for a whole dictionary, and to measure it by */

/* Make a dictionary of samples (their bytes one after another in samples->bytes), which are best
 * drawn from all of the set. An empty one where there is too little. */
quire_status text_store_train(const buffer *samples, const size_t *sample_bytes, size_t nsamples,
                              buffer *dictionary_out, quire_error *err);

/* A block compressed apart from the writer, so that threads can share the work. */
typedef struct text_compressor text_compressor;
text_compressor *text_compressor_new(const void *dictionary, size_t nbytes); /* NULL: memory */
/* Another with the dictionary of one that lives longer. */
text_compressor *text_compressor_share(const text_compressor *with); /* NULL: memory */
void text_compressor_free(text_compressor *c);
/* Append the compressed form of nbytes bytes to out. */
quire_status text_compress(text_compressor *c, const void *bytes, size_t nbytes, buffer *out,
                           quire_error *err);

typedef struct text_writer text_writer;
text_writer *text_writer_create(const char *path, const void *dictionary, size_t dictionary_bytes);
/* Add a compressed block of nrecords records whose starts within its unpacked_bytes are given.
 * Errors stick until finish, but memory: false. */
bool text_writer_add_block(text_writer *w, const void *compressed, size_t nbytes,
                           size_t unpacked_bytes, const uint32_t *starts, uint32_t nrecords);
quire_status text_writer_finish(text_writer *w, quire_error *err); /* frees w */
void text_writer_abandon(text_writer *w);

typedef struct text_store text_store; /* for one thread at a time */
quire_status text_store_open(const char *path, text_store **store_out, quire_error *err);
void text_store_close(text_store *s);
uint64_t text_store_size(const text_store *s); /* records */

/* Record number i, from 0; the bytes live until the next call (the last few blocks are kept). */
quire_status text_store_get(text_store *s, uint64_t i, const char **bytes_out, size_t *nbytes_out,
                            quire_error *err);

/* Have the processor fetch record i, which is asked for soon, while it does something else. */
void text_store_prefetch(text_store *s, uint64_t i);

#endif
