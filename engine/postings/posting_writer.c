/* SPDX-License-Identifier: GPL-3.0-or-later */
/* posting_writer.c - posting lists onto their two files; posting_list.h draws them.
 *
 * Skip entries stand before the blocks that they skip, so a list's blocks are kept until it ends.
 * Positions are written as each block fills up. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buffer.h"
#include "postings/bitpack.h"
#include "postings/little_endian.h"
#include "postings/posting_list.h"

#define SKIP_PAIRS_AT 12 /* where in a skip entry its pairs begin */

struct posting_writer {
    checked_writer *postings;
    checked_writer *positions;
    const uint32_t *lengths;

    /* The list at hand. */
    uint32_t df;
    uint64_t cf;
    uint64_t positions_at; /* where its positions begin */
    uint32_t before;       /* the last passage of the block before, or -1 */
    buffer skips;          /* an entry for each block */
    buffer blocks;

    /* The block at hand. */
    uint32_t npostings;
    uint32_t passages[POSTING_BLOCK];
    uint32_t frequencies[POSTING_BLOCK];
    posting_pair pairs[POSTING_BLOCK]; /* none dominates another */
    uint32_t npairs;
    uint32_t *occurrences; /* positions */
    uint32_t *ranks;
    size_t noccurrences;
    size_t occurrences_room;
    size_t ranks_room;
    uint8_t *packed;
    size_t packed_room;
};

static uint64_t
positions_offset(const posting_writer *w)
{
    return w->positions != NULL ? checked_offset(w->positions) : 0;
}

/* Of an entry; without positions there is neither their end nor a Pareto set. */
static size_t
skip_bytes(const posting_writer *w)
{
    return w->positions != NULL ? POSTING_SKIP_BYTES : POSTING_BARE_SKIP_BYTES;
}

posting_writer *
posting_writer_new(checked_writer *postings, checked_writer *positions, const uint32_t *lengths)
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

static bool
dominates(posting_pair a, posting_pair b)
{
    return a.frequency >= b.frequency && a.length <= b.length;
}

static void
add_pair(posting_writer *w, uint32_t frequency, uint32_t length)
{
    const posting_pair pair = {(uint8_t)(frequency < 255 ? frequency : 255),
                               (uint8_t)(length < 255 ? length : 255)};
    uint32_t nkept = 0;

    for (uint32_t i = 0; i < w->npairs; i++)
        if (dominates(w->pairs[i], pair))
            return;
    for (uint32_t i = 0; i < w->npairs; i++)
        if (!dominates(pair, w->pairs[i]))
            w->pairs[nkept++] = w->pairs[i];
    w->pairs[nkept++] = pair;
    w->npairs = nkept;
}

static int
compare_pairs(const void *a, const void *b)
{
    return ((const posting_pair *)b)->frequency - ((const posting_pair *)a)->frequency;
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

    if (n > (SIZE_MAX - 2) / 8)
        return false;
    if (w->packed_room >= 2 + 8 * n)
        return true;
    packed = realloc(w->packed, 2 + 8 * n);
    if (packed == NULL)
        return false;
    w->packed = packed;
    w->packed_room = 2 + 8 * n;
    return true;
}

/* Pack a and b, n numbers each, behind their widths into w->packed; returns the bytes. */
static size_t
pack_two(posting_writer *w, const uint32_t *a, const uint32_t *b, size_t n)
{
    const unsigned a_width = bitpack_width(a, n);
    const unsigned b_width = bitpack_width(b, n);
    const size_t a_bytes = bitpack_bytes(n, a_width);

    w->packed[0] = (uint8_t)a_width;
    w->packed[1] = (uint8_t)b_width;
    bitpack_pack(a, n, a_width, w->packed + 2);
    bitpack_pack(b, n, b_width, w->packed + 2 + a_bytes);
    return 2 + a_bytes + bitpack_bytes(n, b_width);
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
    checked_write(w->positions, w->packed, pack_two(w, w->occurrences, w->ranks, w->noccurrences));
    return checked_offset(w->positions) - w->positions_at <= UINT32_MAX;
}

static bool
add_skip(posting_writer *w)
{
    uint8_t entry[POSTING_SKIP_BYTES] = {0};

    qsort(w->pairs, w->npairs, sizeof *w->pairs, compare_pairs);
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
    w->npairs = 0;
    w->noccurrences = 0;
    return true;
}

bool
posting_writer_add(posting_writer *w, uint32_t passage, uint32_t frequency,
                   const uint32_t *positions, const uint32_t *ranks)
{
    assert(frequency > 0 && passage != POSTING_NONE);
    if (w->npostings == POSTING_BLOCK && !end_block(w))
        return false;
    assert(w->df == 0 || passage > (w->npostings > 0 ? w->passages[w->npostings - 1] : w->before));
    for (uint32_t i = 0; i < frequency; i++) {
        if (w->noccurrences == UINT32_MAX ||
            !ARRAY_GROW(w->occurrences, w->noccurrences, &w->occurrences_room) ||
            !ARRAY_GROW(w->ranks, w->noccurrences, &w->ranks_room))
            return false;
        w->occurrences[w->noccurrences] = positions[i];
        w->ranks[w->noccurrences++] = ranks[i];
    }
    w->passages[w->npostings] = passage;
    w->frequencies[w->npostings++] = frequency;
    add_pair(w, frequency, w->lengths[passage]);
    w->df++;
    w->cf += frequency;
    return true;
}

bool
posting_writer_end(posting_writer *w, posting_info *info_out)
{
    const size_t last_skip = w->skips.size; /* where the last block's entry comes to stand */

    *info_out = (posting_info){w->df, w->cf, checked_offset(w->postings), w->positions_at};
    if (w->npostings > 0 && !end_block(w))
        return false;
    if (last_skip > 0) {
        checked_write(w->postings, w->skips.bytes, last_skip);
        if (w->positions != NULL)
            checked_write(w->postings, w->skips.bytes + last_skip + SKIP_PAIRS_AT,
                          POSTING_SKIP_BYTES - SKIP_PAIRS_AT);
    }
    checked_write(w->postings, w->blocks.bytes, w->blocks.size);
    buffer_clear(&w->skips);
    buffer_clear(&w->blocks);
    w->df = 0;
    w->cf = 0;
    w->positions_at = positions_offset(w);
    w->before = UINT32_MAX;
    return true;
}
