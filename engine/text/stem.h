/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stem.h - the stem of a word: British and American spelling made one, then Snowball's English
 * stemmer, then exceptions; before all that, what a user's table says (stem_table.h). */
#ifndef QUIRE_TEXT_STEM_H
#define QUIRE_TEXT_STEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/stem_table.h"
#include "text/words.h"

/* A stemmer remembers words it has seen; for one thread at a time. */
typedef struct stemmer stemmer;

stemmer *stemmer_new(void); /* NULL when memory is out */

/* A stemmer that minds a user's table, which must outlive it; NULL when memory is out. */
stemmer *stemmer_new_with(const stem_table *table);

/* The same in little memory, for searching: none of its surfaces has an entry. */
stemmer *stemmer_new_small(const stem_table *table);
void stemmer_free(stemmer *s);

/* What a stemmer knows of a surface.  Entries are numbers from 0 on without gaps, in the order in
 * which surfaces were first asked for: one for each pair of a surface and those of its flags that
 * its stem depends on (TOKEN_ACRONYM, TOKEN_NUMBER).  So whatever is held for a word can be found
 * by an array beside the stemmer.  The same surface has the same entry for as long as the stemmer
 * lives.  A stemmer remembers a limited number of surfaces; one beyond has STEMMED_NO_ENTRY. */
typedef struct {
    const char *stem; /* lives as long as the stemmer, without an entry until the next call */
    uint8_t stem_bytes;
    uint32_t entry;
} stemmed;

#define STEMMED_NO_ENTRY UINT32_MAX

enum {
    STEMMER_MAX_ENTRIES = 196608, /* every entry is below */
    STEMMER_BATCH = 64
};

/* The stem and the entry of a token's surface (flags as in token), of 1 to WORDS_MAX_SURFACE bytes.
 * The stem is never empty and at most WORDS_MAX_SURFACE + 8 bytes: lower case, or the surface
 * itself for acronyms and numbers.  False when memory is out. */
bool stemmer_lookup(stemmer *s, const char *surface, size_t nbytes, unsigned flags, stemmed *out);

/* The same for ntokens of the list's tokens from first on, at most STEMMER_BATCH, into out[0] and
 * so on: much faster than one by one. */
bool stemmer_lookup_all(stemmer *s, const token_list *list, size_t first, size_t ntokens,
                        stemmed *out);

/* The same for tokens anywhere in the list, by their numbers. */
bool stemmer_lookup_some(stemmer *s, const token_list *list, const uint32_t *numbers,
                         size_t ntokens, stemmed *out);

/* stemmer_lookup without the entry; NULL when memory is out. */
const char *stemmer_stem(stemmer *s, const char *surface, size_t nbytes, uint8_t flags,
                         size_t *stem_bytes_out);

/* The stem of a word that is no acronym or number, where British and American spellings are not
 * made one; it lives until the next call.  NULL when memory is out. */
const char *stemmer_stem_as_spelled(stemmer *s, const char *surface, size_t nbytes,
                                    size_t *stem_bytes_out);

/* Stems by their first two bytes, which they mostly share with their words: so whoever looks for
 * the words of a few stems need not stem all others.  A zeroed one is empty. */
typedef struct {
    uint64_t bits[16];
} stem_filter;

void stem_filter_add(stem_filter *f, const stemmer *s, const char *stem, size_t nbytes);

static inline unsigned
stem_filter_bit(unsigned char first, unsigned char second)
{
    return (first & 31U) << 5 | (second & 31U);
}

/* May a token with this surface have one of the stems that were added? */
static inline bool
stem_filter_passes(const stem_filter *f, const char *surface, size_t nbytes)
{
    const unsigned char first = (unsigned char)surface[0];
    const unsigned bit = stem_filter_bit(first, nbytes > 1 ? (unsigned char)surface[1] : 0);

    return (f->bits[bit / 64] >> (bit % 64) & 1) != 0 || first == '\'';
}

#endif
