/* SPDX-License-Identifier: GPL-3.0-or-later */
/* furniture.h - telling site furniture in plain text from the article. */
#ifndef QUIRE_TEXT_FURNITURE_H
#define QUIRE_TEXT_FURNITURE_H

#include "text/blocks.h"

/* Mark the blocks of one article's text that are furniture (kind becomes BLOCK_FURNITURE): lines
 * such as "Also Read: ...", a heading such as "LATEST POSTS" with the headlines that trail it, a
 * trailing run of headlines that are no sentences.  Never a whole article. */
void furniture_mark(const char *text, block_list *list);

#endif
