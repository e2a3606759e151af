/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characters.h - what a character is to the tokenizer. */
#ifndef QUIRE_TEXT_CHARACTERS_H
#define QUIRE_TEXT_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    CHARACTER_OTHER,       /* ends a word and a compound: blanks, most marks, symbols */
    CHARACTER_LETTER,      /* of a script whose words are written apart */
    CHARACTER_DIGIT,       /* decimal */
    CHARACTER_SINGLE,      /* a word by itself: Han, kana, Thai ...; fractions, circled numbers */
    CHARACTER_SMALL_DIGIT, /* raised or lowered: goes with a letter before it, else by itself */
    CHARACTER_JOINER,      /* ends a word, not a compound: - / & _ . @ : + and hyphens */
    CHARACTER_APOSTROPHE,  /* inside a word if a letter follows */
    CHARACTER_MIDDLE,      /* inside a word between letters: the Catalan point, gershayim */
    CHARACTER_CURRENCY,    /* $ and the like */
    CHARACTER_IGNORABLE    /* accents that stand alone, format characters: go with what precedes */
} character_kind;

/* A character with the ignorable ones behind it. */
typedef struct {
    size_t at;     /* bytes of the text */
    size_t length; /* bytes; 0 at the end of the text */
    character_kind kind;
    char plain; /* its ASCII form, width apart; 0 where it has none */
} character;

extern const uint8_t characters_ascii[128]; /* character_kind */

/* The kind of a character beyond ASCII, and its ASCII form. */
character_kind characters_kind(uint32_t c, char *plain_out);

/* The character at text[at..end), at <= end.  Valid UTF-8. */
character characters_read(const char *text, size_t at, size_t end);

/* The same for a text wholly in ASCII. */
static inline character
characters_read_ascii(const char *text, size_t at, size_t end)
{
    if (at >= end)
        return (character){at, 0, CHARACTER_OTHER, 0};
    return (character){at, 1, (character_kind)characters_ascii[(unsigned char)text[at]], text[at]};
}

#endif
