/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a dictionary whose checksums hold: once as the whole content of the file, and once
 * as groups to which heads, offsets and a footer that fit are added, so that the groups are
 * reached. Walks go forward and end, and what they show can be read.
 *
 * Of the second form: a byte, the number of groups; for each a byte, its size; the groups. */
#include <string.h>

#include "base/buffer.h"
#include "postings/dictionary.h"
#include "postings/little_endian.h"

#include "fuzz.h"

static memory_path path;

/* Read bytes, so that a sanitizer sees whether they may be read. */
static void
touch(const uint8_t *bytes, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++)
        (void)*(const volatile uint8_t *)&bytes[i];
}

/* Walk on from a cursor; returns whether the walk came to its end. */
static bool
walk(dictionary_cursor *c, quire_status status)
{
    char before[DICTIONARY_MAX_KEY + 1];
    size_t before_bytes = 0;

    for (uint64_t n = 0; status == QUIRE_OK && !c->at_end; n++) {
        require(c->key_bytes <= DICTIONARY_MAX_KEY && c->ordinal < c->dictionary->nkeys);
        if (n > 0) {
            const size_t shorter = before_bytes < c->key_bytes ? before_bytes : c->key_bytes;
            const int order = memcmp(before, c->key, shorter);

            require(order < 0 || (order == 0 && before_bytes < c->key_bytes));
        }
        memcpy(before, c->key, c->key_bytes);
        before_bytes = c->key_bytes;
        touch(c->payload, c->payload_bytes);
        status = dictionary_next(c, NULL);
    }
    require(status == QUIRE_OK || (status == QUIRE_ECORRUPT && c->at_end));
    return status == QUIRE_OK;
}

static void
check(const uint8_t *content, size_t size, const char *key, size_t key_bytes)
{
    dictionary d;
    dictionary_cursor c;
    quire_status status;

    write_checked(path, CHECKED_STEMS, content, size);
    status = dictionary_open(path, CHECKED_STEMS, (unsigned)(size % (DICTIONARY_MAX_NUMBERS + 1)),
                             &d, NULL);
    require(status == QUIRE_OK || status == QUIRE_ECORRUPT);
    if (status != QUIRE_OK)
        return;
    /* Where the walk from the first key finds no fault, every key is found. */
    if (walk(&c, dictionary_at(&d, 0, &c, NULL)))
        for (uint64_t i = 0; i < d.nkeys; i++) {
            dictionary_cursor other;

            require(dictionary_at(&d, i, &c, NULL) == QUIRE_OK && c.ordinal == i);
            status = dictionary_seek(&d, c.key, c.key_bytes, &other, NULL);
            /* The array of heads may be anything, too. */
            require(status == QUIRE_ECORRUPT || (status == QUIRE_OK && other.ordinal == i));
        }
    walk(&c, dictionary_seek(&d, key, key_bytes, &c, NULL));
    walk(&c, dictionary_at(&d, key_bytes, &c, NULL));
    dictionary_close(&d);
}

static void
add_u64(buffer *b, uint64_t number)
{
    uint8_t bytes[8];

    store_u64(bytes, number);
    require(buffer_add(b, bytes, sizeof bytes));
}

/* The first eight bytes of a group's first key, if that is short enough to be told at once. */
static uint64_t
head_at(const buffer *content, size_t at)
{
    const size_t nbytes = at < content->size ? (uint8_t)content->bytes[at] : 0;
    uint64_t head = 0;

    for (size_t i = 0; i < 8; i++) {
        const bool is_there = i < nbytes && at + 1 + i < content->size;

        head = head << 8 | (is_there ? (uint8_t)content->bytes[at + 1 + i] : 0);
    }
    return head;
}

static void
check_groups(const uint8_t *data, size_t size)
{
    const size_t ngroups = size > 0 ? data[0] % 16 : 0;
    buffer content = {0};
    buffer heads = {0};
    buffer offsets = {0};

    if (size < 1 + ngroups)
        return;
    require(buffer_add(&content, data + 1 + ngroups, size - 1 - ngroups));
    for (size_t g = 0, at = 0; g < ngroups; at += data[1 + g++]) {
        add_u64(&heads, head_at(&content, at));
        add_u64(&offsets, at);
    }
    add_u64(&offsets, ngroups * DICTIONARY_GROUP - (ngroups > 0 ? data[0] / 16 : 0));
    add_u64(&offsets, ngroups);
    add_u64(&offsets, content.size);
    if (heads.size > 0)
        require(buffer_add(&content, heads.bytes, heads.size));
    require(buffer_add(&content, offsets.bytes, offsets.size));
    check((const uint8_t *)content.bytes, content.size, (const char *)data, size < 20 ? size : 20);
    buffer_free(&content);
    buffer_free(&heads);
    buffer_free(&offsets);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check(data, size, (const char *)data, size < 8 ? size : 8);
    check_groups(data, size);
    return 0;
}
