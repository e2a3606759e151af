/* SPDX-License-Identifier: GPL-3.0-or-later */
/* word_rules.h - the tokenizer's rules, for words.c alone.
 *
 * They walk a sentence character by character (see characters.h), find where a word begins and how
 * far it reaches, and append the word's folded form.  They are written once, as inline functions
 * that take `ascii` as a constant, and compiled twice: for sentences wholly in ASCII, which need
 * neither decoding nor Unicode's tables, and for all others.  docs/text.md lists the rules with
 * examples. */
#ifndef QUIRE_TEXT_WORD_RULES_H
#define QUIRE_TEXT_WORD_RULES_H

#include <string.h>

#include "base/array.h"
#include "base/hash.h"
#include "text/characters.h"
#include "text/fold.h"
#include "text/word_lists.h"
#include "text/words.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

enum { SHORTENED_BYTES = 100 }; /* what stays of a surface that is too long, before ~ and hash */

/* What is between the token before and the character at hand. */
typedef enum {
    GAP_NONE,   /* nothing */
    GAP_JOINER, /* one joiner, or :// */
    GAP_WIDE    /* anything else, or no token before */
} gap_kind;

typedef struct {
    const char *text;
    size_t end;
    bool shouting;
    gap_kind gap;
    token_list *list;

    /* For reading by windows: */
    size_t behind; /* the end of the last token, or of a gap behind it; s->gap is from there on */
} splitter;

/* A word as found in the text, not folded yet. */
typedef struct {
    size_t start; /* of the word itself, without signs of currency or % */
    size_t end;
    size_t sign_length; /* bytes of the sign of currency before it */
    size_t percent_length;
    char dropped; /* the ASCII character that its surface leaves out, 0: none */
} found_word;

static ALWAYS_INLINE character
read_at(const splitter *s, size_t at, bool ascii)
{
    return ascii ? characters_read_ascii(s->text, at, s->end)
                 : characters_read(s->text, at, s->end);
}

static ALWAYS_INLINE bool
is_word_character(character c)
{
    return c.kind == CHARACTER_LETTER || c.kind == CHARACTER_DIGIT ||
           c.kind == CHARACTER_SMALL_DIGIT || c.kind == CHARACTER_SINGLE;
}

static ALWAYS_INLINE bool
is_capital(char plain)
{
    return plain >= 'A' && plain <= 'Z';
}

static ALWAYS_INLINE char
lower(char plain)
{
    return is_capital(plain) ? (char)(plain | 0x20) : plain;
}

/* ---- Forms ---- */

/* Append the folded form of text[start..end) without the characters `dropped` to the forms. */
static bool
add_form(splitter *s, size_t start, size_t end, char dropped)
{
    buffer *scratch = &s->list->scratch;

    if (dropped == 0)
        return fold_word(s->text + start, end - start, &s->list->forms);
    buffer_clear(scratch);
    while (start < end) {
        character c = characters_read(s->text, start, end);
        if (c.plain != dropped && !buffer_add(scratch, s->text + start, c.length))
            return false;
        start += c.length;
    }
    return fold_word(scratch->bytes == NULL ? "" : scratch->bytes, scratch->size, &s->list->forms);
}

/* The same where all of it is ASCII. */
static ALWAYS_INLINE bool
add_form_ascii(splitter *s, size_t start, size_t end, char dropped)
{
    buffer *forms = &s->list->forms;

    if (!buffer_reserve(forms, end - start))
        return false;
    char *to = forms->bytes + forms->size;
    for (; start < end; start++) {
        char c = s->text[start];
        if (c != dropped)
            *to++ = c == '`' ? '\'' : lower(c);
    }
    forms->size = (size_t)(to - forms->bytes);
    *to = '\0';
    return true;
}

/* Cut a surface that is too long, which begins at forms.bytes[start] and ends with the forms. */
static bool
shorten_surface(buffer *forms, size_t start)
{
    char hex[HASH_HEX_BYTES];

    hash_to_hex(hash_bytes(forms->bytes + start, forms->size - start), hex);
    forms->size = start + utf8_cut(forms->bytes + start, forms->size - start, SHORTENED_BYTES);
    return buffer_add_char(forms, '~') && buffer_add_string(forms, hex);
}

/* The ASCII form of a sign of currency, or its own bytes. */
static bool
add_sign(buffer *forms, const char *text, size_t nbytes)
{
    unsigned length;

    switch (utf8_decode(text, nbytes, &length)) {
    case '$':
    case 0xFF04:
        return buffer_add_char(forms, '$');
    case 0xFFE1:
        return buffer_add_string(forms, "£");
    case 0xFFE5:
        return buffer_add_string(forms, "¥");
    default:
        return buffer_add(forms, text, length);
    }
}

/* Append the form with the signs, "$4.5" or "76%", of the token, which the list holds already. */
static bool
add_extra(splitter *s, const found_word *word, token *t)
{
    buffer *forms = &s->list->forms;
    size_t start = forms->size;

    if (word->sign_length > 0 &&
        !add_sign(forms, s->text + word->start - word->sign_length, word->sign_length))
        return false;
    if (!buffer_reserve(forms, t->surface_bytes) ||
        !buffer_add(forms, forms->bytes + t->surface, t->surface_bytes))
        return false;
    if (word->percent_length > 0 && !buffer_add_char(forms, '%'))
        return false;
    t->extra = (uint32_t)start;
    t->extra_bytes = (uint8_t)(forms->size - start); /* at most 3 + WORDS_MAX_SURFACE + 1 */
    return true;
}

/* ---- Acronyms ---- */

/* The length of a possessive 's, ’s or 'S at text[at..), nothing of a word behind it; else 0. */
static ALWAYS_INLINE size_t
possessive_length(const splitter *s, size_t at, bool ascii)
{
    character apostrophe = read_at(s, at, ascii);
    if (apostrophe.kind != CHARACTER_APOSTROPHE)
        return 0;
    character letter = read_at(s, at + apostrophe.length, ascii);
    size_t length = apostrophe.length + letter.length;
    if (lower(letter.plain) != 's' || is_word_character(read_at(s, at + length, ascii)))
        return 0;
    return length;
}

/* If the word is an acronym of the list, in capitals with or without full stops, possessive or not
 * (US's, U.S.'S, but IT'S is it's), append the capitals to the forms.  *is_acronym_out says whether
 * it is.
 */
static ALWAYS_INLINE bool
add_acronym(splitter *s, const found_word *word, bool ascii, bool *is_acronym_out)
{
    char capitals[WORD_LISTS_MAX_ACRONYM];
    size_t n = 0;
    size_t at = word->start;

    *is_acronym_out = false;
    while (at < word->end) {
        character c = read_at(s, at, ascii);
        if (is_capital(c.plain)) {
            if (n == sizeof capitals)
                return true;
            capitals[n++] = c.plain;
        } else if (c.plain != '.') {
            break;
        }
        at += c.length;
    }
    if (n < 2 || (at < word->end && (at + possessive_length(s, at, ascii) != word->end ||
                                     (word->dropped == 0 && s->text[word->end - 1] == 'S'))))
        return true;
    if (!word_lists_is_acronym(capitals, n))
        return true;
    *is_acronym_out = true;
    return buffer_add(&s->list->forms, capitals, n);
}

/* ---- Tokens ---- */

/* Append a token.  A word whose folded form is empty is none.  Where all is in capitals, they tell
 * nothing of US, but the full stops of U.S. do. */
static ALWAYS_INLINE bool
add_token(splitter *s, const found_word *word, bool ascii)
{
    token_list *list = s->list;
    size_t start = list->forms.size;
    bool is_acronym = false;

    if ((!s->shouting || word->dropped == '.') && !add_acronym(s, word, ascii, &is_acronym))
        return false;
    if (!is_acronym && !(ascii ? add_form_ascii(s, word->start, word->end, word->dropped)
                               : add_form(s, word->start, word->end, word->dropped)))
        return false;
    if (list->forms.size == start)
        return true;
    if (list->forms.size - start > WORDS_MAX_SURFACE && !shorten_surface(&list->forms, start))
        return false;
    if (list->forms.size > UINT32_MAX - 2 * WORDS_MAX_SURFACE ||
        !ARRAY_GROW(list->tokens, list->ntokens, &list->room))
        return false;

    token *t = &list->tokens[list->ntokens];
    char first = list->forms.bytes[start];
    bool is_number =
        (first >= '0' && first <= '9') || read_at(s, word->start, ascii).kind == CHARACTER_DIGIT;
    *t = (token){.start = (uint32_t)(word->start - word->sign_length),
                 .end = (uint32_t)(word->end + word->percent_length),
                 .surface = (uint32_t)start,
                 .surface_bytes = (uint8_t)(list->forms.size - start)};
    t->flags = (uint8_t)((is_acronym ? TOKEN_ACRONYM : 0) | (is_number ? TOKEN_NUMBER : 0) |
                         (s->gap == GAP_WIDE ? 0 : TOKEN_JOINED));
    if (word->sign_length + word->percent_length > 0 && !add_extra(s, word, t))
        return false;
    list->ntokens++;
    s->gap = GAP_NONE;
    return true;
}

/* ---- How far a word reaches ---- */

/* The end of the letters of ASCII at `at`, most of what there is; beyond ASCII, less the last one
 * where an accent might follow. */
static ALWAYS_INLINE size_t
plain_letters_end(const splitter *s, size_t at, bool ascii)
{
    const unsigned char *text = (const unsigned char *)s->text;

    while (at < s->end && text[at] < 0x80 && characters_ascii[text[at]] == CHARACTER_LETTER &&
           (ascii || at + 1 == s->end || text[at + 1] < 0x80))
        at++;
    return at;
}

/* The end of the letters and digits that go on at `at`, apostrophes and points inside included;
 * last is the kind of the character before. */
static ALWAYS_INLINE size_t
run_end(const splitter *s, size_t at, character_kind last, bool ascii)
{
    for (;;) {
        size_t plain_end = plain_letters_end(s, at, ascii);
        if (plain_end > at)
            last = CHARACTER_LETTER;
        at = plain_end;
        character c = read_at(s, at, ascii);
        character_kind needed; /* of the next character, for this one to be inside the word */

        if (c.kind == CHARACTER_LETTER || c.kind == CHARACTER_DIGIT ||
            (c.kind == CHARACTER_SMALL_DIGIT && last != CHARACTER_DIGIT)) {
            last = c.kind;
            at += c.length;
            continue;
        }
        if (c.kind == CHARACTER_APOSTROPHE ||
            (c.kind == CHARACTER_MIDDLE && last == CHARACTER_LETTER))
            needed = CHARACTER_LETTER;
        else if (c.plain == '.' && last == CHARACTER_DIGIT)
            needed = CHARACTER_DIGIT;
        else
            return at;
        if (read_at(s, at + c.length, ascii).kind != needed)
            return at;
        at += c.length;
    }
}

static ALWAYS_INLINE size_t
digits_end(const splitter *s, size_t at, size_t *ndigits_out, bool ascii)
{
    size_t n = 0;

    for (character c = read_at(s, at, ascii); c.kind == CHARACTER_DIGIT;
         c = read_at(s, at, ascii), n++)
        at += c.length;
    *ndigits_out = n;
    return at;
}

/* The end of the number at `at`: 7, 4.5, 16.11.2025, 20,000, 1,250,000.75. */
static ALWAYS_INLINE size_t
number_end(const splitter *s, size_t at, bool ascii)
{
    size_t ndigits, next;
    character c;

    at = digits_end(s, at, &ndigits, ascii);
    if (ndigits <= 3) /* a comma groups thousands only where exactly three digits follow */
        while ((c = read_at(s, at, ascii)).plain == ',') {
            next = digits_end(s, at + c.length, &ndigits, ascii);
            if (ndigits != 3)
                break;
            at = next;
        }
    while ((c = read_at(s, at, ascii)).plain == '.') {
        next = digits_end(s, at + c.length, &ndigits, ascii);
        if (ndigits == 0)
            break;
        at = next;
    }
    return at;
}

/* Is the word text[start..end) a unit? */
static ALWAYS_INLINE bool
is_unit(const splitter *s, size_t start, size_t end, bool ascii)
{
    char unit[WORD_LISTS_MAX_UNIT];
    size_t n = 0;

    while (start < end) {
        character c = read_at(s, start, ascii);
        if (c.plain == 0 || n == sizeof unit)
            return false;
        unit[n++] = lower(c.plain);
        start += c.length;
    }
    return word_lists_is_unit(unit, n);
}

/* The end of dotted initials at `at` (U.S., a.m, J.R.R.), at least two letters each standing alone
 * between full stops; at where there are none. */
static ALWAYS_INLINE size_t
initials_end(const splitter *s, size_t at, bool ascii)
{
    size_t end = at, next = at;
    size_t nletters = 0;

    for (;;) {
        character letter = read_at(s, next, ascii);
        if (letter.kind != CHARACTER_LETTER)
            break;
        size_t behind = next + letter.length;
        character c = read_at(s, behind, ascii);
        if (is_word_character(c) ||
            (c.kind == CHARACTER_APOSTROPHE && possessive_length(s, behind, ascii) == 0 &&
             read_at(s, behind + c.length, ascii).kind == CHARACTER_LETTER))
            break; /* the letter begins a word */
        nletters++;
        end = behind;
        if (c.plain != '.')
            break;
        next = behind + c.length;
        if (nletters > 1)
            end = next;
    }
    return nletters < 2 ? at : end + possessive_length(s, end, ascii);
}

/* The end of an abbreviation with full stops inside that are no single letters: Ph.D. and Ph.D;
 * at where there is none. */
static ALWAYS_INLINE size_t
doctorate_end(const splitter *s, size_t at, bool ascii)
{
    static const char pattern[] = "ph.d";
    size_t start = at;

    for (const char *p = pattern; *p != '\0'; p++) {
        character c = read_at(s, at, ascii);
        if (lower(c.plain) != *p)
            return start;
        at += c.length;
    }
    character behind = read_at(s, at, ascii);
    if (is_word_character(behind))
        return start;
    if (behind.plain == '.')
        at += behind.length;
    return at + possessive_length(s, at, ascii);
}

/* ---- Reading one word ---- */

/* Each appends the word at `at` and sets *at to its end. */

static ALWAYS_INLINE bool
read_letters(splitter *s, size_t *at, bool ascii)
{
    found_word word = {.start = *at, .dropped = '.'};

    word.end = initials_end(s, *at, ascii);
    if (word.end == *at)
        word.end = doctorate_end(s, *at, ascii);
    if (word.end == *at) {
        word.dropped = 0;
        word.end = run_end(s, *at, CHARACTER_LETTER, ascii);
    }
    *at = word.end;
    return add_token(s, &word, ascii);
}

static ALWAYS_INLINE bool
read_number(splitter *s, size_t *at, size_t sign_length, bool ascii)
{
    found_word word = {.start = *at, .sign_length = sign_length, .dropped = ','};
    size_t end = number_end(s, *at, ascii);
    size_t behind = run_end(s, end, CHARACTER_DIGIT, ascii);
    bool has_unit = behind > end && is_unit(s, end, behind, ascii);

    word.end = has_unit ? end : behind;
    if (!has_unit) {
        character c = read_at(s, word.end, ascii);
        if (c.plain == '%')
            word.percent_length = c.length;
    }
    *at = behind + word.percent_length;
    if (!add_token(s, &word, ascii))
        return false;
    found_word unit = {.start = end, .end = behind};
    return !has_unit || add_token(s, &unit, ascii);
}

static ALWAYS_INLINE bool
read_single(splitter *s, size_t *at, character c, bool ascii)
{
    found_word word = {.start = *at, .end = *at + c.length};

    *at = word.end;
    return add_token(s, &word, ascii);
}

/* Step over what is no word, and keep account of the gap. */
static ALWAYS_INLINE void
skip_gap(splitter *s, size_t *at, character c, bool ascii)
{
    bool joins = c.kind == CHARACTER_JOINER && s->gap == GAP_NONE;

    *at += c.length;
    if (joins && c.plain == ':') { /* the one joiner of three characters */
        character first = read_at(s, *at, ascii);
        character second = read_at(s, *at + first.length, ascii);
        if (first.plain == '/' && second.plain == '/')
            *at += first.length + second.length;
    }
    s->gap = joins ? GAP_JOINER : GAP_WIDE;
}

/* Read the word at *at, or step over what is none. */
static ALWAYS_INLINE bool
read_next(splitter *s, size_t *at, bool ascii)
{
    character c = read_at(s, *at, ascii);
    size_t sign_length = 0;

    if (c.kind == CHARACTER_CURRENCY) {
        character next = read_at(s, *at + c.length, ascii);
        if (next.kind == CHARACTER_DIGIT) {
            sign_length = c.length;
            *at += c.length;
            c = next;
        }
    }
    switch (c.kind) {
    case CHARACTER_LETTER:
        return read_letters(s, at, ascii);
    case CHARACTER_DIGIT:
        return read_number(s, at, sign_length, ascii);
    case CHARACTER_SINGLE:
    case CHARACTER_SMALL_DIGIT:
        return read_single(s, at, c, ascii);
    default:
        skip_gap(s, at, c, ascii);
        return true;
    }
}

#endif
