/* SPDX-License-Identifier: GPL-3.0-or-later */
/* boilerplate.h - runs of words that stand in many texts: forms that are filled in, which say
 * nothing on whether two texts are copies.
 *
 * A run is boilerplate when it stands in more than BOILERPLATE_TEXTS sets of articles, where those
 * that are certainly copies of one another are one set: so a text that a hundred papers print does
 * not become boilerplate.  What is known of runs is what sketches hold. */
#ifndef QUIRE_COPIES_BOILERPLATE_H
#define QUIRE_COPIES_BOILERPLATE_H

#include "copies/bunches.h"

#define BOILERPLATE_TEXTS 8

/* Note which bunches are boilerplate, by the sets that articles are connected to, and which were so
 * in the generation before. */
void boilerplate_mark(bunches *b);

/* May these be copies, by their hashes that are not boilerplate?  False where hardly one of those
 * of the one with fewer is in the other.  before: as it was in the generation before. */
bool boilerplate_leaves_copies(const bunches *b, uint32_t x, uint32_t y, bool before);

/* The same as it is now, where ncommon of such hashes are in both. */
bool boilerplate_is_passed(const bunches *b, uint32_t x, uint32_t y, uint32_t ncommon);

#endif
