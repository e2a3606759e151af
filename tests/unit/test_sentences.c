/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences: where they end, rule by rule.  In each text a '|' stands where a sentence is to end
 * and is taken out before the text is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "text/abbreviations.h"
#include "text/blanks.h"
#include "text/sentences.h"

#include "chance.h"

/* Put the sentences of text into out, '|' between them. */
static void
join_sentences(const char *text, size_t nbytes, buffer *out)
{
    size_t at = blanks_skip(text, 0, nbytes);

    while (at < nbytes) {
        size_t end = sentences_next(text, at, nbytes);
        assert_true(end > at && end <= nbytes);
        if (out->size > 0)
            assert_true(buffer_add_char(out, '|'));
        assert_true(buffer_add(out, text + at, end - at));
        at = blanks_skip(text, end, nbytes);
    }
}

/* marked: sentences with '|' between them and the blanks, if any, behind each '|'. */
static void
check(const char *marked)
{
    buffer text = {0};
    buffer expected = {0};
    buffer found = {0};

    for (const char *p = marked; *p != '\0'; p++) {
        if (*p != '|')
            assert_true(buffer_add_char(&text, *p));
        assert_true(buffer_add_char(&expected, *p));
        if (*p == '|')
            while (p[1] == ' ' || p[1] == '\n')
                assert_true(buffer_add_char(&text, *++p));
    }
    join_sentences(text.bytes, text.size, &found);
    assert_string_equal(found.bytes, expected.bytes);
    buffer_free(&text);
    buffer_free(&expected);
    buffer_free(&found);
}

#define CHECK_ALL(table)                                                                           \
    for (size_t i = 0; i < sizeof(table) / sizeof *(table); i++)                                   \
    check((table)[i])

static void
test_marks_and_closing_quotes_end(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "It rained.| It stopped.",
        "Did it?| It did!| Good…| Very good.",
        "“It rained.”| She left.",
        "\"It rained.\"| She left.",
        "He called it 'a farce.'| She left.",
        "(It rained.)| [It stopped.]| «It froze.»| Then sun.",
        "What?!| Nothing!!!| Fine.",
        "It rained.|  \n  It stopped.",
        "雨だ。|本当？|はい！|「そうだ。」|では",
        "It rained",
        "It rained.| - Then it stopped.",
        "It rained: the river, 4.5 metres high, rose.",
        "It rained in 2025.| 20 people came.",
    };
    CHECK_ALL(texts);
}

static void
test_lower_case_behind_goes_on(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\"Why?\" he asked.| Nobody knew.",
        "“Go!” she cried.",
        "The firm (est. 1987) closed.",
        "He waited ... and waited.| Then ... nothing.",
        "Well... perhaps.| Yes...| The end.",
        "It fell to No. 3, vs. second, i.e. behind, e.g. Spain.",
        "... and then it stopped.| It had rained.",
        "He said . . . nothing.",
    };
    CHECK_ALL(texts);
}

static void
test_abbreviations_do_not_end(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Mr. Orme met Mrs. Lunn, Ms. Hart and Dr. Fisk.| They spoke.",
        "Gen. Hume, Lt. Col. Ash, Sgt. Bell and Capt. Cole left.",
        "Sen. Dale and Rep. Field met Gov. Hill and Prof. Moor.",
        "Rev. John of St. Mary and Hon. Jane came.",
        "He rang No. 10 at 3 a.m. on Monday.| Nobody answered.",
        "She said no.| Then she left.",
        "See Fig. 3 and Vol. 2 of the report, pp. 5 and p. 6.",
        "On Jan. 5 and Feb. 6 it rained.",
        "THE PRES. OF THE BOARD MET GEN. HUME .| HE LEFT .",
        "Lt.-Gen. Hume came.",
    };
    CHECK_ALL(texts);
}

static void
test_abbreviations_end_before_an_opener(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "He lives in the U.S.| The country is large.",
        "He met U.S. President Trump.",
        "It begins at 5 p.m.| In the morning it rained.",
        "It begins at 5 p.m. Monday.",
        "He runs Corvane Inc.| It makes fibre.",
        "He runs Corvane Inc. Chairman Bell left.",
        "She holds a Ph.D.| She is a chemist.",
        "Martin King Jr. Boulevard is long.",
        "They moved from the U.K.| But Russia stayed.",
        "It closed in Dec.| The move was late.",
        "The envoy left the U.S.| A senior aide stayed.",
        "The U.S. A Team Won",
        "U.S. And Russia Agree",
        "Apple Inc. To Buy Pear Corp.",
        "I moved to D.C.| I'm glad.",
    };
    CHECK_ALL(texts);
}

static void
test_initials_do_not_end(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "George W. Bush met J. R. R. Tolkien.| They spoke.",
        "Adm. J. P. Royce of the U.S. Navy spoke.",
        "É. Macron met J.R.R.Tolkien of the U.S.Army.",
        "He met Mr.J.D. Vance, i.e.U.S. officials.",
        "Reserves......N.A. and loans.......N.A. in all",
        "It was vitamin C.| The doctor said so.",
    };
    CHECK_ALL(texts);
}

static void
test_lost_blanks_end(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "in the Middle East.|According to him, yes.",
        "a “thorough exchange of views.”|The two had spoken.",
        "by the “US draft.””|The aim is peace.",
        "said the aide.|“The plan is dead.",
        "He called it \"a farce.\"|Then he left.",
        "\"One,\" he said.|\"Two,\" she said.",
        "it grew by 3%.|Then it fell.",
        "in 2025.|The year ended.",
        "at the UN.|The US agreed.",
        "moved to fit his needs.|He left.",
        "TO FIT HIS NEEDS.|HIS CABINET AGREED",
        "Why not?|Because it rained!|Then it stopped.",
        "He left…|They stayed.",
        "said Reuters (AP).|The rest",
        "他说.|然后",
        "he said.|A man came.|I left.",
        "heard the case.|J.D. Vance spoke.",
        "He praised the East.|U.S. Congress did not.",
        "It failed.|U.S.Army men left.",
        "It ended in 2025.|U.N. staff left.",
        "the “US draft.”|U.S. officials spoke.",
        "the council met.|É.D. Vance spoke.",
        "heard the case.J. D. Vance spoke.",
    };
    CHECK_ALL(texts);
}

static void
test_addresses_and_numbers_do_not_end(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "See Example.Com or example.COM for more.",
        "See www.example.com/News.Today for more.",
        "See http://example.com/a.Html?x=Y.Z for more.",
        "Write to first.Last@example.com or First.Last@Example.Org today.",
        "It cost 4.5 or 1.234.567 in all.",
        "The files a.B and x.Y are one.",
        "The file a.B.C and www.example.B.C are one.",
        "a v2.0 release",
    };
    CHECK_ALL(texts);
}

static void
test_enumerators_do_not_end(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "1. Foo is first.| 2. Bar is second.",
        "iv. The fourth.",
        "A. Foo",
        "10. The tenth.",
    };
    CHECK_ALL(texts);
}

static void
test_a_blank_before_the_mark_is_no_matter(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "HE WAS A MAN .| THEN HE LEFT .",
        "THE U.S . FIRST ARMY CAME .| HE LEFT .",
        "IT BEGAN ON FEB . 25 .| MME . PAULE CAME .",
        "THE U.S. IN 1963 WAS RICH .",
    };
    CHECK_ALL(texts);
}

static void
test_names_with_a_mark(void **state)
{
    (void)state;
    check("He bought Yahoo! Inc. shares.| They fell.");
    check("He left Yahoo!| The board agreed.");
}

/* A text of nbytes made of a repeated pattern. */
static char *
repeat(const char *pattern, size_t nbytes)
{
    char *text = malloc(nbytes);
    size_t n = strlen(pattern);

    assert_non_null(text);
    for (size_t i = 0; i < nbytes; i++)
        text[i] = pattern[i % n];
    return text;
}

static void
test_long_sentences_are_cut(void **state)
{
    (void)state;
    size_t nbytes = 4 * 2500;
    char *text = repeat("abc ", nbytes);

    assert_int_equal(sentences_next(text, 0, nbytes), 4 * SENTENCES_MAX_WORDS - 1);
    assert_int_equal(sentences_next(text, 8000, nbytes), nbytes - 1);
    free(text);
    nbytes = 3 * SENTENCES_MAX_BYTES;
    text = repeat("雨", nbytes - nbytes % 3);
    nbytes -= nbytes % 3;
    assert_int_equal(sentences_next(text, 0, nbytes), SENTENCES_MAX_BYTES / 3 * 3);
    free(text);
}

/* A megabyte of each: what takes quadratic time would not come back from this test. */
static void
test_hostile_texts_are_cut(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        ".",     "\"",    "'",   ". ",   "A.",   "a.A",   ".\"", ".\" ", ". (",  "“",
        "a.Aa.", "!\"?'", "...", " ",    "www.", "@.",    "a@",  "1.",   "x.“X", "Mr. ",
        ".)",    "(",     "-",   "a. -", "U.S.", "U.S. ", "…”",  "。",   "\n",   "\xcc\x88.",
    };
    size_t nbytes = 1 << 20;

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        size_t n = strlen(patterns[i]);
        size_t whole = nbytes - nbytes % n;
        char *text = repeat(patterns[i], whole);
        size_t at = blanks_skip(text, 0, whole);
        while (at < whole) {
            size_t end = sentences_next(text, at, whole);
            assert_true(end > at && end - at <= SENTENCES_MAX_BYTES);
            at = blanks_skip(text, end, whole);
        }
        free(text);
    }
}

static void
test_any_text_is_cut_without_loss(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "The ",    "a",    ".",   "“",  "”",        "\"", " ",  "U.S", "Mr",          "?", "!",
        "…",       "'",    "No",  "10", ")",        "(",  "\n", "é",   "。",          "@", "www.",
        "example", ".com", "He ", "I ", "\xc2\xad", "-",  "雨", ",",   "\xe2\x81\xa0"};
    buffer text = {0};

    for (int round = 0; round < 3000; round++) {
        buffer_clear(&text);
        for (int i = 0; i < 60; i++) {
            assert_true(
                buffer_add_string(&text, parts[random_below(sizeof parts / sizeof *parts)]));
        }
        size_t at = blanks_skip(text.bytes, 0, text.size);
        while (at < text.size) {
            size_t end = sentences_next(text.bytes, at, text.size);
            assert_true(end > at && end <= text.size);
            assert_true(blanks_trim(text.bytes, at, end) == end);
            at = blanks_skip(text.bytes, end, text.size);
        }
    }
    buffer_free(&text);
}

static void
test_what_is_ended(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_ended;
    } cases[] = {
        {"It rained.", true},     {"Did it?", true},
        {"No!” ", true},          {"'zero embarrassment.'", true},
        {"He waited…", true},     {"雨。", true},
        {"(It did.)", true},      {"More News", false},
        {"As follows:", false},   {"", false},
        {"\"\"", false},          {"Museum - 2", false},
        {"the \"Board\"", false}, {"It rained.»”)\xe2\x80\x8b ", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(sentences_is_ended(cases[i].text, 0, strlen(cases[i].text)),
                         cases[i].is_ended);
}

static void
test_closers_are_trimmed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t end;
    } cases[] = {
        {"It rained.", 10}, {"It rained.”\xe2\x80\x99) ", 10}, {"“It", 5}, {"”\"'", 0}, {"", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(sentences_trim_closers(cases[i].text, 0, strlen(cases[i].text)),
                         cases[i].end);
    assert_true(sentences_is_opening_quote(0x201C));
    assert_false(sentences_is_opening_quote('('));
}

static void
test_edges(void **state)
{
    (void)state;
    assert_int_equal(sentences_next("", 0, 0), 0);
    assert_int_equal(sentences_next("abc", 3, 3), 3);
    assert_int_equal(sentences_next("  It. He.", 0, 9), 5);
    assert_int_equal(sentences_next("It. He.  ", 3, 9), 7);
    assert_int_equal(abbreviations_kind("Gen", 3), ABBREVIATION_ALWAYS);
    assert_int_equal(abbreviations_kind("gen", 3), ABBREVIATION_NONE);
    assert_int_equal(abbreviations_kind("wyo", 3), ABBREVIATION_OFTEN);
    assert_int_equal(abbreviations_kind("", 0), ABBREVIATION_NONE);
    assert_int_equal(abbreviations_kind("abbreviations", 13), ABBREVIATION_NONE);
    assert_int_equal(abbreviations_opener("you", 3), OPENER_STRONG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks_and_closing_quotes_end),
        cmocka_unit_test(test_lower_case_behind_goes_on),
        cmocka_unit_test(test_abbreviations_do_not_end),
        cmocka_unit_test(test_abbreviations_end_before_an_opener),
        cmocka_unit_test(test_initials_do_not_end),
        cmocka_unit_test(test_lost_blanks_end),
        cmocka_unit_test(test_addresses_and_numbers_do_not_end),
        cmocka_unit_test(test_enumerators_do_not_end),
        cmocka_unit_test(test_a_blank_before_the_mark_is_no_matter),
        cmocka_unit_test(test_names_with_a_mark),
        cmocka_unit_test(test_long_sentences_are_cut),
        cmocka_unit_test(test_hostile_texts_are_cut),
        cmocka_unit_test(test_any_text_is_cut_without_loss),
        cmocka_unit_test(test_what_is_ended),
        cmocka_unit_test(test_closers_are_trimmed),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
