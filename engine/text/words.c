/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.c - the tokenizer.
 *
 * Most words need no rules: letters of ASCII with a blank or a comma behind them.  These are found
 * a window of bytes at a time (word_window.h), and the rules (word_rules.h) are asked for the other
 * words only. */
#include "text/words.h"

#include <stdlib.h>
#include <string.h>

#include <unictype.h>

#include "base/array.h"
#include "base/utf8.h"
#include "text/word_lists.h"
#include "text/word_rules.h"
#include "text/word_window.h"

/* ---- Reading by windows ---- */

enum {
    COPIED_AT_ONCE = 16, /* bytes of a simple word */
    ROOM_FOR_SIMPLE = WORD_WINDOW_BYTES + COPIED_AT_ONCE
};

static ALWAYS_INLINE character_kind
ascii_kind_at(const splitter *s, size_t at)
{
    return (character_kind)characters_ascii[(unsigned char)s->text[at]];
}

/* What is between s->behind and the word at `at`, all in ASCII. */
static ALWAYS_INLINE gap_kind
gap_before(const splitter *s, size_t at)
{
    size_t nbytes = at - s->behind;

    if (s->gap == GAP_WIDE || nbytes > 3)
        return GAP_WIDE;
    if (nbytes == 0)
        return GAP_NONE;
    return (nbytes == 1 && ascii_kind_at(s, s->behind) == CHARACTER_JOINER) ||
                   (nbytes == 3 && memcmp(s->text + s->behind, "://", 3) == 0)
               ? GAP_JOINER
               : GAP_WIDE;
}

/* Read the word at `at` by the rules, a sign of currency before it included.  All between s->behind
 * and the word is in ASCII. */
static ALWAYS_INLINE bool
read_by_rules(splitter *s, size_t at, bool ascii)
{
    if (at > s->behind && s->text[at - 1] == '$')
        at--;
    s->gap = gap_before(s, at);
    if (!read_next(s, &at, ascii))
        return false;
    s->behind = at;
    return true;
}

/* Read by the rules what is around the character beyond ASCII at `foreign`, where the next word
 * would begin otherwise: all between s->behind and it is in ASCII, and no word.  Nothing but the
 * four bytes before it bears on it: a joiner has at most three, and a sign of currency one. */
static bool
read_foreign(splitter *s, size_t foreign)
{
    size_t at = s->behind;

    if (foreign - at > 4) {
        at = foreign - 1;
        s->gap = GAP_WIDE;
    }
    while (at < s->end &&
           (at <= foreign || s->gap == GAP_JOINER || (unsigned char)s->text[at] >= 0x80))
        if (!read_next(s, &at, false))
            return false;
    s->behind = at;
    return true;
}

/* Is the run of letters and digits text[start..end) a word for which the rules have nothing to say?
 * The character behind it, if there is one, is in ASCII, and neither letter nor digit. */
static ALWAYS_INLINE bool
is_simple_word(const splitter *s, size_t start, size_t end)
{
    const char *text = s->text;
    char behind = end < s->end ? text[end] : ' ';

    if (behind == '.') /* initials, Ph.D., b2.5 */
        return end - start > 2 && ascii_kind_at(s, end - 1) == CHARACTER_LETTER;
    if (ascii_kind_at(s, end < s->end ? end : start) == CHARACTER_APOSTROPHE)
        return end + 1 == s->end || ((unsigned char)text[end + 1] < 0x80 &&
                                     ascii_kind_at(s, end + 1) != CHARACTER_LETTER);
    return true;
}

/* The same for digits only. */
static ALWAYS_INLINE bool
is_simple_number(const splitter *s, size_t start, size_t end)
{
    if (start > s->behind && s->text[start - 1] == '$')
        return false;
    if (end == s->end)
        return true;
    switch (s->text[end]) {
    case '.':
    case ',':
        return end + 1 == s->end || ((unsigned char)s->text[end + 1] < 0x80 &&
                                     ascii_kind_at(s, end + 1) != CHARACTER_DIGIT);
    case '%':
    case '\'':
    case '`':
        return false;
    default:
        return true;
    }
}

/* Is the word, for which the rules have nothing else to say, an acronym? */
static ALWAYS_INLINE bool
is_acronym(const splitter *s, size_t start, size_t end)
{
    const char *word = s->text + start;

    return end - start >= 2 && end - start <= WORD_LISTS_MAX_ACRONYM &&
           ((word[0] | word[1]) & 0x20) == 0 && word_lists_begins_acronym(word) &&
           word_lists_is_acronym(word, end - start);
}

/* Eight bytes, and the letters among them made small: no other character of a simple word lacks the
 * bit that letters have then. */
static ALWAYS_INLINE void
copy_eight(char *to, const char *from)
{
    uint64_t eight;

    memcpy(&eight, from, sizeof eight);
    eight |= UINT64_C(0x2020202020202020);
    memcpy(to, &eight, sizeof eight);
}

/* Copy a simple word in small letters, and read and write nothing behind it: from both its ends,
 * some of it twice. */
static ALWAYS_INLINE void
copy_exactly(char *to, const char *from, size_t nbytes)
{
    uint32_t four;

    if (nbytes >= 8) {
        for (size_t i = 0; i + 8 < nbytes; i += 8)
            copy_eight(to + i, from + i);
        copy_eight(to + nbytes - 8, from + nbytes - 8);
        return;
    }
    for (size_t i = 0; i < nbytes && nbytes < 4; i++)
        to[i] = (char)(from[i] | 0x20);
    for (size_t i = 0; i < 2 && nbytes >= 4; i++) {
        const size_t at = i * (nbytes - 4);

        memcpy(&four, from + at, sizeof four);
        four |= UINT32_C(0x20202020);
        memcpy(to + at, &four, sizeof four);
    }
}

/* Copy the simple word text[start..end) in small letters, and write up to 15 bytes behind it. */
static ALWAYS_INLINE void
copy_small(const splitter *s, size_t start, size_t end, char *to)
{
    size_t nbytes = end - start;
    const char *from = s->text + start;

    if (s->end - start < nbytes + COPIED_AT_ONCE - 1) { /* so much may not be read behind it */
        copy_exactly(to, from, nbytes);
        return;
    }
    for (size_t i = 0; i < nbytes; i += COPIED_AT_ONCE) {
        copy_eight(to + i, from + i);
        copy_eight(to + i + 8, from + i + 8);
    }
}

/* Append the simple word text[start..end) of one window.  There is room for the token. */
static ALWAYS_INLINE bool
add_simple_word(splitter *s, size_t start, size_t end, uint8_t flags)
{
    token_list *list = s->list;
    buffer *forms = &list->forms;

    if (forms->room - forms->size < ROOM_FOR_SIMPLE && !buffer_reserve(forms, ROOM_FOR_SIMPLE))
        return false;
    copy_small(s, start, end, forms->bytes + forms->size);
    if (gap_before(s, start) != GAP_WIDE)
        flags |= TOKEN_JOINED;
    list->tokens[list->ntokens++] = (token){.start = (uint32_t)start,
                                            .end = (uint32_t)end,
                                            .surface = (uint32_t)forms->size,
                                            .surface_bytes = (uint8_t)(end - start),
                                            .flags = flags};
    forms->size += end - start;
    s->behind = end;
    s->gap = GAP_NONE;
    return true;
}

/* Bits from number n on, up to 64. */
static ALWAYS_INLINE uint64_t
bits_from(size_t n)
{
    return n < 64 ? ~UINT64_C(0) << n : 0;
}

/* Is the run of letters and digits text[start..end), whose digits are bits from the lowest on, a
 * word for which the rules have nothing to say? */
static ALWAYS_INLINE bool
is_simple(const splitter *s, size_t start, size_t end, uint64_t digits)
{
    if ((digits & 1) != 0)
        return (~digits == 0 || (size_t)__builtin_ctzll(~digits) >= end - start) &&
               is_simple_number(s, start, end);
    return is_simple_word(s, start, end) && (s->shouting || !is_acronym(s, start, end));
}

/* Of the letters of a window, those that begin a word for which the rules have nothing to say, if
 * nothing that may be inside a word is behind it: a blank is before it, and not both of its first
 * letters are capitals. */
static ALWAYS_INLINE uint64_t
find_plain(const word_window *w, bool shouting)
{
    const uint64_t letters = w->words & ~w->digits;
    const uint64_t capitals = letters & ~w->small;

    return letters & w->blanks << 1 & (shouting ? ~UINT64_C(0) : ~(capitals & capitals >> 1));
}

/* Append the word text[start..end), which has a blank before it and as many bytes behind it as are
 * copied at once.  There is room for the token, and for its form. */
static ALWAYS_INLINE void
add_plain_word(splitter *s, size_t start, size_t end)
{
    token_list *list = s->list;
    buffer *forms = &list->forms;
    const char *from = s->text + start;
    char *to = forms->bytes + forms->size;

    copy_eight(to, from);
    copy_eight(to + 8, from + 8);
    list->tokens[list->ntokens++] = (token){.start = (uint32_t)start,
                                            .end = (uint32_t)end,
                                            .surface = (uint32_t)forms->size,
                                            .surface_bytes = (uint8_t)(end - start)};
    forms->size += end - start;
    s->behind = end;
    s->gap = GAP_NONE;
}

/* Read the words that begin in the window at *at, and set *at to where the next one begins. */
static ALWAYS_INLINE bool
read_window(splitter *s, size_t *at_inout, bool ascii)
{
    size_t at = *at_inout;
    size_t nbytes = s->end - at < WORD_WINDOW_BYTES ? s->end - at : WORD_WINDOW_BYTES;
    token_list *list = s->list;

    if (list->forms.size > UINT32_MAX - 2 * WORD_WINDOW_BYTES ||
        !ARRAY_GROW(list->tokens, list->ntokens + WORD_WINDOW_BYTES, &list->room))
        return false;
    word_window w = word_window_read(s->text + at, nbytes);
    uint64_t plain = find_plain(&w, s->shouting);
    uint64_t inside = w.stops | w.foreign;
    bool has_foreign = !ascii && w.foreign != 0;
    size_t usable = has_foreign ? (size_t)__builtin_ctzll(w.foreign) : nbytes;
    bool may_go_on = has_foreign || at + nbytes < s->end; /* what reaches the end of all that */
    uint64_t words = w.words & ~bits_from(usable);

    while (words != 0) {
        size_t first = (size_t)__builtin_ctzll(words);
        uint64_t others = ~(words >> first);
        size_t end = others == 0 ? WORD_WINDOW_BYTES : first + (size_t)__builtin_ctzll(others);

        if ((plain >> first & ~(inside >> end % WORD_WINDOW_BYTES) & 1) != 0 && end < usable &&
            end - first <= COPIED_AT_ONCE && s->end - at - first >= COPIED_AT_ONCE &&
            list->forms.room - list->forms.size >= ROOM_FOR_SIMPLE) {
            add_plain_word(s, at + first, at + end);
            words &= bits_from(end);
            continue;
        }
        bool is_cut = end == usable && may_go_on;

        if (is_cut && first > 0 && !has_foreign) {
            *at_inout = at + first;
            return true;
        }
        uint64_t digits = w.digits >> first;
        bool simple = !is_cut && is_simple(s, at + first, at + end, digits);
        if (simple ? !add_simple_word(s, at + first, at + end, digits & 1 ? TOKEN_NUMBER : 0)
                   : !read_by_rules(s, at + first, ascii))
            return false;
        words &= bits_from(s->behind - at);
    }
    if (has_foreign && s->behind <= at + usable && !read_foreign(s, at + usable))
        return false;
    at += usable;
    *at_inout = at > s->behind ? at : s->behind;
    return true;
}

static ALWAYS_INLINE bool
split(splitter *s, bool ascii)
{
    size_t at = s->behind;

    while (at < s->end)
        if (!read_window(s, &at, ascii))
            return false;
    if (s->list->forms.bytes != NULL) /* which words by windows leave to be done once */
        s->list->forms.bytes[s->list->forms.size] = '\0';
    return true;
}

static bool
split_ascii(splitter *s)
{
    return split(s, true);
}

static bool
split_unicode(splitter *s)
{
    return split(s, false);
}

static bool
is_ascii(const char *bytes, size_t nbytes)
{
    uint64_t eights[4];
    uint64_t eight;
    uint64_t all = 0;
    size_t i = 0;

    for (; i + sizeof eights <= nbytes; i += sizeof eights) {
        memcpy(eights, bytes + i, sizeof eights);
        all |= eights[0] | eights[1] | eights[2] | eights[3];
    }
    for (; i + sizeof eight <= nbytes; i += sizeof eight) {
        memcpy(&eight, bytes + i, sizeof eight);
        all |= eight;
    }
    for (; i < nbytes; i++)
        all |= (unsigned char)bytes[i];
    return (all & UINT64_C(0x8080808080808080)) == 0;
}

bool
words_split(const char *text, size_t start, size_t end, bool shouting, token_list *list)
{
    splitter s = {text, end, shouting, GAP_WIDE, list, start};

    return is_ascii(text + start, end - start) ? split_ascii(&s) : split_unicode(&s);
}

bool
words_split_by_rules(const char *text, size_t start, size_t end, bool shouting, token_list *list)
{
    splitter s = {text, end, shouting, GAP_WIDE, list, start};

    while (start < end)
        if (!read_next(&s, &start, false))
            return false;
    return true;
}

/* ---- Texts in capitals ---- */

/* What a character is to a text wholly in capitals. */
typedef enum { CASE_LOWER, CASE_CAPITAL, CASE_MARK, CASE_OTHER } letter_case;

static letter_case
case_of(uint32_t c)
{
    if (c < 0x80)
        return c >= 'a' && c <= 'z' ? CASE_LOWER : c >= 'A' && c <= 'Z' ? CASE_CAPITAL : CASE_OTHER;
    if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Ll))
        return CASE_LOWER;
    if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Lu | UC_CATEGORY_MASK_Lt))
        return CASE_CAPITAL;
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_Cf)
               ? CASE_MARK
               : CASE_OTHER;
}

bool
words_is_shouting(const char *text, size_t nbytes)
{
    size_t nwords = 0;
    size_t nletters = 0; /* of the word at hand */
    bool has_long_word = false;
    unsigned length;

    for (size_t at = 0; at < nbytes; at += length) {
        switch (case_of(utf8_decode(text + at, nbytes - at, &length))) {
        case CASE_LOWER:
            return false;
        case CASE_CAPITAL:
            nwords += nletters == 0;
            nletters++;
            has_long_word = has_long_word || nletters > 4;
            break;
        case CASE_MARK: /* goes with the letter before */
            break;
        case CASE_OTHER:
            nletters = 0;
        }
    }
    return nwords >= 2 && has_long_word;
}

bool
words_is_function_word(const char *surface, size_t nbytes)
{
    return word_lists_is_function_word(surface, nbytes);
}

/* ---- Lists ---- */

void
token_list_clear(token_list *list)
{
    list->ntokens = 0;
    buffer_clear(&list->forms);
}

void
token_list_free(token_list *list)
{
    free(list->tokens);
    buffer_free(&list->forms);
    buffer_free(&list->scratch);
    *list = (token_list){0};
}
