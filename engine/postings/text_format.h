/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_format.h - the file of stored passages as its writer and its reader see it:
 *
 *   dictionary     zstd's dictionary, packed into a frame of its own; or none
 *   blocks         frames without zstd's magic number, one behind the other; each tells how many
 *                  bytes it holds when unpacked
 *   block table    for each TEXT_GROUP blocks (the last group's are filled up with zeros): u64
 *                  offset of the first, u32 its first record, then of each block its packed bytes,
 *                  then of each its number of records, both bit-packed
 *   record table   for each record its start within its unpacked block, bit-packed; a record ends
 *                  where the next of its block begins, or at the block's end
 *   footer         u64 each: bytes of the packed dictionary, offsets of the block table and of the
 *                  record table, number of blocks, number of records, bits of a start; u8 each:
 *                  bits of a block's packed bytes, bits of its number of records */
#ifndef QUIRE_POSTINGS_TEXT_FORMAT_H
#define QUIRE_POSTINGS_TEXT_FORMAT_H

#include <stdint.h>

enum {
    TEXT_GROUP = 16, /* blocks; a multiple of 8, so that each array in a group ends in a byte */
    TEXT_GROUP_HEAD = 12,

    TEXT_FOOTER_DICTIONARY = 0,
    TEXT_FOOTER_BLOCKS_AT = 8,
    TEXT_FOOTER_STARTS_AT = 16,
    TEXT_FOOTER_NBLOCKS = 24,
    TEXT_FOOTER_NRECORDS = 32,
    TEXT_FOOTER_WIDTH = 40,
    TEXT_FOOTER_SIZE_WIDTH = 48,
    TEXT_FOOTER_COUNT_WIDTH = 49,
    TEXT_FOOTER_BYTES = 50
};

/* Bytes of a group of the block table, whose arrays are of numbers of so many bits. */
static inline uint32_t
text_group_bytes(unsigned size_width, unsigned count_width)
{
    return TEXT_GROUP_HEAD + TEXT_GROUP / 8 * (size_width + count_width);
}

/* No block is larger when unpacked: an article has at most a quarter as many bytes. */
#define TEXT_MAX_UNPACKED ((size_t)256 << 20)

#endif
