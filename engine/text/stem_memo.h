/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stem_memo.h - the stems of words seen before, and a number for each word.
 *
 * One look at one half of a cache line tells a word of up to MEMO_INLINE_BYTES, as nearly all are:
 * a slot holds the word itself.  A longer one is held behind its stem.  The table doubles until it
 * has MEMO_MAX_SLOTS; what is asked for after that is not kept, so the words of the first articles
 * are, among them all that are frequent.  A small one has MEMO_SMALL_SLOTS at most, and forgets all
 * words when it is full: what is frequent is soon there again. */
#ifndef QUIRE_TEXT_STEM_MEMO_H
#define QUIRE_TEXT_STEM_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"

enum {
    MEMO_INLINE_BYTES = 16, /* the two parts of a key */
    MEMO_FIRST_SLOTS = 1 << 9,
    MEMO_MAX_SLOTS = 1 << 18, /* 8 MiB, and some 3 of stems */
    MEMO_MAX_WORDS = MEMO_MAX_SLOTS / 4 * 3,
    MEMO_SMALL_SLOTS = 1 << 13 /* 256 KiB, and some 64 of stems */
};
#define MEMO_NO_NUMBER UINT32_MAX /* of all words of a small one */

/* Words are told apart by a class beside their bytes, too. */
typedef struct {
    uint64_t parts[2];
    uint16_t shape; /* bytes of the word, and its class times 256 */
} memo_key;

typedef struct {
    uint64_t parts[2];
    const char *stem; /* in stem_memo.bytes */
    uint32_t number;
    uint16_t shape; /* 0: free */
    uint8_t stem_bytes;
} memo_slot;

typedef struct {
    memo_slot *slots; /* each word in the first free one from that of its hash on */
    unsigned nslots_bits;
    bool is_small;
    uint32_t nwords;
    arena *bytes;
    char *free_bytes;
    size_t nfree_bytes;
} stem_memo;

/* False when memory is out; free it all the same. */
bool stem_memo_init(stem_memo *memo, bool is_small);
void stem_memo_free(stem_memo *memo);

/* Keep a word that is not there, with its stem, in *slot_out, where they stay until the next is
 * kept; NULL: there is no room.  False when memory is out. */
bool stem_memo_add(stem_memo *memo, const memo_key *key, const char *word, const char *stem,
                   size_t stem_bytes, const memo_slot **slot_out);

/* The key of a word of 1 to 255 bytes, where MEMO_INLINE_BYTES may be read whatever its length. */
static inline memo_key
stem_memo_key_padded(const char *word, size_t nbytes, unsigned class)
{
    static const unsigned char masks[2 * MEMO_INLINE_BYTES] = {
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, /* then zeros */
    };
    memo_key key = {.shape = (uint16_t)(nbytes | class << 8)};
    uint64_t mask[2];

    if (nbytes > MEMO_INLINE_BYTES) {
        key.parts[0] = hash_bytes(word, nbytes);
        return key;
    }
    memcpy(mask, masks + MEMO_INLINE_BYTES - nbytes, sizeof mask);
    memcpy(key.parts, word, sizeof key.parts);
    key.parts[0] &= mask[0];
    key.parts[1] &= mask[1];
    return key;
}

/* The same where nothing behind the word may be read. */
static inline memo_key
stem_memo_key(const char *word, size_t nbytes, unsigned class)
{
    char padded[MEMO_INLINE_BYTES] = {0};

    if (nbytes > MEMO_INLINE_BYTES)
        return stem_memo_key_padded(word, nbytes, class);
    for (size_t i = 0; i < nbytes; i++)
        padded[i] = word[i];
    return stem_memo_key_padded(padded, nbytes, class);
}

static inline size_t
stem_memo_place(const stem_memo *memo, const uint64_t parts[2])
{
    uint64_t hash =
        parts[0] * UINT64_C(0x9E3779B97F4A7C15) ^ parts[1] * UINT64_C(0xC2B2AE3D27D4EB4F);

    return (size_t)(hash >> (64 - memo->nslots_bits));
}

/* Fetch what stem_memo_find will look at.  A compiler that does not inline this first takes it for
 * a function without effect, and leaves out its calls. */
static inline __attribute__((always_inline)) void
stem_memo_prefetch(const stem_memo *memo, const memo_key *key)
{
    __builtin_prefetch(&memo->slots[stem_memo_place(memo, key->parts)]);
}

/* The slot of a word, or NULL. */
static inline const memo_slot *
stem_memo_find(const stem_memo *memo, const memo_key *key, const char *word)
{
    size_t mask = ((size_t)1 << memo->nslots_bits) - 1;
    size_t nbytes = key->shape & 0xFF;

    for (size_t at = stem_memo_place(memo, key->parts);; at = (at + 1) & mask) {
        const memo_slot *slot = &memo->slots[at];
        if (slot->parts[0] == key->parts[0] && slot->parts[1] == key->parts[1] &&
            slot->shape == key->shape &&
            (nbytes <= MEMO_INLINE_BYTES ||
             memcmp(slot->stem + slot->stem_bytes, word, nbytes) == 0))
            return slot;
        if (slot->shape == 0)
            return NULL;
    }
}

#endif
