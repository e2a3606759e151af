/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stored passages: what is written comes back, and no change of a byte goes unnoticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "store/passage_record.h"

static const char title[] = "A title\nof two lines";
static const char text[] = "First sentence. Second one.\n\nquire1 1 1 p\nTHIRD";

static const sentence sentences[] = {
    {0, 7, 0, false, true},    {8, 20, 0, true, true},     {0, 15, 1, false, false},
    {16, 27, 1, false, false}, {29, 41, 35, false, false}, {42, 42, 35, false, false},
    {42, 47, 36, true, false},
};

static const passage_record example = {
    .article = 4294967295u,
    .number = 7,
    .source_start = 5000000000u,
    .source_end = 5000000047u,
    .title = title,
    .title_bytes = sizeof title - 1,
    .text = text,
    .text_bytes = sizeof text - 1,
    .sentences = sentences,
    .nsentences = sizeof sentences / sizeof *sentences,
};

static void
check_comes_back(const passage_record *record)
{
    buffer bytes = {0};
    passage_record got;
    sentence *read = NULL;
    size_t room = 0;
    quire_error err = {0};

    assert_true(buffer_add_string(&bytes, "before"));
    assert_true(passage_record_write(record, &bytes));
    if (passage_record_read(bytes.bytes + 6, bytes.size - 6, &got, &read, &room, &err) != QUIRE_OK)
        fail_msg("%s: %s", err.message, bytes.bytes);
    assert_int_equal(got.article, record->article);
    assert_int_equal(got.number, record->number);
    assert_int_equal(got.furniture, record->furniture);
    assert_true(got.source_start == record->source_start && got.source_end == record->source_end);
    assert_int_equal(got.title_bytes, record->title_bytes);
    assert_int_equal(got.text_bytes, record->text_bytes);
    assert_int_equal(got.nsentences, record->nsentences);
    if (record->title_bytes > 0)
        assert_memory_equal(got.title, record->title, record->title_bytes);
    if (record->text_bytes > 0)
        assert_memory_equal(got.text, record->text, record->text_bytes);
    for (size_t i = 0; i < record->nsentences; i++) {
        const sentence *a = &got.sentences[i];
        const sentence *b = &record->sentences[i];

        assert_true(a->start == b->start && a->end == b->end && a->block == b->block &&
                    a->shouting == b->shouting && a->in_title == b->in_title);
    }
    free(read);
    buffer_free(&bytes);
}

static void
test_a_passage_comes_back_as_it_was(void **state)
{
    (void)state;
    passage_record r = example;

    check_comes_back(&r);
    r.furniture = true;
    r.source_start = r.source_end = QUIRE_NO_OFFSET;
    check_comes_back(&r);
    r.title = NULL;
    r.title_bytes = 0;
    r.sentences = sentences + 2;
    r.nsentences -= 2;
    check_comes_back(&r);
    r.text = "a\0b";
    r.text_bytes = 3;
    r.nsentences = 0;
    check_comes_back(&r);
    r.text = NULL;
    r.text_bytes = 0;
    check_comes_back(&r);
}

static void
test_a_program_that_prints_it_shows_the_text_first(void **state)
{
    (void)state;
    buffer bytes = {0};

    assert_true(passage_record_write(&example, &bytes));
    assert_memory_equal(bytes.bytes, text, sizeof text - 1);
    for (size_t i = 0; i < bytes.size; i++)
        assert_true(bytes.bytes[i] == '\n' || (bytes.bytes[i] >= ' ' && bytes.bytes[i] <= '~'));
    buffer_free(&bytes);
}

static void
test_every_flipped_bit_and_every_cut_is_noticed(void **state)
{
    (void)state;
    buffer bytes = {0};
    passage_record got;
    sentence *read = NULL;
    size_t room = 0;
    quire_error err;

    assert_true(passage_record_write(&example, &bytes));
    for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
        bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ (1 << bit % 8));
        assert_int_equal(passage_record_read(bytes.bytes, bytes.size, &got, &read, &room, &err),
                         QUIRE_ECORRUPT);
        assert_non_null(strstr(err.message, "quire-index"));
        bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ (1 << bit % 8));
    }
    for (size_t n = 0; n < bytes.size; n++)
        assert_int_equal(passage_record_read(bytes.bytes, n, &got, &read, &room, &err),
                         QUIRE_ECORRUPT);
    free(read);
    buffer_free(&bytes);
}

/* Records whose checksum holds, and whose fields lie. */
static void
test_a_checksum_alone_is_not_believed(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "text",
        "text\n",
        "text\n\n",
        "text\n\nquire1",
        "text\n\nquire2 1 1 p 4 0 - 1 0+4 ",
        "text\n\nquire1 0 1 p 4 0 - 1 0+4 ",
        "text\n\nquire1 1 0 p 4 0 - 1 0+4 ",
        "text\n\nquire1 1 1 x 4 0 - 1 0+4 ",
        "text\n\nquire1 1 1 p 5 0 - 1 0+4 ",
        "text\n\nquire1 1 1 p 3 1 - 1 0+4 ",
        "text\n\nquire1 1 1 p 18446744073709551615 6 - 1 0+4 ",
        "text\n\nquire1 4294967296 1 p 4 0 - 1 0+4 ",
        "text\n\nquire1 1 1 p 4 0 18446744073709551614+2 1 0+4 ",
        "text\n\nquire1 1 1 p 4 0 - 2 0+4 ",
        "text\n\nquire1 1 1 p 4 0 - 99999999 0+4 ",
        "text\n\nquire1 1 1 p 4 0 - 0 0+4 ",
        "text\n\nquire1 1 1 p 4 0 - 1 0+5 ",
        "text\n\nquire1 1 1 p 4 0 - 1 t0+4 ",
        "text\n\nquire1 1 1 p 4 0 - 1 4294967295+4294967295 ",
        "text\n\nquire1 1 1 p 4 0 - 2 b4294967295.0+1 b1.0+1 ",
        "text\n\nquire1 1 1 p 4 0 - 1 0+4",
        "text\n\nquire1 1 1 p 4 0 - 1 0+4 x",
        "text\nti\nquire1 1 1 p 4 2 - 2 0+4 t0+2 ",
    };
    passage_record got;
    sentence *read = NULL;
    size_t room = 0;
    quire_error err;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        buffer bytes = {0};
        char hex[HASH_HEX_BYTES];

        assert_true(buffer_add_string(&bytes, bad[i]));
        hash_to_hex(hash_bytes(bytes.bytes, bytes.size), hex);
        assert_true(buffer_add_string(&bytes, hex));
        if (passage_record_read(bytes.bytes, bytes.size, &got, &read, &room, &err) !=
            QUIRE_ECORRUPT)
            fail_msg("%s", bytes.bytes);
        buffer_free(&bytes);
    }
    free(read);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_passage_comes_back_as_it_was),
        cmocka_unit_test(test_a_program_that_prints_it_shows_the_text_first),
        cmocka_unit_test(test_every_flipped_bit_and_every_cut_is_noticed),
        cmocka_unit_test(test_a_checksum_alone_is_not_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
