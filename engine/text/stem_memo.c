/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stem_memo.c - how the memory of stems grows. */
#include "text/stem_memo.h"
#include "base/large.h"

#include <stdlib.h>

enum { CACHE_LINE = 64, CHUNK_BYTES = 4096 };

_Static_assert(sizeof(memo_slot) * 2 == CACHE_LINE, "a slot never spans two cache lines");

static memo_slot *
new_slots(size_t nslots)
{
    memo_slot *slots = large_alloc(nslots * sizeof *slots);

    if (slots != NULL)
        memset(slots, 0, nslots * sizeof *slots);
    return slots;
}

bool
stem_memo_init(stem_memo *memo, bool is_small)
{
    *memo = (stem_memo){
        .slots = new_slots(MEMO_FIRST_SLOTS), .is_small = is_small, .bytes = arena_new()};
    while (1 << memo->nslots_bits < MEMO_FIRST_SLOTS)
        memo->nslots_bits++;
    return memo->slots != NULL && memo->bytes != NULL;
}

void
stem_memo_free(stem_memo *memo)
{
    free(memo->slots);
    arena_free(memo->bytes);
    *memo = (stem_memo){0};
}

/* The free slot for a word that is not there. */
static memo_slot *
free_slot(const stem_memo *memo, const uint64_t parts[2])
{
    size_t mask = ((size_t)1 << memo->nslots_bits) - 1;
    size_t at = stem_memo_place(memo, parts);

    while (memo->slots[at].shape != 0)
        at = (at + 1) & mask;
    return &memo->slots[at];
}

static bool
grow(stem_memo *memo)
{
    size_t nslots = (size_t)1 << memo->nslots_bits;
    stem_memo larger = *memo;

    larger.nslots_bits++;
    larger.slots = new_slots(2 * nslots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < nslots; i++)
        if (memo->slots[i].shape != 0)
            *free_slot(&larger, memo->slots[i].parts) = memo->slots[i];
    free(memo->slots);
    *memo = larger;
    return true;
}

/* The stem, and the word behind it if a slot cannot hold it; NULL when memory is out. */
static const char *
keep_bytes(stem_memo *memo, const char *word, size_t nbytes, const char *stem, size_t stem_bytes)
{
    size_t word_bytes = nbytes > MEMO_INLINE_BYTES ? nbytes : 0;
    size_t total = stem_bytes + word_bytes;

    if (memo->nfree_bytes < total) {
        memo->nfree_bytes = 0;
        memo->free_bytes = arena_alloc(memo->bytes, CHUNK_BYTES);
        if (memo->free_bytes == NULL)
            return NULL;
        memo->nfree_bytes = CHUNK_BYTES;
    }
    char *kept = memo->free_bytes;
    memcpy(kept, stem, stem_bytes);
    memcpy(kept + stem_bytes, word, word_bytes);
    memo->free_bytes += total;
    memo->nfree_bytes -= total;
    return kept;
}

static bool
forget_all(stem_memo *memo)
{
    arena *bytes = arena_new();

    if (bytes == NULL)
        return false;
    arena_free(memo->bytes);
    memo->bytes = bytes;
    memo->nfree_bytes = 0;
    memset(memo->slots, 0, sizeof *memo->slots << memo->nslots_bits);
    memo->nwords = 0;
    return true;
}

/* See to it that there is a free slot; *is_room_out says whether there is. */
static bool
make_room(stem_memo *memo, bool *is_room_out)
{
    const size_t nslots = (size_t)1 << memo->nslots_bits;
    const size_t max_slots = memo->is_small ? MEMO_SMALL_SLOTS : MEMO_MAX_SLOTS;

    *is_room_out = true;
    if (memo->nwords < nslots / 4 * 3)
        return true;
    if (nslots < max_slots)
        return grow(memo);
    if (memo->is_small)
        return forget_all(memo);
    *is_room_out = false;
    return true;
}

bool
stem_memo_add(stem_memo *memo, const memo_key *key, const char *word, const char *stem,
              size_t stem_bytes, const memo_slot **slot_out)
{
    bool is_room;

    *slot_out = NULL;
    if (!make_room(memo, &is_room))
        return false;
    if (!is_room)
        return true;
    const char *kept = keep_bytes(memo, word, key->shape & 0xFF, stem, stem_bytes);
    if (kept == NULL)
        return false;
    memo_slot *slot = free_slot(memo, key->parts);
    *slot = (memo_slot){.parts = {key->parts[0], key->parts[1]},
                        .stem = kept,
                        .number = memo->is_small ? MEMO_NO_NUMBER : memo->nwords,
                        .shape = key->shape,
                        .stem_bytes = (uint8_t)stem_bytes};
    memo->nwords++;
    *slot_out = slot;
    return true;
}
