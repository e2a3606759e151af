/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_store.c - reading stored passages (see text_format.h).
 *
 * A record's block is found by binary search in the block table, unpacked, and kept until enough
 * others were asked for: the passages of one article, and of one page of results, share blocks.
 * Whatever the file says is checked against what there is, for a checksum only tells that it is
 * what was written. */
#include "postings/text_store.h"

#include <stdlib.h>
#include <string.h>
#define ZSTD_STATIC_LINKING_ONLY /* for a dictionary that is not copied */
#include <zstd.h>

#include "base/error.h"
#include "postings/bitpack.h"
#include "postings/even_search.h"
#include "postings/little_endian.h"
#include "postings/text_format.h"

enum {
    KEPT_BLOCKS = 16,
    WINDOW_ROOM = 8 * TEXT_BLOCK_BYTES, /* larger blocks are rare */
    CACHE_LINE_BYTES = 64,
    PREFETCH_BYTES = 1024, /* most blocks have fewer */
    MAX_RATIO = 1 << 16    /* zstd packs no byte into less: it bounds what a block may claim */
};

/* An unpacked block; no records: none. */
typedef struct {
    uint64_t first_record;
    uint64_t end_record;
    uint64_t used; /* when it was last asked for */
    char *bytes;
    size_t size;
    size_t room;
} kept_block;

struct text_store {
    checked_file file;
    const uint8_t *dictionary_bytes;
    uint64_t dictionary_size;
    uint64_t blocks_at;
    uint64_t starts_at;
    uint64_t nblocks;
    uint64_t nrecords;
    unsigned width;

    /* Made when first needed.  What is unpacked right behind the dictionary is one with it for
     * zstd, which then copies the fastest way. */
    ZSTD_DCtx *context;
    ZSTD_DDict *dictionary;
    char *window; /* the dictionary's bytes, and room for WINDOW_ROOM more */
    kept_block kept[KEPT_BLOCKS];
    kept_block *latest; /* of those, or NULL */
    uint64_t clock;
};

/* A block as its table has it. */
typedef struct {
    uint64_t offset;
    uint64_t end;
    uint64_t first_record;
    uint64_t end_record;
    uint64_t unpacked_bytes;
} block_place;

static quire_status
damaged(const text_store *s, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: damaged", s->file.path);
}

/* ---- Opening ---- */

/* The tables lie behind one another, between the blocks and the footer. */
static bool
is_sound(const text_store *s)
{
    uint64_t footer_at = s->file.size - TEXT_FOOTER_BYTES;

    if (s->nblocks > UINT32_MAX || s->nrecords > UINT32_MAX || s->width > 32)
        return false;
    return s->dictionary_size <= s->blocks_at && s->blocks_at <= s->starts_at &&
           s->starts_at <= footer_at &&
           s->starts_at - s->blocks_at == s->nblocks * TEXT_ENTRY_BYTES &&
           footer_at - s->starts_at == (s->nrecords * s->width + 7) / 8;
}

static quire_status
read_footer(text_store *s, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (s->file.size < TEXT_FOOTER_BYTES)
        return damaged(s, err);
    const uint8_t *footer =
        checked_bytes(&s->file, s->file.size - TEXT_FOOTER_BYTES, TEXT_FOOTER_BYTES, &status, err);
    if (footer == NULL)
        return status;
    s->dictionary_size = load_u64(footer + TEXT_FOOTER_DICTIONARY);
    s->blocks_at = load_u64(footer + TEXT_FOOTER_BLOCKS_AT);
    s->starts_at = load_u64(footer + TEXT_FOOTER_STARTS_AT);
    s->nblocks = load_u64(footer + TEXT_FOOTER_NBLOCKS);
    s->nrecords = load_u64(footer + TEXT_FOOTER_NRECORDS);
    uint64_t width = load_u64(footer + TEXT_FOOTER_WIDTH);
    s->width = width <= 32 ? (unsigned)width : 33;
    return is_sound(s) ? QUIRE_OK : damaged(s, err);
}

quire_status
text_store_open(const char *path, text_store **store_out, quire_error *err)
{
    text_store *s = calloc(1, sizeof *s);

    if (s == NULL)
        return error_nomem(err);
    quire_status status = checked_open(path, CHECKED_TEXT, &s->file, err);
    if (status == QUIRE_OK)
        status = read_footer(s, err);
    if (status != QUIRE_OK) {
        text_store_close(s);
        return status;
    }
    *store_out = s;
    return QUIRE_OK;
}

void
text_store_close(text_store *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < KEPT_BLOCKS; i++)
        free(s->kept[i].bytes);
    ZSTD_freeDCtx(s->context);
    ZSTD_freeDDict(s->dictionary);
    free(s->window);
    checked_close(&s->file);
    free(s);
}

uint64_t
text_store_size(const text_store *s)
{
    return s->nrecords;
}

/* ---- Finding ---- */

static quire_status
read_entry(const text_store *s, uint64_t number, const uint8_t **entry_out, quire_error *err)
{
    quire_status status = QUIRE_OK;

    *entry_out = checked_bytes(&s->file, s->blocks_at + number * TEXT_ENTRY_BYTES, TEXT_ENTRY_BYTES,
                               &status, err);
    return status;
}

/* A search in the block table, and how it goes. */
typedef struct {
    const text_store *s;
    quire_status status;
    quire_error *err;
} table_search;

static uint64_t
first_record(void *closure, uint32_t number)
{
    table_search *search = closure;
    const uint8_t *entry = NULL;

    if (search->status == QUIRE_OK)
        search->status = read_entry(search->s, number, &entry, search->err);
    return entry != NULL ? load_u32(entry + 8) : 0;
}

/* The last block whose first record is not behind record i. */
static quire_status
find_block(const text_store *s, uint64_t i, block_place *out, quire_error *err)
{
    table_search search = {.s = s, .err = err};
    const uint32_t low = even_search((uint32_t)s->nblocks, s->nrecords, i, first_record, &search);
    const uint8_t *entry;
    quire_status status = search.status;

    if (status == QUIRE_OK)
        status = read_entry(s, low, &entry, err);
    if (status != QUIRE_OK)
        return status;
    *out = (block_place){.offset = load_u64(entry),
                         .end = s->blocks_at,
                         .first_record = load_u32(entry + 8),
                         .end_record = s->nrecords,
                         .unpacked_bytes = load_u32(entry + 12)};
    if (low + 1 < s->nblocks) {
        status = read_entry(s, low + 1, &entry, err);
        if (status != QUIRE_OK)
            return status;
        out->end = load_u64(entry);
        out->end_record = load_u32(entry + 8);
    }
    if (i < out->first_record || i >= out->end_record || out->end_record > s->nrecords ||
        out->offset < s->dictionary_size || out->end > s->blocks_at || out->offset >= out->end)
        return damaged(s, err);
    return QUIRE_OK;
}

/* Where record i starts in its block. */
static quire_status
read_start(const text_store *s, uint64_t i, uint32_t *start_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    uint64_t first = i * s->width / 8; /* the byte in which it begins */
    uint64_t behind = ((i + 1) * s->width + 7) / 8;
    uint64_t number = 0;

    if (s->width == 0) {
        *start_out = 0;
        return QUIRE_OK;
    }
    const uint8_t *bytes =
        checked_bytes(&s->file, s->starts_at + first, behind - first, &status, err);
    if (bytes == NULL)
        return status;
    for (uint64_t k = behind - first; k-- > 0;)
        number = number << 8 | bytes[k];
    number = number >> (i * s->width % 8) & (UINT64_MAX >> (64 - s->width));
    *start_out = (uint32_t)number;
    return QUIRE_OK;
}

/* ---- Unpacking ---- */

static quire_status
make_dictionary(text_store *s, quire_error *err)
{
    const size_t nbytes = (size_t)s->dictionary_size;
    quire_status status = QUIRE_OK;
    const void *bytes = checked_bytes(&s->file, 0, nbytes, &status, err);

    if (bytes == NULL)
        return status;
    s->window = malloc(nbytes + WINDOW_ROOM);
    if (s->window == NULL)
        return error_nomem(err);
    memcpy(s->window, bytes, nbytes);
    s->dictionary = ZSTD_createDDict_byReference(s->window, nbytes);
    if (s->dictionary != NULL)
        return QUIRE_OK;
    free(s->window);
    s->window = NULL;
    return error_nomem(err);
}

static quire_status
make_context(text_store *s, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (s->dictionary_size > 0 && s->dictionary == NULL)
        status = make_dictionary(s, err);
    if (status == QUIRE_OK && s->context == NULL)
        s->context = ZSTD_createDCtx();
    return status == QUIRE_OK && s->context == NULL ? error_nomem(err) : status;
}

/* Unpack packed_bytes into exactly nbytes, for which to has room; false where they make no sense.
 */
static bool
unpack_bytes(text_store *s, const uint8_t *packed, size_t packed_bytes, char *to, size_t nbytes)
{
    char *behind = s->window != NULL ? s->window + s->dictionary_size : NULL;

    if (s->dictionary == NULL)
        return ZSTD_decompressDCtx(s->context, to, nbytes, packed, packed_bytes) == nbytes;
    if (nbytes > WINDOW_ROOM)
        return ZSTD_decompress_usingDDict(s->context, to, nbytes, packed, packed_bytes,
                                          s->dictionary) == nbytes;
    if (ZSTD_decompress_usingDDict(s->context, behind, nbytes, packed, packed_bytes,
                                   s->dictionary) != nbytes)
        return false;
    memcpy(to, behind, nbytes);
    return true;
}

/* Unpack a block into the memory of kept. */
static quire_status
unpack(text_store *s, const block_place *place, kept_block *kept, quire_error *err)
{
    quire_status status = make_context(s, err);
    size_t packed_bytes = (size_t)(place->end - place->offset);
    size_t wanted = (size_t)place->unpacked_bytes;

    if (status != QUIRE_OK)
        return status;
    const uint8_t *packed = checked_bytes(&s->file, place->offset, packed_bytes, &status, err);
    if (packed == NULL)
        return status;
    if (wanted > TEXT_MAX_UNPACKED || wanted / MAX_RATIO > packed_bytes ||
        ZSTD_getFrameContentSize(packed, packed_bytes) != wanted)
        return damaged(s, err);
    kept->end_record = kept->first_record;
    if (wanted >= kept->room) {
        size_t room = wanted < TEXT_BLOCK_BYTES ? 2 * TEXT_BLOCK_BYTES : wanted + wanted / 4 + 1;
        free(kept->bytes);
        kept->bytes = malloc(room);
        kept->room = kept->bytes == NULL ? 0 : room;
        if (kept->bytes == NULL)
            return error_nomem(err);
    }
    if (!unpack_bytes(s, packed, packed_bytes, kept->bytes, wanted))
        return damaged(s, err);
    kept->size = wanted;
    kept->first_record = place->first_record;
    kept->end_record = place->end_record;
    return QUIRE_OK;
}

/* The block of record i, unpacked: kept from before, or in place of the one not asked for longest.
 */
static quire_status
get_block(text_store *s, uint64_t i, kept_block **out, quire_error *err)
{
    kept_block *oldest = &s->kept[0];
    block_place place;
    quire_status status;

    if (s->latest != NULL && i >= s->latest->first_record && i < s->latest->end_record) {
        *out = s->latest;
        return QUIRE_OK;
    }
    s->clock++;
    for (size_t k = 0; k < KEPT_BLOCKS; k++) {
        kept_block *kept = &s->kept[k];

        if (kept->used < oldest->used)
            oldest = kept;
        if (i < kept->first_record || i >= kept->end_record)
            continue;
        kept->used = s->clock;
        *out = s->latest = kept;
        return QUIRE_OK;
    }
    status = find_block(s, i, &place, err);
    if (status != QUIRE_OK)
        return status;
    oldest->used = s->clock;
    *out = s->latest = oldest;
    return unpack(s, &place, oldest, err);
}

void
text_store_prefetch(const text_store *s, uint64_t i)
{
    const uint8_t *bytes = s->file.bytes;
    block_place place;
    uint64_t end;

    if (i >= s->nrecords || s->nblocks == 0 || find_block(s, i, &place, NULL) != QUIRE_OK)
        return;
    end = place.end - place.offset < PREFETCH_BYTES ? place.end : place.offset + PREFETCH_BYTES;
    for (uint64_t at = place.offset; at < end; at += CACHE_LINE_BYTES)
        __builtin_prefetch(bytes + at);
    __builtin_prefetch(bytes + s->starts_at + i * s->width / 8);
}

quire_status
text_store_get(text_store *s, uint64_t i, const char **bytes_out, size_t *nbytes_out,
               quire_error *err)
{
    kept_block *block;
    uint32_t start;

    if (i >= s->nrecords || s->nblocks == 0)
        return error_set(err, QUIRE_ECORRUPT, "%s: no record %llu", s->file.path,
                         (unsigned long long)i);
    quire_status status = get_block(s, i, &block, err);
    if (status == QUIRE_OK)
        status = read_start(s, i, &start, err);
    if (status != QUIRE_OK)
        return status;
    uint32_t end = (uint32_t)block->size;
    if (i + 1 < block->end_record)
        status = read_start(s, i + 1, &end, err);
    if (status != QUIRE_OK)
        return status;
    if (start > end || end > block->size)
        return damaged(s, err);
    *bytes_out = block->bytes + start;
    *nbytes_out = end - start;
    return QUIRE_OK;
}
