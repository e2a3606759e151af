/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tokenizer beside Unicode's WordBreakTest.txt.
 *
 * Of each line, the segments that hold a letter or a number are its words.  Where the tokenizer
 * joins or parts two neighbouring characters and the standard does not, or takes for a word what
 * the standard does not, one of the rules below has to be the reason: they are all the deliberate
 * differences there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unictype.h>
#include <uniwbrk.h>

#include "base/utf8.h"
#include "text/words.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

enum { MAX_CHARACTERS = 64, NO_WORD = -1 };

typedef struct {
    uint32_t characters[MAX_CHARACTERS];
    size_t offset[MAX_CHARACTERS + 1]; /* bytes of text */
    bool breaks[MAX_CHARACTERS + 1];   /* before character i, in the standard */
    int standard[MAX_CHARACTERS];      /* number of the word that character i belongs to */
    int ours[MAX_CHARACTERS];
    size_t n;
    buffer text;
} test_line;

/* ---- The rules ---- */

/* A place of a line where the two differ: the characters around it, those that go with the one
 * before them left out; 0 at the line's ends. */
typedef struct {
    uint32_t before2, before, behind, behind2;
} place;

static bool
is_letter(uint32_t c)
{
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L);
}

static bool
is_digit(uint32_t c)
{
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Nd);
}

static bool
is_beside(const place *p, uint32_t c)
{
    return p->before == c || p->behind == c;
}

static bool
by_colon(const place *p)
{
    return is_beside(p, ':');
}

static bool
by_underscore(const place *p)
{
    return is_beside(p, '_');
}

static bool
by_comma(const place *p)
{
    return (p->before == ',' && is_digit(p->before2) && is_digit(p->behind)) ||
           (p->behind == ',' && is_digit(p->before) && is_digit(p->behind2));
}

static bool
by_apostrophe_between_digits(const place *p)
{
    return (p->before == '\'' && is_digit(p->before2) && is_digit(p->behind)) ||
           (p->behind == '\'' && is_digit(p->before) && is_digit(p->behind2));
}

static bool
by_apostrophe_behind_digit(const place *p)
{
    return (p->before == '\'' && is_digit(p->before2) && is_letter(p->behind)) ||
           (p->behind == '\'' && is_digit(p->before) && is_letter(p->behind2));
}

static bool
by_hebrew_quote(const place *p)
{
    return (is_beside(p, '"') || is_beside(p, '\'')) &&
           (uc_wordbreak_property(p->before) == WBP_HL ||
            uc_wordbreak_property(p->before2) == WBP_HL);
}

static bool
by_picture(const place *p)
{
    return uc_is_general_category_withtable(p->behind, UC_CATEGORY_MASK_So);
}

static bool
by_katakana(const place *p)
{
    return uc_wordbreak_property(p->before) == WBP_KATAKANA ||
           uc_wordbreak_property(p->behind) == WBP_KATAKANA;
}

static const struct {
    const char *name;
    bool (*applies)(const place *p);
    const char *reason;
} rules[] = {
    {"a colon separates", by_colon, "10:30, Reuters:Gaza; the parts are joined for queries"},
    {"an underscore separates", by_underscore, "names of files and accounts are found by part"},
    {"a comma joins digits only in groups of three", by_comma,
     "20,000 is one number, and 2,5 may be two"},
    {"an apostrophe parts digits", by_apostrophe_between_digits, "6'2 is feet and inches"},
    {"an apostrophe joins a letter to a digit", by_apostrophe_behind_digit,
     "1990's is a possessive or a plural"},
    {"quotes do not belong to Hebrew letters", by_hebrew_quote,
     "a query could not tell them from quotes"},
    {"a picture is no part of a word", by_picture, "a joiner before it makes it none"},
    {"kana are words one by one", by_katakana, "as all script without blanks, found as phrases"},
};

/* ---- Lines ---- */

/* Does the character go with the one before it, if there is one that it can go with? */
static bool
is_ignorable(uint32_t c)
{
    int property = uc_wordbreak_property(c);
    return property == WBP_EXTEND || property == WBP_FORMAT || property == WBP_ZWJ;
}

/* Read "÷ 0061 × 0308 ÷"; false where the line holds no test. */
static bool
read_line(const char *line, test_line *l)
{
    static const char breaks[] = "\u00f7", joins[] = "\u00d7";
    buffer_clear(&l->text);
    l->n = 0;
    for (;;) {
        line += strspn(line, " \t");
        bool is_break = strncmp(line, breaks, 2) == 0;
        if (!is_break && strncmp(line, joins, 2) != 0)
            break;
        l->breaks[l->n] = is_break;
        l->offset[l->n] = l->text.size;
        line += 2;
        char *end;
        unsigned long c = strtoul(line, &end, 16);
        if (end == line)
            return l->n > 0;
        assert_true(l->n < MAX_CHARACTERS);
        l->characters[l->n++] = (uint32_t)c;
        assert_true(utf8_append(&l->text, (uint32_t)c));
        line = end;
    }
    return false;
}

static void
find_standard_words(test_line *l)
{
    int nwords = 0;
    for (size_t i = 0, end; i < l->n; i = end) {
        bool is_word = false;
        for (end = i; end < l->n && (end == i || !l->breaks[end]); end++)
            is_word = is_word || uc_is_general_category_withtable(
                                     l->characters[end], UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N);
        for (size_t k = i; k < end; k++)
            l->standard[k] = is_word ? nwords : NO_WORD;
        nwords += is_word;
    }
}

static void
find_our_words(test_line *l, token_list *list)
{
    token_list_clear(list);
    assert_true(words_split(l->text.bytes, 0, l->text.size, false, list));
    for (size_t i = 0; i < l->n; i++) {
        l->ours[i] = NO_WORD;
        for (size_t k = 0; k < list->ntokens; k++)
            if (l->offset[i] >= list->tokens[k].start && l->offset[i] < list->tokens[k].end)
                l->ours[i] = (int)k;
    }
}

/* The characters around the gap before character i. */
static place
look_around(const test_line *l, size_t i)
{
    uint32_t before[2] = {0}, behind[2] = {0};
    size_t n = 0;
    for (size_t k = i; k > 0 && n < 2; k--)
        if (!is_ignorable(l->characters[k - 1]))
            before[n++] = l->characters[k - 1];
    n = 0;
    for (size_t k = i; k < l->n && n < 2; k++)
        if (!is_ignorable(l->characters[k]))
            behind[n++] = l->characters[k];
    return (place){before[1], before[0], behind[0], behind[1]};
}

static bool
are_joined(const int *word, size_t i, size_t n)
{
    return i > 0 && i < n && word[i] != NO_WORD && word[i] == word[i - 1];
}

/* The rule that explains the difference before character i, counted in uses; -1: none does. */
static int
find_rule(const test_line *l, size_t i, unsigned uses[])
{
    place p = look_around(l, i);
    for (size_t r = 0; r < COUNT(rules); r++)
        if (rules[r].applies(&p)) {
            uses[r]++;
            return (int)r;
        }
    return -1;
}

/* Compare a line; the number of differences, each of them explained, or else the test fails. */
static unsigned
compare_line(const test_line *l, const char *line, unsigned uses[])
{
    unsigned ndifferences = 0;
    for (size_t i = 0; i < l->n; i++) {
        bool joins_differ = are_joined(l->standard, i, l->n) != are_joined(l->ours, i, l->n);
        bool nexts_differ =
            are_joined(l->standard, i + 1, l->n) != are_joined(l->ours, i + 1, l->n);
        bool wordness_differs = (l->standard[i] == NO_WORD) != (l->ours[i] == NO_WORD);
        if (!joins_differ && !(wordness_differs && !nexts_differ))
            continue;
        ndifferences++;
        if (find_rule(l, i, uses) < 0)
            fail_msg("nothing explains the difference before character %zu of: %s", i + 1, line);
    }
    return ndifferences;
}

static void
test_word_breaks(void **state)
{
    (void)state;
    const char *data = getenv("QUIRE_TESTDATA");
    const char *source = getenv("QUIRE_SOURCE");
    char path[4096];
    if (data != NULL && data[0] != '\0')
        snprintf(path, sizeof path, "%s/unicode/WordBreakTest.txt", data);
    else
        snprintf(path, sizeof path, "%s/../shared/unicode/WordBreakTest.txt",
                 source == NULL ? "." : source);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        print_message("# skipped: no %s (set QUIRE_TESTDATA)\n", path);
        skip();
    }

    test_line l = {0};
    token_list list = {0};
    char line[4096];
    unsigned nlines = 0, nalike = 0, uses[COUNT(rules)] = {0};
    while (fgets(line, sizeof line, file) != NULL) {
        if (!read_line(line, &l))
            continue;
        find_standard_words(&l);
        find_our_words(&l, &list);
        nlines++;
        nalike += compare_line(&l, line, uses) == 0;
    }
    print_message("# %u lines, %u alike, %u with deliberate differences\n", nlines, nalike,
                  nlines - nalike);
    for (size_t r = 0; r < COUNT(rules); r++)
        print_message("# %5u times: %s (%s)\n", uses[r], rules[r].name, rules[r].reason);
    assert_true(nlines > 1000);
    for (size_t r = 0; r < COUNT(rules); r++)
        assert_true(uses[r] > 0); /* a rule that explains nothing is to be deleted */
    fclose(file);
    buffer_free(&l.text);
    token_list_free(&list);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_word_breaks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
