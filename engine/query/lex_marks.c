/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lex_marks.c - characters and numbers of the query language.
 *
 * Every kind of double quote opens a phrase and every kind closes it, since people mix them, and
 * keyboards and word processors do it for them. */
#include "query/lex_marks.h"

#include "text/blanks.h"

bool
lex_is_invisible(uint32_t c)
{
    return c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

static bool
is_straight_quote(uint32_t c)
{
    return c == '"' || c == 0x2033; /* double prime */
}

bool
lex_is_opening_quote(uint32_t c)
{
    return c == 0x201c || c == 0x201e || c == 0xab;
}

bool
lex_is_closing_quote(uint32_t c)
{
    return c == 0x201d || c == 0x201c || c == 0xbb || c == 0xab;
}

bool
lex_is_quote(uint32_t c)
{
    return is_straight_quote(c) || lex_is_opening_quote(c) || lex_is_closing_quote(c);
}

char
lex_sign(uint32_t c)
{
    if (c == '+')
        return '+';
    return c == '-' || c == 0x2212 || c == 0x2013 ? '-' : 0;
}

bool
lex_ends_chunk(uint32_t c)
{
    return blanks_is(c) || lex_is_quote(c) || c == '(' || c == ')';
}

static bool
is_digit(const char *text, size_t at, size_t end)
{
    return at < end && text[at] >= '0' && text[at] <= '9';
}

size_t
lex_read_number(const char *text, size_t at, size_t end, uint32_t limit, uint32_t *out)
{
    uint64_t number = 0;

    for (; is_digit(text, at, end); at++)
        if (number <= limit)
            number = number * 10 + (uint64_t)(text[at] - '0');
    *out = number < limit ? (uint32_t)number : limit;
    return at;
}

size_t
lex_read_fraction(const char *text, size_t at, size_t end, double *out)
{
    const size_t start = at;
    double value = 0;
    double place = 1;

    for (; is_digit(text, at, end); at++)
        value = value < 1e9 ? value * 10 + (text[at] - '0') : value;
    if (at > start && at < end && text[at] == '.' && is_digit(text, at + 1, end))
        for (at++; is_digit(text, at, end); at++) {
            place /= 10;
            value += place * (text[at] - '0');
        }
    *out = value;
    return at;
}
