/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dictionary.h - sorted keys, each with a few bytes of payload: stems, surfaces.
 *
 * Keys in byte order, in groups of DICTIONARY_GROUP: the first key of a group whole, the others as
 * (bytes shared with the one before, bytes of their own, those bytes); payloads beside their keys;
 * numbers as LEB128.  Behind the groups an array of the first eight bytes of each group's first
 * key, as u64 that compare as the bytes do (zeros behind short keys), for binary search; an array
 * of u64 offsets, one a group; then a footer: number of keys (u64), number of groups (u64), offset
 * of the first array (u64). It is walked from any key on, so prefixes and ranges are walks, and so
 * are wildcards and fuzzy words, whose automata say where to seek next. */
#ifndef QUIRE_POSTINGS_DICTIONARY_H
#define QUIRE_POSTINGS_DICTIONARY_H

#include <stdbool.h>

#include "base/buffer.h"
#include "postings/checked_file.h"

#define DICTIONARY_GROUP 16
#define DICTIONARY_MAX_KEY 255

typedef struct dictionary_writer dictionary_writer;

dictionary_writer *dictionary_create(const char *path, checked_kind kind); /* NULL: memory */
/* Keys in ascending byte order, each once; errors stick until finish. */
void dictionary_add(dictionary_writer *w, const char *key, size_t key_bytes, const void *payload,
                    size_t payload_bytes);
quire_status dictionary_finish(dictionary_writer *w, quire_error *err); /* frees w */
void dictionary_abandon(dictionary_writer *w);

typedef struct {
    checked_file file;
    uint64_t nkeys;
    uint64_t ngroups;
    uint64_t groups_at;
} dictionary;

quire_status dictionary_open(const char *path, checked_kind kind, dictionary *d, quire_error *err);
void dictionary_close(dictionary *d);

/* A key and its payload; both live until the next call with the same cursor. */
typedef struct {
    const dictionary *dictionary;
    char key[DICTIONARY_MAX_KEY + 1];
    size_t key_bytes;
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

#endif
