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
#include "postings/posting_list.h"

#define SKIP_PAIRS_AT 12 /* where in a skip entry its pairs begin */
#define NO_LENGTH 256
#define WIDTHS_BYTES 3 /* of two widths, at most */

struct posting_writer {
    buffer *postings;
    buffer *positions;
    const uint32_t *lengths;

    /* The list at hand. */
    uint32_t df;
    uint64_t cf;
    size_t positions_at; /* where its positions begin */
    uint32_t before;     /* the last passage of the block before, or -1 */
    buffer skips;        /* an entry for each block */
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

/* Of an entry; without positions there is neither their end nor a Pareto set. */
static size_t
skip_bytes(const posting_writer *w)
{
    return w->positions != NULL ? POSTING_SKIP_BYTES : POSTING_BARE_SKIP_BYTES;
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

/* Room in w->packed for two widths and twice n numbers of any width. */
static bool
reserve_packed(posting_writer *w, size_t n)
{
    uint8_t *packed;

    if (n > (SIZE_MAX - WIDTHS_BYTES) / 8)
        return false;
    if (w->packed_room >= WIDTHS_BYTES + 8 * n)
        return true;
    packed = realloc(w->packed, WIDTHS_BYTES + 8 * n);
    if (packed == NULL)
        return false;
    w->packed = packed;
    w->packed_room = WIDTHS_BYTES + 8 * n;
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
    return buffer_add(&w->blocks, w->packed, pack_two(w, gaps, frequencies, w->npostings)) &&
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
    uint8_t entry[POSTING_SKIP_BYTES] = {0};

    find_pairs(w);
    thin_pairs(w);
    store_u32(entry, w->before);
    store_u32(entry + 4, (uint32_t)w->blocks.size);
    store_u32(entry + 8, (uint32_t)(positions_offset(w) - w->positions_at));
    entry[SKIP_PAIRS_AT] = (uint8_t)w->npairs;
    for (uint32_t i = 0; i < w->npairs; i++) {
        entry[SKIP_PAIRS_AT + 1 + 2 * i] = w->pairs[i].frequency;
        entry[SKIP_PAIRS_AT + 2 + 2 * i] = w->pairs[i].length;
    }
    return buffer_add(&w->skips, entry, skip_bytes(w));
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

bool
posting_writer_end(posting_writer *w, posting_info *info_out)
{
    const size_t last_skip = w->skips.size; /* where the last block's entry comes to stand */
    bool has_memory = true;

    if (w->df == 0)
        w->positions_at = positions_offset(w);
    *info_out = (posting_info){w->df, w->cf, w->postings->size, w->positions_at};
    if (w->npostings > 0 && !end_block(w))
        return false;
    if (last_skip > 0)
        has_memory = buffer_add(w->postings, w->skips.bytes, last_skip);
    if (has_memory && last_skip > 0 && w->positions != NULL)
        has_memory = buffer_add(w->postings, w->skips.bytes + last_skip + SKIP_PAIRS_AT,
                                POSTING_SKIP_BYTES - SKIP_PAIRS_AT);
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
