/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the files of postings and positions, their checksums right, and as what a stem says
 * of its list.  What a list promises holds, whatever it was made of.
 *
 * 14 bytes: df (u16), cf (u32), offset of the list (u16), of its positions (u16), size of the file
 * of postings (u16), a passage to skip to (u16); then the files. */

#include "postings/little_endian.h"
#include "postings/posting_list.h"

#include "fuzz.h"

#define HEAD_BYTES 14
#define MOST_OCCURRENCES 100000

/* Open bytes as a file in memory whose path is kept. */
static void
open_bytes(memory_path path, const uint8_t *bytes, size_t nbytes, checked_kind kind,
           checked_file *file)
{
    write_checked(path, kind, bytes, nbytes);
    require(checked_open(path, kind, file, NULL) == QUIRE_OK);
}

static quire_status
read_block(posting_list *l, uint64_t *before)
{
    static uint32_t positions[MOST_OCCURRENCES];
    static uint32_t ranks[MOST_OCCURRENCES];
    quire_status status = posting_list_decode_frequencies(l, NULL);

    if (status != QUIRE_OK)
        return status;
    require(l->npostings >= 1 && l->npostings <= POSTING_BLOCK);
    for (uint32_t i = 0; i < l->npostings; i++) {
        require(l->passages[i] >= *before && l->passages[i] != POSTING_NONE);
        *before = l->passages[i] + (uint64_t)1;
        require(l->frequencies[i] > 0 && l->frequencies[i] <= l->info.cf);
        if (l->frequencies[i] <= MOST_OCCURRENCES && status == QUIRE_OK)
            status = posting_list_positions(l, i, positions, i % 3 == 0 ? NULL : ranks, NULL);
    }
    require(l->passages[l->npostings - 1] == l->last);
    return status;
}

static void
read_all(posting_list *l)
{
    quire_status status = QUIRE_OK;
    uint64_t before = 0;

    while (l->block < l->nblocks && status == QUIRE_OK) {
        const uint32_t block = l->block;
        posting_pair pairs[POSTING_PAIRS];

        require(posting_list_pairs(l, block, pairs) <= POSTING_PAIRS);
        require(posting_list_block_last(l, block) == l->last);
        status = read_block(l, &before);
        if (status != QUIRE_OK)
            break;
        posting_list_skip_to(l, l->last + 1);
        require(l->block > block);
    }
    require(status == QUIRE_OK || status == QUIRE_ECORRUPT);
}

static void
skip_through(posting_list *l, uint32_t step)
{
    uint32_t passage = 0;

    for (int i = 0; i < 1000 && passage < POSTING_NONE - step; i++) {
        const uint32_t block = l->block;

        passage += step;
        posting_list_skip_to(l, passage);
        require(l->last >= passage && l->block >= block);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static memory_path paths[2];
    checked_file postings;
    checked_file positions;
    posting_info info;
    posting_list l;
    size_t cut;

    if (size < HEAD_BYTES)
        return 0;
    info.df = load_u32(data) & 0xffff;
    info.cf = load_u32(data + 2);
    info.postings = load_u32(data + 6) & 0xffff;
    info.positions = load_u32(data + 8) & 0xffff;
    cut = load_u32(data + 10) & 0xffff;
    cut = cut < size - HEAD_BYTES ? cut : size - HEAD_BYTES;
    open_bytes(paths[0], data + HEAD_BYTES, cut, CHECKED_POSTINGS, &postings);
    open_bytes(paths[1], data + HEAD_BYTES + cut, size - HEAD_BYTES - cut, CHECKED_POSITIONS,
               &positions);
    if (posting_list_open(&postings, &positions, &info, &l, NULL) == QUIRE_OK)
        read_all(&l);
    if (posting_list_open(&postings, &positions, &info, &l, NULL) == QUIRE_OK)
        skip_through(&l, 1 + data[12] + 16384u * data[13]);
    checked_close(&postings);
    checked_close(&positions);
    return 0;
}
