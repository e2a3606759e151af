/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_code_table.h - the strings of a code as its encoder, its decoder and its learner have them.
 */
#ifndef QUIRE_POSTINGS_TEXT_CODE_TABLE_H
#define QUIRE_POSTINGS_TEXT_CODE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "postings/little_endian.h"
#include "postings/text_code.h"

enum {
    TEXT_ESCAPE = 255,
    TEXT_ESCAPED_BYTES = 256, /* by one escape, at most */
    TEXT_LENGTH_BITS = 5      /* of a string's entry; above them where it is in the pool */
};

enum { TEXT_BUCKET_STRINGS = 8 };

/* The strings of some hashes, or some of them: the others are in the next buckets. */
typedef struct {
    uint16_t tags[TEXT_BUCKET_STRINGS]; /* of what is free 0, and behind all others */
    uint16_t numbers[TEXT_BUCKET_STRINGS];
} text_bucket;

/* A string's bytes, zeros behind them: of nbytes bytes at p, from 1 to 16, where 16 are read. */
typedef struct {
    uint64_t low;
    uint64_t high;
} text_key;

struct text_code {
    uint32_t none;     /* codes of one byte */
    uint32_t nstrings; /* including those */
    uint32_t ncodes;   /* that there could be: entries, those without a string being 0 */
    uint32_t *entries; /* where << TEXT_LENGTH_BITS | bytes */
    char *pool;        /* TEXT_STRING_BYTES more than the strings have */

    /* For encoding; else NULL. */
    text_bucket *buckets; /* by hash */
    uint32_t mask;        /* number of buckets less 1 */
    text_key *keys;       /* of the strings */
    uint16_t *lengths;    /* by the first two bytes of strings: bit n for one of n + 1 bytes */
    uint16_t *longer;     /* the same for those of more, by the hash of the first four */
};

static inline text_key
text_key_of(const uint8_t *p, size_t nbytes)
{
    static const uint8_t masks[2 * TEXT_STRING_BYTES] = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* then zeros */
    };
    const uint8_t *mask = masks + TEXT_STRING_BYTES - nbytes;

    return (text_key){load_u64(p) & load_u64(mask), load_u64(p + 8) & load_u64(mask + 8)};
}

static inline bool
text_key_equals(text_key one, text_key other)
{
    return ((one.low ^ other.low) | (one.high ^ other.high)) == 0;
}

static inline uint64_t
text_key_hash(text_key key, size_t nbytes)
{
    uint64_t h = (key.low ^ key.high * 0x9e3779b97f4a7c15u ^ nbytes) * 0xd6e8feb86659fd93u;

    return h ^ h >> 32;
}

/* Make what encoding takes, all bytes being strings.  QUIRE_ENOMEM */
quire_status text_code_prepare(text_code *c);

/* Cut a text, behind which TEXT_CODE_SLACK bytes may be read, into strings and count into uses how
 * often each is used. */
void text_code_count(const text_code *c, const uint8_t *bytes, size_t nbytes, uint32_t *uses);

#endif
