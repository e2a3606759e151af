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
    KEPT_BLOCKS = 64, /* more than a query's results and their copies need most often */
    KEPT_HINTS = 1024,
    KNOWN_PLACES = 128,
    WINDOW_ROOM = 8 * TEXT_BLOCK_BYTES, /* larger blocks are rare */
    CACHE_LINE_BYTES = 64,
    PREFETCH_BYTES = 1024, /* most blocks have fewer */
    MAX_RATIO = 1 << 16    /* zstd packs no byte into less: it bounds what a block may claim */
};

/* An unpacked block; no records: none. */
typedef struct {
    uint64_t first_record;
    uint64_t end_record;
    char *bytes;
    size_t size;
    size_t room;
} kept_block;

/* A block as its table has it. */
typedef struct {
    uint64_t offset;
    uint64_t end;
    uint64_t first_record;
    uint64_t end_record;
} block_place;

struct text_store {
    checked_file file;
    uint64_t dictionary_size; /* packed */
    uint64_t blocks_at;
    uint64_t starts_at;
    uint64_t nblocks;
    uint64_t nrecords;
    unsigned width;
    unsigned size_width;
    unsigned count_width;

    /* Made when first needed.  What is unpacked right behind the dictionary is one with it for
     * zstd, which then copies the fastest way. */
    ZSTD_DCtx *context;
    ZSTD_DDict *dictionary;
    char *window;                 /* the dictionary's bytes, and room for WINDOW_ROOM more */
    size_t dictionary_bytes;      /* unpacked, of the window */
    kept_block kept[KEPT_BLOCKS]; /* those unpacked last, in a ring */
    size_t next_kept;
    uint8_t hints[KEPT_HINTS];       /* by record, modulo: which of those may have it */
    block_place known[KNOWN_PLACES]; /* by record, modulo: the block of one that was looked up */
};

static quire_status
damaged(const text_store *s, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: damaged", s->file.path);
}

/* ---- Opening ---- */

static uint64_t
group_bytes(const text_store *s)
{
    return text_group_bytes(s->size_width, s->count_width);
}

static uint64_t
count_groups(const text_store *s)
{
    return (s->nblocks + TEXT_GROUP - 1) / TEXT_GROUP;
}

/* The tables lie behind one another, between the blocks and the footer. */
static bool
is_sound(const text_store *s)
{
    uint64_t footer_at = s->file.size - TEXT_FOOTER_BYTES;

    if (s->nblocks > UINT32_MAX || s->nrecords > UINT32_MAX || s->width > 32 ||
        s->size_width > 32 || s->count_width > 32)
        return false;
    return s->dictionary_size <= s->blocks_at && s->blocks_at <= s->starts_at &&
           s->starts_at <= footer_at &&
           s->starts_at - s->blocks_at == count_groups(s) * group_bytes(s) &&
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
    s->size_width = footer[TEXT_FOOTER_SIZE_WIDTH];
    s->count_width = footer[TEXT_FOOTER_COUNT_WIDTH];
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
read_group(const text_store *s, uint64_t number, const uint8_t **group_out, quire_error *err)
{
    quire_status status = QUIRE_OK;

    *group_out = checked_bytes(&s->file, s->blocks_at + number * group_bytes(s), group_bytes(s),
                               &status, err);
    return status;
}

/* A search among the groups, and how it goes. */
typedef struct {
    const text_store *s;
    quire_status status;
    quire_error *err;
} group_search;

static uint64_t
first_record(void *closure, uint32_t number)
{
    group_search *search = closure;
    const uint8_t *group = NULL;

    if (search->status == QUIRE_OK)
        search->status = read_group(search->s, number, &group, search->err);
    return search->status == QUIRE_OK ? load_u32(group + 8) : 0;
}

/* The last group whose first record is not behind record i; there is at least one group. */
static quire_status
find_group(const text_store *s, uint64_t i, uint64_t *number_out, const uint8_t **group_out,
           quire_error *err)
{
    group_search search = {.s = s, .err = err};

    *number_out = even_search((uint32_t)count_groups(s), s->nrecords, i, first_record, &search);
    return search.status != QUIRE_OK ? search.status : read_group(s, *number_out, group_out, err);
}

/* The block of record i, by the tables. */
static quire_status
look_up_block(const text_store *s, uint64_t i, block_place *out, quire_error *err)
{
    const uint8_t *group = NULL;
    uint64_t number = 0;
    quire_status status = find_group(s, i, &number, &group, err);

    if (status != QUIRE_OK)
        return status;
    const uint8_t *sizes = group + TEXT_GROUP_HEAD;
    const uint8_t *counts = sizes + TEXT_GROUP / 8 * s->size_width;

    *out = (block_place){.end = load_u64(group), .end_record = load_u32(group + 8)};
    if (out->end_record > i || out->end < s->dictionary_size || out->end > s->blocks_at)
        return damaged(s, err);
    /* Neither can overflow: each adds less than 2^32 a few times to what is in the file. */
    for (size_t k = 0; k < TEXT_GROUP && out->end_record <= i; k++) {
        out->offset = out->end;
        out->first_record = out->end_record;
        out->end += bitpack_get(sizes, k, s->size_width);
        out->end_record += bitpack_get(counts, k, s->count_width);
    }
    if (i >= out->end_record || out->end_record > s->nrecords || out->end > s->blocks_at ||
        out->offset >= out->end)
        return damaged(s, err);
    return QUIRE_OK;
}

/* The block of record i: what is prefetched is asked for soon. */
static quire_status
find_block(text_store *s, uint64_t i, block_place *out, quire_error *err)
{
    block_place *known = &s->known[i % KNOWN_PLACES];
    quire_status status = QUIRE_OK;

    if (i < known->first_record || i >= known->end_record)
        status = look_up_block(s, i, known, err);
    if (status != QUIRE_OK)
        *known = (block_place){0};
    *out = *known;
    return status;
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
read_dictionary(text_store *s, quire_error *err)
{
    quire_status status = QUIRE_OK;
    const size_t packed_bytes = (size_t)s->dictionary_size;
    const uint8_t *packed = checked_bytes(&s->file, 0, packed_bytes, &status, err);
    unsigned long long nbytes;

    if (packed == NULL)
        return status;
    nbytes = ZSTD_getFrameContentSize(packed, packed_bytes); /* an error is a large number */
    if (nbytes == 0 || nbytes > TEXT_DICTIONARY_BYTES)
        return damaged(s, err);
    if (s->window == NULL)
        s->window = malloc(TEXT_DICTIONARY_BYTES + WINDOW_ROOM);
    if (s->window == NULL)
        return error_nomem(err);
    if (ZSTD_decompressDCtx(s->context, s->window, TEXT_DICTIONARY_BYTES, packed, packed_bytes) !=
        nbytes)
        return damaged(s, err);
    s->dictionary_bytes = (size_t)nbytes;
    s->dictionary = ZSTD_createDDict_byReference(s->window, s->dictionary_bytes);
    return s->dictionary != NULL ? QUIRE_OK : error_nomem(err);
}

/* Unpack packed_bytes into exactly nbytes, for which to has room; false where they make no sense.
 */
static bool
unpack_bytes(text_store *s, const uint8_t *packed, size_t packed_bytes, char *to, size_t nbytes)
{
    char *behind = s->window != NULL ? s->window + s->dictionary_bytes : NULL;

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

/* The dictionary is a frame like any other; blocks have no magic number. */
static quire_status
make_context(text_store *s, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (s->context != NULL)
        return QUIRE_OK;
    s->context = ZSTD_createDCtx();
    if (s->context == NULL)
        return error_nomem(err);
    if (s->dictionary_size > 0)
        status = read_dictionary(s, err);
    if (status == QUIRE_OK &&
        ZSTD_isError(ZSTD_DCtx_setParameter(s->context, ZSTD_d_format, ZSTD_f_zstd1_magicless)))
        status = error_nomem(err);
    if (status != QUIRE_OK) {
        ZSTD_freeDCtx(s->context);
        s->context = NULL;
    }
    return status;
}

/* How many bytes a block holds when unpacked; false where it does not tell. */
static bool
find_unpacked_bytes(const uint8_t *packed, size_t packed_bytes, size_t *nbytes_out)
{
    ZSTD_frameHeader header;

    if (ZSTD_getFrameHeader_advanced(&header, packed, packed_bytes, ZSTD_f_zstd1_magicless) != 0 ||
        header.frameContentSize > TEXT_MAX_UNPACKED)
        return false;
    *nbytes_out = (size_t)header.frameContentSize;
    return true;
}

/* Unpack a block into the memory of kept. */
static quire_status
unpack(text_store *s, const block_place *place, kept_block *kept, quire_error *err)
{
    quire_status status = make_context(s, err);
    size_t packed_bytes = (size_t)(place->end - place->offset);
    size_t wanted = 0;

    if (status != QUIRE_OK)
        return status;
    const uint8_t *packed = checked_bytes(&s->file, place->offset, packed_bytes, &status, err);
    if (packed == NULL)
        return status;
    if (!find_unpacked_bytes(packed, packed_bytes, &wanted) || wanted / MAX_RATIO > packed_bytes)
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

/* The kept block that has record i; NULL: it is not known of any. */
static kept_block *
find_kept(text_store *s, uint64_t i)
{
    kept_block *kept = &s->kept[s->hints[i % KEPT_HINTS]];

    return i >= kept->first_record && i < kept->end_record ? kept : NULL;
}

/* The block of record i, unpacked: kept from before, or in place of the one kept longest. */
static quire_status
get_block(text_store *s, uint64_t i, kept_block **out, quire_error *err)
{
    block_place place;
    quire_status status;
    size_t next;

    *out = find_kept(s, i);
    if (*out != NULL)
        return QUIRE_OK;
    status = find_block(s, i, &place, err);
    if (status != QUIRE_OK)
        return status;
    next = s->next_kept++ % KEPT_BLOCKS;
    *out = &s->kept[next];
    status = unpack(s, &place, *out, err);
    for (uint64_t k = 0; k < KEPT_HINTS && place.first_record + k < place.end_record; k++)
        s->hints[(place.first_record + k) % KEPT_HINTS] = (uint8_t)next;
    return status;
}

void
text_store_prefetch(text_store *s, uint64_t i)
{
    const uint8_t *bytes = s->file.bytes;
    block_place place;
    uint64_t end;

    if (i >= s->nrecords || s->nblocks == 0 || find_kept(s, i) != NULL ||
        find_block(s, i, &place, NULL) != QUIRE_OK)
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
