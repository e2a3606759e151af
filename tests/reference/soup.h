/* SPDX-License-Identifier: GPL-3.0-or-later */
/* soup.h - queries that nobody meant anything by: pieces of the grammar in any order, and
 * well-formed queries that were typed wrongly.  The naive searcher cannot read them; all stores
 * must read them alike. */
#ifndef QUIRE_TESTS_REFERENCE_SOUP_H
#define QUIRE_TESTS_REFERENCE_SOUP_H

#include "articles.h"
#include "base/buffer.h"
#include "random.h"

/* Append up to some 30 pieces to out. */
void soup_write(dice *d, const made_corpus *corpus, buffer *out);

/* Change a query, not an empty one, here and there. */
void soup_stir(dice *d, buffer *text);

#endif
