/* SPDX-License-Identifier: GPL-3.0-or-later */
/* furniture.c - telling site furniture in plain text from the article.
 *
 * What a page's copy brings along is known by its words (a line "Also read: ...", a heading "Latest
 * posts" and the headlines below it) or by its place and form (headlines that trail the last
 * paragraph).  A sentence lost from the default search is worse than a headline kept, so each rule
 * asks for a short block, and the last one for several.  docs/text.md has the rules. */
#include "text/furniture.h"

#include <string.h>
#include <unictype.h>

#include "text/blanks.h"
#include "text/sentences.h"

enum {
    MAX_WORDS = 30,         /* of any block of furniture */
    MAX_HEADING_WORDS = 6,  /* "More from ..." */
    MIN_PROSE_WORDS = 8,    /* of a block that shows that there is an article */
    MIN_PROSE_BLOCKS = 2,   /* before headlines that nothing announces */
    MIN_HEADLINES = 3,      /* that nothing announces */
    MIN_HEADLINE_WORDS = 4, /* of most of them */
    MAX_HEADLINE_WORDS = 25,
    MAX_REQUEST_WORDS = 8, /* "Click here to read more." */
    MAX_LEADING = 8,       /* signs before the first word: "- [", ">> " */
    MAX_FORM = 64          /* bytes of a block's folded beginning */
};

/* The beginning of a block: letters and digits of ASCII in lower case, blanks as one blank, curly
 * apostrophes straight, anything else as itself. */
typedef struct {
    char bytes[MAX_FORM];
    size_t size;
    bool is_whole; /* there is no more of the block */
} block_form;

typedef enum {
    LINE_ANYWAY, /* whatever follows, unless it is a sentence with a full stop */
    LINE_SHORT,  /* up to MAX_HEADLINE_WORDS, and MAX_REQUEST_WORDS where a full stop ends them */
    LINE_LABEL,  /* only as a label: followed by : | > or nothing */
    LINE_WORD,   /* the same, but people say it too: no sentence follows the colon */
    HEADING      /* alone in a block, of a list of other articles */
} known_rule;

/* What lines of furniture begin with and headings consist of.  Sorted; of the first three bytes of
 * each, all are letters but for blanks. */
static const struct {
    const char *words;
    known_rule rule;
} known[] = {
    {"advertisement", LINE_LABEL},
    {"advertisement - scroll to continue", LINE_SHORT},
    {"advertisement scroll to continue", LINE_SHORT},
    {"also read", LINE_ANYWAY},
    {"also see", LINE_ANYWAY},
    {"also watch", LINE_ANYWAY},
    {"around the web", HEADING},
    {"article continues below", LINE_SHORT},
    {"click here", LINE_SHORT},
    {"continue reading", LINE_LABEL},
    {"don't miss", HEADING},
    {"download our app", LINE_SHORT},
    {"editor's picks", HEADING},
    {"editors' picks", HEADING},
    {"featured stories", HEADING},
    {"follow us", LINE_WORD},
    {"follow us on", LINE_SHORT},
    {"from around the web", HEADING},
    {"from our partners", HEADING},
    {"in other news", HEADING},
    {"latest headlines", HEADING},
    {"latest news", HEADING},
    {"latest posts", HEADING},
    {"latest stories", HEADING},
    {"listen", LINE_WORD},
    {"more headlines", HEADING},
    {"more news", HEADING},
    {"more on this", LINE_ANYWAY},
    {"more on this story", LINE_ANYWAY},
    {"more stories", HEADING},
    {"more top stories", HEADING},
    {"most popular", HEADING},
    {"most read", HEADING},
    {"most viewed", HEADING},
    {"must read", LINE_LABEL},
    {"must reads", HEADING},
    {"must watch", LINE_LABEL},
    {"other news", HEADING},
    {"other stories", HEADING},
    {"popular posts", HEADING},
    {"popular stories", HEADING},
    {"promoted", LINE_WORD},
    {"promoted stories", HEADING},
    {"read", LINE_WORD},
    {"read also", LINE_ANYWAY},
    {"read more", LINE_LABEL},
    {"read more about", LINE_SHORT},
    {"read more at", LINE_SHORT},
    {"read more from", LINE_SHORT},
    {"read more here", LINE_SHORT},
    {"read more on", LINE_SHORT},
    {"read next", HEADING},
    {"read next", LINE_LABEL},
    {"read the full story", LINE_SHORT},
    {"recent news", HEADING},
    {"recent posts", HEADING},
    {"recent stories", HEADING},
    {"recommended", HEADING},
    {"recommended", LINE_WORD},
    {"recommended for you", HEADING},
    {"recommended for you", LINE_LABEL},
    {"recommended stories", HEADING},
    {"related", HEADING},
    {"related", LINE_WORD},
    {"related article", LINE_LABEL},
    {"related articles", HEADING},
    {"related articles", LINE_LABEL},
    {"related content", HEADING},
    {"related coverage", HEADING},
    {"related coverage", LINE_LABEL},
    {"related links", HEADING},
    {"related news", HEADING},
    {"related news", LINE_LABEL},
    {"related posts", HEADING},
    {"related stories", HEADING},
    {"related stories", LINE_LABEL},
    {"related story", LINE_LABEL},
    {"related topics", HEADING},
    {"related topics", LINE_LABEL},
    {"see also", LINE_ANYWAY},
    {"share this", LINE_WORD},
    {"share this article", LINE_SHORT},
    {"share this story", LINE_SHORT},
    {"sign up", LINE_WORD},
    {"sign up for our", LINE_SHORT},
    {"sign up for the", LINE_SHORT},
    {"sign up here", LINE_SHORT},
    {"sign up now", LINE_SHORT},
    {"sign up to our", LINE_SHORT},
    {"sponsored", LINE_WORD},
    {"sponsored content", LINE_LABEL},
    {"story continues below", LINE_SHORT},
    {"subscribe", LINE_WORD},
    {"subscribe here", LINE_SHORT},
    {"subscribe now", LINE_SHORT},
    {"subscribe to our", LINE_SHORT},
    {"subscribe today", LINE_SHORT},
    {"top headlines", HEADING},
    {"top news", HEADING},
    {"top stories", HEADING},
    {"trending", HEADING},
    {"trending news", HEADING},
    {"trending now", HEADING},
    {"trending stories", HEADING},
    {"up next", HEADING},
    {"watch", LINE_WORD},
    {"watch also", LINE_ANYWAY},
    {"watch live", LINE_LABEL},
    {"watch now", LINE_LABEL},
    {"what to read next", HEADING},
    {"you may also like", HEADING},
    {"you may like", HEADING},
    {"you might also like", HEADING},
};

enum { NKNOWN = sizeof known / sizeof *known };

/* known[first] up to known[end] */
typedef struct {
    size_t first;
    size_t end;
} known_range;

/* Words of a block, blank-separated and with a letter or digit; limit where there are more. */
static unsigned
count_words(const char *text, const block *b, unsigned limit)
{
    unsigned nwords = 0;
    unsigned length;
    bool is_counted = false;

    for (size_t at = b->start; at < b->end && nwords < limit; at += length) {
        uint32_t c = (unsigned char)text[at];
        length = 1;
        if (c >= 0x80)
            c = utf8_decode(text + at, b->end - at, &length);
        if (blanks_is(c)) {
            is_counted = false;
        } else if (!is_counted && sentences_is_letter_or_digit(c)) {
            is_counted = true;
            nwords++;
        }
    }
    return nwords;
}

static bool
is_short(const char *text, const block *b)
{
    return count_words(text, b, MAX_WORDS + 1) <= MAX_WORDS;
}

static bool
is_ended(const char *text, const block *b)
{
    return sentences_is_ended(text, b->start, b->end);
}

/* Does the block end as a paragraph of prose does: in a full stop, or in any mark inside of a
 * quotation?  (Headlines end in ? and ! as well.) */
static bool
is_stopped(const char *text, const block *b)
{
    size_t end = sentences_trim_closers(text, b->start, b->end);

    return end > b->start && (text[end - 1] == '.' || (end < b->end && is_ended(text, b)));
}

/* Is the block quoted speech: is there a quotation mark before its first word? */
static bool
is_quoted(const char *text, const block *b)
{
    size_t at = b->start;
    unsigned length;

    for (unsigned i = 0; i < MAX_LEADING && at < b->end; i++, at += length) {
        uint32_t c = utf8_decode(text + at, b->end - at, &length);
        if (sentences_is_opening_quote(c))
            return true;
        if (sentences_is_letter_or_digit(c))
            break;
    }
    return false;
}

/* Where the block's form begins: behind the bullets, brackets and arrows before its first word. */
static size_t
form_start(const char *text, const block *b)
{
    size_t at = b->start;
    unsigned length;

    for (unsigned i = 0; i < MAX_LEADING && at < b->end; i++, at += length)
        if (sentences_is_letter_or_digit(utf8_decode(text + at, b->end - at, &length)))
            break;
    return at;
}

static block_form
read_form(const char *text, const block *b, size_t at)
{
    block_form form = {.size = 0};
    unsigned length;

    for (; at < b->end && form.size < MAX_FORM; at += length) {
        uint32_t c = utf8_decode(text + at, b->end - at, &length);
        if (blanks_is(c)) {
            if (form.size > 0 && form.bytes[form.size - 1] != ' ')
                form.bytes[form.size++] = ' ';
        } else if (c < 0x80) {
            form.bytes[form.size++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
        } else if (c == 0x2019) {
            form.bytes[form.size++] = '\'';
        } else if (form.size + length > MAX_FORM) {
            break;
        } else {
            memcpy(form.bytes + form.size, text + at, length);
            form.size += length;
        }
    }
    form.is_whole = at == b->end;
    return form;
}

static uint32_t
three_bytes(const char *text)
{
    return (uint32_t)(unsigned char)text[0] << 16 | (uint32_t)(unsigned char)text[1] << 8 |
           (unsigned char)text[2];
}

/* The first three bytes of text, letters in lower case, all else as blanks. */
static uint32_t
first_letters(const char *text)
{
    char letters[3];

    for (size_t i = 0; i < sizeof letters; i++) {
        char c = (char)(text[i] | 0x20);
        letters[i] = c >= 'a' && c <= 'z' ? c : ' ';
    }
    return three_bytes(letters);
}

/* The known words that begin with the letters that the block's form begins with.  Asked before
 * anything else, for few blocks need to be looked at any further. */
static known_range
find_known(const char *text, const block *b, size_t start)
{
    known_range found = {0, 0};
    size_t end = NKNOWN;

    if (b->end - start < 3)
        return found;

    const uint32_t letters = first_letters(text + start);
    while (found.first < end) {
        size_t middle = found.first + (end - found.first) / 2;
        if (three_bytes(known[middle].words) < letters)
            found.first = middle + 1;
        else
            end = middle;
    }
    while (end < NKNOWN && three_bytes(known[end].words) == letters)
        end++;
    found.end = end;
    return found;
}

/* Does form begin with words, a whole word at their end?  *rest_out is what follows, from 0. */
static bool
begins_with(const block_form *form, const char *words, size_t *rest_out)
{
    size_t n = strlen(words);

    if (form->size < n || memcmp(form->bytes, words, n) != 0)
        return false;
    if (form->size > n && (sentences_is_letter_or_digit((unsigned char)form->bytes[n]) ||
                           form->bytes[n] == '\'' || form->bytes[n] == '-'))
        return false;
    *rest_out = n;
    return true;
}

typedef enum {
    SIGN_NONE,
    SIGN_END, /* nothing follows */
    SIGN_BAR, /* a bar or an arrow: no sentence has them */
    SIGN_COLON,
    SIGN_DASH
} label_sign;

/* What of a label follows its words. */
static label_sign
find_sign(const block_form *form, size_t rest)
{
    static const struct {
        const char *bytes;
        label_sign sign;
    } signs[] = {{":", SIGN_COLON}, {"|", SIGN_BAR},  {">", SIGN_BAR},  {"»", SIGN_BAR},
                 {"→", SIGN_BAR},   {"–", SIGN_DASH}, {"—", SIGN_DASH}, {"- ", SIGN_DASH}};

    while (rest < form->size && strchr(" ]).*_", form->bytes[rest]) != NULL)
        rest++;
    if (rest == form->size)
        return form->is_whole ? SIGN_END : SIGN_NONE;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t n = strlen(signs[i].bytes);
        if (form->size - rest >= n && memcmp(form->bytes + rest, signs[i].bytes, n) == 0)
            return signs[i].sign;
    }
    return SIGN_NONE;
}

/* The block begins with the words of a rule and the sign: is it a line of furniture? */
static bool
is_line_of(const char *text, const block *b, known_rule rule, label_sign sign)
{
    bool stopped = is_stopped(text, b);
    unsigned limit = stopped ? MAX_REQUEST_WORDS : MAX_HEADLINE_WORDS;

    switch (sign) {
    case SIGN_END:
    case SIGN_BAR:
        return true;
    case SIGN_COLON:
        return rule != LINE_WORD || !stopped;
    case SIGN_DASH:
        if (!is_ended(text, b))
            return true;
        break;
    case SIGN_NONE:
        break;
    }
    if (rule == LINE_SHORT)
        return count_words(text, b, limit + 1) <= limit;
    return rule == LINE_ANYWAY && !stopped;
}

/* Rule 1: a line such as "Also Read: Another headline".  *may_be_heading_out: no other block need
 * be asked whether it is a heading. */
static bool
is_furniture_line(const char *text, const block *b, bool *may_be_heading_out)
{
    const size_t start = form_start(text, b);
    const known_range range = find_known(text, b, start);
    size_t rest;

    *may_be_heading_out = range.first < range.end;
    if (range.first == range.end)
        return false;

    const block_form form = read_form(text, b, start);
    for (size_t i = range.first; i < range.end; i++)
        if (known[i].rule != HEADING && begins_with(&form, known[i].words, &rest) &&
            is_line_of(text, b, known[i].rule, find_sign(&form, rest)))
            return is_short(text, b) && !is_quoted(text, b);
    return false;
}

/* A heading of a list of other articles, alone in its block. */
static bool
is_heading(const char *text, const block *b)
{
    const size_t start = form_start(text, b);
    const known_range range = find_known(text, b, start);
    size_t rest;

    if (range.first == range.end || count_words(text, b, MAX_HEADING_WORDS + 1) > MAX_HEADING_WORDS)
        return false;

    block_form form = read_form(text, b, start);
    if (!form.is_whole)
        return false;
    while (form.size > 0 && strchr(" :.>|*_]", form.bytes[form.size - 1]) != NULL)
        form.size--;
    for (size_t i = range.first; i < range.end; i++)
        if (known[i].rule == HEADING && form.size == strlen(known[i].words) &&
            memcmp(form.bytes, known[i].words, form.size) == 0)
            return true;
    return !is_ended(text, b) &&
           (begins_with(&form, "more from", &rest) || begins_with(&form, "more in", &rest)) &&
           rest < form.size;
}

/* Could the block be a headline of another article: short, and one sentence, or questions and
 * exclamations with one?  Headlines do not hold two statements. */
static bool
is_headline_like(const char *text, const block *b)
{
    size_t at = b->start;

    if (!is_short(text, b))
        return false;
    for (;;) {
        size_t end = sentences_next(text, at, b->end);
        at = blanks_skip(text, end, b->end);
        if (at >= b->end)
            return true;
        if (is_stopped(text, &(block){.start = b->start, .end = (uint32_t)end}))
            return false;
    }
}

/* Does the block show that there is an article: a sentence of some length? */
static bool
is_prose(const char *text, const block *b)
{
    return b->kind != BLOCK_FURNITURE && is_ended(text, b) &&
           count_words(text, b, MIN_PROSE_WORDS) == MIN_PROSE_WORDS;
}

/* *may_have_headings_out: without it, none of the blocks is a heading. */
static void
mark_lines(const char *text, block_list *list, bool *may_have_headings_out)
{
    *may_have_headings_out = false;
    for (size_t i = 0; i < list->nblocks; i++) {
        bool may_be_heading;
        if (is_furniture_line(text, &list->blocks[i], &may_be_heading))
            list->blocks[i].kind = BLOCK_FURNITURE;
        *may_have_headings_out |= may_be_heading;
    }
}

static void
mark_range(block_list *list, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        list->blocks[i].kind = BLOCK_FURNITURE;
}

/* The blocks at the end, to the last of all, that could each be a headline. */
typedef struct {
    size_t first;
    size_t nstopped; /* of them, behind the block looked at, end in a full stop */
} headline_tail;

/* ... that block being number at. */
static headline_tail
find_tail(const char *text, const block_list *list, size_t at)
{
    headline_tail tail = {.first = list->nblocks};

    while (tail.first > 0 && (list->blocks[tail.first - 1].kind == BLOCK_FURNITURE ||
                              is_headline_like(text, &list->blocks[tail.first - 1]))) {
        tail.first--;
        tail.nstopped += tail.first > at && is_stopped(text, &list->blocks[tail.first]);
    }
    return tail;
}

/* Rule 2: a heading and all behind it, where all could be headlines and most have no full stop
 * (paragraphs of one sentence have); else the blocks behind it that are no sentences, if there are
 * two at least.  Few articles have a heading: the tail is looked for where the first one is. */
static void
mark_headed_lists(const char *text, block_list *list)
{
    headline_tail tail = {0};
    bool has_tail = false;
    bool has_article = false;

    for (size_t i = 0; i < list->nblocks; i++) {
        block *b = &list->blocks[i];
        size_t end = i + 1;
        if (has_tail && i >= tail.first)
            tail.nstopped -= is_stopped(text, b);
        if (!has_article || !is_heading(text, b)) {
            has_article = has_article || is_prose(text, b);
            continue;
        }
        if (!has_tail)
            tail = find_tail(text, list, i);
        has_tail = true;
        if (end >= tail.first && tail.nstopped * 2 <= list->nblocks - end) {
            mark_range(list, i, list->nblocks);
            return;
        }
        while (end < list->nblocks && !is_ended(text, &list->blocks[end]) &&
               is_short(text, &list->blocks[end]))
            end++;
        if (end - i > MIN_PROSE_BLOCKS) {
            mark_range(list, i, end);
            i = end - 1;
        }
    }
}

/* Does the block look like one of several headlines that trail an article: no sentence, no list
 * item, not an introduction to what follows, begun with a capital, not mostly figures? */
static bool
is_trailing_headline(const char *text, const block *b, unsigned *nwords_out)
{
    unsigned nwords;
    unsigned nfigures = 0;
    unsigned length;
    bool is_start = true;
    bool has_capital = false;
    bool is_first = true;

    if (b->kind != BLOCK_PARAGRAPH || is_ended(text, b) ||
        strchr(":;,-)", text[b->end - 1]) != NULL)
        return false;
    *nwords_out = nwords = count_words(text, b, MAX_WORDS + 1);
    if (nwords == 0 || nwords > MAX_WORDS)
        return false;
    for (size_t at = b->start; at < b->end; at += length) {
        uint32_t c = utf8_decode(text + at, b->end - at, &length);
        if (is_start && c >= '0' && c <= '9')
            nfigures++;
        if (is_first && sentences_is_letter_or_digit(c)) {
            has_capital = uc_is_general_category_withtable(
                c, UC_CATEGORY_MASK_Lu | UC_CATEGORY_MASK_Lt | UC_CATEGORY_MASK_N);
            is_first = false;
        }
        is_start = blanks_is(c);
    }
    return has_capital && nfigures * 3 <= nwords;
}

/* Rule 3: headlines behind the last paragraph that nothing announces. */
static void
mark_trailing_headlines(const char *text, block_list *list)
{
    size_t end = list->nblocks;
    size_t first;
    size_t nodd = 0;
    size_t nprose = 0;

    while (end > 0 && list->blocks[end - 1].kind == BLOCK_FURNITURE)
        end--;
    for (first = end; first > 0; first--) {
        unsigned nwords;
        if (!is_trailing_headline(text, &list->blocks[first - 1], &nwords))
            break;
        nodd += nwords < MIN_HEADLINE_WORDS || nwords > MAX_HEADLINE_WORDS;
    }
    if (end - first < MIN_HEADLINES || nodd * 4 > end - first)
        return;
    /* What an article announces, by a colon or a heading, is its own. */
    if (first == 0 || !is_prose(text, &list->blocks[first - 1]))
        return;
    for (size_t i = 0; i < first && nprose < MIN_PROSE_BLOCKS; i++)
        nprose += is_prose(text, &list->blocks[i]);
    if (nprose == MIN_PROSE_BLOCKS)
        mark_range(list, first, end);
}

void
furniture_mark(const char *text, block_list *list)
{
    bool may_have_headings;

    mark_lines(text, list, &may_have_headings);
    if (may_have_headings)
        mark_headed_lists(text, list);
    mark_trailing_headlines(text, list);
    /* Something of the article must be left; else none of it was furniture. */
    for (size_t i = 0; i < list->nblocks; i++)
        if (list->blocks[i].kind != BLOCK_FURNITURE && count_words(text, &list->blocks[i], 1) > 0)
            return;
    for (size_t i = 0; i < list->nblocks; i++)
        if (list->blocks[i].kind == BLOCK_FURNITURE)
            list->blocks[i].kind = BLOCK_PARAGRAPH;
}
