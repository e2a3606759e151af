/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks and furniture: tables of texts and of what each of their blocks is. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/file.h"
#include "text/blanks.h"
#include "text/blocks.h"
#include "text/furniture.h"

#include "chance.h"

/* One letter for each block: P paragraph, L list item, F furniture; small where it is shouting. */
static void
describe(const block_list *list, buffer *out)
{
    static const char letters[] = "HPLF";

    for (size_t i = 0; i < list->nblocks; i++) {
        const block *b = &list->blocks[i];
        assert_true(buffer_add_char(out, (char)(letters[b->kind] | (b->shouting ? 0x20 : 0))));
    }
}

static void
check_shape(const char *text, const char *expected, bool with_furniture)
{
    block_list list = {0};
    buffer shape = {0};

    assert_true(buffer_add_string(&shape, ""));
    assert_true(blocks_find(text, 0, strlen(text), &list));
    if (with_furniture)
        furniture_mark(text, &list);
    describe(&list, &shape);
    if (strcmp(shape.bytes, expected) != 0)
        print_message("%s\n", text);
    assert_string_equal(shape.bytes, expected);
    block_list_free(&list);
    buffer_free(&shape);
}

static void
test_a_line_is_a_block(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *shape;
    } cases[] = {
        {"", ""},
        {" \n\t\r\n\f ", ""},
        {"One.", "P"},
        {"One.\nTwo.", "PP"},
        {"\n\nOne.\r\nTwo.\rThree.\fFour.\xe2\x80\xa8"
         "Five.\xe2\x80\xa9Six.\n",
         "PPPPPP"},
        {"One.\vStill one.\xc2\x85Still one.", "P"},
        {"WHOLLY IN CAPITALS\nNot so", "pP"},
        {"Intro:\n- one\n* two\n• three\n•four\n– five\n1. six\n12) seven\na) eight\n",
         "PLLLLLLLL"},
        {"* * *\n.\n\n--\nOne.\n--\n...\nTwo.\n- 1\n",
         "LPPPL"}, /* lines without words are one block */
        {"1987. It was a year.\n-5 degrees\n*starred*\n4.5 metres\na. not one", "PPPPP"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_shape(cases[i].text, cases[i].shape, false);
}

static const char wrapped[] =
    "The ferry was to sail on Thursday, in calm weather, with or without\n"
    "an agreement between the delegations, one of the organisers told the\n"
    "reporters who had been waiting on the quay since the early morning,\n"
    "and the mediators had been given the choice of staying on board\n"
    "until the evening.\n"
    "\n"
    "Nobody had asked the crew, which had served soup to all of them for\n"
    "two nights and which was, as its captain put it, not a party to the\n"
    "talks. The delegations asked for these few things:\n"
    "- blankets, of which there were not enough for all of the guests on\n"
    "  the lower deck, and a promise that there would be more of them on\n"
    "  the second night;\n"
    "- a quiet room.\n"
    "\n"
    "The captain gave them the play area of the children, where there are\n"
    "no corners – a plenary session was then held, the shortest of the\n"
    "week.\n"
    "    Nobody spoke of prisoners, the herring or the light on the rock,\n"
    "and the meeting closed before the soup was cold, which the cook took\n"
    "as a compliment to himself.\n";

static void
test_hard_wrapped_lines_are_joined(void **state)
{
    (void)state;
    check_shape(wrapped, "PPLLPP", false);
}

static void
test_hard_wrapped_capitals_are_joined(void **state)
{
    (void)state;
    buffer upper = {0};

    assert_true(buffer_add_string(&upper, wrapped));
    for (size_t i = 0; i < upper.size; i++)
        if (upper.bytes[i] >= 'a' && upper.bytes[i] <= 'z')
            upper.bytes[i] = (char)(upper.bytes[i] - 0x20);
    check_shape(upper.bytes, "ppllpp", false);
    buffer_free(&upper);
}

/* A block of the text, its lines joined by blanks. */
static void
check_block(const char *text, const block_list *list, size_t number, const char *expected)
{
    buffer joined = {0};

    assert_true(number < list->nblocks);
    const block *b = &list->blocks[number];
    assert_true(buffer_add(&joined, text + b->start, b->end - b->start));
    for (size_t i = 0; i < joined.size; i++)
        if (joined.bytes[i] == '\n')
            joined.bytes[i] = ' ';
    assert_true(joined.size >= strlen(expected));
    assert_memory_equal(joined.bytes, expected, strlen(expected));
    buffer_free(&joined);
}

/* Lines that were never filled (a byline, a signature) neither keep the text from being seen as
 * hard-wrapped nor are they joined. */
static void
test_short_lines_of_wrapped_text_stand_alone(void **state)
{
    (void)state;
    static const char text[] =
        "Ferry talks go on\n"
        "\n"
        "By Joan Lunn\n"
        "Norwick Herald\n"
        "Staff Writer\n"
        "\n"
        "The ferry was to sail on Thursday, in calm weather, with or without\n"
        "an agreement between the delegations, one of the organisers told the\n"
        "reporters who had been waiting on the quay, and a colleague of Gen.\n"
        "Aster said the same.\n"
        "\n"
        "The pledge of the\n"
        "harbour board\n"
        "\n"
        "- soup for all of\n"
        "  Norwick\n"
        "- no herring\n"
        "\n"
        "Nobody had asked the crew, which had served soup to all of them for\n"
        "two nights and which was, as its captain put it, not a party to the\n"
        "talks.\n"
        "\n"
        "Joan Lunn\n"
        "12 Quay Street\n";
    block_list list = {0};

    check_shape(text, "PPPPPPLLPPP", false);
    assert_true(blocks_find(text, 0, strlen(text), &list));
    check_block(text, &list, 1, "By Joan Lunn");
    check_block(text, &list, 4,
                "The ferry was to sail on Thursday, in calm weather, with or without an");
    check_block(text, &list, 5, "The pledge of the harbour board");
    check_block(text, &list, 6, "- soup for all of   Norwick");
    check_block(text, &list, 10, "12 Quay Street");
    block_list_free(&list);
}

static void
test_paragraphs_of_a_line_are_not_taken_for_wrapped(void **state)
{
    (void)state;
    /* Lines that are sentences, of about one length. */
    check_shape("The ferry was to sail on Thursday with or without an agreement there.\n"
                "The crew has served soup to all delegates for two nights in a row now.\n"
                "The captain gave the mediators the play area of children to meet in.\n"
                "The delegations did not say whether they would come back on Thursday.\n"
                "The islands wanted to keep their nets and their prisoners, too, then.\n",
                "PPPPP", false);
    /* Headlines of about one length. */
    check_shape("Moon rover finds glassy beads beside an ancient crater\n"
                "Cold snap empties the vineyards of the southern valley\n"
                "Four injured after a tram leaves its rails in the city\n"
                "Ferry museum gets its steam engine back after 60 years\n"
                "Regulator recalls a kettle model with a faulty switch!\n",
                "PPPPP", false);
    /* Verses, which could have held more. */
    check_shape("the sea is grey\nand nothing moves upon it but a gull\nthe harbour sleeps\n"
                "and so do I\nuntil the tide comes back\n",
                "PPPPP", false);
    /* A stanza that is filled by chance, among others. */
    check_shape("the sea is grey and nothing moves\nupon it but a single small gull\nthat "
                "waits for herring on a rope\nand does not mind the rain at all\n\n"
                "the harbour\nsleeps\nand so\ndo I\n\nuntil\nthe tide\ncomes\nback\n\n"
                "and\nthe soup\nis cold\n",
                "PPPPPPPPPPPPPPP", false);
    /* Paragraphs of a line with an empty line between some of them, and short ones. */
    check_shape("The ferry was to sail on Thursday with or without an agreement there.\n"
                "The crew has served soup to all delegates for two nights in a row now.\n\n"
                "By Joan Lunn\nNorwick\n\n"
                "The captain gave the mediators the play area of children to meet in.\n"
                "The delegations did not say whether they would come back on Thursday.\n",
                "PPPPPP", false);
    /* One line is too long. */
    check_shape("The ferry was to sail on Thursday, in calm weather, with or without an agreement "
                "between the delegations, one of the organisers told the reporters on the quay\n"
                "and this is\nand this is\nand this is\nand this is\nand this is\n",
                "PPPPPP", false);
}

#define PROSE                                                                                      \
    "The ferry sailed on Thursday with all of its delegates on board.\n"                           \
    "Nobody told the crew how long the talks would go on this time.\n"

/* More than 30 words. */
#define LONG_LINE                                                                                  \
    "See also how the crew, which had served soup to all of the delegates for two nights in a "    \
    "row and had not slept, was then asked to take part in a vote on the matter of the nets"

static void
test_lines_of_furniture(void **state)
{
    (void)state;
    static const char *const furniture[] = {
        "Also Read: Ferry Talks To Resume",
        "ALSO READ | Ferry Talks To Resume",
        "Also Read Ferry Talks To Resume",
        "- Also read: Ferry talks to resume",
        "[Read more: Ferry talks to resume]",
        ">> See also: Ferry talks to resume.",
        "Read more",
        "READ: Ferry talks to resume",
        "WATCH | The ferry sails, and the captain speaks to his crew about the soup.",
        "Listen – the ferry talks",
        "Also read: The captain told the crew that soup would be served to all on board at eight.",
        "Also read - Captain: 'We won't pay'",
        "Recommended: Ferry talks to resume",
        "» Read more: Ferry talks to resume",
        "Watch: will the ferry sail?",
        "Related: the ferry",
        "More on this story",
        "Advertisement",
        "Sign up for our newsletter.",
        "Click here to read more.",
        "Follow us on every channel.",
        "Share this article",
    };
    static const char *const prose[] = {
        "Also read out in court was a letter from the captain.",
        "Read more than one book, the captain told his crew.",
        "Watch the sea, the captain told his crew.",
        "Related parties were not told.",
        "Reading is for winter, he said.",
        "“Listen – we are going to win this vote,” the captain told his crew",
        "“Watch: nobody will sail on Thursday,” the captain told his crew",
        "\"Read - that is what I tell all of my pupils every day,\" the teacher said",
        "‘Share this story,’ the officer told her",
        "Read – that is what I tell all of my pupils every day!",
        "Listen: we have won.",
        "Watch: he said “we shall sail!”",
        "Also read out in court was a letter: “I am sorry about the herring.”",
        "Also read out in court was a letter: “I am sorry!”",
        "Also read - out in court - was a letter from the captain.",
        "Sign up for the scheme has risen sharply since May, ministers said.",
        "Share this story of the herring with nobody, the officer told her.",
        "Follow us on the way to the harbour, the captain told his crew.",
        "Recommended doses were exceeded, the doctor said.",
        "Sign up or leave, the captain told his crew.",
        "Read-more buttons do not help, the captain said.",
        "Advertisement revenue fell by a third in the year, the publisher said.",
        LONG_LINE,
    };
    buffer text = {0};

    for (size_t i = 0; i < sizeof furniture / sizeof *furniture; i++) {
        buffer_clear(&text);
        assert_true(buffer_printf(&text, PROSE "%s\n" PROSE, furniture[i]));
        check_shape(text.bytes, "PPFPP", true);
    }
    for (size_t i = 0; i < sizeof prose / sizeof *prose; i++) {
        buffer_clear(&text);
        assert_true(buffer_printf(&text, PROSE "%s\n" PROSE, prose[i]));
        check_shape(text.bytes, "PPPPP", true);
    }
    buffer_free(&text);
}

static void
test_headed_lists(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *shape;
    } cases[] = {
        {PROSE "LATEST POSTS\n- 1\nMoon rover finds beads - 2\nIt is stunning!\nWho won? It was 'a "
               "farce.'\nTram leaves its rails.\n",
         "PPfFFFFF"},
        {PROSE "More News", "PPF"},
        {PROSE "More from Harbour Wire\nMoon rover finds beads\n", "PPFF"},
        {PROSE "You may also like:\nMoon rover finds beads\n", "PPFF"},
        /* In the middle of an article, the headlines only. */
        {PROSE "TOP STORIES\nMoon rover finds beads\nTram leaves rails\n" PROSE "It sank. It was "
               "old. It had been built in 1931.\n",
         "PPfFFPPP"},
        /* Paragraphs that end in speech are no headlines. */
        {PROSE "RECOMMENDED\nHe told them: “We have won the clause.”\nShe said: “Nobody has.”\n"
               "One said: “I want to sail!”\nWill they pay for the soup?\nWho knows?\n",
         "PPFPPPPP"},
        /* A heading of the article itself. */
        {PROSE "Trending\n" PROSE "It sank. It was old.\n", "PPPPPP"},
        {PROSE "Related\n" PROSE, "PPFPP"},
        {PROSE "More in sorrow than in anger.\n" PROSE, "PPPPP"},
        /* A summary of news is an article. */
        {"TOP STORIES\nMoon rover finds beads\nTram leaves rails\n", "pPP"},
        {"Advertisement\nAlso read: beads\n", "PP"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_shape(cases[i].text, cases[i].shape, true);
}

static void
test_trailing_headlines(void **state)
{
    (void)state;
#define HEADLINES                                                                                  \
    "Moon rover finds glassy beads\nTram leaves its rails in the city\n'We Won't Pay For Soup'\n"
    static const struct {
        const char *text;
        const char *shape;
    } cases[] = {
        {PROSE HEADLINES, "PPFFF"},
        {PROSE "Moon rover finds glassy beads\nTram leaves its rails\n", "PPPP"},
        {HEADLINES, "PPP"},
        {"The ferry sailed on Thursday with all of its delegates on board.\n" HEADLINES, "PPPP"},
        {PROSE "These are the headlines of the year, as our readers chose them:\n" HEADLINES,
         "PPPPPP"},
        {PROSE "Headlines of the year\n" HEADLINES PROSE, "PPPPPPPP"},
        {PROSE "- Moon rover finds beads\n- Tram leaves its rails\n- Nobody pays for soup\n",
         "PPLLL"},
        {PROSE "the sea is grey tonight\nand nothing moves on it\nbut a single gull\n", "PPPPP"},
        {PROSE "Shr 34 cts 19 dlrs\nNet 807 000 2 858\nAvg 24 12 11 4\n", "PPPPP"},
        {PROSE "Win\nPlace\nShow\n", "PPPPP"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_shape(cases[i].text, cases[i].shape, true);
}

/* Blocks are in order, not empty, without blanks at their ends, and hold all that is not blank. */
static void
check_cover(const char *text, size_t nbytes, const block_list *list)
{
    size_t at = 0;

    for (size_t i = 0; i < list->nblocks; i++) {
        const block *b = &list->blocks[i];
        assert_true(b->start < b->end && b->end <= nbytes);
        assert_int_equal(blanks_skip(text, at, nbytes), b->start);
        assert_int_equal(blanks_trim(text, b->start, b->end), b->end);
        at = b->end;
    }
    assert_int_equal(blanks_skip(text, at, nbytes), nbytes);
}

static void
test_any_text_is_covered(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "The ferry ", "sails", ".",  "\n", "\n\n", "\r\n",         "  ",          "\t",       "- ",
        "1. ",        "•",     "\f", "é",  "雨",   "\xe2\x80\xa8", "Also read: ", "MORE NEWS"};
    buffer text = {0};
    block_list list = {0};

    for (int round = 0; round < 3000; round++) {
        buffer_clear(&text);
        for (int i = 0; i < 50; i++) {
            assert_true(
                buffer_add_string(&text, parts[random_below(sizeof parts / sizeof *parts)]));
        }
        assert_true(blocks_find(text.bytes, 0, text.size, &list));
        check_cover(text.bytes, text.size, &list);
        furniture_mark(text.bytes, &list);
        check_cover(text.bytes, text.size, &list);
        size_t nkept = 0;
        for (size_t i = 0; i < list.nblocks; i++)
            nkept += list.blocks[i].kind != BLOCK_FURNITURE;
        assert_true(nkept > 0 || list.nblocks == 0);
    }
    block_list_free(&list);
    buffer_free(&text);
}

/* The blocks of furniture of an article of the test data, as ranges of bytes. */
static void
test_furniture_of_five_articles(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t nblocks;
        size_t nfurniture;
        size_t ranges[4]; /* start and end of runs of furniture */
    } cases[] = {
        {"000_348e05172acda408.txt", 12, 0, {0}},
        {"001_b27b0578b2f3ae63.txt", 16, 1, {3626, 3635}},
        {"002_f909dacdc531eaaf.txt", 30, 16, {2379, 3477}},
        {"003_504ffb9e72707255.txt", 3, 0, {0}},
        {"004_4cc69a57aba5244b.txt", 7, 2, {1455, 1560, 2740, 2835}},
    };
    const char *data = getenv("QUIRE_TESTDATA");
    buffer path = {0};
    buffer text = {0};
    block_list list = {0};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t nfurniture = 0;
        size_t nrange = 0;
        buffer_clear(&path);
        buffer_clear(&text);
        assert_true(buffer_printf(&path, "%s/articles/%s", data != NULL ? data : "../shared",
                                  cases[i].name));
        if (file_read(AT_FDCWD, path.bytes, 1 << 20, &text, NULL, NULL) != QUIRE_OK) {
            print_message("skipped: no %s (set QUIRE_TESTDATA)\n", path.bytes);
            buffer_free(&path);
            buffer_free(&text);
            skip();
        }
        assert_true(blocks_find(text.bytes, 0, text.size, &list));
        furniture_mark(text.bytes, &list);
        check_cover(text.bytes, text.size, &list);
        assert_int_equal(list.nblocks, cases[i].nblocks);
        for (size_t j = 0; j < list.nblocks; j++) {
            if (list.blocks[j].kind != BLOCK_FURNITURE)
                continue;
            nfurniture++;
            if (j == 0 || list.blocks[j - 1].kind != BLOCK_FURNITURE)
                assert_int_equal(list.blocks[j].start, cases[i].ranges[nrange++]);
            if (j + 1 == list.nblocks || list.blocks[j + 1].kind != BLOCK_FURNITURE)
                assert_int_equal(list.blocks[j].end, cases[i].ranges[nrange++]);
        }
        assert_int_equal(nfurniture, cases[i].nfurniture);
    }
    block_list_free(&list);
    buffer_free(&text);
    buffer_free(&path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_is_a_block),
        cmocka_unit_test(test_hard_wrapped_lines_are_joined),
        cmocka_unit_test(test_hard_wrapped_capitals_are_joined),
        cmocka_unit_test(test_short_lines_of_wrapped_text_stand_alone),
        cmocka_unit_test(test_paragraphs_of_a_line_are_not_taken_for_wrapped),
        cmocka_unit_test(test_lines_of_furniture),
        cmocka_unit_test(test_headed_lists),
        cmocka_unit_test(test_trailing_headlines),
        cmocka_unit_test(test_any_text_is_covered),
        cmocka_unit_test(test_furniture_of_five_articles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
