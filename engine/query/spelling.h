/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spelling.h - the words of an index that a misspelt one may be meant for. */
#ifndef QUIRE_QUERY_SPELLING_H
#define QUIRE_QUERY_SPELLING_H

#include "base/arena.h"
#include "query/tree.h"
#include "query/vocabulary.h"

#define SPELLING_MAX_CANDIDATES 8

typedef struct {
    const char *surface; /* a NUL behind it */
    const char *stem;
    uint32_t surface_bytes;
    uint32_t stem_bytes;
    uint64_t occurrences;
    unsigned edits;
} spelling_candidate;

/* Can a word be misspelt: is it none with digits or in capitals, and not too short to tell? */
bool spelling_may_err(const query_word *word);

/* Find the best words that occur at least so often and have another stem, best first, in arena a:
 * up to 2 edits away, up to 1 from a word of at most 6 letters.  A word counts by how often it
 * occurs, a sixteenth of that for the second edit, an eighth where the first letter differs.
 * Two edits must lead to a word that occurs more than now and then.  With same_first, only those
 * whose first letter is the same are looked at, which takes a tenth of the time.
 *
 * QUIRE_EIO, QUIRE_ECORRUPT, QUIRE_ENOMEM */
quire_status spelling_find(const vocabulary *words, const query_word *word, uint64_t at_least,
                           bool same_first, arena *a,
                           spelling_candidate out[SPELLING_MAX_CANDIDATES], size_t *ncandidates_out,
                           quire_error *err);

#endif
