/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lists of pairs of frequent words say of every two which passages have the second right behind
 * the first, whatever sentences without words stand between the words, and are the same files for
 * any number of threads. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/file.h"
#include "postings/pair_list.h"
#include "postings/segment_files.h"

#include "chance.h"

enum { NPASSAGES = 3500, NSTEMS = 7, NWORDS = 12, LONGEST_JUMP = 40 };

/* Word k of passage i has stem words[i][k] at position positions[i][k]. */
static uint8_t words[NPASSAGES][NWORDS];
static uint32_t positions[NPASSAGES][NWORDS];
static uint32_t lengths[NPASSAGES];

static char directory[] = "test-pairs-XXXXXX";

/* Few sentences are without words, or, in one passage of eight, most. */
static void
make_passages(void)
{
    for (uint32_t i = 0; i < NPASSAGES; i++) {
        const uint32_t rare = random_below(8) == 0 ? 2 : 12;
        uint32_t position = random_below(rare) == 0 ? random_below(LONGEST_JUMP) : 0;

        lengths[i] = i % 500 == 7 ? 0 : 1 + random_below(NWORDS);
        for (uint32_t k = 0; k < lengths[i]; k++) {
            words[i][k] = (uint8_t)random_below(NSTEMS);
            positions[i][k] = position++;
            if (random_below(rare) == 0)
                position += random_below(LONGEST_JUMP);
        }
    }
}

static void
add_file(const char *name, checked_kind kind, const buffer *bytes)
{
    char *path = segment_path(directory, name);
    checked_writer *w = path == NULL ? NULL : checked_create(path, kind);

    assert_non_null(w);
    checked_write(w, bytes->bytes, bytes->size);
    assert_int_equal(checked_finish(w, NULL), QUIRE_OK);
    free(path);
}

/* The positions of a stem in a passage; returns how many. */
static uint32_t
find_positions(uint32_t passage, uint8_t stem, uint32_t out[NWORDS])
{
    uint32_t n = 0;

    for (uint32_t k = 0; k < lengths[passage]; k++)
        if (words[passage][k] == stem)
            out[n++] = positions[passage][k];
    return n;
}

static void
write_lists(void)
{
    static const uint32_t ranks[NWORDS];
    buffer list_bytes = {0};
    buffer position_bytes = {0};
    char *path = segment_path(directory, SEGMENT_STEMS);
    dictionary_writer *stems = dictionary_create(path, CHECKED_STEMS, SEGMENT_STEM_NUMBERS);
    posting_writer *w = posting_writer_new(&list_bytes, &position_bytes, lengths);

    assert_true(stems != NULL && w != NULL);
    for (uint8_t stem = 0; stem < NSTEMS; stem++) {
        const char key = (char)('a' + stem);
        uint64_t numbers[SEGMENT_STEM_NUMBERS];
        uint8_t payload[POSTING_INFO_BYTES];
        posting_info info;

        for (uint32_t i = 0; i < NPASSAGES; i++) {
            uint32_t at[NWORDS];
            const uint32_t n = find_positions(i, stem, at);

            if (n > 0)
                assert_true(posting_writer_add(w, i, n, at, ranks));
        }
        assert_true(posting_writer_end(w, &info));
        numbers[SEGMENT_STEM_POSTINGS] = info.postings;
        numbers[SEGMENT_STEM_POSITIONS] = info.positions;
        dictionary_add(stems, &key, 1, numbers, payload, posting_info_write(payload, &info));
    }
    assert_int_equal(dictionary_finish(stems, NULL), QUIRE_OK);
    add_file(SEGMENT_POSTINGS, CHECKED_POSTINGS, &list_bytes);
    add_file(SEGMENT_POSITIONS, CHECKED_POSITIONS, &position_bytes);
    posting_writer_free(w);
    buffer_free(&list_bytes);
    buffer_free(&position_bytes);
    free(path);
}

static bool
has_pair(uint32_t passage, uint8_t first, uint8_t second)
{
    for (uint32_t k = 1; k < lengths[passage]; k++)
        if (words[passage][k - 1] == first && words[passage][k] == second &&
            positions[passage][k] == positions[passage][k - 1] + 1)
            return true;
    return false;
}

static void
check_pair(const pair_lists *pairs, uint8_t first, uint8_t second)
{
    const char keys[2] = {(char)('a' + first), (char)('a' + second)};
    static posting_list l;
    uint32_t at = 0;
    posting_info info;

    assert_int_equal(pair_lists_find(pairs, &keys[0], 1, &keys[1], 1, &info, NULL), QUIRE_OK);
    assert_int_equal(posting_list_open(&pairs->lists, NULL, &info, &l, NULL), QUIRE_OK);
    for (uint32_t i = 0; i < NPASSAGES; i++) {
        if (!has_pair(i, first, second))
            continue;
        assert_true(l.block < l.nblocks);
        assert_int_equal(posting_list_decode(&l, NULL), QUIRE_OK);
        assert_int_equal(l.passages[at++], i);
        if (at == l.npostings) {
            posting_list_skip_to(&l, l.last + 1);
            at = 0;
        }
    }
    assert_int_equal(l.block, l.nblocks);
}

static void
check_pairs(void)
{
    pair_lists pairs;

    /* Of a segment that is as large as those that have such lists. */
    assert_int_equal(pair_lists_open(directory, PAIR_FROM_PASSAGES, &pairs, NULL), QUIRE_OK);
    for (uint8_t first = 0; first < NSTEMS; first++)
        for (uint8_t second = 0; second < NSTEMS; second++)
            check_pair(&pairs, first, second);
    pair_lists_close(&pairs);
}

static void
read_part(const char *name, buffer *out)
{
    char *path = segment_path(directory, name);

    assert_int_equal(file_read(AT_FDCWD, path, SIZE_MAX / 2, out, NULL, NULL), QUIRE_OK);
    free(path);
}

static void
test_pairs_are_those_of_the_passages(void **state)
{
    buffer first = {0};
    buffer first_lists = {0};

    (void)state;
    make_passages();
    write_lists();
    for (unsigned nthreads = 0; nthreads < 6; nthreads++) {
        buffer again = {0};
        buffer again_lists = {0};

        assert_int_equal(pair_lists_write(directory, lengths, NPASSAGES, nthreads, NULL), QUIRE_OK);
        check_pairs();
        read_part(SEGMENT_PAIRS, nthreads == 0 ? &first : &again);
        read_part(SEGMENT_PAIR_LISTS, nthreads == 0 ? &first_lists : &again_lists);
        if (nthreads > 0) {
            assert_int_equal(again.size, first.size);
            assert_memory_equal(again.bytes, first.bytes, first.size);
            assert_int_equal(again_lists.size, first_lists.size);
            assert_memory_equal(again_lists.bytes, first_lists.bytes, first_lists.size);
        }
        buffer_free(&again);
        buffer_free(&again_lists);
    }
    buffer_free(&first);
    buffer_free(&first_lists);
}

/* A list that names passages that there are not. */
static void
test_a_damaged_list_is_an_error(void **state)
{
    (void)state;
    for (unsigned nthreads = 1; nthreads < 4; nthreads++)
        assert_int_equal(pair_lists_write(directory, lengths, NPASSAGES - 20, nthreads, NULL),
                         QUIRE_ECORRUPT);
}

static int
set_up(void **state)
{
    (void)state;
    return mkdtemp(directory) != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    return file_remove_tree(directory, NULL) == QUIRE_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs_are_those_of_the_passages),
        cmocka_unit_test(test_a_damaged_list_is_an_error),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
