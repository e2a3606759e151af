/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phrase.h - what stands between quotes: words, gaps, wildcards and alternatives. */
#ifndef QUIRE_QUERY_PHRASE_H
#define QUIRE_QUERY_PHRASE_H

#include "query/leaf.h"

#define PHRASE_MAX_ALTERNATIVES 64 /* phrases that one phrase may stand for */

/* How the words of a phrase match. */
query_match phrase_match(const slot_reader *r, const lex_item *item);

/* Append the leaves of a phrase. */
leaf_status phrase_read(leaf_reader *r, const lex_item *item);

#endif
