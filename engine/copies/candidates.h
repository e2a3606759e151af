/* SPDX-License-Identifier: GPL-3.0-or-later */
/* candidates.h - pairs of articles that may be copies: those that have hashes of their sketches in
 * common.
 *
 * In a bunch of up to CANDIDATES_ALL articles all pairs are proposed.  A larger one is put in order
 * of what its articles' sketches have behind the hash (where a sketch ends it begins anew), then of
 * their headlines, so that those with the most in common mostly stand next to each other; then each
 * is proposed with the CANDIDATES_NEAR behind it.  So the pairs depend on the set of sketches
 * alone, and their number grows as that of the hashes. */
#ifndef QUIRE_COPIES_CANDIDATES_H
#define QUIRE_COPIES_CANDIDATES_H

#include "copies/bunches.h"

#define CANDIDATES_ALL 16
#define CANDIDATES_NEAR 8

/* Given a pair, a < b. */
typedef quire_status candidate_visitor(void *closure, uint32_t a, uint32_t b, quire_error *err);

/* Visit each pair of candidates, some more than once.  Ends with the first status that is not
 * QUIRE_OK. memory_bytes is about what is used. */
quire_status candidates_visit(const bunches_source *source, size_t memory_bytes,
                              candidate_visitor *visit, void *closure, quire_error *err);

#endif
