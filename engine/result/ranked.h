/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ranked.h - hits of which no more is wanted than a ranking has. */
#ifndef QUIRE_RESULT_RANKED_H
#define QUIRE_RESULT_RANKED_H

#include "base/arena.h"
#include "quire.h"
#include "store/store.h"
#include "text/passage_words.h"
#include "text/stem.h"

typedef struct {
    store *store;
    stemmer *stemmer;
    arena *arena; /* of the results */
    quire_parts parts;
    bool folds;           /* hits are compared with each other, by their words */
    passage_words *words; /* then: of the hit that was made last */
} ranked_request;

/* Make a hit of a passage that the store found, with what is wanted of it, and what comparing it
 * with others takes.  *article_out: its article's number; 0 where that was not read.
 * QUIRE_ECORRUPT: it cannot be read; QUIRE_EIO, QUIRE_ENOMEM. */
quire_status ranked_fill(const ranked_request *r, const store_hit *found, quire_hit *hit,
                         uint32_t *article_out, quire_error *err);

/* Leave of hits, which were made by that and are compared, what is wanted of them. */
void ranked_strip(quire_parts parts, quire_hit *hits, size_t nhits);

#endif
