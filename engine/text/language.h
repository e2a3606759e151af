/* SPDX-License-Identifier: GPL-3.0-or-later */
/* language.h - the tag of an article's language as it is compared: en-GB. */
#ifndef QUIRE_TEXT_LANGUAGE_H
#define QUIRE_TEXT_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Append a tag (valid UTF-8) folded, with hyphens for the underscores that some write: en_GB is
 * en-gb.  False when memory is out. */
bool language_fold(const char *tag, size_t nbytes, buffer *out);

#endif
