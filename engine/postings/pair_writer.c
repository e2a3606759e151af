/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pair_writer.c - lists of the pairs of very frequent words: which words those are, and the files
 * of what was found (pair_finder.c). */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buffer.h"
#include "base/error.h"
#include "postings/pair_finder.h"
#include "postings/segment_files.h"

typedef struct {
    dictionary keys;
    checked_file postings;
    checked_file positions;
    const uint32_t *lengths;
    uint32_t npassages;

    paired_stem *stems; /* in the order of their keys */
    size_t nstems;
    size_t stems_room;
    uint32_t least;
    found_pairs found;
} builder;

static quire_status
damaged(const builder *b, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: damaged", b->keys.file.path);
}

/* ---- The stems ---- */

static int
compare_numbers(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;

    return (x < y) - (x > y);
}

/* How many passages a stem must be in, whatever other stems there are. */
static uint32_t
least_of_any(uint32_t npassages)
{
    const uint32_t many = npassages / PAIR_MOST_ONE_IN;
    const uint32_t few = many < PAIR_FEW_PASSAGES ? many : PAIR_FEW_PASSAGES;

    return (npassages / PAIR_ONE_IN > few ? npassages / PAIR_ONE_IN : few) + 1;
}

/* The same, so that not too many are. */
static uint32_t
choose_least(const builder *b)
{
    uint32_t least = least_of_any(b->npassages);
    uint32_t *numbers = calloc(b->nstems + 1, sizeof *numbers);

    if (numbers == NULL)
        return 0;
    for (size_t i = 0; i < b->nstems; i++)
        numbers[i] = b->stems[i].info.df;
    qsort(numbers, b->nstems, sizeof *numbers, compare_numbers);
    if (b->nstems > PAIR_MOST_STEMS)
        least = numbers[PAIR_MOST_STEMS] + 1;
    free(numbers);
    return least;
}

static quire_status
add_stem(builder *b, const dictionary_cursor *c, quire_error *err)
{
    posting_info info;

    if (posting_info_read(c->payload, c->payload + c->payload_bytes, c->numbers, &info) == NULL)
        return damaged(b, err);
    if (info.df < least_of_any(b->npassages) || c->key_bytes > PAIR_MAX_KEY)
        return QUIRE_OK;
    if (!ARRAY_GROW(b->stems, b->nstems, &b->stems_room))
        return error_nomem(err);
    paired_stem *s = &b->stems[b->nstems++];
    s->info = info;
    s->key_bytes = c->key_bytes;
    memcpy(s->key, c->key, c->key_bytes);
    return QUIRE_OK;
}

static quire_status
choose_stems(builder *b, quire_error *err)
{
    dictionary_cursor c;
    quire_status status = dictionary_at(&b->keys, 0, &c, err);
    size_t nkept = 0;

    while (status == QUIRE_OK && !c.at_end) {
        status = add_stem(b, &c, err);
        if (status == QUIRE_OK)
            status = dictionary_next(&c, err);
    }
    if (status != QUIRE_OK)
        return status;
    b->least = choose_least(b);
    if (b->least == 0)
        return error_nomem(err);
    for (size_t i = 0; i < b->nstems; i++)
        if (b->stems[i].info.df >= b->least)
            b->stems[nkept++] = b->stems[i];
    b->nstems = nkept;
    return status;
}

static quire_status
find_pairs(builder *b, unsigned nthreads, quire_error *err)
{
    const pair_search search = {.postings = &b->postings,
                                .positions = &b->positions,
                                .lengths = b->lengths,
                                .npassages = b->npassages,
                                .stems = b->stems,
                                .nstems = b->nstems};

    return pair_finder_run(&search, nthreads, &b->found, err);
}

/* ---- The files ---- */

/* What the files are written by. */
typedef struct {
    dictionary_writer *keys;
    checked_writer *lists;
    posting_writer *list; /* onto bytes, which then go to the file of lists */
    buffer bytes;
} pair_files;

/* Add what a part has of a pair to the list at hand. */
static bool
add_part(const pair_part *part, size_t number, posting_writer *list)
{
    static const uint32_t zero = 0;
    buffer *gaps = &part->pairs[number].gaps;
    const uint8_t *at = (const uint8_t *)gaps->bytes;
    const uint8_t *end = at == NULL ? NULL : at + gaps->size;
    uint32_t next = part->first;

    while (at < end) {
        uint64_t gap = 0;

        at = varint_read(at, end, &gap);
        next += (uint32_t)gap + 1;
        if (!posting_writer_add(list, next - 1, 1, &zero, &zero))
            return false;
    }
    buffer_free(gaps);
    return true;
}

/* *info_out says where in the file the list is. */
static bool
write_list(const builder *b, size_t number, pair_files *f, posting_info *info_out)
{
    buffer_clear(&f->bytes);
    for (size_t i = 0; i < b->found.nparts; i++)
        if (!add_part(&b->found.parts[i], number, f->list))
            return false;
    if (!posting_writer_end(f->list, info_out))
        return false;
    info_out->postings = checked_offset(f->lists);
    checked_write(f->lists, f->bytes.bytes, f->bytes.size);
    return true;
}

static bool
is_found(const builder *b, size_t number)
{
    for (size_t i = 0; i < b->found.nparts; i++)
        if (b->found.parts[i].pairs[number].df > 0)
            return true;
    return false;
}

static bool
write_pair(builder *b, size_t first, size_t second, pair_files *f)
{
    const size_t number = first * b->nstems + second;
    const paired_stem *s = &b->stems[first];
    const paired_stem *t = &b->stems[second];
    char key[2 * PAIR_MAX_KEY + 1];
    uint8_t payload[2 * VARINT_MAX_BYTES];
    size_t nbytes = 0;
    posting_info info;

    if (!is_found(b, number))
        return true;
    if (!write_list(b, number, f, &info))
        return false;
    memcpy(key, s->key, s->key_bytes);
    key[s->key_bytes] = '\0';
    memcpy(key + s->key_bytes + 1, t->key, t->key_bytes);
    nbytes = varint_write(payload, info.df);
    nbytes += varint_write(payload + nbytes, info.postings);
    dictionary_add(f->keys, key, s->key_bytes + 1 + t->key_bytes, NULL, payload, nbytes);
    return true;
}

static bool
write_pairs(builder *b, pair_files *f)
{
    uint8_t least[VARINT_MAX_BYTES];

    dictionary_add(f->keys, "", 0, NULL, least, varint_write(least, b->least));
    for (size_t i = 0; i < b->nstems; i++)
        for (size_t j = 0; j < b->nstems; j++)
            if (!write_pair(b, i, j, f))
                return false;
    return true;
}

static quire_status
write_files(builder *b, const char *keys_path, const char *lists_path, quire_error *err)
{
    pair_files f = {.keys = dictionary_create(keys_path, CHECKED_PAIRS, 0),
                    .lists = checked_create(lists_path, CHECKED_PAIR_LISTS)};
    bool is_done = false;
    quire_status status = QUIRE_OK;

    f.list = posting_writer_new(&f.bytes, NULL, b->lengths);
    is_done = f.keys != NULL && f.lists != NULL && f.list != NULL && write_pairs(b, &f);
    posting_writer_free(f.list);
    buffer_free(&f.bytes);
    if (!is_done) {
        dictionary_abandon(f.keys);
        checked_abandon(f.lists);
        return error_nomem(err);
    }
    status = dictionary_finish(f.keys, err);
    if (status == QUIRE_OK)
        status = checked_finish(f.lists, err);
    else
        checked_abandon(f.lists);
    return status;
}

/* ---- All of it ---- */

static quire_status
open_lists(builder *b, const char *directory, quire_error *err)
{
    char *keys = segment_path(directory, SEGMENT_STEMS);
    char *postings = segment_path(directory, SEGMENT_POSTINGS);
    char *positions = segment_path(directory, SEGMENT_POSITIONS);
    quire_status status = QUIRE_OK;

    if (keys == NULL || postings == NULL || positions == NULL)
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = dictionary_open(keys, CHECKED_STEMS, SEGMENT_STEM_NUMBERS, &b->keys, err);
    if (status == QUIRE_OK)
        status = checked_open(postings, CHECKED_POSTINGS, &b->postings, err);
    if (status == QUIRE_OK)
        status = checked_open(positions, CHECKED_POSITIONS, &b->positions, err);
    free(keys);
    free(postings);
    free(positions);
    return status;
}

static void
builder_free(builder *b)
{
    pair_finder_free(&b->found);
    free(b->stems);
    dictionary_close(&b->keys);
    checked_close(&b->postings);
    checked_close(&b->positions);
    free(b);
}

quire_status
pair_lists_write(const char *directory, const uint32_t *lengths, uint32_t npassages,
                 unsigned nthreads, quire_error *err)
{
    builder *b = calloc(1, sizeof *b);
    char *keys = segment_path(directory, SEGMENT_PAIRS);
    char *lists = segment_path(directory, SEGMENT_PAIR_LISTS);
    quire_status status = QUIRE_OK;

    if (b == NULL || keys == NULL || lists == NULL) {
        status = error_nomem(err);
        goto done;
    }
    b->lengths = lengths;
    b->npassages = npassages;
    status = open_lists(b, directory, err);
    if (status == QUIRE_OK)
        status = choose_stems(b, err);
    if (status == QUIRE_OK)
        status = find_pairs(b, nthreads, err);
    if (status == QUIRE_OK)
        status = write_files(b, keys, lists, err);
done:
    free(keys);
    free(lists);
    if (b != NULL)
        builder_free(b);
    return status;
}
