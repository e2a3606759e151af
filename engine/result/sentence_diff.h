/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sentence_diff.h - two articles sentence by sentence: what quire_diff_articles calls.
 *
 * Sentences are laid side by side in order, so that as many words as possible stand beside the same
 * words; a sentence stands beside another only if at least half of the words of both are the
 * other's. Of those that stand beside none, those with the very same words are moved. */
#ifndef QUIRE_RESULT_SENTENCE_DIFF_H
#define QUIRE_RESULT_SENTENCE_DIFF_H

#include "base/arena.h"
#include "query/parse.h"
#include "quire.h"
#include "store/store.h"
#include "text/stem.h"

/* What came of it, and what it lives in. */
typedef struct {
    arena *arena;
    quire_diff_part *parts;
    size_t nparts;
    quire_diff_article articles[2];
} sentence_diff;

/* Statuses as for quire_diff_articles.  *out is to be ended by sentence_diff_clear. */
quire_status sentence_diff_run(store *st, stemmer *stem, const char *first, const char *second,
                               sentence_diff *out, quire_error *err);

void sentence_diff_clear(sentence_diff *d);

#endif
