/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a passage: each with its sentence, block and stem, the title's counted in the
 * title. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text/passage_words.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

typedef struct {
    const char *bytes; /* of the text or title */
    const char *surface;
    const char *stem;
    uint32_t sentence;
    uint32_t block;
    bool in_title;
} expected_word;

static const char title[] = "US DRAFT PASSES";
static const char text[] = "The US's programmes. Hostage-release talks began. Yes!";

static const sentence sentences[] = {
    {.start = 0, .end = 15, .block = 0, .shouting = true, .in_title = true},
    {.start = 0, .end = 20, .block = 1},
    {.start = 21, .end = 49, .block = 1},
    {.start = 50, .end = 54, .block = 2},
};

static const expected_word whole[] = {
    {"US", "us", "us", 0, 0, true},
    {"DRAFT", "draft", "draft", 0, 0, true},
    {"PASSES", "passes", "pass", 0, 0, true},
    {"The", "the", "the", 1, 1, false},
    {"US's", "US", "US", 1, 1, false},
    {"programmes", "programmes", "program", 1, 1, false},
    {"Hostage", "hostage", "hostag", 2, 1, false},
    {"release", "release", "releas", 2, 1, false},
    {"talks", "talks", "talk", 2, 1, false},
    {"began", "began", "began", 2, 1, false},
    {"Yes", "yes", "yes", 3, 2, false},
};

static void
check(const passage_words *words, const expected_word *expected, size_t nexpected)
{
    assert_int_equal(words->list.ntokens, nexpected);
    for (size_t i = 0; i < nexpected; i++) {
        const token *t = &words->list.tokens[i];
        const word_place *place = &words->places[i];
        const char *from = expected[i].in_title ? title : text;
        assert_int_equal(t->end - t->start, strlen(expected[i].bytes));
        assert_memory_equal(from + t->start, expected[i].bytes, t->end - t->start);
        assert_int_equal(t->surface_bytes, strlen(expected[i].surface));
        assert_memory_equal(token_surface(&words->list, t), expected[i].surface, t->surface_bytes);
        assert_int_equal(place->stem_bytes, strlen(expected[i].stem));
        assert_memory_equal(words->stems.bytes + place->stem, expected[i].stem, place->stem_bytes);
        assert_int_equal(place->sentence, expected[i].sentence);
        assert_int_equal(place->block, expected[i].block);
        assert_int_equal(place->in_title, expected[i].in_title);
    }
}

static void
test_title_and_text(void **state)
{
    (void)state;
    passage_words words = {0};
    stemmer *s = stemmer_new();
    assert_non_null(s);
    assert_true(passage_words_read(&words, s, title, text, sentences, COUNT(sentences)));
    check(&words, whole, COUNT(whole));
    passage_words_free(&words);
    stemmer_free(s);
}

/* What words held before is gone, and a passage without sentences has no words. */
static void
test_reading_again(void **state)
{
    (void)state;
    passage_words words = {0};
    stemmer *s = stemmer_new();
    assert_non_null(s);
    assert_true(passage_words_read(&words, s, title, text, sentences, COUNT(sentences)));
    assert_true(passage_words_read(&words, s, NULL, text, sentences + 3, 1));
    static const expected_word last = {"Yes", "yes", "yes", 0, 2, false};
    check(&words, &last, 1);
    assert_true(passage_words_read(&words, s, NULL, NULL, NULL, 0));
    assert_int_equal(words.list.ntokens, 0);
    assert_true(passage_words_read(&words, s, title, text, sentences, COUNT(sentences)));
    check(&words, whole, COUNT(whole));
    passage_words_free(&words);
    passage_words_free(&words);
    stemmer_free(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_title_and_text),
        cmocka_unit_test(test_reading_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
