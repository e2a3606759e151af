/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_code_table.h - the strings of a code as its encoder, its decoder and its learner have them.
 */
#ifndef QUIRE_POSTINGS_TEXT_CODE_TABLE_H
#define QUIRE_POSTINGS_TEXT_CODE_TABLE_H

#include <stdint.h>

#include "postings/little_endian.h"
#include "postings/text_code.h"

enum {
    TEXT_ESCAPE = 255,
    TEXT_ESCAPED_BYTES = 256, /* by one escape, at most */
    TEXT_LENGTH_BITS = 5      /* of a string's entry; above them where it is in the pool */
};

struct text_code {
    uint32_t none;     /* codes of one byte */
    uint32_t nstrings; /* including those */
    uint32_t ncodes;   /* that there could be: entries, those without a string being 0 */
    uint32_t *entries; /* where << TEXT_LENGTH_BITS | bytes */
    char *pool;        /* TEXT_STRING_BYTES more than the strings have */

    /* For encoding; else NULL. */
    uint32_t *slots;   /* by hash: 16 bits of the hash, 16 bits of 1 + the string's number */
    uint32_t mask;     /* number of slots less 1 */
    uint16_t *lengths; /* by the first two bytes of strings: bit n for one of n + 1 bytes */
};

/* A string's bytes, zeros behind them. */
typedef struct {
    uint64_t low;
    uint64_t high;
} text_key;

/* Of the nbytes bytes at p, from 1 to 16; all 16 are read. */
static inline text_key
text_key_of(const uint8_t *p, size_t nbytes)
{
    const size_t low = nbytes < 8 ? nbytes : 8;
    const size_t high = nbytes - low;

    /* Shifted twice, for one shift by 64 is none. */
    return (text_key){load_u64(p) & ~(UINT64_MAX << 4 * low << 4 * low),
                      load_u64(p + 8) & ~(UINT64_MAX << 4 * high << 4 * high)};
}

static inline uint64_t
text_key_hash(text_key key, size_t nbytes)
{
    uint64_t h = (key.low ^ key.high * 0x9e3779b97f4a7c15u ^ nbytes) * 0xd6e8feb86659fd93u;

    return h ^ h >> 32;
}

/* The number of a string, UINT32_MAX: it is none. */
static inline uint32_t
text_code_find(const text_code *c, const uint8_t *p, size_t nbytes)
{
    const text_key key = text_key_of(p, nbytes);
    const uint64_t hash = text_key_hash(key, nbytes);
    const uint32_t tag = (uint32_t)(hash >> 32) << 16;

    for (uint32_t slot = (uint32_t)hash & c->mask; c->slots[slot] != 0;
         slot = (slot + 1) & c->mask) {
        if ((c->slots[slot] & 0xffff0000u) != tag)
            continue;
        const uint32_t number = (c->slots[slot] & 0xffff) - 1;
        const uint32_t entry = c->entries[number];
        const text_key of =
            text_key_of((const uint8_t *)c->pool + (entry >> TEXT_LENGTH_BITS), nbytes);

        if ((entry & ((1u << TEXT_LENGTH_BITS) - 1)) == nbytes && of.low == key.low &&
            of.high == key.high)
            return number;
    }
    return UINT32_MAX;
}

/* Cut a text into strings and count into uses how often each is used. */
void text_code_count(const text_code *c, const uint8_t *bytes, size_t nbytes, uint32_t *uses);

#endif
