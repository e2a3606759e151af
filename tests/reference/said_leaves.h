/* SPDX-License-Identifier: GPL-3.0-or-later */
/* said_leaves.h - making up the leaves of a query: words, phrases, wildcards, fuzzy words, fields.
 */
#ifndef QUIRE_TESTS_REFERENCE_SAID_LEAVES_H
#define QUIRE_TESTS_REFERENCE_SAID_LEAVES_H

#include "queries.h"

said *said_leaf_words(dice *d, const made_corpus *corpus, arena *a);
said *said_leaf_phrase(dice *d, const made_corpus *corpus, arena *a);
said *said_leaf_wildcard(dice *d, const made_corpus *corpus, arena *a);
said *said_leaf_fuzzy(dice *d, const made_corpus *corpus, arena *a);

/* A value of a field, which is not said yet to be written without its name. */
said *said_leaf_field(dice *d, const made_corpus *corpus, said_field field, arena *a);

said *said_new(said_kind kind, arena *a);

#endif
