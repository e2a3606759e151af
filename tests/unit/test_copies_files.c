/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of sketches and of groups of copies: what is written is read, and any bytes under
 * checksums that hold are read as something that makes sense or refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "store/copies_file.h"
#include "store/sketch_file.h"

#include "scratch.h"

/* ---- Sketches ---- */

#define NSKETCHES 300

/* A sketch of so many words; its hashes are in room. */
static sketch
sketch_of(size_t nwords, buffer *room)
{
    uint32_t numbers[NSKETCHES];
    const article_words w = {.words = numbers, .nwords = nwords, .title = (uint64_t)nwords << 50};
    sketch s;

    for (size_t i = 0; i < nwords; i++)
        numbers[i] = (uint32_t)(nwords * 1000 + i) * 2;
    assert_true(
        sketch_make(&w, nwords % 9 == 0 ? INT64_MIN : (int64_t)(nwords * nwords), room, &s));
    return s;
}

static void
check_sketch(sketch_file *f, uint32_t number, buffer *room)
{
    const sketch wanted = sketch_of(number - 1, room);
    sketch s;

    assert_int_equal(sketch_file_get(f, number, &s, NULL), QUIRE_OK);
    assert_int_equal(s.nwords, wanted.nwords);
    assert_int_equal(s.title, wanted.title);
    assert_true(s.seconds == wanted.seconds);
    assert_int_equal(s.nhashes, wanted.nhashes);
    if (s.nhashes > 0)
        assert_memory_equal(s.hashes, wanted.hashes, s.nhashes * sizeof *s.hashes);
}

static void
test_sketches_are_read_as_written(void **state)
{
    sketch_file_writer *w = sketch_file_create("sketches");
    buffer room = {0};
    sketch_file f;
    sketch s;

    (void)state;
    assert_non_null(w);
    for (size_t i = 0; i < NSKETCHES; i++) {
        s = sketch_of(i, &room);
        assert_true(sketch_file_add(w, &s));
    }
    assert_int_equal(sketch_file_finish(w, NULL), QUIRE_OK);
    assert_int_equal(sketch_file_open("sketches", &f, NULL), QUIRE_OK);
    assert_int_equal(f.narticles, NSKETCHES);
    for (uint32_t i = 1; i <= NSKETCHES; i++)
        check_sketch(&f, i, &room);
    for (uint32_t i = NSKETCHES; i > 0; i--) /* and in any order */
        check_sketch(&f, i * 7 % NSKETCHES + 1, &room);
    assert_int_equal(sketch_file_get(&f, 0, &s, NULL), QUIRE_ECORRUPT);
    assert_int_equal(sketch_file_get(&f, NSKETCHES + 1, &s, NULL), QUIRE_ECORRUPT);
    sketch_file_close(&f);
    buffer_free(&room);
}

static void
test_no_sketches_are_a_file(void **state)
{
    sketch_file_writer *w = sketch_file_create("none");
    sketch_file f;
    sketch s;

    (void)state;
    assert_non_null(w);
    assert_int_equal(sketch_file_finish(w, NULL), QUIRE_OK);
    assert_int_equal(sketch_file_open("none", &f, NULL), QUIRE_OK);
    assert_int_equal(f.narticles, 0);
    assert_int_equal(sketch_file_get(&f, 1, &s, NULL), QUIRE_ECORRUPT);
    sketch_file_close(&f);
}

/* ---- Groups ---- */

static void
write_groups(void)
{
    static uint32_t members[] = {2, 7, 3, 4, 9};
    static copy_group groups[] = {{.first = 0, .nmembers = 2, .earliest = 7, .longest = 2},
                                  {.first = 2, .nmembers = 3, .earliest = 0, .longest = 9}};
    static uint32_t sets[] = {0, 0, 2, 3, 2};
    const grouping g = {
        .groups = groups, .ngroups = 2, .members = members, .sets = sets, .nmembers = 5};

    assert_int_equal(copies_file_write("copies", &g, 9, NULL), QUIRE_OK);
}

static void
test_groups_are_read_as_written(void **state)
{
    static const int group_of[] = {-1, 0, 1, 1, -1, -1, 0, -1, 1};
    static const uint32_t second[] = {7, 4};
    copies_file f;
    copy_group g;
    uint32_t member;

    (void)state;
    write_groups();
    assert_int_equal(copies_file_open("copies", 8, &f, NULL), QUIRE_ECORRUPT);
    assert_int_equal(copies_file_open("copies", 9, &f, NULL), QUIRE_OK);
    /* Who asks often is answered otherwise. */
    for (uint32_t asked = 0; asked < 20 * 11; asked++) {
        const uint32_t i = asked % 11;
        bool is_found;
        uint32_t number;

        assert_int_equal(copies_file_find(&f, i, &is_found, &number, &g, NULL), QUIRE_OK);
        assert_true(is_found == (i > 0 && i < 10 && group_of[i - 1] >= 0));
        if (!is_found)
            continue;
        assert_int_equal(number, group_of[i - 1]);
        assert_int_equal(g.nmembers, number + 2);
        assert_int_equal(g.earliest, number == 0 ? 7 : 0);
        assert_int_equal(g.longest, number == 0 ? 2 : 9);
        assert_int_equal(copies_file_member(&f, &g, 1, &member, NULL), QUIRE_OK);
        assert_int_equal(member, second[number]);
        assert_int_equal(copies_file_member(&f, &g, g.nmembers, &member, NULL), QUIRE_ECORRUPT);
    }
    copies_file_close(&f);
}

static void
test_groups_are_loaded_as_written(void **state)
{
    static const uint32_t members[] = {2, 7, 3, 4, 9};
    static const uint32_t sets[] = {0, 0, 2, 3, 2};
    copies_file f;
    grouping g;

    (void)state;
    write_groups();
    assert_int_equal(copies_file_open("copies", 9, &f, NULL), QUIRE_OK);
    assert_int_equal(copies_file_load(&f, &g, NULL), QUIRE_OK);
    assert_int_equal(g.ngroups, 2);
    assert_int_equal(g.nmembers, 5);
    assert_memory_equal(g.members, members, sizeof members);
    assert_memory_equal(g.sets, sets, sizeof sets);
    assert_int_equal(g.groups[1].first, 2);
    assert_int_equal(g.groups[1].nmembers, 3);
    assert_int_equal(g.groups[1].longest, 9);
    grouping_free(&g);
    copies_file_close(&f);
}

static void
test_no_groups_are_a_file(void **state)
{
    const grouping none = {0};
    copies_file f;
    copy_group g;
    bool is_found;
    uint32_t number;

    (void)state;
    assert_int_equal(copies_file_write("none", &none, 3, NULL), QUIRE_OK);
    assert_int_equal(copies_file_open("none", 3, &f, NULL), QUIRE_OK);
    assert_int_equal(copies_file_find(&f, 2, &is_found, &number, &g, NULL), QUIRE_OK);
    assert_false(is_found);
    copies_file_close(&f);
}

/* ---- Damage ---- */

static void
read_any(const char *path)
{
    copies_file c;
    sketch_file f;

    if (copies_file_open(path, 9, &c, NULL) == QUIRE_OK) {
        for (uint32_t asked = 0; asked < 8 * 11; asked++) {
            const uint32_t i = asked % 11;
            copy_group g;
            bool is_found = false;
            uint32_t number;
            uint32_t member;

            if (copies_file_find(&c, i, &is_found, &number, &g, NULL) != QUIRE_OK || !is_found)
                continue;
            assert_true(g.nmembers > 0 && g.earliest <= 9 && g.longest > 0 && g.longest <= 9);
            for (uint32_t j = 0; j < g.nmembers; j++)
                if (copies_file_member(&c, &g, j, &member, NULL) == QUIRE_OK)
                    assert_in_range(member, 1, 9);
        }
        copies_file_close(&c);
    }
    if (sketch_file_open(path, &f, NULL) == QUIRE_OK) {
        for (uint32_t i = 0; i < 20; i++) {
            sketch s;
            uint32_t sum = 0;

            if (sketch_file_get(&f, i, &s, NULL) == QUIRE_OK)
                for (uint32_t j = 0; j < s.nhashes; j++)
                    sum |= s.hashes[j];
            assert_int_equal(sum >> SKETCH_BITS, 0);
        }
        sketch_file_close(&f);
    }
}

/* Each byte of what was written, changed in some ways, under new checksums. */
static void
change_bytes(const char *path, checked_kind kind)
{
    checked_file file;
    quire_status status;
    const uint8_t *bytes;
    uint8_t *changed;

    assert_int_equal(checked_open(path, kind, &file, NULL), QUIRE_OK);
    bytes = checked_bytes(&file, 0, file.size, &status, NULL);
    assert_non_null(bytes);
    changed = malloc((size_t)file.size);
    assert_non_null(changed);
    for (size_t i = 0; i < file.size; i++)
        for (unsigned change = 0; change < 4; change++) {
            static const uint8_t masks[] = {0x01, 0x80, 0xFF, 0x04};
            checked_writer *w = checked_create("changed", kind);

            assert_non_null(w);
            memcpy(changed, bytes, (size_t)file.size);
            changed[i] ^= masks[change];
            checked_write(w, changed, (size_t)(change == 3 ? i : file.size));
            assert_int_equal(checked_finish(w, NULL), QUIRE_OK);
            read_any("changed");
        }
    free(changed);
    checked_close(&file);
}

static void
test_any_bytes_are_read_safely(void **state)
{
    sketch_file_writer *w = sketch_file_create("few");
    buffer room = {0};

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        const sketch s = sketch_of(10 * i, &room);

        assert_true(sketch_file_add(w, &s));
    }
    assert_int_equal(sketch_file_finish(w, NULL), QUIRE_OK);
    change_bytes("few", CHECKED_SKETCHES);
    write_groups();
    change_bytes("copies", CHECKED_COPIES);
    buffer_free(&room);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sketches_are_read_as_written),
        cmocka_unit_test(test_no_sketches_are_a_file),
        cmocka_unit_test(test_groups_are_read_as_written),
        cmocka_unit_test(test_groups_are_loaded_as_written),
        cmocka_unit_test(test_no_groups_are_a_file),
        cmocka_unit_test(test_any_bytes_are_read_safely),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
