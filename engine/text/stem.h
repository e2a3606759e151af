/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stem.h - the stem of a word: British and American spelling made one, then Snowball's English
 * stemmer, then exceptions. */
#ifndef QUIRE_TEXT_STEM_H
#define QUIRE_TEXT_STEM_H

#include <stddef.h>
#include <stdint.h>

#include "text/words.h"

/* A stemmer remembers words it has seen; for one thread at a time. */
typedef struct stemmer stemmer;

stemmer *stemmer_new(void); /* NULL when memory is out */
void stemmer_free(stemmer *s);

/* The stem of a token's surface (flags as in token): never empty, at most WORDS_MAX_SURFACE + 8
 * bytes, lower case, or the surface itself for acronyms and numbers.  The bytes live until the next
 * call.  NULL when memory is out. */
const char *stemmer_stem(stemmer *s, const char *surface, size_t nbytes, uint8_t flags,
                         size_t *stem_bytes_out);

/* The stem of a word (no acronym or number) that is left apart from that of its British or American
 * twin: for programme another than for program.  Lives and fails as that of stemmer_stem does. */
const char *stemmer_stem_as_spelled(stemmer *s, const char *surface, size_t nbytes,
                                    size_t *stem_bytes_out);

#endif
