/* SPDX-License-Identifier: GPL-3.0-or-later */
/* posting_list.h - the passages in which a stem stands, how often, and where.
 *
 * Passages are numbered from 0.  A list of df postings is cut into blocks of POSTING_BLOCK, the
 * last being shorter.  In the file of postings, at the list's offset:
 *
 *   blocks - 1 skip entries of POSTING_SKIP_BYTES (none where there is one block only), for each
 *   block but the last:
 *     u32 last passage   u32 end of the block, bytes from the list's first block
 *     u32 end of the block's positions, bytes from the list's first positions
 *     u8  pairs n, and POSTING_PAIRS pairs (u8 frequency, u8 length): the block's Pareto set
 *   one pair table alike for the last block, where there is more than one block
 *   blocks: widths of gaps and of frequencies, gaps - 1 bit-packed, frequencies - 1 bit-packed.  A
 *     gap is to the passage before; before the first of a list stands -1.
 *
 * Two widths are one byte, the first in its low POSTING_WIDTH_BITS bits; but where one of them has
 * no room there, it is POSTING_WIDE, and two bytes follow.
 *
 * A Pareto pair (f, l) says: some posting of the block has frequency f and length l, and none has
 * both a larger-or-equal frequency and a smaller-or-equal length.  So the largest weight of a block
 * is that of one of its pairs, under any k1, b and statistics.  Frequencies above 255 are 255 and
 * stand for infinity, lengths above 255 are 255; a set of more than POSTING_PAIRS pairs is thinned
 * by merging neighbours (larger frequency, smaller length), which keeps it a bound.
 *
 * In the file of positions, for each block: widths of positions and of ranks, then all occurrences
 * of its postings, in order: positions bit-packed, ranks bit-packed.  Occurrence k of a
 * posting is reached by adding up frequencies.  A position is the word's number in the passage plus
 * the number of its sentence, both from 0, so words of two sentences never stand next to each
 * other. A rank says which surface of the stem it is; 0 is the commonest.
 *
 * A bare list has no positions; its skip entries end before these, with POSTING_BARE_SKIP_BYTES,
 * and there are no Pareto sets. */
#ifndef QUIRE_POSTINGS_POSTING_LIST_H
#define QUIRE_POSTINGS_POSTING_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "postings/bitpack.h"
#include "postings/checked_file.h"

#define POSTING_BLOCK 128
#define POSTING_PAIRS 6
#define POSTING_SKIP_BYTES (12 + 1 + 2 * POSTING_PAIRS)
#define POSTING_BARE_SKIP_BYTES 8
#define POSTING_WIDTH_BITS 5
#define POSTING_WIDE 0xff
#define POSTING_NONE UINT32_MAX /* a passage number behind all others */

typedef struct {
    uint8_t frequency;
    uint8_t length;
} posting_pair;

/* Where a list is and what it holds: the payload of its stem in the dictionary. */
typedef struct {
    uint32_t df;        /* postings */
    uint64_t cf;        /* occurrences */
    uint64_t postings;  /* offset of the list in the file of postings */
    uint64_t positions; /* offset of its positions */
} posting_info;

/* Its df and cf as a payload has them: twice df, plus 1 where cf is more; and then how much more,
 * less 1.  LEB128. */
#define POSTING_INFO_BYTES 20
size_t posting_info_write(uint8_t out[POSTING_INFO_BYTES], const posting_info *info);

/* Read them; offsets are those of the list and of its positions.  What follows; NULL where they do
 * not end before end or make no sense. */
const uint8_t *posting_info_read(const uint8_t *from, const uint8_t *end, const uint64_t offsets[2],
                                 posting_info *info_out);

/* ---- Writing ---- */

typedef struct posting_writer posting_writer;

/* Append lists to two buffers (bare ones where positions is NULL); lengths[passage] is the length
 * in words of each passage.  NULL: memory. */
posting_writer *posting_writer_new(buffer *postings, buffer *positions, const uint32_t *lengths);
void posting_writer_free(posting_writer *w);

/* Add a posting to the list at hand: passages ascending; frequency occurrences, positions
 * ascending, with their ranks.  False: memory, or a list that takes more than 4 GiB. */
bool posting_writer_add(posting_writer *w, uint32_t passage, uint32_t frequency,
                        const uint32_t *positions, const uint32_t *ranks);

/* The same without a copy: room for the occurrences of the next posting, then the posting. */
bool posting_writer_reserve(posting_writer *w, uint32_t frequency, uint32_t **positions_out,
                            uint32_t **ranks_out);
void posting_writer_put(posting_writer *w, uint32_t passage, uint32_t frequency);

/* End the list and say where it is, offsets counting in the buffers; the next add begins another.
 * Between lists the buffers may be emptied.  False: as add. */
bool posting_writer_end(posting_writer *w, posting_info *info_out);

/* ---- Reading ---- */

/* A list being read, a block at a time.  For one thread. */
typedef struct {
    const checked_file *postings_file;
    const checked_file *positions_file;
    posting_info info;
    uint32_t nblocks;
    uint32_t skip_bytes;  /* of an entry */
    const uint8_t *skips; /* verified when the list was opened; NULL where there is one block */
    uint64_t blocks_at;   /* offset of the first block */

    uint32_t block;     /* the one at hand, from 0; nblocks: behind the end */
    uint32_t npostings; /* in it */
    uint32_t last;      /* passage of its last posting; POSTING_NONE - 1 in the last block until it
                           is decoded, POSTING_NONE when behind the end */
    uint32_t left_behind; /* passages below are in blocks that were left */
    bool is_decoded;
    bool has_frequencies;
    uint32_t passages[POSTING_BLOCK]; /* decoded by posting_list_decode */
    uint32_t frequencies[POSTING_BLOCK];
    const uint8_t *packed_frequencies;
    unsigned frequency_width;
    uint32_t occurrence_block;               /* whose occurrences and what follows are filled in */
    uint32_t occurrences[POSTING_BLOCK + 1]; /* those of posting i are occurrences[i] up to
                                                occurrences[i + 1] */
    const uint8_t *packed_positions;         /* of that block, verified */
    const uint8_t *packed_ranks;
    unsigned position_width;
    unsigned rank_width;
} posting_list;

/* Open a list, a bare one where positions is NULL, at its first block, not decoded. */
quire_status posting_list_open(const checked_file *postings, const checked_file *positions,
                               const posting_info *info, posting_list *l, quire_error *err);

/* Move to the block that holds the first posting with a passage >= passage (never backwards), by
 * the skip entries, decoding nothing; behind the end block == nblocks.  As the last block's last
 * passage is known only when it is decoded, the list stays in it until then.  Whatever the file
 * holds, last >= passage afterwards. */
void posting_list_skip_to(posting_list *l, uint32_t passage);

/* The last passage of block number i without moving there; for the last block POSTING_NONE - 1. */
uint32_t posting_list_block_last(const posting_list *l, uint32_t i);

/* The Pareto set of block i; returns how many pairs.  Of a list of one block, whose set is not
 * stored, 0: decode it and look.  Of a bare list 0. */
unsigned posting_list_pairs(const posting_list *l, uint32_t i, posting_pair pairs[POSTING_PAIRS]);

/* Unpack the passages of the block at hand, and its frequencies, if that is not done.  Passages
 * then ascend, from block to block too, and end in last; frequencies are not 0, and
 * their sum is not above info.cf.  That passages, positions and ranks are numbers that exist is for
 * the caller to check. */
quire_status posting_list_decode(posting_list *l, quire_error *err);
quire_status posting_list_decode_frequencies(posting_list *l, quire_error *err);

/* Find the positions, which a bare list has not, of the block at hand, if that is not done, and
 * number its occurrences; then each may be read by itself. */
quire_status posting_list_find_positions(posting_list *l, quire_error *err);

/* Have the processor fetch the block at hand, or its positions, while it does something else, if
 * they are not decoded, or found, already. */
void posting_list_prefetch(const posting_list *l);
void posting_list_prefetch_positions(const posting_list *l);

/* Of occurrence k of the block, whose positions are found. */
static inline uint32_t
posting_list_position(const posting_list *l, uint32_t k)
{
    return bitpack_get(l->packed_positions, k, l->position_width);
}

static inline uint32_t
posting_list_rank(const posting_list *l, uint32_t k)
{
    return bitpack_get(l->packed_ranks, k, l->rank_width);
}

/* Positions and ranks of posting i of the block at hand.  out arrays have room for frequencies[i];
 * ranks may be NULL. */
quire_status posting_list_positions(posting_list *l, uint32_t i, uint32_t *positions,
                                    uint32_t *ranks, quire_error *err);

#endif
