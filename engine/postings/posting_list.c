/* SPDX-License-Identifier: GPL-3.0-or-later */
/* posting_list.c - reading posting lists, a block at a time; posting_list.h draws them.
 *
 * Nothing is allocated: a list is the caller's, and what it points to is the mapped file.  Numbers
 * that say where something is are checked where they are used, so a list whose bytes are not what a
 * writer wrote, though their checksums hold, is an error and never a read beyond the file. */
#include "postings/posting_list.h"

#include <assert.h>

#include "base/error.h"
#include "postings/bitpack.h"
#include "postings/dictionary.h"
#include "postings/little_endian.h"

#define SKIP_PAIRS_AT 12 /* where in a skip entry its pairs begin */
#define MAX_WIDTH 32
#define ANY_SIZE UINT64_MAX

#define CACHE_LINE_BYTES 64
#define PREFETCHED_LINES 4 /* most blocks take no more */

/* The sum of a block of gaps up to this width has 32 bits. */
#define NARROW_GAP 24

static quire_status
fail_corrupt(const checked_file *file, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT,
                     "%s: a list makes no sense: rebuild the index with quire-index", file->path);
}

static uint64_t
packed_bytes(uint64_t n, unsigned width)
{
    return (n * width + 7) / 8;
}

size_t
posting_info_write(uint8_t out[POSTING_INFO_BYTES], const posting_info *info)
{
    const bool has_more = info->cf > info->df;
    size_t n = varint_write(out, (uint64_t)info->df << 1 | has_more);

    if (has_more)
        n += varint_write(out + n, info->cf - info->df - 1);
    return n;
}

const uint8_t *
posting_info_read(const uint8_t *from, const uint8_t *end, const uint64_t offsets[2],
                  posting_info *info_out)
{
    uint64_t df = 0;
    uint64_t more = 0;

    from = varint_read(from, end, &df);
    if (from != NULL && (df & 1) != 0) {
        from = varint_read(from, end, &more);
        more++;
    }
    df >>= 1;
    if (from == NULL || df == 0 || df >= POSTING_NONE || more > UINT64_MAX - df)
        return NULL;
    *info_out = (posting_info){
        .df = (uint32_t)df, .cf = df + more, .postings = offsets[0], .positions = offsets[1]};
    return from;
}

static const uint8_t *
skip_entry(const posting_list *l, uint32_t block)
{
    return l->skips + (size_t)block * l->skip_bytes;
}

static uint32_t
last_passage(const posting_list *l, uint32_t block)
{
    return load_u32(skip_entry(l, block));
}

/* Where block begins, in bytes from the first; its end is where the next begins. */
static uint64_t
block_start(const posting_list *l, uint32_t block)
{
    return block == 0 ? 0 : load_u32(skip_entry(l, block - 1) + 4);
}

static uint64_t
positions_start(const posting_list *l, uint32_t block)
{
    return block == 0 ? 0 : load_u32(skip_entry(l, block - 1) + 8);
}

/* Bytes that a block takes by its skip entry, given where it starts and the next one does; ANY_SIZE
 * for the last, which has none. */
static uint64_t
stated_size(const posting_list *l, uint64_t (*start)(const posting_list *l, uint32_t block))
{
    uint64_t from;
    uint64_t to;

    if (l->block + 1 >= l->nblocks)
        return ANY_SIZE;
    from = start(l, l->block);
    to = start(l, l->block + 1);
    return to > from ? to - from : 0;
}

static void
enter_block(posting_list *l, uint32_t block)
{
    l->block = block;
    l->is_decoded = false;
    l->has_frequencies = false;
    if (block >= l->nblocks) {
        l->npostings = 0;
        l->last = POSTING_NONE;
    } else if (block == l->nblocks - 1) {
        l->npostings = l->info.df - block * POSTING_BLOCK;
        l->last = POSTING_NONE - 1;
    } else {
        l->npostings = POSTING_BLOCK;
        l->last = last_passage(l, block);
    }
}

quire_status
posting_list_open(const checked_file *postings, const checked_file *positions,
                  const posting_info *info, posting_list *l, quire_error *err)
{
    uint64_t skip_bytes = 0;
    quire_status status;

    l->postings_file = postings;
    l->positions_file = positions;
    l->info = *info;
    l->nblocks = info->df / POSTING_BLOCK + (info->df % POSTING_BLOCK != 0);
    l->skips = NULL;
    l->skip_bytes = positions != NULL ? POSTING_SKIP_BYTES : POSTING_BARE_SKIP_BYTES;
    if (l->nblocks > 1) {
        skip_bytes = (uint64_t)(l->nblocks - 1) * l->skip_bytes;
        if (positions != NULL)
            skip_bytes += POSTING_SKIP_BYTES - SKIP_PAIRS_AT;
        l->skips = checked_bytes(postings, info->postings, skip_bytes, &status, err);
        if (l->skips == NULL)
            return status;
    }
    l->blocks_at = info->postings + skip_bytes;
    l->occurrence_block = UINT32_MAX;
    l->left_behind = 0;
    enter_block(l, 0);
    return QUIRE_OK;
}

/* Does block, which is not the last, hold passage or what is behind it? */
static bool
reaches(const posting_list *l, uint32_t block, uint32_t passage)
{
    return last_passage(l, block) >= passage;
}

void
posting_list_skip_to(posting_list *l, uint32_t passage)
{
    uint32_t low = l->block; /* does not reach passage */
    uint32_t high;           /* reaches it, or is the last */
    uint32_t step = 1;

    if (l->last >= passage)
        return;
    l->left_behind = l->last + 1;
    if (l->block + 1 >= l->nblocks) {
        enter_block(l, l->nblocks);
        return;
    }
    /* By growing steps, then halving the last one: near blocks are found soon. */
    for (high = low + 1; high < l->nblocks - 1 && !reaches(l, high, passage); step *= 2) {
        low = high;
        high = l->nblocks - 1 - high > step ? high + step : l->nblocks - 1;
    }
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;

        if (reaches(l, middle, passage))
            high = middle;
        else
            low = middle;
    }
    enter_block(l, high);
    if (l->last < passage)
        enter_block(l, l->nblocks);
}

uint32_t
posting_list_block_last(const posting_list *l, uint32_t i)
{
    return i + 1 < l->nblocks ? last_passage(l, i) : POSTING_NONE - 1;
}

unsigned
posting_list_pairs(const posting_list *l, uint32_t i, posting_pair pairs[POSTING_PAIRS])
{
    const uint8_t *table;
    unsigned n;

    if (l->nblocks < 2 || i >= l->nblocks || l->positions_file == NULL)
        return 0;
    table = skip_entry(l, i) + (i == l->nblocks - 1 ? 0 : SKIP_PAIRS_AT);
    n = table[0] < POSTING_PAIRS ? table[0] : POSTING_PAIRS;
    for (unsigned k = 0; k < n; k++)
        pairs[k] = (posting_pair){table[1 + 2 * k], table[2 + 2 * k]};
    return n;
}

/* Two packed arrays of n numbers each behind their widths, at offset of file: what a block is, and
 * what its positions are.  They take size bytes, or any number where size is ANY_SIZE. */
typedef struct {
    const uint8_t *first;
    const uint8_t *second;
    unsigned first_width;
    unsigned second_width;
} two_arrays;

static quire_status
find_arrays(const checked_file *file, uint64_t offset, uint64_t n, uint64_t size, two_arrays *out,
            quire_error *err)
{
    quire_status status;
    uint64_t nbytes = 1;
    const uint8_t *bytes = checked_bytes(file, offset, 1, &status, err);

    if (bytes == NULL)
        return status;
    out->first_width = bytes[0] & ((1u << POSTING_WIDTH_BITS) - 1);
    out->second_width = bytes[0] >> POSTING_WIDTH_BITS;
    if (bytes[0] == POSTING_WIDE) { /* what follows is verified with the rest */
        out->first_width = bytes[1];
        out->second_width = bytes[2];
        nbytes = 3;
    }
    if (out->first_width > MAX_WIDTH || out->second_width > MAX_WIDTH)
        return fail_corrupt(file, err);
    out->first = bytes + nbytes;
    nbytes += packed_bytes(n, out->first_width) + packed_bytes(n, out->second_width);
    if (size != ANY_SIZE && size != nbytes)
        return fail_corrupt(file, err);
    if (checked_bytes(file, offset, nbytes, &status, err) == NULL)
        return status;
    out->second = out->first + packed_bytes(n, out->first_width);
    return QUIRE_OK;
}

static uint64_t
sum(const uint32_t *numbers, uint32_t n)
{
    uint64_t total = 0;

    for (uint32_t i = 0; i < n; i++)
        total += numbers[i];
    return total;
}

/* Make passages of gaps; false where they do not begin or end where they should. */
static bool
add_up_gaps(posting_list *l, unsigned width)
{
    const uint32_t n = l->npostings;
    const uint32_t before = l->block == 0 ? UINT32_MAX : last_passage(l, l->block - 1);
    uint64_t total = width > NARROW_GAP ? sum(l->passages, n) + n : 0;
    uint64_t last;

    bitpack_add_up(l->passages, n, before);
    if (width <= NARROW_GAP)
        total = (uint32_t)(l->passages[n - 1] - before);
    last = l->block == 0 ? total - 1 : before + total;
    if (last >= POSTING_NONE || l->passages[0] < l->left_behind ||
        (l->block + 1 < l->nblocks && last != l->last))
        return false;
    l->last = (uint32_t)last;
    return true;
}

quire_status
posting_list_decode(posting_list *l, quire_error *err)
{
    two_arrays arrays;
    quire_status status;

    if (l->is_decoded || l->block >= l->nblocks)
        return QUIRE_OK;
    status = find_arrays(l->postings_file, l->blocks_at + block_start(l, l->block), l->npostings,
                         stated_size(l, block_start), &arrays, err);
    if (status != QUIRE_OK)
        return status;
    bitpack_unpack(arrays.first, 0, l->npostings, arrays.first_width, l->passages);
    if (!add_up_gaps(l, arrays.first_width))
        return fail_corrupt(l->postings_file, err);
    l->packed_frequencies = arrays.second;
    l->frequency_width = arrays.second_width;
    l->is_decoded = true;
    return QUIRE_OK;
}

quire_status
posting_list_decode_frequencies(posting_list *l, quire_error *err)
{
    const uint64_t most = l->info.cf < UINT32_MAX ? l->info.cf : UINT32_MAX;
    quire_status status;

    if (l->has_frequencies || l->block >= l->nblocks)
        return QUIRE_OK;
    status = posting_list_decode(l, err);
    if (status != QUIRE_OK)
        return status;
    bitpack_unpack(l->packed_frequencies, 0, l->npostings, l->frequency_width, l->frequencies);
    if ((uint64_t)l->npostings << l->frequency_width > most &&
        sum(l->frequencies, l->npostings) + l->npostings > most)
        return fail_corrupt(l->postings_file, err);
    bitpack_add_one(l->frequencies, l->npostings);
    l->has_frequencies = true;
    return QUIRE_OK;
}

static void
prefetch(const checked_file *file, uint64_t at)
{
    for (unsigned i = 0; i < PREFETCHED_LINES && at < file->size; i++, at += CACHE_LINE_BYTES)
        __builtin_prefetch(file->bytes + at);
}

void
posting_list_prefetch(const posting_list *l)
{
    if (l->block < l->nblocks && !l->is_decoded)
        prefetch(l->postings_file, l->blocks_at + block_start(l, l->block));
}

void
posting_list_prefetch_positions(const posting_list *l)
{
    if (l->positions_file != NULL && l->block < l->nblocks && l->occurrence_block != l->block)
        prefetch(l->positions_file, l->info.positions + positions_start(l, l->block));
}

quire_status
posting_list_find_positions(posting_list *l, quire_error *err)
{
    two_arrays arrays;
    quire_status status;

    if (l->occurrence_block == l->block)
        return QUIRE_OK;
    assert(l->positions_file != NULL);
    status = posting_list_decode_frequencies(l, err);
    if (status != QUIRE_OK)
        return status;
    l->occurrence_block = UINT32_MAX;
    l->occurrences[0] = 0;
    bitpack_unpack(l->packed_frequencies, 0, l->npostings, l->frequency_width, l->occurrences + 1);
    bitpack_add_up(l->occurrences + 1, l->npostings, 0);
    status =
        find_arrays(l->positions_file, l->info.positions + positions_start(l, l->block),
                    l->occurrences[l->npostings], stated_size(l, positions_start), &arrays, err);
    if (status != QUIRE_OK)
        return status;
    l->packed_positions = arrays.first;
    l->position_width = arrays.first_width;
    l->packed_ranks = arrays.second;
    l->rank_width = arrays.second_width;
    l->occurrence_block = l->block;
    return QUIRE_OK;
}

quire_status
posting_list_positions(posting_list *l, uint32_t i, uint32_t *positions, uint32_t *ranks,
                       quire_error *err)
{
    quire_status status = posting_list_find_positions(l, err);
    uint32_t first;
    uint32_t n;

    if (status != QUIRE_OK)
        return status;
    assert(i < l->npostings);
    first = l->occurrences[i];
    n = l->occurrences[i + 1] - first;
    bitpack_unpack(l->packed_positions, first, n, l->position_width, positions);
    if (ranks != NULL)
        bitpack_unpack(l->packed_ranks, first, n, l->rank_width, ranks);
    return QUIRE_OK;
}
