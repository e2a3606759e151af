/* SPDX-License-Identifier: GPL-3.0-or-later */
/* posting_list.c - reading posting lists, a block at a time; posting_list.h draws them.
 *
 * Nothing is allocated: a list is the caller's, and what it points to is the mapped file.  Numbers
 * that say where something is are checked where they are used, so a list whose bytes are not what a
 * writer wrote, though their checksums hold, is an error and never a read beyond the file. */
#include "postings/posting_list.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "postings/bitpack.h"
#include "postings/dictionary.h"
#include "postings/little_endian.h"

#define ANY_SIZE UINT64_MAX

#define CACHE_LINE_BYTES 64
#define PREFETCHED_LINES 4 /* most blocks take no more */

static quire_status
fail_corrupt(const checked_file *file, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT,
                     "%s: a list makes no sense: rebuild the index with quire-index", file->path);
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
    return load_u32(skip_entry(l, block)) & l->last_mask;
}

/* Where block begins, in bytes from the first; its end is where the next begins. */
static uint64_t
block_start(const posting_list *l, uint32_t block)
{
    return block == 0 ? 0 : load_u32(skip_entry(l, block - 1) + l->end_at) & l->end_mask;
}

static uint64_t
positions_start(const posting_list *l, uint32_t block)
{
    return block == 0 ? 0
                      : load_u32(skip_entry(l, block - 1) + l->positions_at) & l->positions_mask;
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

/* The bits of a number of so many bytes, up to 4. */
static uint32_t
mask_of(unsigned nbytes)
{
    return (uint32_t)((UINT64_C(1) << 8 * nbytes) - 1);
}

static bool
makes_sense(const posting_skips *layout, bool is_bare)
{
    if (layout->last_bytes < 1 || layout->last_bytes > 4 || layout->end_bytes < 1 ||
        layout->end_bytes > 4)
        return false;
    return is_bare ? layout->positions_bytes == 0 && layout->npairs == 0
                   : layout->positions_bytes >= 1 && layout->positions_bytes <= 4 &&
                         layout->npairs <= POSTING_PAIRS;
}

/* Find the skip entries of a list of several blocks, behind what says how they are laid out. */
static quire_status
find_skips(posting_list *l, quire_error *err)
{
    const uint64_t at = l->info.postings;
    quire_status status;
    const uint8_t *head = checked_bytes(l->postings_file, at, POSTING_SKIPS_BYTES, &status, err);
    posting_skips layout;
    uint64_t nbytes;

    if (head == NULL)
        return status;
    layout = (posting_skips){head[0] & 15, head[0] >> 4, head[1] & 15, head[1] >> 4};
    if (!makes_sense(&layout, l->positions_file == NULL))
        return fail_corrupt(l->postings_file, err);
    l->npairs = layout.npairs;
    l->last_mask = mask_of(layout.last_bytes);
    l->end_mask = mask_of(layout.end_bytes);
    l->positions_mask = mask_of(layout.positions_bytes);
    l->end_at = (uint8_t)layout.last_bytes;
    l->positions_at = (uint8_t)(l->end_at + layout.end_bytes);
    l->pairs_at = (uint8_t)(l->positions_at + layout.positions_bytes);
    l->skip_bytes = l->pairs_at + 2 * layout.npairs;
    nbytes = (uint64_t)(l->nblocks - 1) * l->skip_bytes + 2 * layout.npairs;
    l->skips = checked_bytes(l->postings_file, at + POSTING_SKIPS_BYTES, nbytes, &status, err);
    l->blocks_at = at + POSTING_SKIPS_BYTES + nbytes;
    return l->skips != NULL ? QUIRE_OK : status;
}

quire_status
posting_list_open(const checked_file *postings, const checked_file *positions,
                  const posting_info *info, posting_list *l, quire_error *err)
{
    quire_status status = QUIRE_OK;

    l->postings_file = postings;
    l->positions_file = positions;
    l->info = *info;
    l->nblocks = info->df / POSTING_BLOCK + (info->df % POSTING_BLOCK != 0);
    l->skips = NULL;
    l->blocks_at = info->postings;
    if (l->nblocks > 1)
        status = find_skips(l, err);
    if (status != QUIRE_OK)
        return status;
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
    table = skip_entry(l, i) + (i == l->nblocks - 1 ? 0 : l->pairs_at);
    memcpy(pairs, table, POSTING_PAIRS * sizeof *pairs); /* or what is behind them */
    for (n = 0; n < l->npairs && pairs[n].frequency > 0; n++)
        ;
    return n;
}

/* Two packed arrays of n numbers each behind their widths, at offset of file: what a block is, and
 * what its positions are.  They take size bytes, or any number where size is ANY_SIZE. */
typedef struct {
    const uint8_t *first;
    const uint8_t *second;
    patched_shape first_shape;
    patched_shape second_shape;
} two_arrays;

/* Read the two widths at bytes; what stands behind the first byte is verified later, with the rest.
 * Returns what follows. */
static inline const uint8_t *
read_widths(const uint8_t *bytes, two_arrays *out)
{
    const bool is_wide = bytes[0] == POSTING_WIDE;
    const unsigned first = bytes[0] & ((1u << POSTING_WIDTH_BITS) - 1);
    const unsigned second = bytes[0] >> POSTING_WIDTH_BITS;

    out->first_shape = (patched_shape){.width = is_wide ? bytes[1] : first};
    out->second_shape = (patched_shape){.width = is_wide ? bytes[2] : second};
    return bytes + (is_wide ? 3 : 1);
}

static quire_status
find_arrays(const checked_file *file, uint64_t offset, uint64_t n, bool has_patches, uint64_t size,
            two_arrays *out, quire_error *err)
{
    quire_status status;
    const uint8_t *bytes = checked_bytes(file, offset, 1, &status, err);
    const uint8_t *end;

    if (bytes == NULL)
        return status;
    out->first = read_widths(bytes, out);
    if (has_patches) {
        const uint8_t *patches = out->first;

        out->first += 2;
        if ((patches[0] | patches[1]) != 0) {
            out->first_shape = patched_of_byte(out->first_shape.width, patches[0]);
            out->second_shape = patched_of_byte(out->second_shape.width, patches[1]);
        }
    }
    if (!patched_makes_sense(out->first_shape) || !patched_makes_sense(out->second_shape))
        return fail_corrupt(file, err);
    out->second = out->first + patched_bytes(n, out->first_shape);
    end = out->second + patched_bytes(n, out->second_shape);
    if (size != ANY_SIZE && size != (uint64_t)(end - bytes))
        return fail_corrupt(file, err);
    return checked_bytes(file, offset, (uint64_t)(end - bytes), &status, err) != NULL ? QUIRE_OK
                                                                                      : status;
}

static uint64_t
sum(const uint32_t *numbers, uint32_t n)
{
    uint64_t total = 0;

    for (uint32_t i = 0; i < n; i++)
        total += numbers[i];
    return total;
}

/* Of each number less one, as it was before it was added. */
static uint64_t
sum_less_one(const uint32_t *numbers, uint32_t n)
{
    uint64_t total = 0;

    for (uint32_t i = 0; i < n; i++)
        total += numbers[i] - 1;
    return total;
}

/* Make passages of gaps, whose sum may have more than 32 bits where it is wide; false where they do
 * not begin or end where they should. */
static bool
add_up_gaps(posting_list *l, bool is_wide)
{
    const uint32_t n = l->npostings;
    const uint32_t before = l->block == 0 ? UINT32_MAX : last_passage(l, l->block - 1);
    uint64_t total = is_wide ? sum(l->passages, n) + n : 0;
    uint64_t last;

    bitpack_add_up(l->passages, n, before);
    if (!is_wide)
        total = (uint32_t)(l->passages[n - 1] - before);
    last = l->block == 0 ? total - 1 : before + total;
    if (last >= POSTING_NONE || l->passages[0] < l->left_behind ||
        (l->block + 1 < l->nblocks && last != l->last))
        return false;
    l->last = (uint32_t)last;
    return true;
}

/* The passage and the frequency of a list that has but one. */
static quire_status
decode_only(posting_list *l, quire_error *err)
{
    quire_status status;
    const uint8_t *at = checked_bytes(l->postings_file, l->blocks_at, 2, &status, err);
    uint64_t passage;

    if (at != NULL && (at[0] & 1) != 0)
        at = checked_bytes(l->postings_file, l->blocks_at, (at[0] & 2) != 0 ? 5 : 3, &status, err);
    if (at == NULL)
        return status;
    passage = load_u64(at);
    if ((passage & 1) == 0)
        passage = passage >> 1 & 0x7fff;
    else
        passage = passage >> 2 & ((passage & 2) == 0 ? 0x3fffff : UINT64_C(0x3fffffffff));
    if (passage >= POSTING_NONE || l->info.cf == 0 || l->info.cf > UINT32_MAX)
        return fail_corrupt(l->postings_file, err);
    l->passages[0] = (uint32_t)passage;
    l->frequencies[0] = (uint32_t)l->info.cf;
    l->last = l->passages[0];
    l->is_decoded = true;
    l->has_frequencies = true;
    return QUIRE_OK;
}

quire_status
posting_list_decode(posting_list *l, quire_error *err)
{
    two_arrays arrays;
    quire_status status;

    if (l->is_decoded || l->block >= l->nblocks)
        return QUIRE_OK;
    if (l->info.df == 1)
        return decode_only(l, err);
    status = find_arrays(l->postings_file, l->blocks_at + block_start(l, l->block), l->npostings,
                         l->npostings >= PATCHED_FROM, stated_size(l, block_start), &arrays, err);
    if (status != QUIRE_OK)
        return status;
    patched_unpack(arrays.first, l->npostings, arrays.first_shape, l->passages);
    if (!add_up_gaps(l, patched_most_sum(l->npostings, arrays.first_shape) > UINT32_MAX))
        return fail_corrupt(l->postings_file, err);
    l->packed_frequencies = arrays.second;
    l->frequency_shape = arrays.second_shape;
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
    if (status != QUIRE_OK || l->has_frequencies)
        return status;
    patched_unpack_plus_one(l->packed_frequencies, l->npostings, l->frequency_shape,
                            l->frequencies);
    if (patched_most_sum(l->npostings, l->frequency_shape) > most &&
        sum_less_one(l->frequencies, l->npostings) + l->npostings > most)
        return fail_corrupt(l->postings_file, err);
    l->has_frequencies = true;
    return QUIRE_OK;
}

/* Inline, since gcc takes a function that only fetches for one that does nothing. */
static inline __attribute__((always_inline)) void
prefetch(const checked_file *file, uint64_t at)
{
    if (at >= file->size || file->size - at < PREFETCHED_LINES * CACHE_LINE_BYTES)
        return;
    for (unsigned i = 0; i < PREFETCHED_LINES; i++)
        __builtin_prefetch(file->bytes + at + (size_t)i * CACHE_LINE_BYTES);
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

/* The only position of a list. */
static quire_status
find_only_position(posting_list *l, quire_error *err)
{
    quire_status status;
    const uint8_t *at = checked_bytes(l->positions_file, l->info.positions, 1, &status, err);
    const bool is_far = at != NULL && at[0] == POSTING_FAR;

    if (is_far)
        at = checked_bytes(l->positions_file, l->info.positions + 1, 8, &status, err);
    if (at == NULL)
        return status;
    l->packed_positions = at;
    l->position_width = is_far ? 32 : 8;
    l->packed_ranks = at + 4;
    l->rank_width = is_far ? 32 : 0;
    l->occurrence_block = l->block;
    return QUIRE_OK;
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
    bitpack_sum_up(l->frequencies, l->npostings, l->occurrences + 1);
    if (l->info.cf == 1)
        return find_only_position(l, err);
    status = find_arrays(l->positions_file, l->info.positions + positions_start(l, l->block),
                         l->occurrences[l->npostings], false, stated_size(l, positions_start),
                         &arrays, err);
    if (status != QUIRE_OK)
        return status;
    l->packed_positions = arrays.first;
    l->position_width = arrays.first_shape.width;
    l->packed_ranks = arrays.second;
    l->rank_width = arrays.second_shape.width;
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
