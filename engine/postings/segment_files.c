/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_files.c - the names of a segment's files, and the file of passages. */
#include "postings/segment_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "postings/little_endian.h"
#include "postings/segment.h"

char *
segment_path(const char *directory, const char *name)
{
    size_t room = strlen(directory) + strlen(name) + 2;
    char *path = malloc(room);

    if (path != NULL)
        snprintf(path, room, "%s/%s", directory, name);
    return path;
}

/* Bytes of the largest difference of an article's first passage from that of its group's first. */
static unsigned
difference_bytes(const uint32_t *first_passages, uint32_t narticles)
{
    uint32_t all = 0;

    for (uint64_t i = 0; i <= narticles; i++)
        all |= first_passages[i] - first_passages[i - i % SEGMENT_FIRST_GROUP];
    return all < 1u << 8 ? 1 : all < 1u << 16 ? 2 : 4;
}

static void
write_first_passages(checked_writer *w, const uint32_t *first_passages, uint32_t narticles,
                     unsigned nbytes)
{
    uint8_t bytes[SEGMENT_FIRST_BYTES];

    for (uint64_t i = 0; i <= narticles; i += SEGMENT_FIRST_GROUP) {
        store_u32(bytes, first_passages[i]);
        checked_write(w, bytes, sizeof bytes);
    }
    for (uint64_t i = 0; i <= narticles; i++) {
        store_u32(bytes, first_passages[i] - first_passages[i - i % SEGMENT_FIRST_GROUP]);
        checked_write(w, bytes, nbytes);
    }
}

quire_status
segment_write_passages(const char *directory, const uint32_t *lengths, uint32_t npassages,
                       const uint32_t *first_passages, uint32_t narticles, uint64_t nwords,
                       quire_error *err)
{
    char *path = segment_path(directory, SEGMENT_PASSAGES);
    checked_writer *w = path == NULL ? NULL : checked_create(path, CHECKED_PASSAGES);
    const unsigned nbytes = difference_bytes(first_passages, narticles);
    uint8_t bytes[SEGMENT_FOOTER_BYTES];

    free(path);
    if (w == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < npassages; i++) {
        uint32_t length = lengths[i] < SEGMENT_MAX_LENGTH ? lengths[i] : SEGMENT_MAX_LENGTH;
        bytes[0] = (uint8_t)length;
        bytes[1] = (uint8_t)(length >> 8);
        checked_write(w, bytes, SEGMENT_LENGTH_BYTES);
    }
    write_first_passages(w, first_passages, narticles, nbytes);
    store_u32(bytes, npassages);
    store_u32(bytes + 4, narticles);
    store_u64(bytes + 8, nwords);
    store_u32(bytes + 16, nbytes);
    checked_write(w, bytes, SEGMENT_FOOTER_BYTES);
    return checked_finish(w, err);
}
