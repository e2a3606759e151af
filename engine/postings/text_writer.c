/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_writer.c - the file of stored passages (see text_format.h): training, compressing, writing.
 *
 * Frames carry neither checksum, since the file's pages do, nor the dictionary's number, since
 * there is one dictionary, nor the magic number. */
#include "postings/text_store.h"

#include <stdlib.h>
#include <string.h>
#define ZSTD_STATIC_LINKING_ONLY /* for frames without magic number */
#include <zdict.h>
#include <zstd.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/bitpack.h"
#include "postings/little_endian.h"
#include "postings/text_format.h"

enum {
    COMPRESSION_LEVEL = 3,
    DICTIONARY_LEVEL = 4,           /* the dictionary itself, which is packed once */
    MIN_SAMPLES = 32,               /* fewer teach nothing */
    ONE_MEASURED_IN = 8,            /* samples */
    MIN_DICTIONARY = 4096,          /* bytes of text; less is not worth its place */
    SMALLER_DICTIONARY = 126 << 10, /* where there is not enough for a whole one */
    RECORDS_AT_ONCE = 8192, /* starts packed in one go; a multiple of 8, so packs end in a byte */
};

/* Those of level 3 for much text, whatever the size of the dictionary.  What zstd would choose for
 * a dictionary below 256 KiB finds matches of four bytes, which cost more than they save. */
static const ZSTD_compressionParameters with_dictionary = {.windowLog = 18,
                                                           .chainLog = 16,
                                                           .hashLog = 17,
                                                           .searchLog = 1,
                                                           .minMatch = 5,
                                                           .targetLength = 0,
                                                           .strategy = ZSTD_dfast};

/* ---- The dictionary ---- */

/* Samples as they are, but one in ONE_MEASURED_IN, by which zstd measures what it is to expect.
 * Choosing the parts of 4 MB that are most frequent (zstd's "fast cover") took thirty times as long
 * and made texts a hundredth smaller, and with what it was told by default, larger. */
typedef struct {
    buffer text;
    buffer measured; /* samples one after another */
    size_t *sizes;   /* of those */
    size_t nmeasured;
} lesson;

static void
lesson_free(lesson *l)
{
    buffer_free(&l->text);
    buffer_free(&l->measured);
    free(l->sizes);
}

static bool
divide_samples(const buffer *samples, const size_t *sample_bytes, size_t nsamples, lesson *l)
{
    const char *at = samples->bytes;

    l->sizes = calloc(nsamples / ONE_MEASURED_IN + 1, sizeof *l->sizes);
    if (l->sizes == NULL)
        return false;
    for (size_t i = 0; i < nsamples; at += sample_bytes[i++]) {
        const size_t room = TEXT_DICTIONARY_TEXT - l->text.size;

        if (i % ONE_MEASURED_IN == ONE_MEASURED_IN - 1) {
            l->sizes[l->nmeasured++] = sample_bytes[i];
            if (!buffer_add(&l->measured, at, sample_bytes[i]))
                return false;
        } else if (!buffer_add(&l->text, at, sample_bytes[i] < room ? sample_bytes[i] : room)) {
            return false;
        }
    }
    return true;
}

/* zstd measures with parameters that it chooses itself by the size of the dictionary.  They are
 * like ours for one that is whole, and for one of less than half of that. */
static quire_status
make_dictionary(const lesson *l, buffer *dictionary_out, quire_error *err)
{
    const ZDICT_params_t parameters = {.compressionLevel = COMPRESSION_LEVEL};
    size_t text_bytes = l->text.size;
    size_t nbytes;

    if (text_bytes < TEXT_DICTIONARY_TEXT && text_bytes > SMALLER_DICTIONARY)
        text_bytes = SMALLER_DICTIONARY;
    if (text_bytes < MIN_DICTIONARY)
        return QUIRE_OK;
    if (!buffer_reserve(dictionary_out, TEXT_DICTIONARY_BYTES))
        return error_nomem(err);
    nbytes = ZDICT_finalizeDictionary(dictionary_out->bytes, TEXT_DICTIONARY_BYTES, l->text.bytes,
                                      text_bytes, l->measured.bytes, l->sizes,
                                      (unsigned)l->nmeasured, parameters);
    /* Samples that have nothing in common are no failure: there is no dictionary then. */
    dictionary_out->size = ZDICT_isError(nbytes) ? 0 : nbytes;
    dictionary_out->bytes[dictionary_out->size] = '\0';
    return QUIRE_OK;
}

quire_status
text_store_train(const buffer *samples, const size_t *sample_bytes, size_t nsamples,
                 buffer *dictionary_out, quire_error *err)
{
    lesson l = {0};
    quire_status status;

    buffer_clear(dictionary_out);
    if (nsamples < MIN_SAMPLES || nsamples > UINT32_MAX)
        return QUIRE_OK;
    if (divide_samples(samples, sample_bytes, nsamples, &l))
        status = make_dictionary(&l, dictionary_out, err);
    else
        status = error_nomem(err);
    lesson_free(&l);
    return status;
}

/* ---- Compressing ---- */

struct text_compressor {
    ZSTD_CCtx *context;
    ZSTD_CDict *dictionary; /* NULL: none */
    bool is_shared;         /* the dictionary is another's */
};

/* Set all up but the dictionary, which comes last. */
static bool
set_parameters(text_compressor *c)
{
    static const struct {
        ZSTD_cParameter parameter;
        int value;
    } settings[] = {
        {ZSTD_c_compressionLevel, COMPRESSION_LEVEL},
        {ZSTD_c_format, ZSTD_f_zstd1_magicless},
        {ZSTD_c_contentSizeFlag, 1},
        {ZSTD_c_checksumFlag, 0},
        {ZSTD_c_dictIDFlag, 0},
    };

    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (ZSTD_isError(
                ZSTD_CCtx_setParameter(c->context, settings[i].parameter, settings[i].value)))
            return false;
    return true;
}

/* A compressor that has dictionary, and it only if that is not shared; NULL: memory. */
static text_compressor *
make_compressor(ZSTD_CDict *dictionary, bool is_shared)
{
    text_compressor *c = calloc(1, sizeof *c);

    if (c == NULL) {
        if (!is_shared)
            ZSTD_freeCDict(dictionary);
        return NULL;
    }
    *c = (text_compressor){
        .context = ZSTD_createCCtx(), .dictionary = dictionary, .is_shared = is_shared};
    if (c->context == NULL || !set_parameters(c) ||
        ZSTD_isError(ZSTD_CCtx_refCDict(c->context, c->dictionary))) {
        text_compressor_free(c);
        return NULL;
    }
    return c;
}

text_compressor *
text_compressor_new(const void *bytes, size_t nbytes)
{
    ZSTD_CDict *dictionary = NULL;

    if (nbytes > 0)
        dictionary = ZSTD_createCDict_advanced(bytes, nbytes, ZSTD_dlm_byCopy, ZSTD_dct_auto,
                                               with_dictionary, ZSTD_defaultCMem);
    return nbytes > 0 && dictionary == NULL ? NULL : make_compressor(dictionary, false);
}

text_compressor *
text_compressor_share(const text_compressor *with)
{
    return make_compressor(with->dictionary, true);
}

void
text_compressor_free(text_compressor *c)
{
    if (c == NULL)
        return;
    ZSTD_freeCCtx(c->context);
    if (!c->is_shared)
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

struct text_writer {
    checked_writer *file;
    uint64_t dictionary_bytes; /* packed */
    uint32_t *sizes;           /* of all blocks, packed */
    uint32_t *counts;          /* of their records */
    size_t nblocks;
    size_t sizes_room;
    size_t counts_room;
    uint32_t *starts; /* of all records, each within its block */
    size_t nrecords;
    size_t starts_room;
};

/* The dictionary, packed. */
static bool
write_dictionary(text_writer *w, const void *dictionary, size_t nbytes)
{
    const size_t room = ZSTD_compressBound(nbytes);
    char *packed;
    size_t size;

    if (nbytes == 0)
        return true;
    packed = malloc(room);
    if (packed == NULL)
        return false;
    size = ZSTD_compress(packed, room, dictionary, nbytes, DICTIONARY_LEVEL);
    if (!ZSTD_isError(size)) {
        checked_write(w->file, packed, size);
        w->dictionary_bytes = size;
    }
    free(packed);
    return !ZSTD_isError(size); /* only memory can fail where there is room enough */
}

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
    if (!write_dictionary(w, dictionary, dictionary_bytes)) {
        text_writer_abandon(w);
        return NULL;
    }
    return w;
}

bool
text_writer_add_block(text_writer *w, const void *compressed, size_t nbytes, size_t unpacked_bytes,
                      const uint32_t *starts, uint32_t nrecords)
{
    if (unpacked_bytes > TEXT_MAX_UNPACKED || nbytes > UINT32_MAX ||
        w->nrecords + nrecords > UINT32_MAX || !ARRAY_GROW(w->sizes, w->nblocks, &w->sizes_room) ||
        !ARRAY_GROW(w->counts, w->nblocks, &w->counts_room))
        return false;
    w->sizes[w->nblocks] = (uint32_t)nbytes;
    w->counts[w->nblocks++] = nrecords;
    for (uint32_t i = 0; i < nrecords; i++) {
        if (!ARRAY_GROW(w->starts, w->nrecords, &w->starts_room))
            return false;
        w->starts[w->nrecords++] = starts[i];
    }
    checked_write(w->file, compressed, nbytes);
    return true;
}

static bool
write_blocks(text_writer *w, unsigned size_width, unsigned count_width)
{
    const uint32_t group_bytes = text_group_bytes(size_width, count_width);
    uint8_t *group = malloc(group_bytes + BITPACK_SLACK);
    uint64_t offset = w->dictionary_bytes;
    uint32_t first_record = 0;

    if (group == NULL)
        return false;
    for (size_t i = 0; i < w->nblocks; i += TEXT_GROUP) {
        const size_t n = w->nblocks - i < TEXT_GROUP ? w->nblocks - i : TEXT_GROUP;

        memset(group, 0, group_bytes);
        store_u64(group, offset);
        store_u32(group + 8, first_record);
        bitpack_pack(w->sizes + i, n, size_width, group + TEXT_GROUP_HEAD);
        bitpack_pack(w->counts + i, n, count_width,
                     group + TEXT_GROUP_HEAD + TEXT_GROUP / 8 * size_width);
        checked_write(w->file, group, group_bytes);
        for (size_t k = i; k < i + n; k++) {
            offset += w->sizes[k];
            first_record += w->counts[k];
        }
    }
    free(group);
    return true;
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
    free(w->sizes);
    free(w->counts);
    free(w->starts);
    free(w);
}

quire_status
text_writer_finish(text_writer *w, quire_error *err)
{
    uint8_t footer[TEXT_FOOTER_BYTES] = {0};
    const unsigned width = bitpack_width(w->starts, w->nrecords);
    const unsigned size_width = bitpack_width(w->sizes, w->nblocks);
    const unsigned count_width = bitpack_width(w->counts, w->nblocks);
    bool has_memory;

    store_u64(footer + TEXT_FOOTER_DICTIONARY, w->dictionary_bytes);
    store_u64(footer + TEXT_FOOTER_BLOCKS_AT, checked_offset(w->file));
    has_memory = write_blocks(w, size_width, count_width);
    store_u64(footer + TEXT_FOOTER_STARTS_AT, checked_offset(w->file));
    if (!has_memory || !write_starts(w, width)) {
        text_writer_abandon(w);
        return error_nomem(err);
    }
    store_u64(footer + TEXT_FOOTER_NBLOCKS, w->nblocks);
    store_u64(footer + TEXT_FOOTER_NRECORDS, w->nrecords);
    store_u64(footer + TEXT_FOOTER_WIDTH, width);
    footer[TEXT_FOOTER_SIZE_WIDTH] = (uint8_t)size_width;
    footer[TEXT_FOOTER_COUNT_WIDTH] = (uint8_t)count_width;
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
