/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characters.c - what a character is to the tokenizer: Unicode's properties, by the library, and a
 * table of the same for ASCII. */
#include "text/characters.h"

#include <unictype.h>
#include <uniwbrk.h>

#include "base/utf8.h"

#define O CHARACTER_OTHER
#define L CHARACTER_LETTER
#define D CHARACTER_DIGIT
#define J CHARACTER_JOINER
#define A CHARACTER_APOSTROPHE
#define C CHARACTER_CURRENCY

const uint8_t characters_ascii[128] = {
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* controls */
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* controls */
    O, O, O, O, C, O, J, A, O, O, O, J, O, J, J, J, /*   ! " # $ % & ' ( ) * + , - . / */
    D, D, D, D, D, D, D, D, D, D, J, O, O, O, O, O, /* 0 to 9 : ; < = > ? */
    J, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* @ A to O */
    L, L, L, L, L, L, L, L, L, L, L, O, O, O, O, J, /* P to Z [ \ ] ^ _ */
    A, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* ` a to o */
    L, L, L, L, L, L, L, L, L, L, L, O, O, O, O, O, /* p to z { | } ~ DEL */
};

#undef O
#undef L
#undef D
#undef J
#undef A
#undef C

/* Characters that news sense, not Unicode, has a say in; CHARACTER_OTHER: not one of them. */
static character_kind
kind_by_news_sense(uint32_t c)
{
    switch (c) {
    case 0x00B4: /* all that folding takes for an apostrophe */
    case 0x02B9:
    case 0x02BB:
    case 0x02BC:
    case 0x02BD:
    case 0x02BE:
    case 0x02BF:
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032:
        return CHARACTER_APOSTROPHE;
    case 0x2010: /* hyphen, and the one that does not break */
    case 0x2011:
    case 0x2013: /* en dash */
        return CHARACTER_JOINER;
    case 0x00A3: /* pound, yen, euro; full-width pound and yen */
    case 0x00A5:
    case 0x20AC:
    case 0xFFE1:
    case 0xFFE5:
        return CHARACTER_CURRENCY;
    default:
        return CHARACTER_OTHER;
    }
}

static bool
is_small_digit(uint32_t c)
{
    return c == 0x00B2 || c == 0x00B3 || c == 0x00B9 || c == 0x2070 ||
           (c >= 0x2074 && c <= 0x2079) || (c >= 0x2080 && c <= 0x2089);
}

static character_kind
kind_by_unicode(uint32_t c)
{
    switch (uc_wordbreak_property(c)) {
    case WBP_ALETTER:
    case WBP_HL:
        return CHARACTER_LETTER;
    case WBP_NUMERIC:
        return CHARACTER_DIGIT;
    case WBP_KATAKANA:
        return CHARACTER_SINGLE;
    case WBP_EXTEND:
    case WBP_FORMAT:
    case WBP_ZWJ:
        return CHARACTER_IGNORABLE;
    case WBP_MIDLETTER:
        return CHARACTER_MIDDLE;
    case WBP_OTHER: /* letters and numbers here are those whose words are not written apart */
        if (is_small_digit(c))
            return CHARACTER_SMALL_DIGIT;
        if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N))
            return CHARACTER_SINGLE;
        return CHARACTER_OTHER;
    default:
        return CHARACTER_OTHER;
    }
}

character_kind
characters_kind(uint32_t c, char *plain_out)
{
    *plain_out = 0;
    if (c >= 0xFF01 && c <= 0xFF5E) { /* full-width forms are what they look like */
        *plain_out = (char)(c - 0xFEE0);
        return (character_kind)characters_ascii[c - 0xFEE0];
    }
    character_kind kind = kind_by_news_sense(c);
    return kind != CHARACTER_OTHER ? kind : kind_by_unicode(c);
}

character
characters_read(const char *text, size_t at, size_t end)
{
    if (at >= end)
        return (character){at, 0, CHARACTER_OTHER, 0};

    character read = {at, 1, CHARACTER_OTHER, text[at]};
    unsigned length;
    char plain;
    if ((unsigned char)text[at] >= 0x80) {
        uint32_t c = utf8_decode(text + at, end - at, &length);
        read.kind = characters_kind(c, &read.plain);
        read.length = length;
    } else {
        read.kind = (character_kind)characters_ascii[(unsigned char)text[at]];
    }
    while (at + read.length < end && (unsigned char)text[at + read.length] >= 0x80) {
        uint32_t c = utf8_decode(text + at + read.length, end - at - read.length, &length);
        if (characters_kind(c, &plain) != CHARACTER_IGNORABLE)
            break;
        read.length += length;
    }
    return read;
}
