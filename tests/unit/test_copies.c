/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of articles: what two have in common, and sketches.  test_grouping.c has the groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "copies/overlap.h"
#include "copies/sketch_table.h"
#include "copies/word_runs.h"

#include "chance.h"

static void
add_word(article_words *w, uint32_t word)
{
    assert_true(ARRAY_GROW(w->words, w->nwords, &w->room));
    w->words[w->nwords++] = word;
}

/* The words of a text, as the tokenizer gives them. */
static article_words
words_of(const char *title, const char *text)
{
    article_words w = {0};
    passage_list list = {0};
    token_list scratch = {0};

    assert_true(passages_split(title, strlen(title), text, strlen(text), 0, &list));
    assert_true(article_words_add_list(&w, title, text, &list, &scratch));
    passage_list_free(&list);
    token_list_free(&scratch);
    return w;
}

/* ---- Words ---- */

static void
test_words_are_those_of_the_text(void **state)
{
    article_words a = words_of("A Headline", "The Port, 4 ships wide, is SHUT.\n\nNobody minds.");
    article_words b = words_of("a  headline!", "the port - 4 ships wide is shut. nobody minds");
    article_words c = words_of("Another", "The port, 5 ships wide, is shut. Nobody minds.");
    article_words d = words_of("", "Nobody");
    size_t nnumbers = 0;

    (void)state;
    assert_int_equal(a.nwords, 9);
    assert_int_equal(b.nwords, 9);
    assert_memory_equal(a.words, b.words, a.nwords * sizeof *a.words);
    assert_true(a.title == b.title);
    assert_true(a.title != c.title);
    assert_int_equal(d.title, 0);
    for (size_t i = 0; i < a.nwords; i++) {
        nnumbers += article_word_is_number(a.words[i]);
        assert_true((a.words[i] == c.words[i]) == !article_word_is_number(a.words[i]));
    }
    assert_int_equal(nnumbers, 1);
    article_words_free(&a);
    article_words_free(&b);
    article_words_free(&c);
    article_words_free(&d);
}

/* The same words, taken from passages with what a stemmer knows of them. */
static void
test_words_of_passages_are_the_same(void **state)
{
    static const char *const texts[][2] = {
        {"A Headline", "The Port, 4 ships wide, is SHUT.\n\nNobody minds the port, or 4 ships."},
        {"the port", "Nobody minds."},
        {"", "US ships; us, too: 4, 4.5 and $4.5."},
        {"A Headline", ""},
    };
    stemmer *s = stemmer_new();
    passage_list list = {0};
    passage_words words = {0};
    known_words known = {0};

    (void)state;
    assert_non_null(s);
    for (size_t round = 0; round < 2; round++) /* the second time all are known */
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
            const char *const title = texts[i][0];
            const char *const text = texts[i][1];
            article_words w = {0};
            article_words wanted = words_of(title, text);

            assert_true(passages_split(title, strlen(title), text, strlen(text), 0, &list));
            for (size_t j = 0; j < list.npassages; j++) {
                const passage *p = &list.passages[j];

                assert_true(passage_words_take(&words, s, title, text, &list, p));
                assert_true(article_words_add_passage(&w, &list, p, &words, &known));
            }
            assert_int_equal(w.nwords, wanted.nwords);
            assert_true(w.nwords == 0 ||
                        memcmp(w.words, wanted.words, w.nwords * sizeof *w.words) == 0);
            assert_true(w.title == wanted.title || list.npassages == 0);
            article_words_free(&w);
            article_words_free(&wanted);
        }
    stemmer_free(s);
    passage_list_free(&list);
    passage_words_free(&words);
    known_words_free(&known);
}

/* ---- Overlap ---- */

static uint32_t
masked(uint32_t word, bool mask)
{
    return mask && (word & 1) != 0 ? 1 : word;
}

/* Does word i of a lie in a run that stands in b? */
static bool
lies_in_run(const article_words *a, size_t i, const article_words *b, bool mask)
{
    for (size_t start = i < WORD_RUN ? 0 : i - WORD_RUN + 1; start <= i; start++)
        for (size_t at = 0; start + WORD_RUN <= a->nwords && at + WORD_RUN <= b->nwords; at++) {
            size_t n = 0;

            while (n < WORD_RUN &&
                   masked(a->words[start + n], mask) == masked(b->words[at + n], mask))
                n++;
            if (n == WORD_RUN)
                return true;
        }
    return false;
}

/* Words of b that lie in runs of a; or only numbers of them. */
static size_t
naive_count(const article_words *b, const article_words *a, bool mask, bool only_numbers)
{
    size_t n = 0;

    for (size_t i = 0; i < b->nwords; i++)
        n += (!only_numbers || (b->words[i] & 1) != 0) && lies_in_run(b, i, a, mask);
    return n;
}

/* What of b is a's, from the first to the last row of OVERLAP_ROW words, and on where numbers do
 * not count. */
static article_words
naive_block(const article_words *a, const article_words *b)
{
    size_t first = 0;
    size_t end = 0;
    size_t nrow = 0;

    for (size_t i = 0; i < b->nwords; i++) {
        nrow = lies_in_run(b, i, a, false) ? nrow + 1 : 0;
        if (nrow < OVERLAP_ROW)
            continue;
        first = end == 0 ? i + 1 - nrow : first;
        end = i + 1;
    }
    while (end > 0 && first > 0 && lies_in_run(b, first - 1, a, true))
        first--;
    while (end > 0 && end < b->nwords && lies_in_run(b, end, a, true))
        end++;
    return (article_words){.words = b->words + first, .nwords = end - first};
}

/* Numbers that are changed, if only what b took over of a counts; or else all, as o has it. */
static size_t
naive_changed(const article_words *a, const article_words *b, const overlap *o)
{
    const size_t nform = naive_count(a, b, true, false) - o->nshared;
    const article_words part = naive_block(a, b);
    const size_t nbeside = b->nwords - part.nwords;
    const size_t nshared = naive_count(&part, a, false, false);
    const size_t nalike = naive_count(&part, a, true, false);

    if (o->nchanged < OVERLAP_NUMBERS || 2 * o->nchanged <= o->nagreed ||
        o->nshared * 100 < a->nwords * OVERLAP_PART ||
        nform * 100 >= (a->nwords - o->nshared) * OVERLAP_FORM ||
        nshared * 100 < a->nwords * OVERLAP_PART || nshared * 100 < part.nwords * OVERLAP_BLOCK ||
        nbeside < OVERLAP_SHORT ||
        (naive_count(b, a, true, false) - nalike) * 100 >= nbeside * OVERLAP_OTHER)
        return o->nchanged;
    return naive_count(&part, a, true, true) - naive_count(&part, a, false, true);
}

static overlap
naive_overlap(const article_words *a, const article_words *b)
{
    overlap o = {.nwords = a->nwords};

    for (size_t i = 0; i < a->nwords; i++) {
        const bool is_number = (a->words[i] & 1) != 0;
        const bool is_shared = lies_in_run(a, i, b, false);

        o.nshared += is_shared;
        o.nagreed += is_shared && is_number;
        o.nchanged += !is_shared && is_number && lies_in_run(a, i, b, true);
    }
    o.nchanged = naive_changed(a, b, &o);
    return o;
}

/* Words of a small vocabulary, a third of them numbers; part of them taken from another text. */
static article_words
random_words(size_t nwords, const article_words *from)
{
    article_words w = {0};

    while (w.nwords < nwords) {
        if (from != NULL && from->nwords > 0 && random_below(4) == 0) {
            const size_t start = random_below((uint32_t)from->nwords);

            for (size_t n = random_below(15);
                 n > 0 && start + n <= from->nwords && w.nwords < nwords; n--)
                add_word(&w, from->words[start + n - 1] == 7 ? 9 : from->words[from->nwords - n]);
        } else {
            add_word(&w, random_below(3) == 0 ? random_below(4) * 2 + 3 : random_below(12) * 2 + 2);
        }
    }
    return w;
}

/* One that has part of an article, then other words, and the form of a sentence with numbers that
 * both have by chance. */
static article_words
merged_words(const article_words *from)
{
    article_words w = {0};
    const size_t nkept = from->nwords / 3 + random_below((uint32_t)from->nwords / 2);
    const size_t nform = 6 + random_below(16);

    for (size_t i = 0; i < nkept; i++)
        add_word(&w, i > 0 && random_below(40) == 0 ? 12345 : from->words[i]);
    for (uint32_t n = 40 + random_below(260); n > 0; n--)
        add_word(&w, 1000 + 2 * random_below(100000));
    for (size_t i = from->nwords - nform; i < from->nwords; i++)
        add_word(&w, from->words[i] % 2 != 0 ? from->words[i] + 100 : from->words[i]);
    while (w.nwords < from->nwords)
        add_word(&w, 1000 + 2 * random_below(100000));
    return w;
}

static void
test_overlap_of_two_in_one(void **state)
{
    overlap_table table = {0};
    size_t nforgotten = 0;

    (void)state;
    for (int i = 0; i < 500; i++) {
        article_words a = {0};
        article_words b;
        overlap got;
        overlap wanted = {0};

        for (uint32_t n = 40 + random_below(80); n > 0; n--)
            add_word(&a,
                     random_below(5) == 0 ? 1 + 2 * random_below(40) : 2 * random_below(100000));
        b = merged_words(&a);
        wanted = naive_overlap(&a, &b);
        assert_true(overlap_find(&a, &b, &table, &got));
        if (wanted.nshared * 100 >= wanted.nwords * OVERLAP_WHOLE) {
            assert_int_equal(got.nshared, wanted.nshared);
            assert_int_equal(got.nagreed, wanted.nagreed);
            assert_int_equal(got.nchanged, wanted.nchanged);
            nforgotten += naive_count(&a, &b, true, true) - wanted.nagreed > wanted.nchanged;
        }
        article_words_free(&a);
        article_words_free(&b);
    }
    assert_in_range(nforgotten, 20, 400);
    overlap_table_free(&table);
}

static void
test_overlap_is_that_of_all_runs(void **state)
{
    overlap_table table = {0};
    size_t nshared = 0;
    size_t nchanged = 0;
    size_t nenough = 0;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        article_words a = random_words(WORD_RUN + random_below(60), NULL);
        article_words b = random_words(a.nwords + 1 + random_below(60), &a);
        overlap got;
        const overlap wanted = naive_overlap(&a, &b);

        assert_true(overlap_find(i % 2 == 0 ? &a : &b, i % 2 == 0 ? &b : &a, &table, &got));
        assert_int_equal(got.nwords, wanted.nwords);
        if (wanted.nshared * 100 >= wanted.nwords * OVERLAP_WHOLE) {
            assert_int_equal(got.nshared, wanted.nshared);
            assert_int_equal(got.nagreed, wanted.nagreed);
            assert_int_equal(got.nchanged, wanted.nchanged);
            nenough++;
        } else { /* it is not counted to the end */
            assert_true(got.nshared <= wanted.nshared && got.nagreed <= wanted.nagreed);
            assert_int_equal(got.nchanged, 0);
        }
        nshared += got.nshared;
        nchanged += got.nchanged;
        article_words_free(&a);
        article_words_free(&b);
    }
    assert_true(nshared > 1000 && nchanged > 100 && nenough > 100);
    overlap_table_free(&table);
}

#define LONG_TEXT                                                                                  \
    "The harbour board met on Tuesday to hear what the dockers had to say about the new cranes. "  \
    "It heard them for an hour and then closed the doors to the public and to the press. Nobody "  \
    "who was in the room would say afterwards what had been decided, but the cranes were "         \
    "unloaded the next morning."
#define OTHER_TEXT                                                                                 \
    "A bakery in the old town has won the prize for the best bread of the county once more, the "  \
    "fourth time in a row. Its owner said that the flour came from a mill down the road, and "     \
    "that there was no secret to it but time. The judges praised the crust above all else, and "   \
    "the smell."
#define MORE_TEXT " The board will meet once more before the summer, when the season begins."
#define EARNINGS(a, b) " Its shares earned " a " cents against " b " cents."
#define REPORT(a, b, c)                                                                            \
    "The central bank said it had provided the money market with a further " a                     \
    " million in assistance during the afternoon session. This brings the total help so far "      \
    "today to " b " million against a shortage that was first forecast at " c                      \
    " million and then left as it was until the close."

static void
test_degrees(void **state)
{
    static const struct {
        const char *title_a;
        const char *text_a;
        const char *title_b;
        const char *text_b;
        overlap_degree wanted;
    } table[] = {
        {"Cranes", LONG_TEXT, "Harbour", LONG_TEXT, OVERLAP_IN_THE_MAIN},
        {"Cranes", LONG_TEXT, "Cranes", OTHER_TEXT, OVERLAP_NONE},
        {"Cranes", LONG_TEXT, "Both", OTHER_TEXT " " LONG_TEXT, OVERLAP_IN_THE_MAIN},
        {"One", REPORT("37", "75", "350"), "Two", REPORT("37", "75", "350"), OVERLAP_IN_THE_MAIN},
        {"One", REPORT("37", "75", "350"), "Two", REPORT("24", "90", "400"), OVERLAP_NONE},
        {"One", REPORT("37", "75", "350"), "Two", REPORT("37", "90", "400"), OVERLAP_NONE},
        {"One", REPORT("37", "75", "350"), "Two", REPORT("37", "75", "351"), OVERLAP_IN_THE_MAIN},
        {"Blah", "Blah blah blah.", "Blah", "Blah blah blah!", OVERLAP_IN_THE_MAIN},
        {"Blah", "Blah blah blah.", "Bleh", "Blah blah blah.", OVERLAP_NONE},
        {"", "Blah blah blah.", "", "Blah blah.", OVERLAP_NONE},
        {"Short", "The harbour board met on Tuesday to hear what the dockers had to say.", "Short",
         LONG_TEXT, OVERLAP_IN_THE_MAIN},
        {"Short", "The harbour board met on Tuesday to hear what the dockers had to say.", "Long",
         LONG_TEXT, OVERLAP_NONE},
        {"One", LONG_TEXT EARNINGS("34", "22") MORE_TEXT, "Both",
         LONG_TEXT " " OTHER_TEXT EARNINGS("8", "5"), OVERLAP_IN_PART},
        {"One", LONG_TEXT EARNINGS("34", "22") MORE_TEXT, "Two", LONG_TEXT EARNINGS("8", "5"),
         OVERLAP_NONE},
        {"Nothing", "", "Nothing", "", OVERLAP_NONE},
    };
    overlap_table memory = {0};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        article_words a = words_of(table[i].title_a, table[i].text_a);
        article_words b = words_of(table[i].title_b, table[i].text_b);
        overlap o;

        assert_true(overlap_find(&a, &b, &memory, &o));
        if (overlap_judge(&o, &a, &b) != table[i].wanted)
            fail_msg("pair %zu: %d, %zu of %zu shared, %zu numbers agreed on, %zu changed", i,
                     overlap_judge(&o, &a, &b), o.nshared, o.nwords, o.nagreed, o.nchanged);
        assert_int_equal(overlap_judge(&o, &a, &b), overlap_judge(&o, &b, &a));
        article_words_free(&a);
        article_words_free(&b);
    }
    overlap_table_free(&memory);
}

/* ---- Sketches ---- */

static void
test_sketches_hold_a_sample(void **state)
{
    static const size_t sizes[] = {0, 1, 4, 5, 6, 39, 100, 128, 129, 1000, 4096, 20000};
    buffer scratch = {0};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        article_words w = {.title = (uint64_t)i << 48};
        sketch s;

        for (size_t j = 0; j < sizes[i]; j++)
            add_word(&w, random_below(1U << 30) * 2);
        assert_true(sketch_make(&w, -(int64_t)i, &scratch, &s));
        assert_int_equal(s.nwords, sizes[i]);
        assert_int_equal(s.title, sizes[i] < OVERLAP_SHORT ? i : 0);
        assert_int_equal(s.seconds, -(int64_t)i);
        assert_true((s.nhashes > 0) == (sizes[i] > 0));
        assert_true(s.nhashes < 2 * SKETCH_MOST);
        if (sizes[i] >= 39)
            assert_in_range(s.nhashes, 3, 2 * sizes[i] / SKETCH_PART + 3 * SKETCH_LEAST);
        for (uint32_t j = 0; j < s.nhashes; j++) {
            assert_true(s.hashes[j] <= sketch_bound(s.nwords));
            assert_true(j == 0 || s.hashes[j - 1] < s.hashes[j]);
        }
        article_words_free(&w);
    }
    buffer_free(&scratch);
}

/* A table gives back what was added to it, some of it nothing, however often it had to grow. */
static void
test_tables_hold_sketches(void **state)
{
    enum { N = 300, HASHES = 97 };
    static uint32_t hashes[N][HASHES];
    sketch_table t = {.narticles = 0};

    (void)state;
    for (uint32_t i = 0; i < N; i++) {
        const sketch added = {.seconds = (int64_t)i - 150,
                              .nwords = i * 7,
                              .nhashes = i % HASHES,
                              .title = i * 11,
                              .hashes = hashes[i]};

        for (uint32_t j = 0; j < added.nhashes; j++)
            hashes[i][j] = i * 1000 + j;
        assert_true(sketch_table_reserve(&t, i + 1 + i % 3));
        assert_true(sketch_table_add(&t, i % 5 == 0 ? NULL : &added));
    }
    assert_int_equal(t.narticles, N);
    for (uint32_t i = 0; i < N; i++) {
        const sketch s = sketch_table_get(&t, i);
        const bool is_none = i % 5 == 0;

        assert_int_equal(s.nhashes, is_none ? 0 : i % HASHES);
        assert_int_equal(s.nwords, is_none ? 0 : i * 7);
        assert_int_equal(s.title, is_none ? 0 : i * 11);
        assert_true(is_none || s.seconds == (int64_t)i - 150);
        assert_int_equal(t.bounds[i], is_none ? 0 : sketch_bound(i * 7));
        if (s.nhashes > 0)
            assert_memory_equal(s.hashes, hashes[i], s.nhashes * sizeof *s.hashes);
    }
    sketch_table_free(&t);
}

/* Sketches are read as they were stored, one behind the other, and not where bytes are missing. */
static void
test_sketches_are_stored(void **state)
{
    enum { N = 400 };
    static uint32_t room[SKETCH_ROOM];
    sketch sketches[N];
    buffer hashes[N] = {0};
    buffer stored = {0};
    int64_t seconds = 0;
    const uint8_t *at;
    sketch s;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        const size_t nwords = i < 200 ? i : random_below(i < 390 ? 4000 : 100000);
        article_words w = {.title = (uint64_t)random_below(1U << 30) << 34};

        for (size_t j = 0; j < nwords; j++)
            add_word(&w, random_below(1U << 30) * 2);
        assert_true(sketch_make(&w,
                                i % 7 == 0   ? INT64_MIN
                                : i % 7 == 1 ? INT64_MAX - (int64_t)random_below(99)
                                             : -(int64_t)random_below(1U << 30),
                                &hashes[i], &sketches[i]));
        assert_true(sketch_pack(&sketches[i], &seconds, &stored));
        article_words_free(&w);
    }
    at = (const uint8_t *)stored.bytes;
    seconds = 0;
    for (size_t i = 0; i < N; i++) {
        const uint8_t *end = (const uint8_t *)stored.bytes + stored.size;
        int64_t before = seconds;
        const uint8_t *next = sketch_unpack(at, end, &seconds, room, &s);

        assert_non_null(next);
        assert_true(s.seconds == sketches[i].seconds);
        assert_int_equal(s.nwords, sketches[i].nwords);
        assert_int_equal(s.title, sketches[i].title);
        assert_int_equal(s.nhashes, sketches[i].nhashes);
        assert_memory_equal(s.hashes, sketches[i].hashes, s.nhashes * sizeof *s.hashes);
        for (end = at; end < next; end++)
            assert_null(sketch_unpack(at, end, &before, room, &s));
        at = next;
        buffer_free(&hashes[i]);
    }
    assert_ptr_equal(at, stored.bytes + stored.size);
    buffer_free(&stored);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_those_of_the_text),
        cmocka_unit_test(test_words_of_passages_are_the_same),
        cmocka_unit_test(test_overlap_is_that_of_all_runs),
        cmocka_unit_test(test_overlap_of_two_in_one),
        cmocka_unit_test(test_degrees),
        cmocka_unit_test(test_sketches_hold_a_sample),
        cmocka_unit_test(test_sketches_are_stored),
        cmocka_unit_test(test_tables_hold_sketches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
