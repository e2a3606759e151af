/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_writer.c - writing the file of stored passages (see text_format.h).
 *
 * A group is held until it is whole, for the ends of its records stand before them. */
#include "postings/text_store.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/bitpack.h"
#include "postings/little_endian.h"
#include "postings/text_format.h"

enum { VOCABULARY_LEVEL = 6 };

struct text_writer {
    checked_writer *file;
    uint64_t vocabulary_bytes; /* packed */
    buffer codes;              /* of the group at hand */
    uint32_t ends[TEXT_GROUP];
    uint32_t nends;
    uint64_t *groups; /* their entries */
    size_t ngroups;
    size_t groups_room;
    uint64_t nrecords;
    bool is_too_large;
};

static bool
write_vocabulary(text_writer *w, const void *vocabulary, size_t nbytes)
{
    const size_t room = ZSTD_compressBound(nbytes);
    char *packed;
    size_t size;

    if (nbytes == 0)
        return true;
    packed = malloc(room);
    if (packed == NULL)
        return false;
    size = ZSTD_compress(packed, room, vocabulary, nbytes, VOCABULARY_LEVEL);
    if (!ZSTD_isError(size)) {
        checked_write(w->file, packed, size);
        w->vocabulary_bytes = size;
    }
    free(packed);
    return !ZSTD_isError(size); /* only memory can fail where there is room enough */
}

text_writer *
text_writer_create(const char *path, const void *vocabulary, size_t vocabulary_bytes)
{
    text_writer *w = calloc(1, sizeof *w);

    if (w == NULL)
        return NULL;
    w->file = checked_create(path, CHECKED_TEXT);
    if (w->file == NULL) {
        free(w);
        return NULL;
    }
    if (!write_vocabulary(w, vocabulary, vocabulary_bytes)) {
        text_writer_abandon(w);
        return NULL;
    }
    return w;
}

static bool
end_group(text_writer *w)
{
    uint8_t packed[TEXT_GROUP * sizeof *w->ends + BITPACK_SLACK];
    const unsigned width = bitpack_width(w->ends, w->nends);

    if (w->nends == 0)
        return true;
    if (!ARRAY_GROW(w->groups, w->ngroups, &w->groups_room))
        return false;
    w->groups[w->ngroups++] = checked_offset(w->file) << TEXT_WIDTH_BITS | width;
    bitpack_pack(w->ends, w->nends, width, packed);
    checked_write(w->file, packed, bitpack_bytes(w->nends, width));
    checked_write(w->file, w->codes.bytes, w->codes.size);
    buffer_clear(&w->codes);
    w->nends = 0;
    return true;
}

bool
text_writer_add(text_writer *w, const void *codes, size_t nbytes)
{
    if (nbytes > UINT32_MAX - w->codes.size || w->nrecords == UINT32_MAX) {
        w->is_too_large = true;
        return true;
    }
    if (!buffer_add(&w->codes, codes, nbytes))
        return false;
    w->ends[w->nends++] = (uint32_t)w->codes.size;
    w->nrecords++;
    return w->nends < TEXT_GROUP || end_group(w);
}

static void
writer_free(text_writer *w)
{
    buffer_free(&w->codes);
    free(w->groups);
    free(w);
}

quire_status
text_writer_finish(text_writer *w, quire_error *err)
{
    uint8_t footer[TEXT_FOOTER_BYTES];
    quire_status status = end_group(w) ? QUIRE_OK : error_nomem(err);

    if (status == QUIRE_OK && w->is_too_large)
        status = error_set(err, QUIRE_EIO, "there is more stored text than an index can hold");
    if (status != QUIRE_OK) {
        text_writer_abandon(w);
        return status;
    }
    store_u64(footer + TEXT_FOOTER_VOCABULARY, w->vocabulary_bytes);
    store_u64(footer + TEXT_FOOTER_GROUPS_AT, checked_offset(w->file));
    store_u64(footer + TEXT_FOOTER_NRECORDS, w->nrecords);
    for (size_t i = 0; i < w->ngroups; i++) {
        uint8_t entry[TEXT_GROUP_ENTRY];

        store_u64(entry, w->groups[i]);
        checked_write(w->file, entry, sizeof entry);
    }
    checked_write(w->file, footer, sizeof footer);
    status = checked_finish(w->file, err);
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
