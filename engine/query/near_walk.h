/* SPDX-License-Identifier: GPL-3.0-or-later */
/* near_walk.h - a word compared with many others that come in the order of their bytes: what a word
 * shares with the one before is not computed again, and where no word that begins so can be near,
 * the walk may leave them out.  Distances are those of query/edits.h. */
#ifndef QUIRE_QUERY_NEAR_WALK_H
#define QUIRE_QUERY_NEAR_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"
#include "query/edits.h"

#define NEAR_WALK_MAX_BYTES 255 /* of the words that come */

typedef struct {
    uint32_t target[EDITS_MAX_CHARACTERS];
    size_t ntarget;
    unsigned limit;

    /* The word that came last, as far as it was looked at. */
    char word[NEAR_WALK_MAX_BYTES];
    size_t ncharacters;
    uint32_t characters[NEAR_WALK_MAX_BYTES];
    uint8_t ends[NEAR_WALK_MAX_BYTES]; /* bytes up to the end of each */

    /* rows[i][j]: edits from its first i characters to the target's first j; lowest[i]: the least
     * of a row. */
    uint8_t rows[NEAR_WALK_MAX_BYTES + 1][EDITS_MAX_CHARACTERS + 1];
    uint8_t lowest[NEAR_WALK_MAX_BYTES + 1];
} near_walk;

/* Begin with valid UTF-8; false where the word is so long that none is near. */
bool near_walk_begin(near_walk *w, const char *target, size_t nbytes, unsigned limit);

/* The edits to the next word, or more than the limit.  *dead_out: no word that begins with so many
 * bytes of this one is near; 0 where that cannot be said. */
unsigned near_walk_next(near_walk *w, const char *word, size_t nbytes, size_t *dead_out);

/* Behind all words that begin with the dead bytes of the one that came last: the least bytes with
 * which one may begin that is near, which are put in to.  Returns how many; 0: none comes. */
size_t near_walk_seek(const near_walk *w, char to[NEAR_WALK_MAX_BYTES + UTF8_MAX_BYTES]);

#endif
