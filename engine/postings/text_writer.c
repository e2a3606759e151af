/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_writer.c - the file of stored passages (see text_store.h): training, compressing, writing.
 *
 * Frames carry neither checksum, since the file's pages do, nor the dictionary's number, since
 * there is one dictionary. */
#include "postings/text_store.h"

#include <stdlib.h>
#include <string.h>
#define ZDICT_STATIC_LINKING_ONLY /* for training without a search */
#include <zdict.h>
#include <zstd.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/bitpack.h"
#include "postings/little_endian.h"
#include "postings/text_format.h"

enum {
    COMPRESSION_LEVEL = 3,
    MIN_SAMPLES = 32,       /* fewer teach nothing */
    SAMPLES_PER_BYTE = 16,  /* bytes of samples for a byte of dictionary */
    MIN_DICTIONARY = 4096,  /* bytes; a smaller one is not worth its place */
    RECORDS_AT_ONCE = 8192, /* starts packed in one go; a multiple of 8, so packs end in a byte */
};

/* ---- The dictionary ---- */

/* ZDICT_trainFromBuffer would try several values of k, take five times as long, and end up with
 * text that is a quarter of a percent smaller. */
static const ZDICT_fastCover_params_t training = {
    .k = 64, .d = 8, .f = 20, .accel = 1, .zParams = {.compressionLevel = COMPRESSION_LEVEL}};

quire_status
text_store_train(const buffer *samples, const size_t *sample_bytes, size_t nsamples,
                 buffer *dictionary_out, quire_error *err)
{
    size_t room = samples->size / SAMPLES_PER_BYTE;

    buffer_clear(dictionary_out);
    room = room < TEXT_DICTIONARY_BYTES ? room : TEXT_DICTIONARY_BYTES;
    if (nsamples < MIN_SAMPLES || nsamples > UINT32_MAX || room < MIN_DICTIONARY)
        return QUIRE_OK;
    if (!buffer_reserve(dictionary_out, room))
        return error_nomem(err);
    size_t nbytes = ZDICT_trainFromBuffer_fastCover(dictionary_out->bytes, room, samples->bytes,
                                                    sample_bytes, (unsigned)nsamples, training);
    /* Samples that have nothing in common are no failure: there is no dictionary then. */
    dictionary_out->size = ZDICT_isError(nbytes) ? 0 : nbytes;
    dictionary_out->bytes[dictionary_out->size] = '\0';
    return QUIRE_OK;
}

/* ---- Compressing ---- */

struct text_compressor {
    ZSTD_CCtx *context;
    ZSTD_CDict *dictionary; /* NULL: none */
};

text_compressor *
text_compressor_new(const void *bytes, size_t nbytes)
{
    text_compressor *c = calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    c->context = ZSTD_createCCtx();
    if (nbytes > 0)
        c->dictionary = ZSTD_createCDict(bytes, nbytes, COMPRESSION_LEVEL);
    if (c->context == NULL || (nbytes > 0 && c->dictionary == NULL) ||
        ZSTD_isError(
            ZSTD_CCtx_setParameter(c->context, ZSTD_c_compressionLevel, COMPRESSION_LEVEL)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(c->context, ZSTD_c_contentSizeFlag, 1)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(c->context, ZSTD_c_checksumFlag, 0)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(c->context, ZSTD_c_dictIDFlag, 0)) ||
        ZSTD_isError(ZSTD_CCtx_refCDict(c->context, c->dictionary))) {
        text_compressor_free(c);
        return NULL;
    }
    return c;
}

void
text_compressor_free(text_compressor *c)
{
    if (c == NULL)
        return;
    ZSTD_freeCCtx(c->context);
    ZSTD_freeCDict(c->dictionary);
    free(c);
}

quire_status
text_compress(text_compressor *c, const void *bytes, size_t nbytes, buffer *out, quire_error *err)
{
    size_t room = ZSTD_compressBound(nbytes);

    if (ZSTD_isError(room) || !buffer_reserve(out, room))
        return error_nomem(err);
    size_t compressed = ZSTD_compress2(c->context, out->bytes + out->size, room, bytes, nbytes);
    if (ZSTD_isError(compressed)) {
        /* Only memory can fail where there is room enough. */
        return error_set(err, QUIRE_ENOMEM, "cannot compress: %s", ZSTD_getErrorName(compressed));
    }
    out->size += compressed;
    out->bytes[out->size] = '\0';
    return QUIRE_OK;
}

/* ---- Writing ---- */

typedef struct {
    uint64_t offset;
    uint32_t first_record;
    uint32_t unpacked_bytes;
} text_block;

struct text_writer {
    checked_writer *file;
    uint64_t dictionary_bytes;
    text_block *blocks;
    size_t nblocks;
    size_t blocks_room;
    uint32_t *starts; /* of all records, each within its block */
    size_t nrecords;
    size_t starts_room;
};

text_writer *
text_writer_create(const char *path, const void *dictionary, size_t dictionary_bytes)
{
    text_writer *w = calloc(1, sizeof *w);

    if (w == NULL)
        return NULL;
    w->file = checked_create(path, CHECKED_TEXT);
    if (w->file == NULL) {
        free(w);
        return NULL;
    }
    if (dictionary_bytes > 0)
        checked_write(w->file, dictionary, dictionary_bytes);
    w->dictionary_bytes = dictionary_bytes;
    return w;
}

bool
text_writer_add_block(text_writer *w, const void *compressed, size_t nbytes, size_t unpacked_bytes,
                      const uint32_t *starts, uint32_t nrecords)
{
    if (unpacked_bytes > TEXT_MAX_UNPACKED || w->nrecords + nrecords > UINT32_MAX ||
        !ARRAY_GROW(w->blocks, w->nblocks, &w->blocks_room))
        return false;
    w->blocks[w->nblocks++] = (text_block){.offset = checked_offset(w->file),
                                           .first_record = (uint32_t)w->nrecords,
                                           .unpacked_bytes = (uint32_t)unpacked_bytes};
    for (uint32_t i = 0; i < nrecords; i++) {
        if (!ARRAY_GROW(w->starts, w->nrecords, &w->starts_room))
            return false;
        w->starts[w->nrecords++] = starts[i];
    }
    checked_write(w->file, compressed, nbytes);
    return true;
}

static void
write_blocks(text_writer *w)
{
    uint8_t entry[TEXT_ENTRY_BYTES];

    for (size_t i = 0; i < w->nblocks; i++) {
        store_u64(entry, w->blocks[i].offset);
        store_u32(entry + 8, w->blocks[i].first_record);
        store_u32(entry + 12, w->blocks[i].unpacked_bytes);
        checked_write(w->file, entry, sizeof entry);
    }
}

static bool
write_starts(text_writer *w, unsigned width)
{
    uint8_t *packed = malloc(bitpack_bytes(RECORDS_AT_ONCE, width) + BITPACK_SLACK);

    if (packed == NULL)
        return false;
    for (size_t i = 0; i < w->nrecords; i += RECORDS_AT_ONCE) {
        size_t n = w->nrecords - i < RECORDS_AT_ONCE ? w->nrecords - i : RECORDS_AT_ONCE;
        bitpack_pack(w->starts + i, n, width, packed);
        checked_write(w->file, packed, bitpack_bytes(n, width));
    }
    free(packed);
    return true;
}

static void
writer_free(text_writer *w)
{
    free(w->blocks);
    free(w->starts);
    free(w);
}

quire_status
text_writer_finish(text_writer *w, quire_error *err)
{
    uint8_t footer[TEXT_FOOTER_BYTES] = {0};
    unsigned width = bitpack_width(w->starts, w->nrecords);

    store_u64(footer + TEXT_FOOTER_DICTIONARY, w->dictionary_bytes);
    store_u64(footer + TEXT_FOOTER_BLOCKS_AT, checked_offset(w->file));
    write_blocks(w);
    store_u64(footer + TEXT_FOOTER_STARTS_AT, checked_offset(w->file));
    if (!write_starts(w, width)) {
        text_writer_abandon(w);
        return error_nomem(err);
    }
    store_u64(footer + TEXT_FOOTER_NBLOCKS, w->nblocks);
    store_u64(footer + TEXT_FOOTER_NRECORDS, w->nrecords);
    store_u64(footer + TEXT_FOOTER_WIDTH, width);
    checked_write(w->file, footer, sizeof footer);
    quire_status status = checked_finish(w->file, err);
    writer_free(w);
    return status;
}

void
text_writer_abandon(text_writer *w)
{
    if (w == NULL)
        return;
    checked_abandon(w->file);
    writer_free(w);
}
