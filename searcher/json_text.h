/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_text.h - is a text JSON? */
#ifndef QUIRE_SEARCHER_JSON_TEXT_H
#define QUIRE_SEARCHER_JSON_TEXT_H

#include <stdbool.h>

/* Is all of the text one object in valid UTF-8, without white space between its parts, nested no
 * deeper than a builder takes?  Takes no memory. */
bool json_text_is_object(const char *text);

#endif
