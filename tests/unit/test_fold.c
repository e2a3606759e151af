/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folding: what is left of a word, that folding twice changes nothing, and that the quick way gives
 * what Unicode's algorithms give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <uninorm.h>

#include "base/utf8.h"
#include "text/fold.h"

static void
fold(const char *word, size_t nbytes, buffer *out)
{
    buffer_clear(out);
    assert_true(fold_word(word, nbytes, out));
    assert_int_equal(utf8_valid_prefix(out->bytes, out->size), out->size);
    assert_int_equal(out->bytes[out->size], '\0');
}

static void
test_words_fold(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        const char *folded;
    } cases[] = {
        {"Gaza", "gaza"},
        {"NATO", "nato"},
        {"caf\u00e9", "cafe"},  /* composed */
        {"cafe\u0301", "cafe"}, /* decomposed */
        {"CAFE\u0301", "cafe"},
        {"Erdo\u011fan", "erdogan"},
        {"S\u00f8ren", "soren"},
        {"\u0141\u00f3d\u017a", "lodz"},
        {"\u0110\u00f0", "dd"},
        {"stra\u00dfe", "strasse"},
        {"STRA\u1e9eE", "strasse"},
        {"\u00c6r\u0153", "aeroe"},
        {"\u0130stanbul", "istanbul"}, /* dotted capital i */
        {"D\u0131\u015fi\u015fleri", "disisleri"},
        {"\u018fliyev", "aliyev"},
        {"Vi\u1ec7t", "viet"}, /* two accents on one letter */
        {"\ufb01re", "fire"},  /* ligatures */
        {"o\ufb03ce", "office"},
        {"\uff23\uff2e\uff2e", "cnn"}, /* full-width */
        {"\uff12\uff10", "20"},
        {"\uff76\uff9e", "\u30ac"}, /* half-width katakana */
        {"\u210cunt", "hunt"},
        {"km\u00b2", "km2"},
        {"\u2167", "viii"},
        {"state\u00adment", "statement"}, /* soft hyphen */
        {"a\u200db\u200c\u2060c\ufe0f", "abc"},
        {"Netanyahu\u2019s", "netanyahu's"},
        {"O\u2018Neill", "o'neill"},
        {"O`Neill", "o'neill"},
        {"O\u00b4Neill", "o'neill"},
        {"O\uff07Neill", "o'neill"},
        {"Qur\u02bean", "qur'an"},
        {"Hawai\u02bbi", "hawai'i"},
        {"\u0391\u03b8\u03ae\u03bd\u03b1", "\u03b1\u03b8\u03b7\u03bd\u03b1"}, /* Greek */
        {"\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c3"},
        {"\u03bf\u03b4\u03cc\u03c2", "\u03bf\u03b4\u03bf\u03c3"}, /* final sigma */
        {"\u0419\u043e\u0434", "\u0439\u043e\u0434"},             /* Cyrillic keeps its marks */
        {"\u0418\u0306\u043e\u0434", "\u0439\u043e\u0434"},
        {"\u05e9\u05b8", "\u05e9\u05b8"}, /* so does Hebrew */
        {"\ufdfa", "\u0635\u0644\u0649\u0627\u0644\u0644\u0647\u0639\u0644\u064a\u0647"
                   "\u0648\u0633\u0644\u0645"}, /* a form of four words loses its blanks */
        {"\u00ad", ""},
        {"", ""},
    };
    buffer b = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fold(cases[i].word, strlen(cases[i].word), &b);
        assert_string_equal(b.bytes, cases[i].folded);
    }
    buffer_free(&b);
}

static void
test_a_folded_word_is_appended(void **state)
{
    (void)state;
    buffer b = {0};
    assert_true(fold_word("Abc", 3, &b));
    assert_true(fold_word("\u00c9\u2167", 5, &b)); /* given up by the quick way half-way through */
    assert_string_equal(b.bytes, "abceviii");
    buffer_free(&b);
}

/* Most of a script behaves alike: of the larger ones, a sample will do. */
static bool
is_one_of_many(uint32_t c)
{
    return c % 61 != 0 &&
           ((c >= 0x0500 && c < 0x1c80) || (c >= 0x2300 && c < 0x3040) ||
            (c >= 0x3100 && c < 0xa640) || (c >= 0xabc0 && c < 0xfb00) || c >= 0x10000);
}

/* Fold c alone, behind a letter and before an accent; then fold the result. */
static void
test_folding_twice_changes_nothing(void **state)
{
    (void)state;
    static const char *const before[] = {"", "A", "\u03b1", "\u0438", "\u304b"};
    static const char *const behind[] = {"", "\u0301", "\u0345", "\u3099"};
    enum { NBEFORE = sizeof before / sizeof before[0], NBEHIND = sizeof behind / sizeof behind[0] };
    buffer word = {0}, once = {0}, twice = {0};
    for (uint32_t c = 1; c <= 0x10ffff; c++) {
        if (c >= 0xd800 && c <= 0xdfff)
            continue;
        if (c == 0x20000)
            c = 0xe0000; /* Han and nothing */
        if (c == 0xe0200)
            break;
        for (unsigned i = 0; i < NBEFORE * NBEHIND; i++) {
            if (i > 0 && is_one_of_many(c))
                break;
            buffer_clear(&word);
            assert_true(buffer_add_string(&word, before[i % NBEFORE]) && utf8_append(&word, c) &&
                        buffer_add_string(&word, behind[i / NBEFORE]));
            fold(word.bytes, word.size, &once);
            fold(once.bytes, once.size, &twice);
            if (once.size != twice.size || memcmp(once.bytes, twice.bytes, once.size) != 0)
                fail_msg("U+%04X, context %u: '%s' folds to '%s'", c, i, once.bytes, twice.bytes);
            for (size_t k = 0; k < once.size; k++)
                if (once.bytes[k] >= 'A' && once.bytes[k] <= 'Z')
                    fail_msg("U+%04X: a capital in '%s'", c, once.bytes);
        }
    }
    buffer_free(&word);
    buffer_free(&once);
    buffer_free(&twice);
}

/* A zero-width space has no place in the quick way and leaves nothing: behind a word, it sends the
 * word the other way. */
static void
test_the_quick_way_gives_the_same(void **state)
{
    (void)state;
    buffer word = {0}, quick = {0}, whole = {0};
    for (uint32_t c = 1; c < 0x10000; c++) {
        if (c >= 0xd800 && c <= 0xdfff)
            continue;
        buffer_clear(&word);
        assert_true(buffer_add_string(&word, "Q") && utf8_append(&word, c) &&
                    buffer_add_string(&word, "z"));
        fold(word.bytes, word.size, &quick);
        assert_true(buffer_add_string(&word, "\u200b"));
        fold(word.bytes, word.size, &whole);
        if (quick.size != whole.size || memcmp(quick.bytes, whole.bytes, quick.size) != 0)
            fail_msg("U+%04X: '%s' and '%s'", c, quick.bytes, whole.bytes);
    }
    buffer_free(&word);
    buffer_free(&quick);
    buffer_free(&whole);
}

/* An independent view of the same: Unicode's normal forms of one word fold alike. */
static void
test_normal_forms_fold_alike(void **state)
{
    (void)state;
    const uninorm_t forms[] = {UNINORM_NFC, UNINORM_NFD, UNINORM_NFKC, UNINORM_NFKD};
    buffer plain = {0}, folded = {0};
    for (uint32_t c = 0xa0; c < 0x20000; c++) {
        if ((c >= 0xd800 && c <= 0xdfff) || is_one_of_many(c))
            continue;
        buffer_clear(&plain);
        assert_true(utf8_append(&plain, c));
        buffer word = {0};
        assert_true(buffer_add(&word, plain.bytes, plain.size));
        fold(word.bytes, word.size, &plain);
        for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
            size_t size;
            if (c == 0x00b4 || c == 0x1fbf || c == 0x1ffd)
                continue; /* an accent beside a blank, which is an apostrophe here */
            uint8_t *other =
                u8_normalize(forms[i], (const uint8_t *)word.bytes, word.size, NULL, &size);
            assert_non_null(other);
            fold((const char *)other, size, &folded);
            if (strcmp(plain.bytes, folded.bytes) != 0)
                fail_msg("U+%04X, form %zu: '%s' and '%s'", c, i, plain.bytes, folded.bytes);
            free(other);
        }
        buffer_free(&word);
    }
    buffer_free(&plain);
    buffer_free(&folded);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_fold),
        cmocka_unit_test(test_a_folded_word_is_appended),
        cmocka_unit_test(test_folding_twice_changes_nothing),
        cmocka_unit_test(test_the_quick_way_gives_the_same),
        cmocka_unit_test(test_normal_forms_fold_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
