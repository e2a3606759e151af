/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_format.h - the file of stored passages as its writer and its reader see it:
 *
 *   dictionary     the bytes of zstd's dictionary, or none
 *   blocks         zstd frames, one behind the other
 *   block table    for each block: u64 offset, u32 its first record, u32 bytes when unpacked
 *   record table   for each record its start within its unpacked block, bit-packed; a record ends
 *                  where the next of its block begins, or at the block's end
 *   footer         u64 each: bytes of the dictionary, offsets of the block table and of the record
 *                  table, number of blocks, number of records, bits of a start */
#ifndef QUIRE_POSTINGS_TEXT_FORMAT_H
#define QUIRE_POSTINGS_TEXT_FORMAT_H

enum {
    TEXT_ENTRY_BYTES = 16, /* of the block table */

    TEXT_FOOTER_DICTIONARY = 0,
    TEXT_FOOTER_BLOCKS_AT = 8,
    TEXT_FOOTER_STARTS_AT = 16,
    TEXT_FOOTER_NBLOCKS = 24,
    TEXT_FOOTER_NRECORDS = 32,
    TEXT_FOOTER_WIDTH = 40,
    TEXT_FOOTER_BYTES = 48
};

/* No block is larger when unpacked: an article has at most a quarter as many bytes. */
#define TEXT_MAX_UNPACKED ((size_t)256 << 20)

#endif
