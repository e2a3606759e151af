/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known_sketches.h - the sketches of the live generation's articles, read by a thread of its own
 * while the sources are: of a small update, unpacking them is much of the work. */
#ifndef QUIRE_BUILD_KNOWN_SKETCHES_H
#define QUIRE_BUILD_KNOWN_SKETCHES_H

#include "copies/sketch_table.h"
#include "store/manifest.h"

typedef struct known_sketches known_sketches;

/* Begin to read; directory and live must outlive what is made.  NULL: they are to be read when they
 * are wanted, for no thread can be had, or they would take more than memory_bytes. */
known_sketches *known_sketches_begin(const char *directory, const manifest *live,
                                     uint64_t memory_bytes);

/* Wait until they are read.  Not then, but when they are read from their file, is said what went
 * wrong. */
void known_sketches_wait(known_sketches *k); /* NULL is fine */

/* The sketch of article number, from 1, of a segment of the live generation, by its number there;
 * false where it is not to be had.  Its hashes live as long as k.  Not before they are read. */
bool known_sketches_get(const known_sketches *k, size_t segment, uint32_t number, sketch *out);

/* All of a segment's, which may be taken; NULL where they are not to be had.  As above. */
sketch_table *known_sketches_table(known_sketches *k, size_t segment);

void known_sketches_free(known_sketches *k); /* it ends reading; NULL is fine */

#endif
