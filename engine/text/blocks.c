/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blocks.c - cutting an article's text into paragraphs and list items.
 *
 * Most news text has a paragraph a line.  Text out of mail, wires and old archives is hard-wrapped:
 * its lines were filled to a width and only empty or indented lines end paragraphs.  The two are
 * told apart by what a filling program leaves behind: hardly any line could have held the first
 * word of the next one, lines end in the middle of sentences, and none is long.  The text is walked
 * line by line several times instead of holding its lines. */
#include "text/blocks.h"

#include <stdlib.h>
#include <string.h>
#include <unictype.h>

#include "base/array.h"
#include "text/blanks.h"
#include "text/sentences.h"
#include "text/words.h"

enum {
    MAX_WIDTH = 120,   /* characters of a hard-wrapped line */
    MIN_LINE_ENDS = 3, /* inside of paragraphs: fewer tell nothing */
    TAB_WIDTH = 8,     /* columns */
    SHORT_PARTS = 2,   /* a short line does not reach 2/3 of the width */
    WIDTH_PARTS = 3,
    MIN_INDENT = 2,     /* columns more than the line before, to begin a paragraph */
    MAX_LIST_DIGITS = 3 /* "100. Item", but not "1987. It was" */
};

/* A line: its bytes without the blanks at both ends (none in an empty line). */
typedef struct {
    size_t start;
    size_t end;
    size_t next;     /* start of the line behind it */
    unsigned indent; /* columns */
    bool is_item;    /* begins as a list item does */
} line;

/* Bytes of the line break at text[at], 0 where there is none. */
static size_t
line_break_at(const char *text, size_t at, size_t end)
{
    switch (text[at]) {
    case '\n':
    case '\f':
        return 1;
    case '\r':
        return at + 1 < end && text[at + 1] == '\n' ? 2 : 1;
    case '\xe2': /* U+2028 and U+2029, separators of lines and paragraphs */
        return end - at >= 3 && (memcmp(text + at, "\xe2\x80\xa8", 3) == 0 ||
                                 memcmp(text + at, "\xe2\x80\xa9", 3) == 0)
                   ? 3
                   : 0;
    default:
        return 0;
    }
}

/* Might one of these eight bytes begin a line break: is one a control character or not ASCII? */
static bool
may_break(const char *text)
{
    uint64_t eight;

    memcpy(&eight, text, sizeof eight);
    return (((eight - UINT64_C(0x1010101010101010)) | eight) & UINT64_C(0x8080808080808080)) != 0;
}

/* The end of the line that holds text[at), and the bytes of the line break there. */
static size_t
find_line_end(const char *text, size_t at, size_t end, size_t *break_bytes_out)
{
    *break_bytes_out = 0;
    while (at < end) {
        if (end - at >= 8 && !may_break(text + at)) {
            at += 8;
            continue;
        }
        for (size_t stop = end - at < 8 ? end : at + 8; at < stop; at++)
            if ((*break_bytes_out = line_break_at(text, at, end)) > 0)
                return at;
    }
    return end;
}

/* Does text[at..end) begin with what introduces a list item: "- ", "* ", "1. ", "a) "? */
static bool
is_item_start(const char *text, size_t at, size_t end)
{
    size_t digits = 0;
    unsigned length;
    uint32_t c;

    if (at >= end)
        return false;
    c = utf8_decode(text + at, end - at, &length);
    if (c == 0x2022 || c == 0x25AA || c == 0x25CF || c == 0x2023 || c == 0x25E6)
        return true; /* bullets are nothing else, whatever follows */
    while (digits <= MAX_LIST_DIGITS && at + digits < end && text[at + digits] >= '0' &&
           text[at + digits] <= '9')
        digits++;
    if (digits > 0) {
        at += digits;
        if (digits > MAX_LIST_DIGITS || at >= end || (text[at] != '.' && text[at] != ')'))
            return false;
        at++;
    } else if (end - at > 1 && text[at + 1] == ')' && (c | 0x20) >= 'a' && (c | 0x20) <= 'z') {
        at += 2;
    } else if (c == '-' || c == '*' || c == 0x00B7 || (c >= 0x2012 && c <= 0x2014)) {
        at += length;
    } else {
        return false;
    }
    return at < end && blanks_is(utf8_decode(text + at, end - at, &length));
}

static line
read_line(const char *text, size_t at, size_t end)
{
    line l = {.start = at};
    size_t break_bytes;
    size_t stop = find_line_end(text, at, end, &break_bytes);
    unsigned length;

    l.next = stop + break_bytes;
    for (; l.start < stop; l.start += length) {
        uint32_t c = utf8_decode(text + l.start, stop - l.start, &length);
        if (!blanks_is(c))
            break;
        l.indent += c == '\t' ? TAB_WIDTH : 1;
    }
    l.end = blanks_trim(text, l.start, stop);
    l.is_item = is_item_start(text, l.start, l.end);
    return l;
}

/* Characters of text[start..end), combining marks counted in. */
static size_t
count_characters(const char *text, size_t start, size_t end)
{
    size_t count = 0;

    for (size_t i = start; i < end; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

static size_t
first_word_end(const char *text, size_t start, size_t end)
{
    unsigned length;

    while (start < end && !blanks_is(utf8_decode(text + start, end - start, &length)))
        start += length;
    return start;
}

static size_t
line_width(const char *text, const line *l)
{
    return l->indent + count_characters(text, l->start, l->end);
}

static bool
is_short_line(const char *text, const line *l, size_t width)
{
    return line_width(text, l) * WIDTH_PARTS < width * SHORT_PARTS;
}

/* In hard-wrapped text, does line l, behind line before (not empty) of a paragraph or list item,
 * begin a block of its own? */
static bool
begins_block(const char *text, const line *before, const line *l, bool is_in_item)
{
    char last = text[before->end - 1];

    /* A dash at a line's start is a list item only where something could have ended. */
    if (l->is_item)
        return is_in_item || last == ':' || last == ';' ||
               sentences_is_ended(text, before->start, before->end);
    return !is_in_item && l->indent >= before->indent + MIN_INDENT;
}

/* The widest line, in characters; MAX_WIDTH + 1 where one is too wide for hard-wrapped text.  Lines
 * of one word (addresses) do not count. */
static size_t
find_width(const char *text, size_t start, size_t end)
{
    size_t width = 0;

    for (size_t at = start; at < end;) {
        line l = read_line(text, at, end);
        at = l.next;
        if (first_word_end(text, l.start, l.end) == l.end)
            continue;
        size_t now = line_width(text, &l);
        if (now > MAX_WIDTH)
            return MAX_WIDTH + 1;
        if (now > width)
            width = now;
    }
    return width;
}

/* The case of the first letter of text[start..end): 'u' upper, 'l' lower, 'n' neither. */
static char
first_case(const char *text, size_t start, size_t end)
{
    unsigned length;

    for (; start < end; start += length) {
        uint32_t c = utf8_decode(text + start, end - start, &length);
        if (blanks_is(c))
            break;
        if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Lu | UC_CATEGORY_MASK_Lt))
            return 'u';
        if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Ll))
            return 'l';
        if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N))
            break;
    }
    return 'n';
}

/* Ends of lines inside of paragraphs, and what they have of hard-wrapped text. */
typedef struct {
    size_t nends;
    size_t nfilled;  /* the next line's first word would not have fitted */
    size_t nended;   /* a sentence ends there */
    size_t ncapital; /* the next line begins with a capital */
    size_t nlower;   /* ... or a small letter */
} line_ends;

/* Take note of the end of line before, l being the next line of its paragraph. */
static void
count_line_end(const char *text, const line *before, const line *l, size_t width, line_ends *count)
{
    size_t word_end = first_word_end(text, l->start, l->end);
    char letter_case = first_case(text, l->start, l->end);

    count->nends++;
    count->nfilled +=
        line_width(text, before) + 1 + count_characters(text, l->start, word_end) > width;
    count->nended += sentences_is_ended(text, before->start, before->end);
    count->ncapital += letter_case == 'u';
    count->nlower += letter_case == 'l';
}

static void
add_line_ends(const line_ends *paragraph, line_ends *sum)
{
    sum->nends += paragraph->nends;
    sum->nfilled += paragraph->nfilled;
    sum->nended += paragraph->nended;
    sum->ncapital += paragraph->ncapital;
    sum->nlower += paragraph->nlower;
}

/* The ends of lines in text[start..end).  Runs of short lines between empty ones (bylines,
 * addresses, signatures) were never filled, whatever the text: their ends go to *short_out. */
static line_ends
count_line_ends(const char *text, size_t start, size_t end, size_t width, size_t *short_out)
{
    line_ends sum = {0};
    line_ends paragraph = {0};
    line before = {0};
    bool is_in_item = false;
    bool is_short = true;

    *short_out = 0;
    for (size_t at = start; at < end;) {
        line l = read_line(text, at, end);
        bool is_empty = l.start == l.end;
        at = l.next;
        if (is_empty || before.start == before.end || begins_block(text, &before, &l, is_in_item))
            is_in_item = l.is_item;
        else
            count_line_end(text, &before, &l, width, &paragraph);
        is_short &= is_empty || is_short_line(text, &l, width);
        before = l;
        if (!is_empty && at < end)
            continue;
        if (is_short)
            *short_out += paragraph.nends;
        else
            add_line_ends(&paragraph, &sum);
        paragraph = (line_ends){0};
        is_short = true;
    }
    return sum;
}

/* Was the text filled to a width?  Lists of headlines of about one length fill their lines as well:
 * they are known by their capitals (all-capital text has no small letters to compare with), lines
 * that are paragraphs by the sentences that end there. */
static bool
is_hard_wrapped(const char *text, size_t start, size_t end, size_t width)
{
    size_t nshort;
    line_ends count;

    if (width > MAX_WIDTH)
        return false;
    count = count_line_ends(text, start, end, width, &nshort);
    if (count.nends < MIN_LINE_ENDS || nshort > count.nends * 2 ||
        count.nfilled < count.nends - count.nends / 10)
        return false;
    if (count.nended > count.nends / 3)
        return false;
    if (count.ncapital <= count.nends * 3 / 4)
        return true;
    return count.nlower == 0 && words_is_shouting(text + start, end - start);
}

static bool
has_words(const char *text, const line *l)
{
    unsigned length;

    for (size_t at = l->start; at < l->end; at += length)
        if (sentences_is_letter_or_digit(utf8_decode(text + at, l->end - at, &length)))
            return true;
    return false;
}

static bool
add_block(const line *l, block_list *list)
{
    if (!ARRAY_GROW(list->blocks, list->nblocks, &list->room))
        return false;
    list->blocks[list->nblocks++] = (block){.start = (uint32_t)l->start,
                                            .end = (uint32_t)l->end,
                                            .kind = l->is_item ? BLOCK_LIST_ITEM : BLOCK_PARAGRAPH};
    return true;
}

/* In hard-wrapped text, did line before end of itself, not for the width: is it short, and the next
 * line no continuation, by a small letter or, in a list item, by its indent? */
static bool
is_broken_off(const char *text, const line *before, const line *l, bool is_in_item, size_t width)
{
    if (is_in_item && l->indent > 0 && l->indent + !before->is_item > before->indent)
        return false;
    return is_short_line(text, before, width) && first_case(text, l->start, l->end) != 'l';
}

/* Does line l, behind line before, go on with the last block? */
static bool
is_continued(const char *text, const line *before, const line *l, bool is_in_item, size_t width)
{
    return before->start < before->end && !begins_block(text, before, l, is_in_item) &&
           !is_broken_off(text, before, l, is_in_item, width);
}

bool
blocks_find(const char *text, size_t start, size_t end, block_list *list)
{
    size_t width = find_width(text, start, end);
    bool is_wrapped = is_hard_wrapped(text, start, end, width);
    bool is_wordless = false; /* the last block, there being one */
    line before = {0};

    block_list_clear(list);
    for (size_t at = start; at < end; at = before.next) {
        line l = read_line(text, at, end);
        if (l.start < l.end) {
            block *last = list->nblocks > 0 ? &list->blocks[list->nblocks - 1] : NULL;
            bool is_in_item = last != NULL && last->kind == BLOCK_LIST_ITEM;
            bool is_wordless_too = !has_words(text, &l);
            if ((is_wordless && is_wordless_too) ||
                (is_wrapped && is_continued(text, &before, &l, is_in_item, width))) {
                last->end = (uint32_t)l.end;
                is_wordless &= is_wordless_too;
            } else if (add_block(&l, list)) {
                is_wordless = is_wordless_too;
            } else {
                return false;
            }
        }
        before = l;
    }
    for (size_t i = 0; i < list->nblocks; i++) {
        block *b = &list->blocks[i];
        b->shouting = words_is_shouting(text + b->start, b->end - b->start);
    }
    return true;
}

void
block_list_clear(block_list *list)
{
    list->nblocks = 0;
}

void
block_list_free(block_list *list)
{
    free(list->blocks);
    *list = (block_list){0};
}
