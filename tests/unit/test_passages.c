/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passages: what must hold for any text (each sentence in one passage, nothing lost but blanks,
 * sizes, blocks kept whole), and tables of sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "text/blanks.h"
#include "text/passages.h"
#include "text/sentences.h"
#include "text/words.h"

#include "chance.h"

/* What is checked about one article. */
typedef struct {
    const char *title;
    size_t title_bytes;
    const char *text;
    size_t text_bytes;
    size_t body_start;
} article;

static uint32_t
count_words(const char *text, size_t start, size_t end, bool shouting)
{
    token_list list = {0};

    assert_true(words_split(text, start, end, shouting, &list));
    uint32_t nwords = (uint32_t)list.ntokens;
    token_list_free(&list);
    return nwords;
}

/* The block of the article that holds byte at. */
static size_t
block_of(const passage_list *list, size_t at, size_t from)
{
    while (from < list->blocks.nblocks && list->blocks.blocks[from].end <= at)
        from++;
    assert_true(from < list->blocks.nblocks && list->blocks.blocks[from].start <= at);
    return from;
}

/* The title's sentences come first, cut as a block of their own. */
static size_t
check_title(const article *a, const passage_list *list, const passage *p, uint32_t *nwords)
{
    size_t i = 0;
    size_t at = blanks_skip(a->title, 0, a->title_bytes);

    for (; i < p->nsentences; i++) {
        const sentence *s = &list->sentences[p->first_sentence + i];
        if (!s->in_title)
            break;
        assert_int_equal(s->start, at);
        assert_int_equal(s->end, sentences_next(a->title, at, a->title_bytes));
        assert_int_equal(s->block, 0);
        assert_int_equal(s->shouting, words_is_shouting(a->title, a->title_bytes));
        *nwords += count_words(a->title, s->start, s->end, s->shouting);
        at = blanks_skip(a->title, s->end, a->title_bytes);
    }
    assert_int_equal(i > 0, p->has_title);
    if (p->has_title)
        assert_int_equal(at, a->title_bytes);
    return i;
}

static void
check_passage(const article *a, const passage_list *list, const passage *p, size_t *at,
              size_t *block_number)
{
    uint32_t nwords = 0;
    uint32_t ntitle_words = 0;
    size_t ntitle = check_title(a, list, p, &ntitle_words);
    uint32_t number = p->has_title ? 1 : 0;
    size_t nsentences = p->nsentences - ntitle;

    for (size_t i = 0; i < nsentences; i++) {
        const sentence *s = &list->sentences[p->first_sentence + ntitle + i];
        size_t start = p->start + s->start;
        size_t end = p->start + s->end;
        *at = blanks_skip(a->text, *at, a->text_bytes);
        assert_int_equal(start, *at); /* so nothing is skipped and nothing comes twice */
        size_t now = block_of(list, start, *block_number);
        const block *b = &list->blocks.blocks[now];
        assert_true(!s->in_title && start < end && end <= b->end);
        assert_int_equal(end, sentences_next(a->text, start, b->end));
        assert_int_equal(s->shouting, b->shouting);
        assert_int_equal(p->furniture, b->kind == BLOCK_FURNITURE);
        number += i > 0 && now != *block_number;
        assert_int_equal(s->block, number);
        nwords += count_words(a->text, start, end, s->shouting);
        *block_number = now;
        *at = end;
    }
    assert_int_equal(p->nwords, nwords + ntitle_words);
    assert_true(p->nwords > 0);
    if (nsentences > 0) {
        assert_int_equal(p->end, *at);
        assert_int_equal(list->sentences[p->first_sentence + ntitle].start, 0);
    }
}

/* No block of up to 200 words is cut; passages of more are one sentence (wordless ones apart). */
static void
check_sizes(const article *a, const passage_list *list)
{
    for (size_t i = 0; i < list->npassages; i++) {
        const passage *p = &list->passages[i];
        uint32_t nwords = 0;
        size_t nworded = 0;
        for (size_t j = 0; j < p->nsentences; j++) {
            const sentence *s = &list->sentences[p->first_sentence + j];
            uint32_t n = s->in_title ? 0
                                     : count_words(a->text, p->start + s->start, p->start + s->end,
                                                   s->shouting);
            nwords += n;
            nworded += n > 0;
        }
        assert_true(nwords <= 200 || nworded == 1);
        if (i + 1 < list->npassages) {
            const passage *next = p + 1;
            size_t before = p->end > p->start ? block_of(list, p->end - 1, 0) : 0;
            if (next->start < next->end && before == block_of(list, next->start, 0)) {
                const block *b = &list->blocks.blocks[before];
                uint32_t nblock = 0;
                for (size_t at = b->start; at < b->end;) {
                    size_t end = sentences_next(a->text, at, b->end);
                    nblock += count_words(a->text, at, end, b->shouting);
                    at = blanks_skip(a->text, end, b->end);
                }
                assert_true(nblock > 200);
            }
        }
    }
}

static void
check_article(const article *a, passage_list *list)
{
    size_t at = a->body_start;
    size_t block_number = 0;
    size_t ntitles = 0;
    size_t nsentences = 0;
    bool title_has_words =
        count_words(a->title, 0, a->title_bytes, words_is_shouting(a->title, a->title_bytes)) > 0;

    assert_true(
        passages_split(a->title, a->title_bytes, a->text, a->text_bytes, a->body_start, list));
    for (size_t i = 0; i < list->npassages; i++) {
        const passage *p = &list->passages[i];
        assert_true(p->start <= p->end && p->end <= a->text_bytes && p->start >= a->body_start);
        assert_int_equal(p->first_sentence, nsentences);
        nsentences += p->nsentences;
        ntitles += p->has_title;
        if (p->start < p->end)
            check_passage(a, list, p, &at, &block_number);
    }
    assert_int_equal(nsentences, list->nsentences);
    assert_int_equal(ntitles, title_has_words);
    if (list->npassages > 0 && list->passages[0].start < list->passages[0].end)
        assert_int_equal(blanks_skip(a->text, at, a->text_bytes), a->text_bytes);
    else
        assert_int_equal(list->npassages, title_has_words);
    check_sizes(a, list);
}

/* A text of blocks with so many words each: "12 30" is a block of 12 and one of 30; "40+5" is a
 * block of a sentence of 40 and one of 5; "f3" is furniture of 5 words. */
static void
make_text(const char *recipe, buffer *text)
{
    buffer_clear(text);
    while (*recipe != '\0') {
        bool is_furniture = *recipe == 'f';
        recipe += is_furniture;
        long nwords = strtol(recipe, (char **)&recipe, 10);
        if (is_furniture)
            assert_true(buffer_add_string(text, "Also read: "));
        for (long i = 0; i < nwords; i++)
            assert_true(buffer_add_string(text, i == 0 ? "Rain" : " falls"));
        assert_true(buffer_add_string(text, is_furniture ? "" : "."));
        assert_true(buffer_add_char(text, *recipe == '+' ? ' ' : '\n'));
        recipe += *recipe != '\0';
    }
}

static void
test_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *title;
        const char *recipe;
        const char *sizes; /* words of the passages; f: furniture, t: with the title */
    } cases[] = {
        {"", "100 100", "100 100"},
        {"", "60 60", "120"},
        {"", "60 90", "60 90"},
        {"", "30 30 30 30", "90 30"},
        {"", "50 50 50 50", "100 100"},
        {"", "90 30 90", "90 120"},
        {"", "90 15 90", "105 90"},
        {"", "100 24", "124"},
        {"", "100 25", "100 25"},
        {"", "190 24", "190 24"},
        {"", "176 24", "200"},
        {"", "200", "200"},
        {"", "100+101", "100 101"},
        {"", "60+60+60+60", "120 120"},
        {"", "30 60+60+60+60", "90 120 60"},
        {"", "300", "300"},
        {"", "10 300 10", "10 300 10"},
        {"", "40 f3 40", "40 f5 40"},
        {"", "40 f3 f3 40", "40 f10 40"},
        {"", "f3 40", "f5 40"},
        {"", "f3", "5"},
        {"A title", "30 40", "t72"},
        {"A title", "f3 40", "f5 t42"},
        {"A title", "", "t2"},
        {"", "", ""},
    };
    buffer text = {0};
    buffer sizes = {0};
    passage_list list = {0};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_text(cases[i].recipe, &text);
        article a = {cases[i].title, strlen(cases[i].title), text.size > 0 ? text.bytes : "",
                     text.size, 0};
        check_article(&a, &list);
        buffer_clear(&sizes);
        assert_true(buffer_add_string(&sizes, ""));
        for (size_t j = 0; j < list.npassages; j++)
            assert_true(buffer_printf(
                &sizes, "%s%s%s%u", j > 0 ? " " : "", list.passages[j].furniture ? "f" : "",
                list.passages[j].has_title ? "t" : "", list.passages[j].nwords));
        assert_string_equal(sizes.bytes, cases[i].sizes);
    }
    passage_list_free(&list);
    buffer_free(&sizes);
    buffer_free(&text);
}

static void
test_blocks_and_sentences_are_numbered(void **state)
{
    (void)state;
    static const char title[] = "Ferry sails. At last!";
    static const char text[] = "Title line\n\nIt rained.It stopped.\nSNOWS FELL NOW.\n";
    static const struct {
        uint32_t start;
        uint32_t end;
        uint32_t block;
        bool shouting;
        bool in_title;
    } expected[] = {
        {0, 12, 0, false, true},   {13, 21, 0, false, true}, {0, 10, 1, false, false},
        {10, 21, 1, false, false}, {22, 37, 2, true, false},
    };
    passage_list list = {0};

    assert_true(passages_split(title, strlen(title), text, strlen(text), 12, &list));
    assert_int_equal(list.npassages, 1);
    assert_int_equal(list.passages[0].start, 12);
    assert_int_equal(list.passages[0].end, strlen(text) - 1);
    assert_int_equal(list.nsentences, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < list.nsentences; i++) {
        assert_int_equal(list.sentences[i].start, expected[i].start);
        assert_int_equal(list.sentences[i].end, expected[i].end);
        assert_int_equal(list.sentences[i].block, expected[i].block);
        assert_int_equal(list.sentences[i].shouting, expected[i].shouting);
        assert_int_equal(list.sentences[i].in_title, expected[i].in_title);
    }
    passage_list_free(&list);
}

static void
test_articles_without_words(void **state)
{
    (void)state;
    passage_list list = {0};

    assert_true(passages_split(NULL, 0, NULL, 0, 0, &list));
    assert_int_equal(list.npassages, 0);
    assert_true(passages_split("* * *", 5, "--\n...\n", 7, 0, &list));
    assert_int_equal(list.npassages, 0);
    assert_true(passages_split("Rain", 4, "Rain\n\n--\n...\n", 13, 6, &list));
    assert_int_equal(list.npassages, 1);
    assert_true(list.passages[0].has_title);
    assert_int_equal(list.passages[0].start, 6);
    assert_int_equal(list.passages[0].end, 6);
    assert_int_equal(list.passages[0].nsentences, 1);
    passage_list_free(&list);
}

static void
test_wordless_blocks_go_with_their_neighbours(void **state)
{
    (void)state;
    static const char text[] =
        "* * *\nAlso read: Rain\n* * *\nIt rained.\n* * *\nAlso read: Snow\n";
    article a = {"", 0, text, strlen(text), 0};
    passage_list list = {0};

    check_article(&a, &list);
    assert_int_equal(list.npassages, 3);
    assert_true(list.passages[0].furniture);
    assert_int_equal(list.passages[0].nsentences, 3);
    assert_false(list.passages[1].furniture);
    assert_int_equal(list.passages[1].nsentences, 2);
    passage_list_free(&list);
}

/* No passage is of more than SENTENCES_MAX_BYTES, though little or nothing in it is a word. */
static void
test_passages_are_bounded_in_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *first;
        const char *pattern;
        const char *last;
        size_t most_blocks;
    } cases[] = {
        {"Rain.\n", ".\n", "Snow.\n", 3}, {"Also read: Rain\n", "* * *\r\n\n", "Snow.\n", 3},
        {"Rain", " .", " falls", 1},      {".\n", "\n", "Snow.\n", 2},
        {"Rain. ", " ", "Snow.\n", 1},    {"", ". ", "Snow\n", 1},
        {"Rain.\n", "。", "", 2},
    };
    buffer text = {0};
    passage_list list = {0};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer_clear(&text);
        assert_true(buffer_add_string(&text, cases[i].first));
        while (text.size < 3 * SENTENCES_MAX_BYTES)
            assert_true(buffer_add_string(&text, cases[i].pattern));
        assert_true(buffer_add_string(&text, cases[i].last));
        assert_true(passages_split("A title", 7, text.bytes, text.size, 0, &list));
        assert_true(list.blocks.nblocks <= cases[i].most_blocks);
        size_t at = 0;
        size_t ntitles = 0;
        for (size_t j = 0; j < list.npassages; j++) {
            const passage *p = &list.passages[j];
            assert_int_equal(p->start, blanks_skip(text.bytes, at, text.size));
            assert_true(p->end > p->start && p->end - p->start <= SENTENCES_MAX_BYTES);
            assert_true(p->nsentences > 0);
            ntitles += p->has_title;
            at = p->end;
        }
        assert_int_equal(blanks_skip(text.bytes, at, text.size), text.size);
        assert_int_equal(ntitles, 1);
        assert_true(list.nsentences < text.size / 500);
    }
    passage_list_free(&list);
    buffer_free(&text);
}

static void
test_any_text_keeps_its_sentences(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "The ferry ",
        "sails ",
        "on Thursday",
        ". ",
        ".",
        "\n",
        "\n\n",
        "“Yes,” ",
        "he said",
        "Also read: ",
        "Rain\n",
        "\nMORE NEWS\n",
        "- ",
        "* * *\n",
        "U.S. ",
        "Mr. ",
        "é",
        "雨。",
        "It was a long day for all of us ",
        "? ",
        "A Headline Of Six Words Here\n",
        "Tram leaves rails in the city\n",
        "The captain did not sleep and the cook did not either, so that the soup was late. "};
    buffer text = {0};
    passage_list list = {0};

    for (int round = 0; round < 1500; round++) {
        buffer_clear(&text);
        for (int i = 0; i < 10 + round % 300; i++) {
            assert_true(
                buffer_add_string(&text, parts[random_below(sizeof parts / sizeof *parts)]));
        }
        size_t title_bytes = utf8_cut(text.bytes, text.size, (size_t)(round % 50));
        size_t body_start = round % 2 == 0 ? 0 : title_bytes;
        article a = {text.bytes, title_bytes, text.bytes, text.size, body_start};
        check_article(&a, &list);
    }
    passage_list_free(&list);
    buffer_free(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_blocks_and_sentences_are_numbered),
        cmocka_unit_test(test_articles_without_words),
        cmocka_unit_test(test_wordless_blocks_go_with_their_neighbours),
        cmocka_unit_test(test_passages_are_bounded_in_bytes),
        cmocka_unit_test(test_any_text_keeps_its_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
