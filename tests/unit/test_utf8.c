/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8: every scalar value goes there and back; ill-formed bytes are found and repaired as
 * libunistring's own check and the Unicode Standard's examples have it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistr.h>

#include "base/utf8.h"

static void
test_every_character_goes_there_and_back(void **state)
{
    (void)state;
    buffer b = {0};
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        if (c >= 0xd800 && c <= 0xdfff)
            continue;
        buffer_clear(&b);
        assert_true(utf8_append(&b, c));
        assert_int_equal(utf8_valid_prefix(b.bytes, b.size), b.size);
        unsigned length;
        assert_int_equal(utf8_decode(b.bytes, b.size, &length), c);
        assert_int_equal(length, b.size);
        assert_int_equal(utf8_decode_before(b.bytes, b.size, &length), c);
        assert_int_equal(length, b.size);
    }
    buffer_free(&b);
}

static void
test_validity_agrees_with_libunistring(void **state)
{
    (void)state;
    /* Bytes at every edge of the table of well-formed sequences. */
    static const unsigned char edges[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                          0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
                                          0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
    enum { N = sizeof edges };
    for (unsigned n = 0; n < N * N * N * N; n++) {
        char text[12] = "abcdefgh"; /* so that the path of eight bytes at a time is taken too */
        text[8] = (char)edges[n % N];
        text[9] = (char)edges[n / N % N];
        text[10] = (char)edges[n / N / N % N];
        text[11] = (char)edges[n / N / N / N];
        const uint8_t *bad = u8_check((const uint8_t *)text, sizeof text);
        size_t expected = bad == NULL ? sizeof text : (size_t)((const char *)bad - text);
        assert_int_equal(utf8_valid_prefix(text, sizeof text), expected);
    }
}

static void
test_ill_formed_parts_are_replaced(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *repaired;
        size_t nrepairs;
        size_t first_at;
        size_t first_replaced;
    } cases[] = {
        {"plain", "plain", 0, 0, 0},
        {"", "", 0, 0, 0},
        {"caf\xe9", "caf\xef\xbf\xbd", 1, 3, 1},
        /* Unicode 15, tables 3-8, 3-9 and 3-11 */
        {"\x61\xf1\x80\x80\xe1\x80\xc2\x62",
         "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
         "b",
         3, 1, 3},
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd", 2, 0, 1},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3, 0, 1},
        {"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\x41", 4, 0, 2},
        {"end \xe2\x80", "end \xef\xbf\xbd", 1, 4, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buffer out = {0};
        utf8_repair *repairs;
        size_t nrepairs;
        assert_true(
            utf8_repair_text(cases[i].text, strlen(cases[i].text), &out, &repairs, &nrepairs));
        assert_string_equal(out.bytes, cases[i].repaired);
        assert_int_equal(nrepairs, cases[i].nrepairs);
        if (nrepairs > 0) {
            assert_int_equal(repairs[0].repaired_at, cases[i].first_at);
            assert_int_equal(repairs[0].replaced, cases[i].first_replaced);
        } else {
            assert_null(repairs);
        }
        free(repairs);
        buffer_free(&out);
    }
}

static void
test_a_cut_keeps_characters_whole(void **state)
{
    (void)state;
    const char *text = "a\xc3\xa9\xe2\x82\xac"; /* a, e acute, euro */
    static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6};
    for (size_t limit = 0; limit < 8; limit++)
        assert_int_equal(utf8_cut(text, strlen(text), limit), expected[limit]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_character_goes_there_and_back),
        cmocka_unit_test(test_validity_agrees_with_libunistring),
        cmocka_unit_test(test_ill_formed_parts_are_replaced),
        cmocka_unit_test(test_a_cut_keeps_characters_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
