/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes of stored text: whatever goes in comes out, by the decoder and by a plain one that knows
 * the format's drawing only; both ways to cut tokens agree; what makes no sense is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "postings/text_code.h"
#include "postings/text_token.h"

#include "chance.h"

enum { MAX_STRINGS = 65536, SLACK = 32 };

/* ---- A plain decoder ---- */

typedef struct {
    unsigned none;
    unsigned nstrings;
    char strings[MAX_STRINGS][TEXT_STRING_BYTES];
    unsigned char lengths[MAX_STRINGS];
} plain_vocabulary;

static plain_vocabulary plain;

static void
read_plain(const buffer *vocabulary)
{
    const unsigned char *at = (const unsigned char *)vocabulary->bytes;

    plain.none = at[0] + at[1] * 256u;
    plain.nstrings = at[2] + at[3] * 256u;
    at += 4;
    for (unsigned i = 0; i < plain.nstrings; i++) {
        const unsigned shared = *at / 16;
        const unsigned nbytes = *at++ % 16 + 1;

        for (unsigned k = 0; k < nbytes; k++)
            plain.strings[i][k] = k < shared ? plain.strings[i - 1][k] : (char)*at++;
        plain.lengths[i] = (unsigned char)nbytes;
    }
    assert_ptr_equal(at, vocabulary->bytes + vocabulary->size);
}

static void
decode_plain(const unsigned char *codes, size_t nbytes, buffer *out)
{
    for (size_t at = 0; at < nbytes;) {
        unsigned number = codes[at++];

        if (number == 255) {
            const size_t n = (size_t)codes[at++] + 1;

            assert_true(buffer_add(out, codes + at, n));
            at += n;
            continue;
        }
        if (number >= plain.none)
            number = plain.none + (number - plain.none) * 256 + codes[at++];
        assert_true(number < plain.nstrings);
        assert_true(buffer_add(out, plain.strings[number], plain.lengths[number]));
    }
}

/* ---- Texts ---- */

/* Words of made-up languages, each in letters of its own. */
static const struct {
    const char *name;
    uint32_t first;
    uint32_t nletters;
    const char *blank;
} languages[] = {
    {"Latin", 'a', 26, " "},      {"Cyrillic", 0x430, 32, " "}, {"Arabic", 0x627, 30, " "},
    {"Chinese", 0x4e00, 400, ""}, {"Gothic", 0x10330, 27, " "},
};

static void
add_letter(buffer *out, uint32_t letter)
{
    char bytes[4];
    size_t n = 0;

    if (letter < 0x80) {
        bytes[n++] = (char)letter;
    } else if (letter < 0x800) {
        bytes[n++] = (char)(0xc0 | letter >> 6);
    } else if (letter < 0x10000) {
        bytes[n++] = (char)(0xe0 | letter >> 12);
        bytes[n++] = (char)(0x80 | (letter >> 6 & 63));
    } else {
        bytes[n++] = (char)(0xf0 | letter >> 18);
        bytes[n++] = (char)(0x80 | (letter >> 12 & 63));
        bytes[n++] = (char)(0x80 | (letter >> 6 & 63));
    }
    if (letter >= 0x80)
        bytes[n++] = (char)(0x80 | (letter & 63));
    assert_true(buffer_add(out, bytes, n));
}

static void
add_words(buffer *out, size_t language, size_t nwords)
{
    for (size_t i = 0; i < nwords; i++) {
        uint32_t word = random_below(1 + random_below(3000)) * 2654435761u;
        const uint32_t n = 1 + word % 9;

        for (uint32_t k = 0; k < n; k++, word = word / 7 + word * 31)
            add_letter(out, languages[language].first + word % languages[language].nletters);
        assert_true(
            buffer_add_string(out, random_below(9) == 0 ? ", " : languages[language].blank));
    }
}

static void
add_noise(buffer *out, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++)
        assert_true(buffer_add_char(out, (char)random_below(256)));
}

/* ---- Round trips ---- */

static size_t
check_text(const text_code *code, const char *text, size_t nbytes)
{
    buffer codes = {0};
    buffer expected = {0};
    char *copy = malloc(nbytes + 1); /* nothing may be read behind it */
    char *back;
    size_t size;

    assert_non_null(copy);
    memcpy(copy, text, nbytes);
    assert_true(text_code_encode(code, copy, nbytes, &codes));
    size = codes.size;
    assert_true(size <= nbytes + nbytes / 64 + 8);
    assert_true(buffer_reserve(&codes, SLACK));
    memset(codes.bytes + size, 0xff, SLACK);
    decode_plain((const unsigned char *)codes.bytes, size, &expected);
    assert_int_equal(expected.size, nbytes);
    assert_int_equal(text_code_size(code, (const uint8_t *)codes.bytes, size), nbytes);
    back = malloc(nbytes + TEXT_STRING_BYTES);
    assert_non_null(back);
    assert_int_equal(text_code_decode(code, (const uint8_t *)codes.bytes, size, back), nbytes);
    if (nbytes > 0) {
        assert_memory_equal(expected.bytes, text, nbytes);
        assert_memory_equal(back, text, nbytes);
    }
    buffer_free(&codes);
    buffer_free(&expected);
    free(copy);
    free(back);
    return size;
}

static text_code *
learn(const buffer *samples, buffer *vocabulary)
{
    text_code *code = NULL;

    assert_int_equal(text_code_learn(samples, vocabulary, NULL), QUIRE_OK);
    assert_true(vocabulary->size > 0 && vocabulary->size <= TEXT_VOCABULARY_BYTES);
    assert_int_equal(text_code_new(vocabulary->bytes, vocabulary->size, true, &code), QUIRE_OK);
    read_plain(vocabulary);
    return code;
}

static void
check_texts_of_all_kinds(const text_code *code)
{
    buffer text = {0};

    for (int i = 0; i < 300; i++) {
        buffer_clear(&text);
        assert_true(buffer_reserve(&text, 0));
        for (uint32_t n = random_below(4); n > 0; n--) {
            if (random_below(3) == 0)
                add_noise(&text, random_below(random_below(2) == 0 ? 40 : 1000));
            else
                add_words(&text, random_below(5), random_below(60));
        }
        check_text(code, text.bytes, text.size);
    }
    for (unsigned byte = 0; byte < 256; byte += 5) {
        buffer_clear(&text);
        for (int i = 0; i < 700; i++)
            assert_true(buffer_add_char(&text, (char)byte));
        check_text(code, text.bytes, text.size);
    }
    buffer_free(&text);
}

static void
test_texts_come_back(void **state)
{
    (void)state;
    for (size_t language = 0; language < 5; language++) {
        buffer samples = {0};
        buffer text = {0};
        buffer vocabulary = {0};

        add_words(&samples, language, 20000);
        text_code *code = learn(&samples, &vocabulary);
        add_words(&text, language, 20000); /* of the same language: half as long, or less */
        assert_true(check_text(code, text.bytes, text.size) < text.size / 2);
        check_texts_of_all_kinds(code);
        text_code_free(code);
        buffer_free(&samples);
        buffer_free(&text);
        buffer_free(&vocabulary);
    }
}

/* What teaches nothing is no failure. */
static void
test_odd_samples(void **state)
{
    buffer samples = {0};
    buffer vocabulary = {0};
    text_code *code = NULL;

    (void)state;
    assert_int_equal(text_code_learn(&samples, &vocabulary, NULL), QUIRE_OK);
    assert_int_equal(vocabulary.size, 0);
    assert_int_equal(text_code_new(NULL, 0, true, &code), QUIRE_OK);
    assert_true(text_code_encode(code, "as it is", 8, &samples));
    assert_string_equal(samples.bytes, "as it is");
    text_code_free(code);

    buffer_clear(&samples);
    for (int i = 0; i < 5000; i++)
        assert_true(buffer_add_char(&samples, 'x'));
    code = learn(&samples, &vocabulary);
    check_texts_of_all_kinds(code);
    text_code_free(code);

    buffer_clear(&samples);
    add_noise(&samples, 50000);
    code = learn(&samples, &vocabulary);
    check_texts_of_all_kinds(code);
    text_code_free(code);
    buffer_free(&samples);
    buffer_free(&vocabulary);
}

/* ---- Tokens ---- */

static void
test_both_ways_cut_the_same(void **state)
{
    static const char signs[] = "  aZ09,.(-\xc3\xa9\xe4\xb8\x80\xf0\x90\n@[`{/:";

    (void)state;
    for (int i = 0; i < 200000; i++) {
        uint8_t bytes[SLACK];

        for (size_t k = 0; k < sizeof bytes; k++)
            bytes[k] = i % 2 == 0 ? (uint8_t)random_below(256)
                                  : (uint8_t)signs[random_below(sizeof signs - 1)];
        if (i % 3 == 0)
            memset(bytes + 1, 'a' + i % 26, random_below(SLACK - 1));
        const size_t n = text_token(bytes);

        assert_int_equal(n, text_token_portable(bytes));
        assert_true(n >= 1 && n <= TOKEN_MAX_BYTES);
    }
}

/* ---- Damage ---- */

static void
test_what_makes_no_sense_is_refused(void **state)
{
    buffer samples = {0};
    buffer vocabulary = {0};
    text_code *code;
    uint8_t codes[64 + SLACK] = {0};
    char text[64 * TEXT_CODE_GROWTH + TEXT_STRING_BYTES];

    (void)state;
    add_words(&samples, 0, 5000);
    code = learn(&samples, &vocabulary);
    codes[0] = 254; /* the first byte of two */
    assert_int_equal(text_code_decode(code, codes, 1, text), SIZE_MAX);
    assert_int_equal(text_code_size(code, codes, 1), SIZE_MAX);
    codes[1] = 255; /* no string has that number */
    assert_int_equal(text_code_decode(code, codes, 2, text), SIZE_MAX);
    codes[0] = 255; /* 256 bytes that are not there */
    assert_int_equal(text_code_decode(code, codes, 1, text), SIZE_MAX);
    assert_int_equal(text_code_decode(code, codes, 60, text), SIZE_MAX);
    for (int i = 0; i < 20000; i++) {
        const size_t n = random_below(64);

        for (size_t k = 0; k < n; k++)
            codes[k] = (uint8_t)random_below(256);
        assert_int_equal(text_code_decode(code, codes, n, text), text_code_size(code, codes, n));
    }
    text_code_free(code);

    for (size_t n = 1; n < vocabulary.size; n += 97) {
        code = NULL;
        assert_int_equal(text_code_new(vocabulary.bytes, n, false, &code), QUIRE_ECORRUPT);
        assert_null(code);
    }
    for (int i = 0; i < 2000; i++) {
        char *byte = &vocabulary.bytes[random_below((uint32_t)vocabulary.size)];
        const char was = *byte;

        code = NULL;
        *byte = (char)random_below(256);
        if (text_code_new(vocabulary.bytes, vocabulary.size, true, &code) == QUIRE_OK)
            assert_int_equal(text_code_decode(code, codes, 60, text),
                             text_code_size(code, codes, 60));
        text_code_free(code);
        *byte = was;
    }
    buffer_free(&samples);
    buffer_free(&vocabulary);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_come_back),
        cmocka_unit_test(test_odd_samples),
        cmocka_unit_test(test_both_ways_cut_the_same),
        cmocka_unit_test(test_what_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
