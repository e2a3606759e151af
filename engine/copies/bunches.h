/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bunches.h - articles whose sketches have a hash in common: a bunch for each hash.
 *
 * The hashes are gone through range by range, as many at a time as memory allows. */
#ifndef QUIRE_COPIES_BUNCHES_H
#define QUIRE_COPIES_BUNCHES_H

#include "copies/sketch.h"
#include "quire.h"

/* Where sketches come from. */
typedef struct {
    uint32_t narticles; /* numbers below */

    /* The sketch of an article; it lives as long as the source.  *is_there_out: false where there
     * is no such article (any more). */
    quire_status (*get)(void *closure, uint32_t number, sketch *out, bool *is_there_out,
                        quire_error *err);
    void *closure;
} bunches_source;

/* Given the articles that have a hash, two at least, ascending. */
typedef quire_status bunch_visitor(void *closure, uint32_t hash, const uint32_t *articles, size_t n,
                                   quire_error *err);

/* Visit the bunch of each hash that two articles have, hashes ascending.  Ends with the first
 * status that is not QUIRE_OK; memory_bytes is about what is used. */
quire_status bunches_visit(const bunches_source *source, size_t memory_bytes, bunch_visitor *visit,
                           void *closure, quire_error *err);

#endif
