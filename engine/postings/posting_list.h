/* SPDX-License-Identifier: GPL-3.0-or-later */
/* posting_list.h - the passages in which a stem stands, how often, and where.
 *
 * Passages are numbered from 0.  A list of df postings is cut into blocks of POSTING_BLOCK, the
 * last being shorter.  In the file of postings, at the list's offset:
 *
 *   where there is more than one block:
 *     u8  bytes of a last passage, and above them (bit 4) of a block's end
 *     u8  bytes of an end of positions, and above them pairs n, up to POSTING_PAIRS
 *     for each block but the last a skip entry, of as many bytes as that says:
 *       last passage   end of the block, bytes from the list's first block
 *       end of the block's positions, bytes from the list's first positions
 *       n pairs (u8 frequency, u8 length): the block's Pareto set; frequencies 0 behind its end
 *     n pairs alike for the last block
 *   blocks: widths of gaps and of frequencies, and of PATCHED_FROM postings or more u8 patches of
 *     gaps, u8 of frequencies (patched_byte); gaps - 1 and frequencies - 1, each bit-packed with
 *     their patches behind them (patched.h).  A gap is to the passage before; before the first of a
 *     list stands -1.
 *
 * A list of one posting, as half of all are, has no block: its passage in 15 bits above a 0 bit, 22
 * bits above 01 or 38 above 11 (its frequency is the stem's cf); and where that is 1, its position
 * as a byte, the rank being 0, or 255, u32 position, u32 rank.
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
 * A bare list has no positions: their ends have 0 bytes, and there are 0 pairs. */
#ifndef QUIRE_POSTINGS_POSTING_LIST_H
#define QUIRE_POSTINGS_POSTING_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "postings/bitpack.h"
#include "postings/checked_file.h"
#include "postings/patched.h"

#define POSTING_BLOCK 128
#define POSTING_PAIRS 6
#define POSTING_SKIPS_BYTES 2 /* that say how skip entries are laid out */
#define POSTING_WIDTH_BITS 5
#define POSTING_WIDE 0xff
#define POSTING_FAR 0xff /* instead of a position by itself that is that or more, or has a rank */
#define POSTING_NONE UINT32_MAX /* a passage number behind all others */

typedef struct {
    uint8_t frequency;
    uint8_t length;
} posting_pair;

/* How the skip entries of a list are laid out. */
typedef struct {
    unsigned last_bytes;
    unsigned end_bytes;
    unsigned positions_bytes;
    unsigned npairs;
} posting_skips;

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
    const uint8_t *skips; /* verified when the list was opened; NULL where there is one block */
    uint64_t blocks_at;   /* offset of the first block */
    uint32_t skip_bytes;  /* of an entry */
    uint32_t npairs;
    uint32_t last_mask; /* of the bits of each number in an entry */
    uint32_t end_mask;
    uint32_t positions_mask;
    uint8_t end_at; /* where each begins in an entry */
    uint8_t positions_at;
    uint8_t pairs_at;

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
    patched_shape frequency_shape;
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
