/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stored passages: what is written comes back, and nothing that is read is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
    r.article = 1;
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
    assert_int_equal(bytes.bytes[sizeof text - 1], '\n');
    assert_memory_equal(bytes.bytes + sizeof text, title, sizeof title - 1);
    buffer_free(&bytes);
}

static void
test_a_passage_without_its_article_and_title_does_with_less(void **state)
{
    (void)state;
    passage_record alone = example;
    passage_record r = example;
    passage_record got;
    buffer bytes = {0};
    buffer less = {0};
    sentence *read = NULL;
    size_t room = 0;

    r.article = 0;
    r.title_bytes = 0;
    assert_true(passage_record_write(&alone, &bytes) && passage_record_write(&r, &less));
    assert_true(less.size + alone.title_bytes < bytes.size);
    assert_int_equal(passage_record_read(less.bytes, less.size, &got, &read, &room, NULL),
                     QUIRE_OK);
    assert_int_equal(got.article, 0);
    assert_int_equal(got.title_bytes, 0);
    assert_int_equal(got.nsentences, r.nsentences);
    assert_true(got.sentences[1].in_title && got.sentences[1].end == 20);
    assert_false(passage_record_set_title(&got, title, 19));
    assert_true(passage_record_set_title(&got, title, 20));
    assert_int_equal(got.title_bytes, 20);
    free(read);
    buffer_free(&bytes);
    buffer_free(&less);
}

/* Whatever is read of wrong bytes lies within them. */
static void
check_within(const passage_record *r, const char *bytes, size_t nbytes)
{
    assert_true(r->text == bytes && r->text_bytes <= nbytes && r->number > 0);
    assert_true(r->title_bytes == 0 ||
                (r->title > r->text && r->title + r->title_bytes <= bytes + nbytes));
    for (size_t i = 0; i < r->nsentences; i++) {
        const sentence *s = &r->sentences[i];

        assert_true(s->start <= s->end);
        assert_true(s->in_title || s->end <= r->text_bytes);
        assert_true(!s->in_title || r->title_bytes == 0 || s->end <= r->title_bytes);
        assert_true(i == 0 || s->block >= r->sentences[i - 1].block);
    }
}

static void
test_wrong_bytes_are_an_error_or_lie_within_what_there_is(void **state)
{
    (void)state;
    buffer bytes = {0};
    passage_record got;
    sentence *read = NULL;
    size_t room = 0;
    size_t nrefused = 0;
    quire_error err;

    assert_true(passage_record_write(&example, &bytes));
    for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
        bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ (1 << bit % 8));
        if (passage_record_read(bytes.bytes, bytes.size, &got, &read, &room, &err) == QUIRE_OK) {
            check_within(&got, bytes.bytes, bytes.size);
        } else {
            nrefused++;
            assert_non_null(strstr(err.message, "quire-index"));
        }
        bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ (1 << bit % 8));
    }
    assert_true(nrefused > 50);
    for (size_t n = 0; n < bytes.size; n++)
        if (passage_record_read(bytes.bytes, n, &got, &read, &room, &err) == QUIRE_OK)
            check_within(&got, bytes.bytes, n);
    free(read);
    buffer_free(&bytes);
}

/* Trailers that lie, behind four bytes of text. */
static void
test_what_a_trailer_says_is_not_believed(void **state)
{
    (void)state;
#define BAD(string)                                                                                \
    {                                                                                              \
        string, sizeof string - 1                                                                  \
    }
    static const struct {
        const char *bytes;
        size_t nbytes;
    } table[] = {
        {"", 0},
        BAD("text"),
        BAD("text\0"),
        BAD("text\1\0\2\0"),           /* no trailer */
        BAD("text\x10\1\0\3"),         /* a flag that there is not */
        BAD("text\0\0\0\3"),           /* number 0 */
        BAD("text\4\0\1\0\4"),         /* article 0 */
        BAD("text\0\1\2\x10\4"),       /* one sentence, not two */
        BAD("text\0\1\1\x14\4"),       /* a sentence of five bytes */
        BAD("text\0\1\1\x11\1\5"),     /* and one of four behind a gap */
        BAD("text\0\1\1\x10\0\5"),     /* something behind it */
        BAD("text\0\1\2\0\2\1\6"),     /* the title's comes second */
        BAD("text\x08\1\4\0\4"),       /* all of it is title */
        BAD("text\x08\1\2\0\4"),       /* no newline before the title */
        BAD("te\nt\x08\1\1\1\xa\5\6"), /* a sentence of two bytes in a title of one */
        BAD("text\2\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\0\15"), /* starts nowhere */
        BAD("text\0\1\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\15"), /* of no length */
        BAD("text\0\1\xff\xff\xff\xff\x0f\7"), /* of a thousand million sentences */
        BAD("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"),
    };
#undef BAD
    passage_record got;
    sentence *read = NULL;
    size_t room = 0;
    quire_error err;

    assert_int_equal(passage_record_read("text\0\1\1\x10\4", 9, &got, &read, &room, &err),
                     QUIRE_OK);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (passage_record_read(table[i].bytes, table[i].nbytes, &got, &read, &room, &err) !=
            QUIRE_ECORRUPT)
            fail_msg("number %zu", i);
    free(read);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_passage_comes_back_as_it_was),
        cmocka_unit_test(test_a_program_that_prints_it_shows_the_text_first),
        cmocka_unit_test(test_a_passage_without_its_article_and_title_does_with_less),
        cmocka_unit_test(test_wrong_bytes_are_an_error_or_lie_within_what_there_is),
        cmocka_unit_test(test_what_a_trailer_says_is_not_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
