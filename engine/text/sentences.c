/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sentences.c - where sentences end in a block of news text.
 *
 * One pass over the bytes of a sentence looks for marks (. ! ? and their kin).  What stands
 * before a mark (an abbreviation, an initial, a number that counts paragraphs) and what follows it
 * (a blank, the case of the next letter, a word that sentences begin with) decides whether it ends
 * the sentence.  A mark without a blank behind it ends one too where news text has lost the blank
 * ("East.According"), addresses and initials apart.
 *
 * Work is linear in the sentence: looking back from a mark is bounded by the longest abbreviation,
 * looking ahead by the next character that is neither blank, quote nor bracket.  docs/text.md has
 * the rules with examples. */
#include "text/sentences.h"

#include <string.h>
#include <strings.h>
#include <unictype.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "text/abbreviations.h"
#include "text/blanks.h"

enum {
    MAX_WORD = 24,       /* bytes looked back from a mark: longer words are no abbreviations */
    MAX_OPENERS = 8,     /* quotes and brackets skipped before the next word */
    MAX_ADDRESS = 64,    /* bytes looked ahead for the @ of an address: RFC 5321's limit */
    LONG_WORD = 4,       /* letters: title case spells words this long with a capital */
    MAX_ENUMERATOR = 3,  /* "1.", "10.", "iv." in front of a paragraph */
    MAX_LOST_BLANKS = 3, /* blanks between a word and its mark: "U.S . FIRST" */
    SHORT_BYTES = 2 * SENTENCES_MAX_WORDS /* no more than so many words begin in so many bytes */
};

/* What a straight double quote means depends on the one before it in the sentence. */
typedef enum { QUOTES_UNKNOWN, QUOTES_INSIDE, QUOTES_OUTSIDE } quotes;

/* A sentence being read. */
typedef struct {
    const char *text;
    size_t start;     /* first byte that is not blank */
    size_t limit;     /* end of what may be read: of the block or of the longest sentence */
    size_t end;       /* of the block */
    size_t chunk;     /* start of the run without blanks that is being read */
    bool has_text;    /* a letter or digit was met */
    bool has_lower;   /* a long word in lower case was met: neither a headline nor all capitals */
    bool has_address; /* the chunk holds @ or :// */
    quotes quoted;
} reader;

/* A mark with its repetitions and closing quotes. */
typedef struct {
    size_t at;
    size_t end;       /* behind the last mark */
    size_t close;     /* behind the closing quotes */
    unsigned nmarks;  /* characters */
    bool is_strong;   /* it holds ! or ? */
    bool is_ellipsis; /* it holds an ellipsis, or dots only, and several */
    bool is_wide;     /* it holds a mark of a script that knows no capitals */
} mark;

/* The character behind a mark that decides. */
typedef struct {
    uint32_t c; /* 0: there is none */
    size_t at;
    unsigned length;
    bool behind_blank;
    bool behind_quote;
    bool behind_bracket;
} next_character;

static uint32_t
decode(const reader *r, size_t at, unsigned *length_out)
{
    unsigned char first = (unsigned char)r->text[at];

    *length_out = 1;
    return first < 0x80 ? first : utf8_decode(r->text + at, r->end - at, length_out);
}

static bool
is_ascii_letter(uint32_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool
is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool
is_ascii_lower(uint32_t c)
{
    return c >= 'a' && c <= 'z';
}

static bool
is_lower(uint32_t c)
{
    if (c < 0x80)
        return is_ascii_lower(c);
    return uc_is_general_category(c, UC_LOWERCASE_LETTER);
}

static bool
is_upper(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z';
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Lu | UC_CATEGORY_MASK_Lt);
}

bool
sentences_is_letter_or_digit(uint32_t c)
{
    if (c < 0x80)
        return is_ascii_letter(c) || is_digit(c);
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N);
}

/* Combining marks and format characters: they belong to what stands before them. */
static bool
is_transparent(uint32_t c)
{
    return c >= 0x80 && uc_is_general_category_withtable(
                            c, UC_CATEGORY_MASK_Mn | UC_CATEGORY_MASK_Me | UC_CATEGORY_MASK_Cf);
}

/* Han, kana and the other scripts that write no blanks between sentences. */
static bool
is_cjk(uint32_t c)
{
    return (c >= 0x3040 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x20000 && c <= 0x3FFFF);
}

/* Marks that end sentences in scripts without capitals. */
static bool
is_wide_mark(uint32_t c)
{
    static const uint16_t marks[] = {0x0589, 0x061F, 0x06D4, 0x0700, 0x0701, 0x0702, 0x07F9,
                                     0x0964, 0x0965, 0x104A, 0x104B, 0x1362, 0x1367, 0x1368,
                                     0x166E, 0x1803, 0x1809, 0x3002, 0xFF01, 0xFF1F, 0xFF61};

    for (size_t i = 0; i < sizeof marks / sizeof *marks && marks[i] <= c; i++)
        if (marks[i] == c)
            return true;
    return false;
}

static bool
is_mark(uint32_t c)
{
    if (c < 0x80)
        return c == '.' || c == '!' || c == '?';
    return c == 0x2026 || c == 0x203C || c == 0x203D || (c >= 0x2047 && c <= 0x2049) ||
           c == 0xFF0E || is_wide_mark(c);
}

static bool
is_closer(uint32_t c)
{
    switch (c) {
    case '"':
    case '\'':
    case ')':
    case ']':
    case 0x00BB: /* >> */
    case 0x2019:
    case 0x201D:
    case 0x203A:
    case 0x2033: /* double prime, typed for a quote */
    case 0x300D:
    case 0x300F:
    case 0xFF09:
        return true;
    default:
        return false;
    }
}

bool
sentences_is_opening_quote(uint32_t c)
{
    return c == '"' || c == '\'' || c == 0x00AB || (c >= 0x2018 && c <= 0x201F) || c == 0x2039 ||
           c == 0x300C || c == 0x300E;
}

/* What may stand between a mark and the first word of the next sentence. */
static bool
is_opening_other(uint32_t c)
{
    return c == '(' || c == '[' || c == '-' || c == 0x00A1 || c == 0x00BF ||
           (c >= 0x2012 && c <= 0x2015) || c == 0xFF08;
}

/* Marks inside a sentence. */
static bool
is_continuation(uint32_t c)
{
    return c == ',' || c == ';' || c == ':' || c == 0x060C || c == 0x3001 || c == 0xFF0C ||
           c == 0xFF1A;
}

/* Read a mark, its repetitions ("?!", "...") and the quotes and brackets that close behind it. */
static mark
read_mark(const reader *r, size_t at)
{
    mark m = {.at = at};
    quotes quoted = r->quoted;
    unsigned length;
    unsigned ndots = 0;

    for (; at < r->limit; at += length) {
        uint32_t c = decode(r, at, &length);
        if (!is_mark(c))
            break;
        m.nmarks++;
        m.is_strong |= c == '!' || c == '?' || (c >= 0x203C && c <= 0x2049);
        m.is_ellipsis |= c == 0x2026;
        m.is_wide |= is_wide_mark(c);
        ndots += c == '.';
    }
    m.end = at;
    m.is_ellipsis |= ndots > 1 && ndots == m.nmarks;
    for (; at < r->limit; at += length) {
        uint32_t c = decode(r, at, &length);
        if (!is_closer(c) && !is_transparent(c))
            break;
        if (c == '"') {
            /* A straight quote outside of quotes, with a word right behind, opens. */
            size_t behind = at + length;
            if (quoted == QUOTES_OUTSIDE && behind < r->end &&
                sentences_is_letter_or_digit(decode(r, behind, &length)))
                break;
            quoted = QUOTES_OUTSIDE;
            length = 1;
        }
    }
    m.close = at;
    return m;
}

/* The character behind a mark, quotes, brackets and dashes skipped. */
static next_character
look_ahead(const reader *r, const mark *m)
{
    next_character next = {.at = m->close};
    unsigned length;
    unsigned nopeners = 0;

    for (; next.at < r->end; next.at += length) {
        uint32_t c = decode(r, next.at, &length);
        if (blanks_is(c)) {
            next.behind_blank = true;
        } else if (sentences_is_opening_quote(c) && nopeners < MAX_OPENERS) {
            next.behind_quote = true;
            nopeners++;
        } else if (is_opening_other(c) && nopeners < MAX_OPENERS) {
            next.behind_bracket = true;
            nopeners++;
        } else if (!is_transparent(c)) {
            next.c = c;
            next.length = length;
            break;
        }
    }
    return next;
}

/* Does text[at..) begin, case apart, with word, and no letter or digit follow? */
static bool
is_word_at(const reader *r, size_t at, const char *word)
{
    unsigned length;

    for (; *word != '\0'; word++, at++)
        if (at >= r->end || (r->text[at] | 0x20) != *word)
            return false;
    return at >= r->end || !sentences_is_letter_or_digit(decode(r, at, &length));
}

/* Does the mark stand inside a web or mail address? */
static bool
is_in_address(const reader *r, const mark *m, const next_character *next)
{
    static const char *const domains[] = {"com", "net", "org", "co", "uk", "gov", "edu", "info"};
    size_t stop = m->end + MAX_ADDRESS;
    unsigned length;

    if (r->has_address)
        return true;
    if (r->limit - r->chunk > 4 && strncasecmp(r->text + r->chunk, "www.", 4) == 0)
        return true;
    if (m->close == m->at + 1 && next->at == m->close)
        for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
            if (is_word_at(r, next->at, domains[i]))
                return true;
    for (size_t at = m->end; at < r->end && at < stop; at += length) {
        uint32_t c = decode(r, at, &length);
        if (c == '@')
            return true;
        if (blanks_is(c))
            return false;
    }
    return false;
}

/* The word after the one at[0..) is in lower case? */
static bool
is_followed_by_lower(const reader *r, size_t at)
{
    size_t stop = at + MAX_WORD;
    unsigned length;
    uint32_t c = 0;

    while (at < r->end && at < stop && !blanks_is(c = decode(r, at, &length)))
        at += length;
    for (unsigned i = 0; i < MAX_LOST_BLANKS && at < r->end; i++, at += length)
        if (!blanks_is(c = decode(r, at, &length)))
            return is_lower(c);
    return false;
}

/* Is the next word one that sentences begin with?  Most of those words stand with a capital in
 * headlines too ("U.S. And Russia Agree"): they count only where the sentence up to now, or the
 * word behind, shows that capitals mean something. */
static bool
is_sentence_opener(const reader *r, const next_character *next)
{
    char word[ABBREVIATIONS_MAX_BYTES + 1];
    size_t n = 0;

    if (next->c < 'A' || next->c > 'Z')
        return false;
    while (n < sizeof word && next->at + n < r->end &&
           is_ascii_letter((unsigned char)r->text[next->at + n])) {
        word[n] = (char)(r->text[next->at + n] | 0x20);
        n++;
    }
    switch (abbreviations_opener(word, n)) {
    case OPENER_STRONG:
        return true;
    case OPENER_WEAK:
        return r->has_lower || is_followed_by_lower(r, next->at);
    case OPENER_LETTER: /* A and I: also the names of letters */
        return is_followed_by_lower(r, next->at);
    case OPENER_NONE:
        break;
    }
    return false;
}

/* The word that ends at the mark (or a few blanks before it): letters, digits, inner dots and
 * apostrophes.  0 where there is none or it is too long to matter. */
static size_t
word_before(const reader *r, size_t mark_at, size_t *end_out)
{
    size_t at = mark_at;
    size_t start;
    unsigned length;

    for (unsigned i = 0; i < MAX_LOST_BLANKS && at > r->start; i++, at -= length)
        if (!blanks_is(utf8_decode_before(r->text, at, &length)))
            break;
    *end_out = at;
    for (start = at; start > r->start && at - start <= MAX_WORD; start -= length) {
        uint32_t c = utf8_decode_before(r->text, start, &length);
        if (c != '.' && c != '\'' && c != 0x2019 && !sentences_is_letter_or_digit(c) &&
            !is_transparent(c))
            break;
    }
    if (at - start > MAX_WORD)
        return at;
    while (start < at && (r->text[start] == '.' || r->text[start] == '\''))
        start++;
    return start;
}

static bool
is_made_of(const char *word, size_t n, const char *letters)
{
    size_t nletters = strlen(letters);

    for (size_t i = 0; i < n; i++)
        if (memchr(letters, word[i], nletters) == NULL)
            return false;
    return true;
}

/* "1. Foo", "(iv). Foo", "B. Foo": is word[0..n) what numbers a paragraph? */
static bool
is_enumerator(const char *word, size_t n)
{
    if (n == 0 || n > MAX_ENUMERATOR)
        return false;
    if (is_made_of(word, n, "0123456789") || is_made_of(word, n, "ivx") ||
        is_made_of(word, n, "IVX"))
        return true;
    return n == 1 && is_ascii_letter((unsigned char)*word);
}

/* Where the letters with dots begin that text[start..end) ends in, behind the last longer word
 * ("council.J.D": "J.D", where a blank was lost). */
static size_t
initials_start(const reader *r, size_t start, size_t end)
{
    size_t part = start; /* of the word, behind a dot */
    size_t nletters = 0; /* in that part */
    unsigned length;

    for (size_t at = start; at < end; at += length) {
        uint32_t c = decode(r, at, &length);
        if (c == '.') {
            part = nletters > 1 ? at + 1 : part;
            nletters = 0;
        } else if (!is_transparent(c)) {
            nletters++;
        }
    }
    return part;
}

/* How many single letters with dots between (U.S, a.m, J) word[0..n) is; 0 where it is none. */
static unsigned
count_initials(const reader *r, size_t start, size_t end)
{
    unsigned ninitials = 0;
    unsigned length;

    for (size_t at = start; at < end; at++) {
        uint32_t c = decode(r, at, &length);
        if (!sentences_is_letter_or_digit(c) || is_digit(c))
            return 0;
        ninitials++;
        at += length;
        while (at < end && is_transparent(decode(r, at, &length)))
            at += length;
        if (at < end && r->text[at] != '.')
            return 0;
    }
    return ninitials;
}

/* Only the part behind the last dot counts of words that are no abbreviation as a whole. */
static abbreviation_kind
abbreviation_of(const reader *r, size_t start, size_t end)
{
    abbreviation_kind kind = abbreviations_kind(r->text + start, end - start);

    if (kind == ABBREVIATION_NONE) {
        const char *dot = memrchr(r->text + start, '.', end - start);
        if (dot != NULL)
            kind = abbreviations_kind(dot + 1, (size_t)(r->text + end - dot - 1));
    }
    return kind;
}

/* Does the full stop belong to the word before it, the sentence going on? */
static bool
is_abbreviated(const reader *r, const mark *m, const next_character *next)
{
    size_t end;
    size_t start = word_before(r, m->at, &end);
    unsigned length;
    unsigned ninitials;

    if (start >= end)
        return false;
    if (r->chunk == r->start && is_enumerator(r->text + start, end - start))
        return true;
    switch (abbreviation_of(r, start, end)) {
    case ABBREVIATION_ALWAYS:
        return true;
    case ABBREVIATION_NUMBER:
        if (is_digit(next->c))
            return true;
        break; /* "P." may still be an initial */
    case ABBREVIATION_OFTEN:
        return !is_sentence_opener(r, next);
    case ABBREVIATION_NONE:
        break;
    }
    start = initials_start(r, start, end);
    ninitials = count_initials(r, start, end);
    if (ninitials > 1 || (ninitials == 1 && is_upper(decode(r, start, &length))))
        return !is_sentence_opener(r, next);
    return false;
}

/* Is there a word right behind, beginning with a capital: two letters at least, or A or I? */
static bool
is_capital_word(const reader *r, const next_character *next)
{
    size_t at = next->at + next->length;
    unsigned length;
    uint32_t c;

    if (!is_upper(next->c) || at >= r->end)
        return false;
    while (at < r->end && is_transparent(c = decode(r, at, &length)))
        at += length;
    c = at < r->end ? decode(r, at, &length) : 0;
    if (next->c == 'A' || next->c == 'I')
        return sentences_is_letter_or_digit(c) || blanks_is(c) || c == '\'' || c == 0x2019;
    return sentences_is_letter_or_digit(c) || c == '\'' || c == 0x2019;
}

/* Do initials follow: a capital, a full stop and another capital ("J.D. Vance", "U.S. Congress")?
 */
static bool
is_initials(const reader *r, const next_character *next)
{
    size_t at = next->at + next->length;
    unsigned length = 0;
    uint32_t c = 0;

    for (; at < r->end && is_transparent(c = decode(r, at, &length)); at += length)
        c = 0;
    if (!is_upper(next->c) || c != '.' || at + 1 >= r->end)
        return false;
    return is_upper(decode(r, at + 1, &length));
}

/* Is the mark behind a word of several characters that does not end in a capital, or behind what
 * closes?  (Not so in "J.R.R.Tolkien", "a.B.C".) */
static bool
is_behind_word(const reader *r, const mark *m)
{
    size_t end;
    size_t start = word_before(r, m->at, &end);
    unsigned length;
    uint32_t before = utf8_decode_before(r->text, m->at, &length);

    if (m->close > m->end || is_closer(before))
        return true;
    return (is_lower(before) || is_digit(before)) && end - initials_start(r, start, end) > length;
}

/* "the UN.The", "NEEDS.HIS": a word of capitals ends a sentence before a word that is none, or
 * where it is too long for initials. */
static bool
is_capitals_then_word(const reader *r, const mark *m, const next_character *next)
{
    size_t end;
    size_t start = word_before(r, m->at, &end);
    size_t at = next->at + next->length;
    unsigned length;

    if (end - start < 2 || memchr(r->text + start, '.', end - start) != NULL)
        return false;
    return end - start >= LONG_WORD || (at < r->end && is_lower(decode(r, at, &length)));
}

/* A mark with no blank behind: was a blank lost there? */
static bool
is_lost_blank(const reader *r, const mark *m, const next_character *next)
{
    unsigned length;
    uint32_t before;

    if (is_cjk(next->c))
        return !is_in_address(r, m, next);
    if (!is_upper(next->c))
        return false; /* most marks inside of a word are decimal points */
    if (next->behind_bracket || is_in_address(r, m, next))
        return false;
    if (!is_capital_word(r, next))
        return m->nmarks == 1 && is_initials(r, next) && is_behind_word(r, m); /* not "...N.A." */
    if (m->close > m->end)
        return true; /* ."The */
    before = utf8_decode_before(r->text, m->at, &length);
    if (is_upper(before) && !is_capitals_then_word(r, m, next))
        return false; /* U.S.Army */
    return sentences_is_letter_or_digit(before) || is_closer(before) || is_transparent(before) ||
           before == '%' || blanks_is(before);
}

/* Do the few names that end in a mark stand before it: Yahoo! Inc? */
static bool
is_name_with_mark(const reader *r, const mark *m, const next_character *next)
{
    size_t end;
    size_t start = word_before(r, m->at, &end);

    return abbreviations_is_name_with_mark(r->text + start, end - start) &&
           !is_sentence_opener(r, next);
}

/* Does the sentence end at this mark? */
static bool
is_end(const reader *r, const mark *m)
{
    next_character next;

    if (!r->has_text)
        return false; /* no sentence is without words, as in "... and then" */
    next = look_ahead(r, m);
    if (next.c == 0)
        return true;
    if (is_mark(next.c) || is_continuation(next.c))
        return false;
    if (m->is_wide)
        return true;
    if (is_lower(next.c))
        return false;
    if (!next.behind_blank && !is_lost_blank(r, m, &next))
        return false;
    if (m->is_ellipsis)
        return true;
    if (m->is_strong)
        return !is_name_with_mark(r, m, &next);
    return !is_abbreviated(r, m, &next);
}

/* Take note of a character that is neither mark nor blank. */
static void
note_character(reader *r, size_t at, uint32_t c)
{
    unsigned length;

    if (c == '"') {
        uint32_t before = at == r->chunk ? '(' : utf8_decode_before(r->text, at, &length);
        r->quoted = is_opening_other(before) || sentences_is_opening_quote(before) ? QUOTES_INSIDE
                                                                                   : QUOTES_OUTSIDE;
    } else if (c == '@') {
        r->has_address = true;
    } else if (c == ':') {
        r->has_address |= r->end - at > 2 && memcmp(r->text + at, "://", 3) == 0;
    } else if (!r->has_text) {
        r->has_text = sentences_is_letter_or_digit(c);
    }
    if (!r->has_lower && at + 1 - r->chunk == LONG_WORD)
        r->has_lower = is_lower(c) && is_ascii_lower((unsigned char)r->text[r->chunk]);
}

/* Read the character c at *at, which is not blank, or the mark that begins there; true where the
 * sentence ends behind it. */
static bool
read_character(reader *r, size_t *at, uint32_t c, unsigned length)
{
    if (!is_mark(c)) {
        note_character(r, *at, c);
        *at += length;
        return false;
    }

    const mark m = read_mark(r, *at);
    *at = m.close;
    if (is_end(r, &m))
        return true;
    if (memchr(r->text + m.end, '"', m.close - m.end) != NULL)
        r->quoted = QUOTES_OUTSIDE;
    return false;
}

static void
begin_chunk(reader *r, size_t at)
{
    r->chunk = at;
    r->has_address = false;
}

/* ---- Short sentences: nearly all ---- */

enum {
    BYTE_OTHER,
    BYTE_WORD,
    BYTE_BLANK,
    BYTE_NOTED /* a mark, a character to be taken note of, or one that is not ASCII */
};

/* What a byte is to a sentence. */
static const uint8_t byte_kinds[256] = {
    [0 ... 0x20] = BYTE_BLANK, ['0' ... '9'] = BYTE_WORD, ['A' ... 'Z'] = BYTE_WORD,
    ['a' ... 'z'] = BYTE_WORD, ['.'] = BYTE_NOTED,        ['!'] = BYTE_NOTED,
    ['?'] = BYTE_NOTED,        ['"'] = BYTE_NOTED,        ['@'] = BYTE_NOTED,
    [':'] = BYTE_NOTED,        [0x7F] = BYTE_BLANK,       [0x80 ... 0xFF] = BYTE_NOTED,
};

static unsigned
kind_at(const char *text, size_t at)
{
    return byte_kinds[(unsigned char)text[at]];
}

#ifdef __SSE2__

enum { LANE_BYTES = 16 };

static inline __m128i
find_two(__m128i v, char one, char other)
{
    return _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(one)),
                        _mm_cmpeq_epi8(v, _mm_set1_epi8(other)));
}

/* Bits of the bytes to be noted; those beyond ASCII have their highest bit as they are. */
static inline unsigned
find_noted_of_lane(const char *text)
{
    const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)text);
    const __m128i marks = _mm_or_si128(find_two(v, '.', '!'), find_two(v, '?', ':'));

    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(v, marks), find_two(v, '"', '@')));
}

#endif

/* The first byte to be noted from `at` on; at least stop where there is none before. */
static size_t
find_noted(const char *text, size_t at, size_t stop)
{
#ifdef __SSE2__
    for (; at + LANE_BYTES <= stop; at += LANE_BYTES) {
        const unsigned bits = find_noted_of_lane(text + at);

        if (bits != 0)
            return at + (size_t)__builtin_ctz(bits);
    }
#endif
    while (at < stop && kind_at(text, at) != BYTE_NOTED)
        at++;
    return at;
}

/* Take note of the words from *from up to at, there being nothing but plain ASCII: whether there is
 * a letter or digit and a long word in lower case, and where the chunk begins that at is in. */
static void
note_words(reader *r, size_t from, size_t at)
{
    const char *text = r->text;

    for (; from < at && !(r->has_text && r->has_lower); from++) {
        if (kind_at(text, from) == BYTE_BLANK)
            begin_chunk(r, from + 1);
        else
            note_character(r, from, (unsigned char)text[from]);
    }
    for (size_t i = at; i > from; i--)
        if (kind_at(text, i - 1) == BYTE_BLANK) {
            begin_chunk(r, i);
            break;
        }
}

/* Read on from *at to stop; true where the sentence ends before, at *at. */
static bool
read_short(reader *r, size_t stop, size_t *at)
{
    const char *text = r->text;
    unsigned length;

    for (;;) {
        size_t noted = find_noted(text, *at, stop);
        if (noted >= stop)
            return false;
        note_words(r, *at, noted);
        *at = noted;
        uint32_t c = decode(r, noted, &length);
        if (blanks_is(c))
            begin_chunk(r, *at += length);
        else if (read_character(r, at, c, length))
            return true;
    }
}

/* ---- Sentences of any length ---- */

/* Read a chunk from *at on: up to the blank behind it or the limit; true where the sentence ends
 * before, at *at. */
static bool
read_chunk(reader *r, size_t *at)
{
    unsigned length;

    begin_chunk(r, *at);
    while (*at < r->limit) {
        uint32_t c = decode(r, *at, &length);
        if (blanks_is(c))
            return false;
        if (read_character(r, at, c, length))
            return true;
    }
    return false;
}

/* The end of the sentence, which may be too long to be left whole. */
static size_t
read_long(reader *r)
{
    size_t at = r->start;
    size_t last_blank = 0; /* end of the last whole word, once there is one */

    for (size_t nwords = 0; at < r->limit; nwords++) {
        if (nwords == SENTENCES_MAX_WORDS)
            return last_blank;
        if (read_chunk(r, &at))
            return at;
        if (at == r->limit)
            break;
        last_blank = at;
        at = blanks_skip(r->text, at, r->limit);
    }
    if (r->limit < r->end && last_blank > 0)
        return last_blank;
    return at < r->end ? at : blanks_trim(r->text, r->start, r->end);
}

size_t
sentences_next(const char *text, size_t start, size_t end)
{
    reader r = {.text = text, .start = blanks_skip(text, start, end), .end = end};
    size_t at = r.start;

    r.chunk = r.start;
    r.limit = r.start + utf8_cut(text + r.start, end - r.start, SENTENCES_MAX_BYTES);
    reader again = r;
    size_t stop = r.limit - r.start > SHORT_BYTES ? r.start + SHORT_BYTES : r.limit;
    if (read_short(&r, stop, &at))
        return at;
    return stop < end ? read_long(&again) : blanks_trim(text, r.start, end);
}

size_t
sentences_trim_closers(const char *text, size_t start, size_t end)
{
    unsigned length;

    for (end = blanks_trim(text, start, end); end > start; end -= length) {
        uint32_t c = utf8_decode_before(text, end, &length);
        if (!is_closer(c) && !is_transparent(c))
            break;
    }
    return end;
}

bool
sentences_is_ended(const char *text, size_t start, size_t end)
{
    unsigned length;

    end = sentences_trim_closers(text, start, end);
    return end > start && is_mark(utf8_decode_before(text, end, &length));
}
