/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fold.h - the folded form of a word: what is left when case, accents, width, ligatures and kinds
 * of apostrophe do not matter. */
#ifndef QUIRE_TEXT_FOLD_H
#define QUIRE_TEXT_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Append the folded form of word (valid UTF-8): full case folding, NFKC, accents of Latin and Greek
 * letters dropped (also those that do not decompose: o-slash, l-stroke ...), all apostrophes as ',
 * soft hyphens and format characters dropped.  Folding a folded form changes nothing.
 * False when memory is out. */
bool fold_word(const char *word, size_t nbytes, buffer *out);

#endif
