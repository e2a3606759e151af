/* SPDX-License-Identifier: GPL-3.0-or-later */
/* posting_writer.c - posting lists as their two files have them; posting_list.h draws them.
 *
 * Skip entries stand before the blocks that they skip, so a list's blocks are kept until it ends.
 * Positions are written as each block fills up. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "postings/bitpack.h"
#include "postings/little_endian.h"
#include "postings/patched.h"
#include "postings/posting_list.h"

#define NO_LENGTH 256
#define WIDTHS_BYTES 3                /* of two widths, at most */
#define HEAD_BYTES (WIDTHS_BYTES + 2) /* of a block, with what is said of patches */

/* Patches are fewer in what is behind so many postings of a list: queries spend their time in long
 * lists, of which small segments have few. */
#define LONG_LIST 8192
#define PATCH_COST 1 /* see patched_choose */
#define LONG_LIST_PATCH_COST 6

/* What is to be said of a block that may be skipped. */
typedef struct {
    uint32_t last;
    uint32_t end; /* where the next one begins, in bytes from the first */
    uint32_t end_positions;
    uint32_t npairs;
    posting_pair pairs[POSTING_PAIRS];
} skip;

struct posting_writer {
    buffer *postings;
    buffer *positions;
    const uint32_t *lengths;

    /* The list at hand. */
    uint32_t df;
    uint64_t cf;
    size_t positions_at; /* where its positions begin */
    uint32_t before;     /* the last passage of the block before, or -1 */
    buffer skips;        /* a skip for each block */
    buffer blocks;

    /* The block at hand. */
    uint32_t npostings;
    uint32_t passages[POSTING_BLOCK];
    uint32_t frequencies[POSTING_BLOCK];
    uint32_t max_frequency;            /* 255: that or more */
    uint16_t shortest[256];            /* length with each frequency up to that; NO_LENGTH: none */
    posting_pair pairs[POSTING_BLOCK]; /* none dominates another */
    uint32_t npairs;
    uint32_t *occurrences; /* positions */
    uint32_t *ranks;
    size_t noccurrences;
    size_t occurrences_room; /* of each */
    uint8_t *packed;
    size_t packed_room;
};

static uint64_t
positions_offset(const posting_writer *w)
{
    return w->positions != NULL ? w->positions->size : 0;
}

posting_writer *
posting_writer_new(buffer *postings, buffer *positions, const uint32_t *lengths)
{
    posting_writer *w = calloc(1, sizeof *w);

    if (w == NULL)
        return NULL;
    w->postings = postings;
    w->positions = positions;
    w->lengths = lengths;
    w->positions_at = positions_offset(w);
    w->before = UINT32_MAX;
    return w;
}

void
posting_writer_free(posting_writer *w)
{
    if (w == NULL)
        return;
    buffer_free(&w->skips);
    buffer_free(&w->blocks);
    free(w->occurrences);
    free(w->ranks);
    free(w->packed);
    free(w);
}

/* ---- Pareto sets ---- */

static void
add_pair(posting_writer *w, uint32_t frequency, uint32_t length)
{
    const uint32_t f = frequency < 255 ? frequency : 255;
    const uint8_t l = (uint8_t)(length < 255 ? length : 255);

    for (; w->max_frequency < f; w->max_frequency++)
        w->shortest[w->max_frequency + 1] = NO_LENGTH;
    w->shortest[f] = l < w->shortest[f] ? l : w->shortest[f];
}

/* The pairs of the block that no other dominates, by falling frequency. */
static void
find_pairs(posting_writer *w)
{
    uint32_t shortest = NO_LENGTH;

    w->npairs = 0;
    for (uint32_t f = w->max_frequency; f > 0; f--)
        if (w->shortest[f] < shortest) {
            shortest = w->shortest[f];
            w->pairs[w->npairs++] = (posting_pair){(uint8_t)f, (uint8_t)shortest};
        }
    w->max_frequency = 0;
}

/* About the share of the largest weight that the pair can have, in units of 2^-20, for the default
 * parameters and passages of 100 words on the mean.  It only chooses what to merge. */
static uint32_t
typical_weight(uint8_t frequency, uint8_t length)
{
    if (frequency == 255)
        return (uint32_t)1 << 20;
    return (uint32_t)(((uint64_t)frequency * 1000 << 20) / (frequency * 1000u + 300 + 9u * length));
}

/* What merging a with b, the next one of fewer occurrences, adds to the bound. */
static uint32_t
merging_cost(posting_pair a, posting_pair b)
{
    const uint32_t wa = typical_weight(a.frequency, a.length);
    const uint32_t wb = typical_weight(b.frequency, b.length);

    return typical_weight(a.frequency, b.length) - (wa > wb ? wa : wb);
}

/* Merge neighbours, cheapest first, until the pairs fit. */
static void
thin_pairs(posting_writer *w)
{
    while (w->npairs > POSTING_PAIRS) {
        uint32_t best = 0;

        for (uint32_t i = 1; i + 1 < w->npairs; i++)
            if (merging_cost(w->pairs[i], w->pairs[i + 1]) <
                merging_cost(w->pairs[best], w->pairs[best + 1]))
                best = i;
        w->pairs[best].length = w->pairs[best + 1].length;
        memmove(&w->pairs[best + 1], &w->pairs[best + 2],
                (w->npairs - best - 2) * sizeof *w->pairs);
        w->npairs--;
    }
}

/* ---- Blocks ---- */

/* Room in w->packed for the head of a block and twice n numbers of any width. */
static bool
reserve_packed(posting_writer *w, size_t n)
{
    uint8_t *packed;

    if (n > (SIZE_MAX - HEAD_BYTES) / 8)
        return false;
    if (w->packed_room >= HEAD_BYTES + 8 * n)
        return true;
    packed = realloc(w->packed, HEAD_BYTES + 8 * n);
    if (packed == NULL)
        return false;
    w->packed = packed;
    w->packed_room = HEAD_BYTES + 8 * n;
    return true;
}

static size_t
write_widths(uint8_t *out, unsigned a, unsigned b)
{
    out[0] = (uint8_t)(b << POSTING_WIDTH_BITS | a);
    if (a < 1u << POSTING_WIDTH_BITS && b < 1u << (8 - POSTING_WIDTH_BITS) &&
        out[0] != POSTING_WIDE)
        return 1;
    out[0] = POSTING_WIDE;
    out[1] = (uint8_t)a;
    out[2] = (uint8_t)b;
    return WIDTHS_BYTES;
}

/* Pack a and b, n numbers each, behind their widths into w->packed; returns the bytes. */
static size_t
pack_two(posting_writer *w, const uint32_t *a, const uint32_t *b, size_t n)
{
    const unsigned a_width = bitpack_width(a, n);
    const unsigned b_width = bitpack_width(b, n);
    size_t nbytes = write_widths(w->packed, a_width, b_width);

    bitpack_pack(a, n, a_width, w->packed + nbytes);
    nbytes += bitpack_bytes(n, a_width);
    bitpack_pack(b, n, b_width, w->packed + nbytes);
    return nbytes + bitpack_bytes(n, b_width);
}

/* The same for a block's gaps and frequencies, which may have patches. */
static size_t
pack_block(posting_writer *w, const uint32_t *gaps, const uint32_t *frequencies)
{
    const uint32_t n = w->npostings;
    const unsigned patch_cost = w->df > LONG_LIST ? LONG_LIST_PATCH_COST : PATCH_COST;
    const patched_shape of_gaps = patched_choose(gaps, n, patch_cost);
    const patched_shape of_frequencies = patched_choose(frequencies, n, patch_cost);
    size_t nbytes = write_widths(w->packed, of_gaps.width, of_frequencies.width);

    if (n >= PATCHED_FROM) {
        w->packed[nbytes++] = patched_byte(of_gaps);
        w->packed[nbytes++] = patched_byte(of_frequencies);
    }
    patched_pack(gaps, n, of_gaps, w->packed + nbytes);
    nbytes += patched_bytes(n, of_gaps);
    patched_pack(frequencies, n, of_frequencies, w->packed + nbytes);
    return nbytes + patched_bytes(n, of_frequencies);
}

static bool
add_block(posting_writer *w)
{
    uint32_t gaps[POSTING_BLOCK];
    uint32_t frequencies[POSTING_BLOCK];
    uint32_t before = w->before;

    for (uint32_t i = 0; i < w->npostings; i++) {
        gaps[i] = w->passages[i] - before - 1;
        before = w->passages[i];
        frequencies[i] = w->frequencies[i] - 1;
    }
    w->before = before;
    if (!reserve_packed(w, w->npostings))
        return false;
    return buffer_add(&w->blocks, w->packed, pack_block(w, gaps, frequencies)) &&
           w->blocks.size <= UINT32_MAX;
}

static bool
write_positions(posting_writer *w)
{
    if (w->positions == NULL)
        return true;
    if (!reserve_packed(w, w->noccurrences))
        return false;
    return buffer_add(w->positions, w->packed,
                      pack_two(w, w->occurrences, w->ranks, w->noccurrences)) &&
           w->positions->size - w->positions_at <= UINT32_MAX;
}

static bool
add_skip(posting_writer *w)
{
    skip next = {.last = w->before,
                 .end = (uint32_t)w->blocks.size,
                 .end_positions = (uint32_t)(positions_offset(w) - w->positions_at)};

    find_pairs(w);
    thin_pairs(w);
    next.npairs = w->npairs;
    memcpy(next.pairs, w->pairs, w->npairs * sizeof *w->pairs);
    return buffer_add(&w->skips, &next, sizeof next);
}

static bool
end_block(posting_writer *w)
{
    if (!add_block(w) || !write_positions(w) || !add_skip(w))
        return false;
    w->npostings = 0;
    w->noccurrences = 0;
    return true;
}

/* Room for as many numbers as there are occurrences. */
static bool
grow_occurrences(posting_writer *w, size_t wanted)
{
    size_t room = w->occurrences_room * 2;
    uint32_t *grown;

    if (wanted > UINT32_MAX)
        return false;
    room = room < wanted ? wanted + POSTING_BLOCK : room;
    grown = realloc(w->occurrences, room * sizeof *grown);
    if (grown == NULL)
        return false;
    w->occurrences = grown;
    grown = realloc(w->ranks, room * sizeof *grown);
    if (grown == NULL)
        return false;
    w->ranks = grown;
    w->occurrences_room = room;
    return true;
}

bool
posting_writer_reserve(posting_writer *w, uint32_t frequency, uint32_t **positions_out,
                       uint32_t **ranks_out)
{
    if (w->npostings == POSTING_BLOCK && !end_block(w))
        return false;
    if (w->occurrences_room - w->noccurrences < frequency &&
        !grow_occurrences(w, w->noccurrences + frequency))
        return false;
    if (w->df == 0)
        w->positions_at = positions_offset(w);
    *positions_out = w->occurrences + w->noccurrences;
    *ranks_out = w->ranks + w->noccurrences;
    return true;
}

void
posting_writer_put(posting_writer *w, uint32_t passage, uint32_t frequency)
{
    assert(frequency > 0 && passage != POSTING_NONE);
    assert(w->df == 0 || passage > (w->npostings > 0 ? w->passages[w->npostings - 1] : w->before));
    w->noccurrences += frequency;
    w->passages[w->npostings] = passage;
    w->frequencies[w->npostings++] = frequency;
    add_pair(w, frequency, w->lengths[passage]);
    w->df++;
    w->cf += frequency;
}

bool
posting_writer_add(posting_writer *w, uint32_t passage, uint32_t frequency,
                   const uint32_t *positions, const uint32_t *ranks)
{
    uint32_t *to;
    uint32_t *ranks_to;

    if (!posting_writer_reserve(w, frequency, &to, &ranks_to))
        return false;
    memcpy(to, positions, frequency * sizeof *to);
    memcpy(ranks_to, ranks, frequency * sizeof *ranks_to);
    posting_writer_put(w, passage, frequency);
    return true;
}

static unsigned
bytes_of(uint32_t number)
{
    return number < 1u << 8 ? 1 : number < 1u << 16 ? 2 : number < 1u << 24 ? 3 : 4;
}

/* How the entries of these skips are laid out; they grow from one to the next, and of the last one
 * there are pairs only. */
static posting_skips
lay_out(const posting_writer *w, const skip *skips, uint32_t n)
{
    uint32_t npairs = 0;

    if (w->positions == NULL)
        return (posting_skips){.last_bytes = bytes_of(skips[n - 2].last),
                               .end_bytes = bytes_of(skips[n - 2].end)};
    for (uint32_t i = 0; i < n; i++)
        npairs = skips[i].npairs > npairs ? skips[i].npairs : npairs;
    return (posting_skips){.last_bytes = bytes_of(skips[n - 2].last),
                           .end_bytes = bytes_of(skips[n - 2].end),
                           .positions_bytes = bytes_of(skips[n - 2].end_positions),
                           .npairs = npairs};
}

static uint8_t *
put(uint8_t *to, uint32_t number, unsigned nbytes)
{
    uint8_t bytes[4];

    store_u32(bytes, number);
    memcpy(to, bytes, nbytes);
    return to + nbytes;
}

static bool
write_pairs(posting_writer *w, const skip *s, unsigned npairs)
{
    uint8_t bytes[2 * POSTING_PAIRS] = {0};

    for (uint32_t i = 0; i < s->npairs; i++) {
        bytes[2 * i] = s->pairs[i].frequency;
        bytes[2 * i + 1] = s->pairs[i].length;
    }
    return buffer_add(w->postings, bytes, 2 * npairs);
}

static bool
write_skips(posting_writer *w)
{
    const skip *skips = (const skip *)(const void *)w->skips.bytes;
    const uint32_t n = (uint32_t)(w->skips.size / sizeof *skips);

    if (n < 2)
        return true;
    const posting_skips layout = lay_out(w, skips, n);
    const uint8_t head[POSTING_SKIPS_BYTES] = {
        (uint8_t)(layout.last_bytes | layout.end_bytes << 4),
        (uint8_t)(layout.positions_bytes | layout.npairs << 4)};
    bool has_memory = buffer_add(w->postings, head, sizeof head);

    for (uint32_t i = 0; i < n - 1 && has_memory; i++) {
        uint8_t numbers[12];
        uint8_t *to = put(numbers, skips[i].last, layout.last_bytes);

        to = put(to, skips[i].end, layout.end_bytes);
        to = put(to, skips[i].end_positions, layout.positions_bytes);
        has_memory = buffer_add(w->postings, numbers, (size_t)(to - numbers)) &&
                     write_pairs(w, &skips[i], layout.npairs);
    }
    return has_memory && write_pairs(w, &skips[n - 1], layout.npairs);
}

/* The passage of a list that has but one; posting_list.h draws it. */
static bool
write_only_passage(posting_writer *w)
{
    const uint64_t passage = w->passages[0];
    uint8_t bytes[8];

    if (passage < 1u << 15) {
        store_u64(bytes, passage << 1);
        return buffer_add(w->postings, bytes, 2);
    }
    if (passage < 1u << 22) {
        store_u64(bytes, passage << 2 | 1);
        return buffer_add(w->postings, bytes, 3);
    }
    store_u64(bytes, passage << 2 | 3);
    return buffer_add(w->postings, bytes, 5);
}

/* Its positions; the only occurrence of a stem is mostly of its commonest surface. */
static bool
write_only_positions(posting_writer *w)
{
    uint8_t bytes[9] = {POSTING_FAR};
    size_t nbytes = 1;

    if (w->positions == NULL || w->cf > 1)
        return write_positions(w);
    if (w->occurrences[0] < POSTING_FAR && w->ranks[0] == 0) {
        bytes[0] = (uint8_t)w->occurrences[0];
    } else {
        store_u32(bytes + 1, w->occurrences[0]);
        store_u32(bytes + 5, w->ranks[0]);
        nbytes = sizeof bytes;
    }
    return buffer_add(w->positions, bytes, nbytes);
}

/* End the list's only posting, or its last block. */
static bool
end_last(posting_writer *w)
{
    bool has_memory;

    if (w->df != 1)
        return w->npostings == 0 || end_block(w);
    has_memory = write_only_passage(w) && write_only_positions(w);
    w->npostings = 0;
    w->noccurrences = 0;
    w->max_frequency = 0;
    return has_memory;
}

bool
posting_writer_end(posting_writer *w, posting_info *info_out)
{
    bool has_memory;

    if (w->df == 0)
        w->positions_at = positions_offset(w);
    *info_out = (posting_info){w->df, w->cf, w->postings->size, w->positions_at};
    if (!end_last(w))
        return false;
    has_memory = write_skips(w);
    if (has_memory && w->blocks.size > 0)
        has_memory = buffer_add(w->postings, w->blocks.bytes, w->blocks.size);
    buffer_clear(&w->skips);
    buffer_clear(&w->blocks);
    w->df = 0;
    w->cf = 0;
    w->positions_at = positions_offset(w);
    w->before = UINT32_MAX;
    return has_memory;
}
