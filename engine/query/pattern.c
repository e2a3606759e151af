/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pattern.c - reading and comparing wildcards. */
#include "query/pattern.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "text/characters.h"
#include "text/fold.h"

/* Is the character at text[at..end) of a word? */
static bool
is_of_word(const char *text, size_t at, size_t end, size_t *length_out)
{
    const character c = characters_read(text, at, end);

    *length_out = c.length > 0 ? c.length : 1;
    return c.kind == CHARACTER_LETTER || c.kind == CHARACTER_DIGIT || c.kind == CHARACTER_SINGLE ||
           c.kind == CHARACTER_SMALL_DIGIT || c.kind == CHARACTER_APOSTROPHE ||
           c.kind == CHARACTER_MIDDLE || c.kind == CHARACTER_IGNORABLE;
}

static bool
is_wildcard(char c)
{
    return c == '*' || c == '?';
}

size_t
pattern_piece_end(const char *text, size_t at, size_t end)
{
    size_t length = 1;

    while (at < end && (is_wildcard(text[at]) || is_of_word(text, at, end, &length)))
        at += is_wildcard(text[at]) ? 1 : length;
    return at;
}

/* Behind the last character of text[start..end) that is of a word; start where none is. */
static size_t
last_of_word(const char *text, size_t start, size_t end)
{
    size_t last = start;
    size_t length = 1;

    for (size_t at = start; at < end; at += length)
        if (is_of_word(text, at, end, &length) && text[at] != '\'')
            last = at + length;
    return last;
}

bool
pattern_is(const char *text, size_t start, size_t end)
{
    size_t length = 1;

    for (size_t at = start; at < end;) {
        const size_t stop = pattern_piece_end(text, at, end);
        const size_t last = last_of_word(text, at, stop);

        if (stop == at) {
            is_of_word(text, at, end, &length);
            at += length;
            continue;
        }
        if (last > at && (memchr(text + at, '*', stop - at) != NULL ||
                          memchr(text + at, '?', last - at) != NULL))
            return true;
        at = stop;
    }
    return false;
}

bool
pattern_fold(const char *text, size_t start, size_t end, buffer *out)
{
    const size_t from = out->size;
    const char *const star = memrchr(text + start, '*', end - start);
    const size_t last_star = star != NULL ? (size_t)(star - text) : start;
    const size_t last_letter = last_of_word(text, start, end);
    const size_t last = last_star > last_letter ? last_star : last_letter;

    for (size_t at = start; at < end;) {
        size_t stop = at;

        if (text[at] == '*' && (out->size == from || out->bytes[out->size - 1] != '*') &&
            !buffer_add_char(out, '*'))
            return false;
        if (at < last && text[at] == '?' && !buffer_add_char(out, '?'))
            return false;
        if (is_wildcard(text[at])) {
            at++;
            continue;
        }
        while (stop < end && !is_wildcard(text[stop]))
            stop++;
        if (!fold_word(text + at, stop - at, out))
            return false;
        at = stop;
    }
    return true;
}

size_t
pattern_prefix(const char *pattern, size_t nbytes)
{
    size_t n = 0;

    while (n < nbytes && !is_wildcard(pattern[n]))
        n++;
    return n;
}

bool
pattern_fits(const char *pattern, size_t pattern_bytes, const char *word, size_t word_bytes)
{
    size_t p = 0;
    size_t w = 0;
    size_t star = SIZE_MAX; /* behind the last *, which takes word bytes up to resume */
    size_t resume = 0;
    unsigned length = 1;

    while (w < word_bytes) {
        if (p < pattern_bytes && pattern[p] == '*') {
            star = ++p;
            resume = w;
        } else if (p < pattern_bytes && pattern[p] == '?') {
            utf8_decode(word + w, word_bytes - w, &length);
            p++;
            w += length;
        } else if (p < pattern_bytes && pattern[p] == word[w]) {
            p++;
            w++;
        } else if (star != SIZE_MAX) {
            utf8_decode(word + resume, word_bytes - resume, &length);
            resume += length;
            p = star;
            w = resume;
        } else {
            return false;
        }
    }
    while (p < pattern_bytes && pattern[p] == '*')
        p++;
    return p == pattern_bytes;
}
