/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences beside Unicode's own test of sentence boundaries (UAX 29, SentenceBreakTest.txt below
 * $QUIRE_TESTDATA/unicode).  News needs other rules than the default ones; every boundary that
 * differs must be explained by one of the rules listed here, and every rule must explain some. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unictype.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/utf8.h"
#include "text/blanks.h"
#include "text/blocks.h"
#include "text/sentences.h"

enum { MAX_CHARACTERS = 64 };

/* A line of the test: its characters and where sentences begin, by Unicode and by us.  A beginning
 * is the number of the first character that is neither blank nor a format or combining character;
 * Unicode puts such characters at the end of the sentence before, and we leave them out. */
typedef struct {
    uint32_t characters[MAX_CHARACTERS];
    size_t ncharacters;
    bool theirs[MAX_CHARACTERS + 1];
    bool ours[MAX_CHARACTERS + 1];
} test_line;

static bool
is_transparent(uint32_t c)
{
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Mn | UC_CATEGORY_MASK_Me |
                                                   UC_CATEGORY_MASK_Cf);
}

static bool
is_word(uint32_t c)
{
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N);
}

/* The first character from at on that a sentence can be said to begin with. */
static size_t
settle(const test_line *l, size_t at)
{
    while (at < l->ncharacters &&
           (blanks_is(l->characters[at]) || is_transparent(l->characters[at])))
        at++;
    return at;
}

/* Read "÷ 0061 × 0020 ÷"; false for a comment. */
static bool
read_line(const char *line, const char *end, test_line *l)
{
    *l = (test_line){.ncharacters = 0};
    bool breaks[MAX_CHARACTERS + 1] = {false};

    for (const char *p = line; p < end && *p != '#';) {
        if (end - p >= 2 && memcmp(p, "\xc3\xb7", 2) == 0) {
            breaks[l->ncharacters] = true;
            p += 2;
        } else if (end - p >= 2 && memcmp(p, "\xc3\x97", 2) == 0) {
            p += 2;
        } else if (*p == ' ' || *p == '\t' || *p == '\r') {
            p++;
        } else {
            char *behind;
            assert_true(l->ncharacters < MAX_CHARACTERS);
            l->characters[l->ncharacters++] = (uint32_t)strtoul(p, &behind, 16);
            assert_true(behind > p);
            p = behind;
        }
    }
    for (size_t i = 1; i < l->ncharacters; i++)
        if (breaks[i])
            l->theirs[settle(l, i)] = true;
    return l->ncharacters > 0;
}

/* Cut the line's text as an article's is cut. */
static void
cut(test_line *l)
{
    buffer text = {0};
    block_list list = {0};
    size_t offsets[MAX_CHARACTERS];

    for (size_t i = 0; i < l->ncharacters; i++) {
        offsets[i] = text.size;
        assert_true(utf8_append(&text, l->characters[i]));
    }
    assert_true(blocks_find(text.bytes, 0, text.size, &list));
    for (size_t i = 0; i < list.nblocks; i++) {
        for (size_t at = list.blocks[i].start; at < list.blocks[i].end;) {
            size_t number = 0;
            while (offsets[number] < at)
                number++;
            l->ours[settle(l, number)] = true;
            at = blanks_skip(text.bytes, sentences_next(text.bytes, at, list.blocks[i].end),
                             list.blocks[i].end);
        }
    }
    block_list_free(&list);
    buffer_free(&text);
}

/* The characters around a place, transparent ones skipped; 0 where there is none. */
static uint32_t
before(const test_line *l, size_t at)
{
    while (at > 0 && is_transparent(l->characters[at - 1]))
        at--;
    return at > 0 ? l->characters[at - 1] : 0;
}

/* ---- The rules: is this boundary (theirs only, or ours only) explained? */

/* A sentence has a letter or digit: marks, quotes and blanks alone are none, and a line of the text
 * without any belongs to no sentence that could be searched. */
static bool
explains_wordless(const test_line *l, size_t at)
{
    for (size_t i = at; i > 0 && !(i < at && l->theirs[i]); i--)
        if (is_word(l->characters[i - 1]))
            return false;
    return true;
}

/* A mark with no blank behind ends a sentence only where a blank was lost: before a word of several
 * letters that begins with a capital. */
static bool
explains_no_blank(const test_line *l, size_t at)
{
    uint32_t c = before(l, at);

    return c != 0 && !blanks_is(c);
}

typedef struct {
    const char *name;
    bool is_theirs; /* a boundary of theirs that is none of ours, or the other way round */
    bool (*explains)(const test_line *l, size_t at);
} rule;

static const rule rules[] = {
    {"a sentence has words", true, explains_wordless},
    {"a mark without a blank ends before a capitalised word only", true, explains_no_blank},
};

enum { NRULES = sizeof rules / sizeof *rules };

static void
print_line(const test_line *l, size_t at)
{
    for (size_t i = 0; i < l->ncharacters; i++)
        print_message("%s%04X ", i == at ? "| " : "", (unsigned)l->characters[i]);
    print_message("%s\n", l->theirs[at] ? "(theirs only)" : "(ours only)");
}

/* 0 where all differences of the line are explained. */
static unsigned
explain(const test_line *l, unsigned uses[NRULES], unsigned *ndiffer)
{
    unsigned nunexplained = 0;

    for (size_t at = 1; at < l->ncharacters; at++) {
        size_t i = 0;
        if (l->theirs[at] == l->ours[at])
            continue;
        ++*ndiffer;
        while (i < NRULES && !(rules[i].is_theirs == l->theirs[at] && rules[i].explains(l, at)))
            i++;
        if (i == NRULES) {
            print_line(l, at);
            nunexplained++;
        } else {
            uses[i]++;
        }
    }
    return nunexplained;
}

static void
test_unicode_sentence_breaks(void **state)
{
    (void)state;
    const char *data = getenv("QUIRE_TESTDATA");
    buffer path = {0};
    buffer text = {0};
    unsigned uses[NRULES] = {0};
    unsigned nlines = 0, nsame = 0, nunexplained = 0;

    assert_true(buffer_printf(&path, "%s/unicode/SentenceBreakTest.txt",
                              data != NULL ? data : "../shared"));
    if (file_read(AT_FDCWD, path.bytes, 1 << 24, &text, NULL, NULL) != QUIRE_OK) {
        print_message("skipped: no %s (set QUIRE_TESTDATA)\n", path.bytes);
        buffer_free(&path);
        skip();
    }
    for (const char *p = text.bytes, *end; p < text.bytes + text.size; p = end + 1) {
        test_line l;
        unsigned ndiffer = 0;
        end = memchr(p, '\n', (size_t)(text.bytes + text.size - p));
        if (end == NULL)
            end = text.bytes + text.size;
        if (!read_line(p, end, &l))
            continue;
        cut(&l);
        l.theirs[settle(&l, 0)] = l.ours[settle(&l, 0)] = false; /* no boundary: the beginning */
        nunexplained += explain(&l, uses, &ndiffer);
        nlines++;
        nsame += ndiffer == 0;
    }
    print_message("SentenceBreakTest: %u lines, %u cut alike\n", nlines, nsame);
    for (size_t i = 0; i < NRULES; i++) {
        print_message("%5u boundaries differ: %s (%s)\n", uses[i], rules[i].name,
                      rules[i].is_theirs ? "theirs only" : "ours only");
        assert_true(uses[i] > 0);
    }
    buffer_free(&path);
    buffer_free(&text);
    assert_int_equal(nunexplained, 0);
    assert_true(nlines > 500);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unicode_sentence_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
