/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a passage: each with its sentence, block and stem, the title's counted in the
 * title. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "text/passage_words.h"

#include "chance.h"

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
        assert_memory_equal(passage_words_stem(words, place), expected[i].stem, place->stem_bytes);
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

/* Do both hold the same words? */
static void
check_same(const passage_words *a, const passage_words *b)
{
    assert_int_equal(a->list.ntokens, b->list.ntokens);
    for (size_t i = 0; i < a->list.ntokens; i++) {
        const token *t = &a->list.tokens[i];
        const token *u = &b->list.tokens[i];
        const word_place *place = &a->places[i];
        const word_place *other = &b->places[i];
        assert_int_equal(t->start, u->start);
        assert_int_equal(t->end, u->end);
        assert_int_equal(t->flags, u->flags);
        assert_int_equal(t->surface_bytes, u->surface_bytes);
        assert_memory_equal(token_surface(&a->list, t), token_surface(&b->list, u),
                            t->surface_bytes);
        assert_int_equal(t->extra_bytes, u->extra_bytes);
        if (t->extra_bytes > 0)
            assert_memory_equal(token_extra(&a->list, t), token_extra(&b->list, u), t->extra_bytes);
        assert_int_equal(place->sentence, other->sentence);
        assert_int_equal(place->block, other->block);
        assert_int_equal(place->in_title, other->in_title);
        assert_int_equal(place->stem_bytes, other->stem_bytes);
        assert_memory_equal(passage_words_stem(a, place), passage_words_stem(b, other),
                            place->stem_bytes);
    }
}

/* What a build and what a search work with: the passages' words as they were kept from the
 * splitting, read again where there is no more than a copy of the passage's bytes. */
typedef struct {
    stemmer *stemmer;
    passage_list list;
    passage_words taken;
    passage_words again;
} both_ways;

static void
check_article(both_ways *b, const char *headline, size_t headline_bytes, const buffer *from,
              size_t body_start)
{
    assert_true(
        passages_split(headline, headline_bytes, from->bytes, from->size, body_start, &b->list));
    for (size_t i = 0; i < b->list.npassages; i++) {
        const passage *p = &b->list.passages[i];
        char *copy = malloc(p->end - p->start + 1);
        assert_non_null(copy);
        memcpy(copy, from->bytes + p->start, p->end - p->start);
        assert_true(passage_words_take(&b->taken, b->stemmer, headline, from->bytes, &b->list, p));
        assert_true(passage_words_read(&b->again, b->stemmer, headline, copy,
                                       b->list.sentences + p->first_sentence, p->nsentences));
        assert_int_equal(b->taken.list.ntokens, p->nwords);
        check_same(&b->taken, &b->again);
        free(copy);
    }
}

static void
add_parts(buffer *to, size_t nparts)
{
    static const char *const parts[] = {
        "The U.S. draft ",
        "passes. ",
        "IT IS ",
        "$4.5 ",
        "76% ",
        "5m ",
        "20,000 ",
        "naïve ",
        "雨。",
        "* * *\n",
        ". ",
        "\n",
        "\n\n",
        "Also read: ",
        "Snow\n",
        "- an item\n",
        "? ",
        "\r\n",
        "“Yes,” he said. ",
        "AIDS AND US\n",
        "e\xcc\x81 ",
        "it’s ",
        "½ ",
        "www.un.org ",
        "Ph.D. ",
        "£7 ",
        "\xe2\x80\x8b ",
        "co-operate ",
        "MORE NEWS\n",
        "a word that is longer than many others but not the longest of all of them, by far "};

    for (size_t i = 0; i < nparts; i++) {
        assert_true(buffer_add_string(to, parts[random_below(COUNT(parts))]));
    }
}

/* With a filter, words that may have a stem have what they have without, the others none. */
static void
test_some_stems(void **state)
{
    (void)state;
    static const char priced[] = "Oil prices rose. OPEC's oils, it said, were priced at 5 mln.";
    const sentence two[] = {{.start = 0, .end = 16}, {.start = 17, .end = sizeof priced - 1}};
    stemmer *s = stemmer_new();
    passage_words all = {0};
    passage_words some = {0};
    stem_filter filter = {0};
    size_t nfound = 0;

    assert_non_null(s);
    stem_filter_add(&filter, s, "oil", 3);
    stem_filter_add(&filter, s, "million", 7);
    assert_true(passage_words_read(&all, s, "", priced, two, COUNT(two)));
    assert_true(passage_words_read_some(&some, s, &filter, "", priced, two, COUNT(two)));
    assert_int_equal(some.list.ntokens, all.list.ntokens);
    for (size_t i = 0; i < all.list.ntokens; i++) {
        const word_place *one = &some.places[i];
        const word_place *other = &all.places[i];

        assert_int_equal(one->sentence, other->sentence);
        if (one->stem_bytes == 0) {
            assert_int_equal(one->entry, 0);
            continue;
        }
        nfound++;
        assert_int_equal(one->entry, other->entry);
        assert_int_equal(one->stem_bytes, other->stem_bytes);
        assert_memory_equal(passage_words_stem(&some, one), passage_words_stem(&all, other),
                            one->stem_bytes);
    }
    assert_int_equal(nfound, 3);
    passage_words_free(&all);
    passage_words_free(&some);
    stemmer_free(s);
}

static void
test_words_that_were_kept(void **state)
{
    (void)state;
    both_ways b = {.stemmer = stemmer_new()};
    buffer headline = {0};
    buffer article = {0};
    size_t nkept = 0;

    assert_non_null(b.stemmer);
    for (size_t round = 0; round < 2000; round++) {
        buffer_clear(&headline);
        buffer_clear(&article);
        assert_true(buffer_add_string(&headline, ""));
        assert_true(buffer_add_string(&article, ""));
        add_parts(&headline, round % 4);
        add_parts(&article, round % 250);
        check_article(&b, headline.bytes, headline.size, &article,
                      round % 3 == 0 ? utf8_cut(article.bytes, article.size, 40) : 0);
        nkept += b.list.has_words;
    }
    assert_int_equal(nkept, 2000);

    /* One that is too long: its words are found again. */
    while (article.size < 300 * 1024)
        add_parts(&article, 100);
    check_article(&b, headline.bytes, headline.size, &article, 0);
    assert_false(b.list.has_words);
    assert_int_equal(b.list.words.ntokens, 0);

    buffer_free(&headline);
    buffer_free(&article);
    passage_list_free(&b.list);
    passage_words_free(&b.taken);
    passage_words_free(&b.again);
    stemmer_free(b.stemmer);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_title_and_text),
        cmocka_unit_test(test_reading_again),
        cmocka_unit_test(test_some_stems),
        cmocka_unit_test(test_words_that_were_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
