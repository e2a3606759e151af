/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dictionary.h - sorted keys, each with a few bytes of payload and up to two numbers that change
 * little from key to key: stems, surfaces.
 *
 * Keys in byte order, in groups of DICTIONARY_GROUP: the first key of a group whole, the others as
 * what they share with the one before and what they do not; then the numbers, as differences from
 * the key before; then the payload (dictionary.c draws them).  Behind the groups an array of the
 * first eight bytes of each group's first key, as u64 that compare as the bytes do (zeros behind
 * short keys), for binary search; an array of offsets, 40 bits each, one a group; then a footer:
 * number of keys (u64), number of groups (u64), offset of the first array (u64).  It is walked from
 * any key on, so prefixes and ranges are walks, and so are wildcards and fuzzy words, whose
 * automata say where to seek next. */
#ifndef QUIRE_POSTINGS_DICTIONARY_H
#define QUIRE_POSTINGS_DICTIONARY_H

#include <stdbool.h>

#include "base/buffer.h"
#include "postings/checked_file.h"

#define DICTIONARY_GROUP 16
#define DICTIONARY_MAX_KEY 255
#define DICTIONARY_MAX_NUMBERS 2

typedef struct dictionary_writer dictionary_writer;

/* Each key has nnumbers numbers beside its payload.  NULL: memory. */
dictionary_writer *dictionary_create(const char *path, checked_kind kind, unsigned nnumbers);
/* Keys in ascending byte order, each once; errors stick until finish.  numbers may be NULL where
 * there are none. */
void dictionary_add(dictionary_writer *w, const char *key, size_t key_bytes,
                    const uint64_t *numbers, const void *payload, size_t payload_bytes);
quire_status dictionary_finish(dictionary_writer *w, quire_error *err); /* frees w */
void dictionary_abandon(dictionary_writer *w);

typedef struct {
    checked_file file;
    uint64_t nkeys;
    uint64_t ngroups;
    uint64_t groups_at;
    unsigned nnumbers;
} dictionary;

/* nnumbers is what it was written with. */
quire_status dictionary_open(const char *path, checked_kind kind, unsigned nnumbers, dictionary *d,
                             quire_error *err);
void dictionary_close(dictionary *d);

/* A key and its payload; both live until the next call with the same cursor. */
typedef struct {
    const dictionary *dictionary;
    char key[DICTIONARY_MAX_KEY + 1];
    size_t key_bytes;
    uint64_t numbers[DICTIONARY_MAX_NUMBERS];
    const uint8_t *payload;
    size_t payload_bytes;
    uint64_t ordinal; /* of the key, from 0 */
    bool at_end;
    const uint8_t *next; /* the cursor's own */
    const uint8_t *end;
} dictionary_cursor;

/* The first key that is not less than key; at_end where there is none. QUIRE_ECORRUPT. */
quire_status dictionary_seek(const dictionary *d, const char *key, size_t key_bytes,
                             dictionary_cursor *c, quire_error *err);
quire_status dictionary_next(dictionary_cursor *c, quire_error *err);

/* Key number ordinal. */
quire_status dictionary_at(const dictionary *d, uint64_t ordinal, dictionary_cursor *c,
                           quire_error *err);

/* LEB128, used by all of Quire's files. varint_read returns NULL where the number does not end
 * before end or is too large for 64 bits. */
#define VARINT_MAX_BYTES 10
size_t varint_write(uint8_t out[VARINT_MAX_BYTES], uint64_t number);
const uint8_t *varint_read(const uint8_t *from, const uint8_t *end, uint64_t *number_out);

/* Two numbers that are mostly below 15: half a byte each, and behind both what it takes of LEB128
 * for those that are not.  two_read returns NULL as varint_read does. */
#define TWO_MAX_BYTES (1 + 2 * VARINT_MAX_BYTES)
size_t two_write(uint8_t out[TWO_MAX_BYTES], uint64_t first, uint64_t second);
const uint8_t *two_read(const uint8_t *from, const uint8_t *end, uint64_t *first_out,
                        uint64_t *second_out);

#endif
