/* SPDX-License-Identifier: GPL-3.0-or-later */
/* soup.c - pieces of the grammar in any order, and typing errors. */
#include "soup.h"

#include <string.h>

#include "need.h"

static const char *const pieces[] = {
    "AND",
    "OR",
    "NOT",
    "NEAR",
    "NEAR/3",
    "ADJ",
    "ADJ/2",
    "SENTENCE",
    "PARAGRAPH",
    "near",
    "NEAR/0",
    "NEAR/99999999999",
    "+",
    "-",
    "\u2212",
    "\u2013",
    "=",
    "(",
    ")",
    "\"",
    "\u201c",
    "\u201d",
    "\u00ab",
    "\u2033",
    "'",
    "*",
    "?",
    "~",
    "~2",
    "~9",
    "^2",
    "^0",
    "^-1",
    "^x",
    "|",
    "title:",
    "stem:",
    "source:",
    "author:",
    "url:",
    "lang:",
    "id:",
    "date:",
    "foo:",
    "date:2025",
    "date:2025-11..",
    "date:>2024",
    "date:2025-02-30",
    "a*",
    "*e",
    "t?e",
    "id:a*",
    "lang:e*",
    "US",
    "us",
    "U.S.",
    "WHO",
    "the",
    "of",
    "4.5bn",
    "$4.5bn",
    "%",
    "a-b",
    "a,b",
    "--all",
    "\xff",
    "\xc3",
    "\t",
    "\n",
    ".",
    "..",
    ":",
    "/",
    "\u00e9",
    "O\u2019Neill",
};
enum { NPIECES = sizeof pieces / sizeof *pieces };

static const char *
choose_piece(dice *d, const made_corpus *corpus)
{
    if (dice_chance(d, 45))
        return corpus->words[dice_below(d, corpus->nwords)];
    return pieces[dice_below(d, NPIECES)];
}

void
soup_write(dice *d, const made_corpus *corpus, buffer *out)
{
    const size_t n = dice_chance(d, 70) ? dice_between(d, 1, 10) : dice_between(d, 1, 30);
    const unsigned blanks = dice_chance(d, 60) ? 75 : 40; /* percent */

    for (size_t i = 0; i < n; i++) {
        if (i > 0 && dice_chance(d, blanks))
            NEED(buffer_add_char(out, ' '));
        NEED(buffer_add_string(out, choose_piece(d, corpus)));
    }
}

/* Put a piece of the grammar in at a place, or a copy of some bytes of the query. */
static void
put_in(dice *d, buffer *text, size_t at)
{
    buffer changed = {0};

    NEED(buffer_add(&changed, text->bytes, at));
    if (dice_chance(d, 60)) {
        NEED(buffer_add_string(&changed, pieces[dice_below(d, NPIECES)]));
    } else {
        const size_t from = dice_below(d, text->size);
        const size_t left = text->size - from;

        NEED(buffer_add(&changed, text->bytes + from,
                        dice_between(d, 1, left < 12 ? left : (size_t)12)));
    }
    NEED(buffer_add(&changed, text->bytes + at, text->size - at));
    buffer_free(text);
    *text = changed;
}

static void
take_out(dice *d, buffer *text, size_t at)
{
    const size_t left = text->size - at;
    const size_t n = dice_between(d, 1, left < 4 ? left : (size_t)4);

    memmove(text->bytes + at, text->bytes + at + n, left - n);
    text->size -= n;
}

static void
exchange(dice *d, buffer *text, size_t at)
{
    const size_t other = dice_below(d, text->size);
    const char byte = text->bytes[at];

    text->bytes[at] = text->bytes[other];
    text->bytes[other] = byte;
}

void
soup_stir(dice *d, buffer *text)
{
    const size_t n = dice_between(d, 1, 4);

    for (size_t i = 0; i < n && text->size > 0; i++) {
        const size_t at = dice_below(d, text->size);

        switch (dice_below(d, 3)) {
        case 0:
            put_in(d, text, at);
            break;
        case 1:
            take_out(d, text, at);
            break;
        default:
            exchange(d, text, at);
            break;
        }
    }
}
