/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dictionary.c - writing, searching and walking sorted keys.
 *
 *   group    key bytes, key, numbers, payload bytes, payload             the first
 *            shared and own bytes, own, numbers, payload bytes, payload  15 more, or fewer at the
 *                                                                        end
 *   ...
 *   heads    u64 for each group
 *   offsets  40 bits for each group
 *   footer   keys (u64), groups (u64), where the heads begin (u64)
 *
 * Shared and own bytes are two numbers in half a byte each (two_write), all else is LEB128.  A
 * number is its difference from that of the key before, or from 0 for the first key of a group:
 * twice that, or for one below 0 twice its distance from -1, plus 1.  Where keys have one number,
 * most have no payload (surfaces): it is doubled again, plus 1 where payload bytes and payload
 * follow.
 *
 * A key shares as much with the one before as it can, so the first byte of its own is greater than
 * the byte in its place before; the reader insists on it, and so a walk through whatever bytes only
 * ever goes forward. */
#include "postings/dictionary.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "postings/little_endian.h"

#define FOOTER_BYTES 24
#define HEAD_BYTES 8
#define OFFSET_BYTES 5
#define OFFSET_END (UINT64_C(1) << 8 * OFFSET_BYTES)
#define MAX_FLAGGED (UINT64_MAX >> 1) /* the largest number that is doubled again */
#define HALF 15u                      /* the largest number of half a byte: this or more */

static const char advice[] = "rebuild the index with quire-index";

/* ---- Numbers ---- */

size_t
varint_write(uint8_t out[VARINT_MAX_BYTES], uint64_t number)
{
    size_t n = 0;

    for (; number >= 0x80; number >>= 7)
        out[n++] = (uint8_t)(number | 0x80);
    out[n++] = (uint8_t)number;
    return n;
}

const uint8_t *
varint_read(const uint8_t *from, const uint8_t *end, uint64_t *number_out)
{
    uint64_t number = 0;

    for (unsigned shift = 0; from < end && shift < 64; shift += 7) {
        const uint8_t byte = *from++;

        if (shift == 63 && byte > 1)
            return NULL;
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *number_out = number;
            return from;
        }
    }
    return NULL;
}

size_t
two_write(uint8_t out[TWO_MAX_BYTES], uint64_t first, uint64_t second)
{
    size_t n = 1;

    out[0] = (uint8_t)((first < HALF ? first : HALF) << 4 | (second < HALF ? second : HALF));
    if (first >= HALF)
        n += varint_write(out + n, first - HALF);
    if (second >= HALF)
        n += varint_write(out + n, second - HALF);
    return n;
}

/* A number of which half a byte is known. */
static const uint8_t *
read_rest(const uint8_t *from, const uint8_t *end, unsigned half, uint64_t *number_out)
{
    *number_out = half;
    if (half < HALF)
        return from;
    from = varint_read(from, end, number_out);
    if (from == NULL || *number_out > UINT64_MAX - HALF)
        return NULL;
    *number_out += HALF;
    return from;
}

const uint8_t *
two_read(const uint8_t *from, const uint8_t *end, uint64_t *first_out, uint64_t *second_out)
{
    unsigned byte;

    if (from >= end)
        return NULL;
    byte = *from;
    from = read_rest(from + 1, end, byte >> 4, first_out);
    return from == NULL ? NULL : read_rest(from, end, byte & HALF, second_out);
}

/* Differences count modulo 2^64. */
static uint64_t
fold_difference(uint64_t number, uint64_t before)
{
    const uint64_t difference = number - before;

    return (difference >> 63) != 0 ? ~difference << 1 | 1 : difference << 1;
}

static uint64_t
unfold_difference(uint64_t folded, uint64_t before)
{
    return before + ((folded & 1) != 0 ? ~(folded >> 1) : folded >> 1);
}

/* A number that says how many bytes follow it, all before end. */
static const uint8_t *
read_length(const uint8_t *from, const uint8_t *end, size_t *length_out)
{
    uint64_t length;

    from = varint_read(from, end, &length);
    if (from == NULL || length > (uint64_t)(end - from))
        return NULL;
    *length_out = (size_t)length;
    return from;
}

static int
compare_keys(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    const size_t shorter = a_bytes < b_bytes ? a_bytes : b_bytes;
    const int order = shorter == 0 ? 0 : memcmp(a, b, shorter);

    return order != 0 ? order : (a_bytes > b_bytes) - (a_bytes < b_bytes);
}

/* The first bytes of a key as a number, which is less where the key is, unless it is the same. */
static uint64_t
head_of(const char *key, size_t key_bytes)
{
    uint64_t head = 0;

    for (size_t i = 0; i < HEAD_BYTES; i++)
        head = head << 8 | (i < key_bytes ? (uint8_t)key[i] : 0);
    return head;
}

/* ---- Writing ---- */

struct dictionary_writer {
    checked_writer *file;
    unsigned nnumbers;
    uint64_t numbers[DICTIONARY_MAX_NUMBERS]; /* of the last key */
    uint64_t nkeys;
    uint64_t ngroups;
    buffer heads;   /* of the groups, u64 each */
    buffer offsets; /* of the groups, OFFSET_BYTES each */
    quire_status status;
    quire_error error;
    size_t key_bytes;
    char key[DICTIONARY_MAX_KEY]; /* the last one */
};

dictionary_writer *
dictionary_create(const char *path, checked_kind kind, unsigned nnumbers)
{
    dictionary_writer *w = calloc(1, sizeof *w);

    assert(nnumbers <= DICTIONARY_MAX_NUMBERS);
    if (w == NULL)
        return NULL;
    w->nnumbers = nnumbers;
    w->file = checked_create(path, kind);
    if (w->file == NULL) {
        free(w);
        return NULL;
    }
    return w;
}

static void
begin_group(dictionary_writer *w, const char *key, size_t key_bytes)
{
    uint8_t head[HEAD_BYTES];
    uint8_t offset[sizeof(uint64_t)];

    store_u64(head, head_of(key, key_bytes));
    store_u64(offset, checked_offset(w->file));
    if (checked_offset(w->file) >= OFFSET_END)
        w->status = error_set(&w->error, QUIRE_EINTERNAL, "a dictionary is too large");
    else if (!buffer_add(&w->heads, head, sizeof head) ||
             !buffer_add(&w->offsets, offset, OFFSET_BYTES))
        w->status = error_nomem(&w->error);
    w->ngroups++;
    memset(w->numbers, 0, sizeof w->numbers);
}

static size_t
shared_bytes(const dictionary_writer *w, const char *key, size_t key_bytes)
{
    size_t shared = 0;

    while (shared < w->key_bytes && shared < key_bytes && w->key[shared] == key[shared])
        shared++;
    return shared;
}

static size_t
write_numbers(dictionary_writer *w, const uint64_t *numbers, bool has_payload, uint8_t *out)
{
    size_t n = 0;

    for (unsigned i = 0; i < w->nnumbers; i++) {
        const uint64_t folded = fold_difference(numbers[i], w->numbers[i]);

        if (w->nnumbers == 1 && folded > MAX_FLAGGED)
            w->status = error_set(&w->error, QUIRE_EINTERNAL, "a dictionary's number is too large");
        n += varint_write(out + n, w->nnumbers == 1 ? folded << 1 | has_payload : folded);
        w->numbers[i] = numbers[i];
    }
    return n;
}

/* Write a key, but the payload itself. */
static void
write_key(dictionary_writer *w, const char *key, size_t key_bytes, const uint64_t *numbers,
          size_t payload_bytes)
{
    uint8_t
        bytes[TWO_MAX_BYTES + DICTIONARY_MAX_KEY + (DICTIONARY_MAX_NUMBERS + 1) * VARINT_MAX_BYTES];
    size_t shared = 0;
    size_t n;

    if (w->nkeys % DICTIONARY_GROUP == 0) {
        begin_group(w, key, key_bytes);
        n = varint_write(bytes, key_bytes);
    } else {
        shared = shared_bytes(w, key, key_bytes);
        n = two_write(bytes, shared, key_bytes - shared);
    }
    if (key_bytes > shared)
        memcpy(bytes + n, key + shared, key_bytes - shared);
    n += key_bytes - shared;
    n += write_numbers(w, numbers, payload_bytes > 0, bytes + n);
    if (w->nnumbers != 1 || payload_bytes > 0)
        n += varint_write(bytes + n, payload_bytes);
    checked_write(w->file, bytes, n);
}

void
dictionary_add(dictionary_writer *w, const char *key, size_t key_bytes, const uint64_t *numbers,
               const void *payload, size_t payload_bytes)
{
    if (w->status != QUIRE_OK)
        return;
    if (key_bytes > DICTIONARY_MAX_KEY ||
        (w->nkeys > 0 && compare_keys(w->key, w->key_bytes, key, key_bytes) >= 0)) {
        w->status = error_set(&w->error, QUIRE_EINTERNAL, "keys of a dictionary out of order");
        return;
    }
    write_key(w, key, key_bytes, numbers, payload_bytes);
    checked_write(w->file, payload, payload_bytes);
    if (key_bytes > 0)
        memcpy(w->key, key, key_bytes);
    w->key_bytes = key_bytes;
    w->nkeys++;
}

static void
free_writer(dictionary_writer *w)
{
    buffer_free(&w->heads);
    buffer_free(&w->offsets);
    free(w);
}

quire_status
dictionary_finish(dictionary_writer *w, quire_error *err)
{
    uint8_t footer[FOOTER_BYTES];
    quire_status status = w->status;

    if (status != QUIRE_OK) {
        if (err != NULL)
            *err = w->error;
        dictionary_abandon(w);
        return status;
    }
    store_u64(footer, w->nkeys);
    store_u64(footer + 8, w->ngroups);
    store_u64(footer + 16, checked_offset(w->file));
    checked_write(w->file, w->heads.bytes, w->heads.size);
    checked_write(w->file, w->offsets.bytes, w->offsets.size);
    checked_write(w->file, footer, sizeof footer);
    status = checked_finish(w->file, err);
    free_writer(w);
    return status;
}

void
dictionary_abandon(dictionary_writer *w)
{
    if (w == NULL)
        return;
    checked_abandon(w->file);
    free_writer(w);
}

/* ---- Reading ---- */

static quire_status
fail_corrupt(const dictionary *d, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: makes no sense: %s", d->file.path, advice);
}

static quire_status
read_footer(dictionary *d, quire_error *err)
{
    quire_status status;
    const uint8_t *footer;
    uint64_t rest;

    if (d->file.size < FOOTER_BYTES)
        return fail_corrupt(d, err);
    rest = d->file.size - FOOTER_BYTES;
    footer = checked_bytes(&d->file, rest, FOOTER_BYTES, &status, err);
    if (footer == NULL)
        return status;
    d->nkeys = load_u64(footer);
    d->ngroups = load_u64(footer + 8);
    d->groups_at = load_u64(footer + 16);
    if (d->groups_at > rest || d->ngroups != (rest - d->groups_at) / (HEAD_BYTES + OFFSET_BYTES) ||
        (rest - d->groups_at) % (HEAD_BYTES + OFFSET_BYTES) != 0 ||
        d->ngroups != d->nkeys / DICTIONARY_GROUP + (d->nkeys % DICTIONARY_GROUP != 0))
        return fail_corrupt(d, err);
    return QUIRE_OK;
}

quire_status
dictionary_open(const char *path, checked_kind kind, unsigned nnumbers, dictionary *d,
                quire_error *err)
{
    quire_status status;

    assert(nnumbers <= DICTIONARY_MAX_NUMBERS);
    *d = (dictionary){.nnumbers = nnumbers};
    status = checked_open(path, kind, &d->file, err);
    if (status == QUIRE_OK)
        status = read_footer(d, err);
    if (status != QUIRE_OK)
        dictionary_close(d);
    return status;
}

void
dictionary_close(dictionary *d)
{
    checked_close(&d->file);
    *d = (dictionary){0};
}

static uint64_t
load_offset(const uint8_t *from)
{
    return load_u32(from) | (uint64_t)from[4] << 32;
}

/* The bytes of a group, from *start_out to *end_out. */
static quire_status
find_group(const dictionary *d, uint64_t group, const uint8_t **start_out, const uint8_t **end_out,
           quire_error *err)
{
    const bool is_last = group + 1 == d->ngroups;
    quire_status status;
    uint64_t start;
    uint64_t end;
    const uint8_t *offsets =
        checked_bytes(&d->file, d->groups_at + d->ngroups * HEAD_BYTES + group * OFFSET_BYTES,
                      is_last ? OFFSET_BYTES : 2 * OFFSET_BYTES, &status, err);

    if (offsets == NULL)
        return status;
    start = load_offset(offsets);
    end = is_last ? d->groups_at : load_offset(offsets + OFFSET_BYTES);
    if (start > end || end > d->groups_at)
        return fail_corrupt(d, err);
    *start_out = checked_bytes(&d->file, start, end - start, &status, err);
    if (*start_out == NULL)
        return status;
    *end_out = *start_out + (end - start);
    return QUIRE_OK;
}

/* Put own bytes behind the first shared of the cursor's key; false where the key would be too long
 * or not greater than the one before. */
static bool
change_key(dictionary_cursor *c, size_t shared, const uint8_t *own, size_t own_bytes)
{
    if (shared > c->key_bytes || own_bytes == 0 || own_bytes > DICTIONARY_MAX_KEY - shared ||
        (shared < c->key_bytes && own[0] <= (uint8_t)c->key[shared]))
        return false;
    memcpy(c->key + shared, own, own_bytes);
    c->key_bytes = shared + own_bytes;
    c->key[c->key_bytes] = '\0';
    return true;
}

/* Take the numbers and the payload at from, which end the entry. */
static bool
read_payload(dictionary_cursor *c, const uint8_t *from)
{
    const bool is_flagged = c->dictionary->nnumbers == 1;
    bool has_payload = true;

    for (unsigned i = 0; i < c->dictionary->nnumbers; i++) {
        uint64_t folded;

        from = varint_read(from, c->end, &folded);
        if (from == NULL)
            return false;
        if (is_flagged) {
            has_payload = (folded & 1) != 0;
            folded >>= 1;
        }
        c->numbers[i] = unfold_difference(folded, c->numbers[i]);
    }
    if (!has_payload) {
        c->payload = from;
        c->payload_bytes = 0;
        c->next = from;
        return true;
    }
    c->payload = read_length(from, c->end, &c->payload_bytes);
    if (c->payload == NULL)
        return false;
    c->next = c->payload + c->payload_bytes;
    return true;
}

static quire_status
stop(dictionary_cursor *c, quire_error *err)
{
    c->at_end = true;
    return fail_corrupt(c->dictionary, err);
}

/* Read the first key of a group, which begins the cursor anew. */
static quire_status
enter_group(dictionary_cursor *c, uint64_t group, quire_error *err)
{
    quire_status status = find_group(c->dictionary, group, &c->next, &c->end, err);
    const uint8_t *key;

    if (status != QUIRE_OK) {
        c->at_end = true;
        return status;
    }
    memset(c->numbers, 0, sizeof c->numbers);
    key = read_length(c->next, c->end, &c->key_bytes);
    if (key == NULL || c->key_bytes > DICTIONARY_MAX_KEY || !read_payload(c, key + c->key_bytes))
        return stop(c, err);
    memcpy(c->key, key, c->key_bytes);
    c->key[c->key_bytes] = '\0';
    c->ordinal = group * DICTIONARY_GROUP;
    return QUIRE_OK;
}

/* Go on to the next group, whose first key must be greater than the one at hand. */
static quire_status
leave_group(dictionary_cursor *c, quire_error *err)
{
    char before[DICTIONARY_MAX_KEY];
    const size_t before_bytes = c->key_bytes;
    quire_status status;

    memcpy(before, c->key, before_bytes);
    if (c->next != c->end)
        return stop(c, err);
    status = enter_group(c, c->ordinal / DICTIONARY_GROUP + 1, err);
    if (status == QUIRE_OK && compare_keys(before, before_bytes, c->key, c->key_bytes) >= 0)
        return stop(c, err);
    return status;
}

quire_status
dictionary_next(dictionary_cursor *c, quire_error *err)
{
    uint64_t shared;
    uint64_t own_bytes;
    const uint8_t *own;

    if (c->at_end || c->ordinal + 1 >= c->dictionary->nkeys) {
        c->at_end = true;
        return QUIRE_OK;
    }
    if ((c->ordinal + 1) % DICTIONARY_GROUP == 0)
        return leave_group(c, err);
    own = two_read(c->next, c->end, &shared, &own_bytes);
    if (own == NULL || shared > DICTIONARY_MAX_KEY || own_bytes > (uint64_t)(c->end - own) ||
        !change_key(c, (size_t)shared, own, (size_t)own_bytes) || !read_payload(c, own + own_bytes))
        return stop(c, err);
    c->ordinal++;
    return QUIRE_OK;
}

/* Is the first key of group greater than key? */
static quire_status
begins_behind(const dictionary *d, uint64_t group, const char *key, size_t key_bytes,
              bool *behind_out, quire_error *err)
{
    const uint8_t *start = NULL;
    const uint8_t *end = NULL;
    size_t first_bytes;
    quire_status status = find_group(d, group, &start, &end, err);

    if (status != QUIRE_OK)
        return status;
    start = read_length(start, end, &first_bytes);
    if (start == NULL)
        return fail_corrupt(d, err);
    *behind_out = compare_keys((const char *)start, first_bytes, key, key_bytes) > 0;
    return QUIRE_OK;
}

static quire_status
read_head(const dictionary *d, uint64_t group, uint64_t *head_out, quire_error *err)
{
    quire_status status;
    const uint8_t *at =
        checked_bytes(&d->file, d->groups_at + group * HEAD_BYTES, HEAD_BYTES, &status, err);

    if (at != NULL)
        *head_out = load_u64(at);
    return status;
}

/* The first group, from low on, whose head is not less than head, or is greater than it. */
static quire_status
find_head(const dictionary *d, uint64_t low, uint64_t head, bool greater, uint64_t *group_out,
          quire_error *err)
{
    uint64_t high = d->ngroups;

    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        uint64_t found = 0;
        quire_status status = read_head(d, middle, &found, err);

        if (status != QUIRE_OK)
            return status;
        if (found < head || (greater && found == head))
            low = middle + 1;
        else
            high = middle;
    }
    *group_out = low;
    return QUIRE_OK;
}

/* The last group that does not begin behind key, or the first.  Heads tell, but for groups that
 * have the same one. */
static quire_status
find_place(const dictionary *d, const char *key, size_t key_bytes, uint64_t *group_out,
           quire_error *err)
{
    const uint64_t head = head_of(key, key_bytes);
    uint64_t low = 0;
    uint64_t high = 0;
    uint64_t found = 0;
    quire_status status = find_head(d, 0, head, false, &low, err);

    high = low;
    if (status == QUIRE_OK && low < d->ngroups)
        status = read_head(d, low, &found, err);
    if (status == QUIRE_OK && low < d->ngroups && found == head)
        status = find_head(d, low, head, true, &high, err);
    low -= low > 0;
    while (high - low > 1 && status == QUIRE_OK) {
        const uint64_t middle = low + (high - low) / 2;
        bool behind = false;

        status = begins_behind(d, middle, key, key_bytes, &behind, err);
        if (behind)
            high = middle;
        else
            low = middle;
    }
    *group_out = low;
    return status;
}

quire_status
dictionary_seek(const dictionary *d, const char *key, size_t key_bytes, dictionary_cursor *c,
                quire_error *err)
{
    uint64_t group = 0;
    quire_status status;

    c->dictionary = d;
    c->at_end = d->nkeys == 0;
    if (c->at_end)
        return QUIRE_OK;
    status = find_place(d, key, key_bytes, &group, err);
    if (status != QUIRE_OK) {
        c->at_end = true;
        return status;
    }
    status = enter_group(c, group, err);
    /* Heads that are not those of the keys may have led too far; not far enough is no harm. */
    if (status == QUIRE_OK && group > 0 && compare_keys(c->key, c->key_bytes, key, key_bytes) > 0)
        return stop(c, err);
    while (status == QUIRE_OK && !c->at_end &&
           compare_keys(c->key, c->key_bytes, key, key_bytes) < 0)
        status = dictionary_next(c, err);
    return status;
}

quire_status
dictionary_at(const dictionary *d, uint64_t ordinal, dictionary_cursor *c, quire_error *err)
{
    quire_status status;

    c->dictionary = d;
    c->at_end = ordinal >= d->nkeys;
    if (c->at_end)
        return QUIRE_OK;
    status = enter_group(c, ordinal / DICTIONARY_GROUP, err);
    while (status == QUIRE_OK && c->ordinal < ordinal)
        status = dictionary_next(c, err);
    return status;
}
