/* SPDX-License-Identifier: GPL-3.0-or-later */
/* edits.h - how many edits lie between two words: characters put in, left out, replaced, or two
 * neighbours exchanged (optimal string alignment). */
#ifndef QUIRE_QUERY_EDITS_H
#define QUIRE_QUERY_EDITS_H

#include <stddef.h>

#define EDITS_MAX_CHARACTERS 128 /* longer words are never near */

/* The number of edits from a to b (valid UTF-8, counted in characters), or limit + 1 where there
 * are more than limit. */
unsigned edits_between(const char *a, size_t a_bytes, const char *b, size_t b_bytes,
                       unsigned limit);

#endif
