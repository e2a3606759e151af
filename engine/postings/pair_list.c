/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pair_list.c - finding the list of a pair. */
#include "postings/pair_list.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "postings/segment_files.h"

static quire_status
damaged(const pair_lists *p, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: damaged", p->keys.file.path);
}

static quire_status
read_least(pair_lists *p, quire_error *err)
{
    dictionary_cursor c;
    uint64_t least = 0;
    quire_status status = dictionary_seek(&p->keys, "", 0, &c, err);

    if (status != QUIRE_OK)
        return status;
    if (c.at_end || c.key_bytes != 0 ||
        varint_read(c.payload, c.payload + c.payload_bytes, &least) == NULL || least == 0 ||
        least > UINT32_MAX)
        return damaged(p, err);
    p->least = (uint32_t)least;
    return QUIRE_OK;
}

quire_status
pair_lists_open(const char *directory, uint32_t npassages, pair_lists *p, quire_error *err)
{
    char *keys = segment_path(directory, SEGMENT_PAIRS);
    char *lists = segment_path(directory, SEGMENT_PAIR_LISTS);
    quire_status status = QUIRE_OK;

    *p = (pair_lists){.npassages = npassages, .least = UINT32_MAX};
    if (keys == NULL || lists == NULL) {
        status = error_nomem(err);
    } else if (access(keys, F_OK) == 0) {
        status = dictionary_open(keys, CHECKED_PAIRS, 0, &p->keys, err);
        if (status == QUIRE_OK)
            status = checked_open(lists, CHECKED_PAIR_LISTS, &p->lists, err);
        if (status == QUIRE_OK)
            status = read_least(p, err);
    } else if (npassages >= PAIR_FROM_PASSAGES) {
        status = error_set(err, QUIRE_ECORRUPT, "%s: missing", keys);
    }
    free(keys);
    free(lists);
    return status;
}

void
pair_lists_close(pair_lists *p)
{
    dictionary_close(&p->keys);
    checked_close(&p->lists);
    *p = (pair_lists){.least = UINT32_MAX};
}

quire_status
pair_lists_find(const pair_lists *p, const char *first, size_t first_bytes, const char *second,
                size_t second_bytes, posting_info *info_out, quire_error *err)
{
    char key[2 * PAIR_MAX_KEY + 1];
    const size_t key_bytes = first_bytes + 1 + second_bytes;
    dictionary_cursor c;
    const uint8_t *at = NULL;
    uint64_t df = 0;
    quire_status status = QUIRE_OK;

    *info_out = (posting_info){0};
    memcpy(key, first, first_bytes);
    key[first_bytes] = '\0';
    memcpy(key + first_bytes + 1, second, second_bytes);
    status = dictionary_seek(&p->keys, key, key_bytes, &c, err);
    if (status != QUIRE_OK || c.at_end || c.key_bytes != key_bytes ||
        memcmp(c.key, key, key_bytes) != 0)
        return status;
    at = varint_read(c.payload, c.payload + c.payload_bytes, &df);
    if (at == NULL || varint_read(at, c.payload + c.payload_bytes, &info_out->postings) == NULL ||
        df == 0 || df > p->npassages || info_out->postings > p->lists.size) {
        *info_out = (posting_info){0};
        return damaged(p, err);
    }
    info_out->df = (uint32_t)df;
    info_out->cf = df;
    return QUIRE_OK;
}
