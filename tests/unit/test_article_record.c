/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stored articles: what is written comes back, and nothing that is read is believed; and the seal
 * of records in Xapian's tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/article_record.h"
#include "store/seal.h"

static char title[] = "Two\nlines\0and a NUL";

static const article full = {
    .id = (char[]){"2025/b c"},
    .title = title,
    .title_bytes = sizeof title - 1,
    .has_date = true,
    .date = {.iso = "2025-11-16T10:00:00+02:00"},
    .source = (char[]){"Caf\xc3\xa9 News"},
    .author = (char[]){""},
    .url = (char[]){"https://example.org/"},
    .language = (char[]){"en"},
    .path = (char[]){"-"},
    .extra = (char[]){"{\"beat\":[1,2.5,null]}"},
};

static void
check_string(const char *got, const char *expected)
{
    if ((got == NULL) != (expected == NULL) || (got != NULL && strcmp(got, expected) != 0))
        fail_msg("%s, not %s", got != NULL ? got : "nothing", expected != NULL ? expected : "none");
}

static void
check_comes_back(const article *a)
{
    buffer bytes = {0};
    article_record r;

    assert_true(buffer_add_string(&bytes, "before"));
    assert_true(article_record_write(a, &bytes));
    assert_true(article_record_read(bytes.bytes + 6, bytes.size - 6, &r));
    check_string(r.id, a->id);
    assert_int_equal(r.title_bytes, a->title_bytes);
    assert_int_equal(r.title != NULL, a->title_bytes > 0);
    if (a->title_bytes > 0)
        assert_memory_equal(r.title, a->title, a->title_bytes + 1);
    check_string(r.date, a->has_date ? a->date.iso : NULL);
    check_string(r.source, a->source);
    check_string(r.author, a->author);
    check_string(r.url, a->url);
    check_string(r.language, a->language);
    check_string(r.path, a->path);
    check_string(r.extra, a->extra);
    buffer_free(&bytes);
}

static void
test_an_article_comes_back_as_it_was(void **state)
{
    (void)state;
    article a = full;

    check_comes_back(&a);
    a.has_date = false;
    a.title_bytes = 0;
    a.source = NULL;
    check_comes_back(&a);
    a = (article){.id = full.id};
    check_comes_back(&a);
    a = (article){.id = (char[]){""}, .language = full.language};
    check_comes_back(&a);
}

static void
test_long_strings_come_back(void **state)
{
    (void)state;
    article a = full;
    const size_t nbytes = 100000;

    a.extra = malloc(nbytes + 1);
    assert_non_null(a.extra);
    memset(a.extra, 'x', nbytes);
    a.extra[nbytes] = '\0';
    check_comes_back(&a);
    free(a.extra);
}

/* A string that was read ends within the bytes. */
static void
check_within(const char *string, const char *bytes, size_t nbytes)
{
    assert_true(string == NULL ||
                (string >= bytes && string < bytes + nbytes &&
                 memchr(string, '\0', (size_t)(bytes + nbytes - string)) != NULL));
}

static void
check_read(const char *bytes, size_t nbytes)
{
    article_record r;

    if (!article_record_read(bytes, nbytes, &r))
        return;
    assert_non_null(r.id);
    check_within(r.id, bytes, nbytes);
    check_within(r.title, bytes, nbytes);
    check_within(r.date, bytes, nbytes);
    check_within(r.source, bytes, nbytes);
    check_within(r.author, bytes, nbytes);
    check_within(r.url, bytes, nbytes);
    check_within(r.language, bytes, nbytes);
    check_within(r.path, bytes, nbytes);
    check_within(r.extra, bytes, nbytes);
    assert_true(r.title_bytes == 0 || r.title + r.title_bytes < bytes + nbytes);
}

static void
test_wrong_bytes_are_refused_or_lie_within_what_there_is(void **state)
{
    (void)state;
    buffer bytes = {0};

    assert_true(article_record_write(&full, &bytes));
    for (size_t n = 0; n < bytes.size; n++) {
        article_record r;
        char *cut = malloc(n + 1);

        assert_non_null(cut);
        memcpy(cut, bytes.bytes, n);
        assert_false(article_record_read(cut, n, &r));
        free(cut);
    }
    for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
        bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ (1 << bit % 8));
        check_read(bytes.bytes, bytes.size);
        bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ (1 << bit % 8));
    }
    buffer_free(&bytes);
}

static void
test_what_a_record_says_is_not_believed(void **state)
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
        BAD("\0"),
        BAD("\0\1"),
        BAD("\0\1a"),        /* no NUL */
        BAD("\0\1ab"),       /* something else in its place */
        BAD("\0\1a\0b"),     /* something behind it */
        BAD("\0\2a\0\0"),    /* a NUL in the id */
        BAD("\4\1\1a\0"),    /* a source that is not there */
        BAD("\4\1\2a\0b\0"), /* or shorter */
        BAD("\1\1\x7f"
            "a\0b\0"), /* or a title */
        BAD("\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1a\0"),
    };
#undef BAD
    article_record r;

    assert_true(article_record_read("\1\1\3a\0b\0c\0", 9, &r));
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (article_record_read(table[i].bytes, table[i].nbytes, &r))
            fail_msg("number %zu", i);
}

static void
test_a_seal_tells_every_flipped_bit_and_every_cut(void **state)
{
    (void)state;
    buffer bytes = {0};
    size_t nbytes;

    assert_true(buffer_add_string(&bytes, "before") && article_record_write(&full, &bytes));
    const size_t expected = bytes.size - 6;

    assert_true(seal_add(&bytes, 6));
    assert_true(seal_check(bytes.bytes + 6, bytes.size - 6, &nbytes));
    assert_int_equal(nbytes, expected);
    for (size_t bit = 8 * 6; bit < 8 * bytes.size; bit++) {
        bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ (1 << bit % 8));
        assert_false(seal_check(bytes.bytes + 6, bytes.size - 6, &nbytes));
        bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ (1 << bit % 8));
    }
    for (size_t n = 0; n < bytes.size - 6; n++)
        assert_false(seal_check(bytes.bytes + 6, n, &nbytes));
    buffer_free(&bytes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_article_comes_back_as_it_was),
        cmocka_unit_test(test_long_strings_come_back),
        cmocka_unit_test(test_wrong_bytes_are_refused_or_lie_within_what_there_is),
        cmocka_unit_test(test_what_a_record_says_is_not_believed),
        cmocka_unit_test(test_a_seal_tells_every_flipped_bit_and_every_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
