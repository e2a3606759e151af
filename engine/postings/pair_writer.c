/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pair_writer.c - lists of the pairs of very frequent words, from the finished lists of a segment,
 * so that they do not depend on how these came about.
 *
 * Passages are taken WINDOW at a time.  The words of a window are laid out by position, a byte
 * each: which paired stem it is, or none; then one sweep sees all that stand side by side.  The
 * passages of each pair are kept as gaps, about a byte each, until all are known. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buffer.h"
#include "base/error.h"
#include "postings/little_endian.h"
#include "postings/pair_list.h"
#include "postings/segment_files.h"

#define WINDOW 1024

#define ROW_STEP 8 /* rows are whole numbers of this many bytes */

static_assert(PAIR_MOST_STEMS <= UINT8_MAX, "a stem is a byte, of which none is zero");

/* A stem that is paired, its list being read. */
typedef struct {
    char key[PAIR_MAX_KEY];
    size_t key_bytes;
    posting_info info;
    posting_list list;
    uint32_t at; /* in its block */
} paired_stem;

/* Of two stems: passages so far. */
typedef struct {
    buffer gaps;   /* varints, from one to the next; the first from -1 */
    uint32_t next; /* the last passage, plus 1 */
    uint32_t df;
} pair;

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
    pair *pairs; /* first stem * nstems + second stem */

    size_t rows[WINDOW + 1]; /* where in grid the passages of the window begin */
    uint8_t *grid;           /* stems by position, plus 1 */
    size_t grid_room;
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

    if (posting_info_read(c->payload, c->payload + c->payload_bytes, &info) == NULL)
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
    for (size_t i = 0; i < b->nstems && status == QUIRE_OK; i++) {
        paired_stem *s = &b->stems[i];

        s->at = 0;
        status = posting_list_open(&b->postings, &b->positions, &s->info, &s->list, err);
    }
    b->pairs = calloc(b->nstems * b->nstems + 1, sizeof *b->pairs);
    return status == QUIRE_OK && b->pairs == NULL ? error_nomem(err) : status;
}

/* ---- A window ---- */

/* Lay out passages from base up to end, all empty.  A position is less than the number of words and
 * of sentences together, so a row ends with a byte that stays empty. */
static bool
begin_window(builder *b, uint32_t base, uint32_t end)
{
    size_t size = 0;

    for (uint32_t i = base; i < end; i++) {
        b->rows[i - base] = size;
        size += (2 * (size_t)b->lengths[i] + ROW_STEP) / ROW_STEP * ROW_STEP;
    }
    b->rows[end - base] = size;
    if (size + ROW_STEP > b->grid_room) {
        free(b->grid);
        b->grid_room = 2 * size + ROW_STEP;
        b->grid = malloc(b->grid_room);
        if (b->grid == NULL)
            return false;
    }
    memset(b->grid, 0, size + ROW_STEP);
    return true;
}

/* Put the words of a posting into their row. */
static bool
put_words(builder *b, const posting_list *l, uint32_t at, uint32_t base, uint8_t number)
{
    uint8_t *row = b->grid + b->rows[l->passages[at] - base];
    const size_t room = b->rows[l->passages[at] - base + 1] - b->rows[l->passages[at] - base] - 1;

    for (uint32_t k = l->occurrences[at]; k < l->occurrences[at + 1]; k++) {
        const uint32_t position = posting_list_position(l, k);

        if (position >= room)
            return false;
        row[position] = number;
    }
    return true;
}

/* Put the words of a stem in passages from base up to end into the grid. */
static quire_status
put_stem(builder *b, size_t which, uint32_t base, uint32_t end, quire_error *err)
{
    paired_stem *s = &b->stems[which];
    posting_list *l = &s->list;

    while (l->block < l->nblocks) {
        quire_status status = posting_list_decode(l, err);

        if (status == QUIRE_OK && l->passages[s->at] < end)
            status = posting_list_find_positions(l, err);
        if (status != QUIRE_OK)
            return status;
        for (; s->at < l->npostings && l->passages[s->at] < end; s->at++)
            if (!put_words(b, l, s->at, base, (uint8_t)(which + 1)))
                return damaged(b, err);
        if (s->at < l->npostings)
            break;
        s->at = 0;
        posting_list_skip_to(l, l->last + 1);
    }
    return QUIRE_OK;
}

static bool
add_passage(pair *p, uint32_t passage)
{
    uint8_t gap[VARINT_MAX_BYTES];

    if (p->next == passage + 1)
        return true;
    if (!buffer_add(&p->gaps, gap, varint_write(gap, passage - p->next)))
        return false;
    p->next = passage + 1;
    p->df++;
    return true;
}

/* The highest bit of each byte that is not zero. */
static uint64_t
words_of_eight(uint64_t eight)
{
    const uint64_t low_bits = UINT64_C(0x7f7f7f7f7f7f7f7f);

    return (((eight & low_bits) + low_bits) | eight) & ~low_bits;
}

static bool
sweep(builder *b, uint32_t base, uint32_t end)
{
    for (uint32_t i = base; i < end; i++) {
        const uint8_t *at = b->grid + b->rows[i - base];
        const uint8_t *row_end = b->grid + b->rows[i - base + 1];

        for (; at < row_end; at += ROW_STEP) {
            uint64_t both = words_of_eight(load_u64(at)) & words_of_eight(load_u64(at + 1));

            for (; both != 0; both &= both - 1) {
                const uint8_t *two = at + __builtin_ctzll(both) / 8;

                if (!add_passage(&b->pairs[(two[0] - 1u) * b->nstems + (two[1] - 1u)], i))
                    return false;
            }
        }
    }
    return true;
}

static quire_status
find_pairs(builder *b, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (uint32_t base = 0; base < b->npassages && status == QUIRE_OK;) {
        const uint32_t end = b->npassages - base > WINDOW ? base + WINDOW : b->npassages;

        if (!begin_window(b, base, end))
            return error_nomem(err);
        for (size_t i = 0; i < b->nstems && status == QUIRE_OK; i++)
            status = put_stem(b, i, base, end, err);
        if (status == QUIRE_OK && !sweep(b, base, end))
            status = error_nomem(err);
        base = end;
    }
    /* What is left of a list names passages that do not exist. */
    for (size_t i = 0; i < b->nstems && status == QUIRE_OK; i++)
        if (b->stems[i].list.block < b->stems[i].list.nblocks)
            status = damaged(b, err);
    return status;
}

/* ---- The files ---- */

/* What the files are written by. */
typedef struct {
    dictionary_writer *keys;
    checked_writer *lists;
    posting_writer *list; /* onto bytes, which then go to the file of lists */
    buffer bytes;
} pair_files;

/* *info_out says where in the file the list is. */
static bool
write_list(pair *p, pair_files *f, posting_info *info_out)
{
    static const uint32_t zero = 0;
    const uint8_t *at = (const uint8_t *)p->gaps.bytes;
    const uint8_t *end = at + p->gaps.size;
    uint32_t next = 0;

    buffer_clear(&f->bytes);
    while (at < end) {
        uint64_t gap = 0;

        at = varint_read(at, end, &gap);
        next += (uint32_t)gap + 1;
        if (!posting_writer_add(f->list, next - 1, 1, &zero, &zero))
            return false;
    }
    buffer_free(&p->gaps);
    if (!posting_writer_end(f->list, info_out))
        return false;
    info_out->postings = checked_offset(f->lists);
    checked_write(f->lists, f->bytes.bytes, f->bytes.size);
    return true;
}

static bool
write_pair(builder *b, size_t first, size_t second, pair_files *f)
{
    pair *p = &b->pairs[first * b->nstems + second];
    const paired_stem *s = &b->stems[first];
    const paired_stem *t = &b->stems[second];
    char key[2 * PAIR_MAX_KEY + 1];
    uint8_t payload[2 * VARINT_MAX_BYTES];
    size_t nbytes = 0;
    posting_info info;

    if (p->df == 0)
        return true;
    if (!write_list(p, f, &info))
        return false;
    memcpy(key, s->key, s->key_bytes);
    key[s->key_bytes] = '\0';
    memcpy(key + s->key_bytes + 1, t->key, t->key_bytes);
    nbytes = varint_write(payload, info.df);
    nbytes += varint_write(payload + nbytes, info.postings);
    dictionary_add(f->keys, key, s->key_bytes + 1 + t->key_bytes, payload, nbytes);
    return true;
}

static bool
write_pairs(builder *b, pair_files *f)
{
    uint8_t least[VARINT_MAX_BYTES];

    dictionary_add(f->keys, "", 0, least, varint_write(least, b->least));
    for (size_t i = 0; i < b->nstems; i++)
        for (size_t j = 0; j < b->nstems; j++)
            if (!write_pair(b, i, j, f))
                return false;
    return true;
}

static quire_status
write_files(builder *b, const char *keys_path, const char *lists_path, quire_error *err)
{
    pair_files f = {.keys = dictionary_create(keys_path, CHECKED_PAIRS),
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
        status = dictionary_open(keys, CHECKED_STEMS, &b->keys, err);
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
    for (size_t i = 0; b->pairs != NULL && i < b->nstems * b->nstems; i++)
        buffer_free(&b->pairs[i].gaps);
    free(b->pairs);
    free(b->stems);
    free(b->grid);
    dictionary_close(&b->keys);
    checked_close(&b->postings);
    checked_close(&b->positions);
    free(b);
}

quire_status
pair_lists_write(const char *directory, const uint32_t *lengths, uint32_t npassages,
                 quire_error *err)
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
        status = find_pairs(b, err);
    if (status == QUIRE_OK)
        status = write_files(b, keys, lists, err);
done:
    free(keys);
    free(lists);
    if (b != NULL)
        builder_free(b);
    return status;
}
