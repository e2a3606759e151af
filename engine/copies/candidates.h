/* SPDX-License-Identifier: GPL-3.0-or-later */
/* candidates.h - pairs of articles in large bunches that may be copies.
 *
 * In a bunch of up to BUNCH_ALL articles all pairs are looked at (comparing.h).  A larger one is
 * put in order of what its articles' sketches have behind the hash (where a sketch ends it begins
 * anew), then of their lengths and headlines, so that those with the most in common mostly stand
 * next to each other; then each is proposed with the CANDIDATES_NEAR behind it.  So the pairs
 * depend on the set of sketches alone, and their number grows as that of the hashes. */
#ifndef QUIRE_COPIES_CANDIDATES_H
#define QUIRE_COPIES_CANDIDATES_H

#include "copies/bunches.h"

#define CANDIDATES_NEAR 4

/* Given a pair of a bunch.  Ends with the first status that is not QUIRE_OK. */
typedef quire_status candidate_visitor(void *closure, uint32_t a, uint32_t b, quire_error *err);

/* Visit each pair of candidates in large bunches, some more than once. */
quire_status candidates_visit(const bunches *b, candidate_visitor *visit, void *closure,
                              quire_error *err);

/* Put the articles of a large bunch, that of a hash, into that order.  False when memory is out. */
bool candidates_order(const grouped *g, uint32_t hash, uint32_t *articles, size_t n);

#endif
