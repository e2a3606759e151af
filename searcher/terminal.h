/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terminal.h - what the terminal can do, and a pager for what is longer than it. */
#ifndef SEARCHER_TERMINAL_H
#define SEARCHER_TERMINAL_H

#include <stdbool.h>

#include "output.h"

/* Is standard output a terminal that is known to have hyperlinks (OSC 8)? */
bool terminal_has_links(void);

/* Is standard output a terminal with fewer lines than this text? */
bool terminal_is_exceeded(const output *text);

/* Show a text in $PAGER, or less, and wait until its reader has seen enough; false where there is
 * no pager, so that nothing was shown. */
bool terminal_page(const output *text);

#endif
