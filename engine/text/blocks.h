/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blocks.h - the blocks of an article's text: paragraphs, list items, furniture. */
#ifndef QUIRE_TEXT_BLOCKS_H
#define QUIRE_TEXT_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    BLOCK_HEADLINE, /* the article's title only */
    BLOCK_PARAGRAPH,
    BLOCK_LIST_ITEM,
    BLOCK_FURNITURE /* not the article's: "Also read: ...", lists of other headlines */
} block_kind;

typedef struct {
    uint32_t start; /* bytes of the text, blanks at both ends left out */
    uint32_t end;
    block_kind kind : 8; /* a text of short lines has many blocks: they are kept small */
    bool shouting : 1;   /* see words_is_shouting */
} block;

typedef struct {
    block *blocks;
    size_t nblocks;
    size_t room;
} block_list;

/* Cut text[start..end) (valid UTF-8, at most 1 GiB) into blocks, in order: a newline ends one,
 * unless the text is hard-wrapped, where an empty line does.  Lines without a letter or digit that
 * follow each other are one block.  Every byte outside of blocks is white space or a control
 * character.  Furniture is found by furniture.h.  False when memory is out. */
bool blocks_find(const char *text, size_t start, size_t end, block_list *list);

void block_list_clear(block_list *list);
void block_list_free(block_list *list);

#endif
