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
#define BOILERPLATE_SHIFT 16

typedef struct {
    uint32_t *hashes; /* ascending */
    size_t nhashes;
    size_t room;
    size_t *starts; /* by what is above BOILERPLATE_SHIFT: where hashes begin; one more: the end */
} boilerplate;

/* Find the hashes; set_of says of an article, by number, in which set it is. */
quire_status boilerplate_find(const bunches_source *source, size_t memory_bytes,
                              uint32_t (*set_of)(void *closure, uint32_t number), void *closure,
                              boilerplate *out, quire_error *err);
void boilerplate_free(boilerplate *b); /* a zeroed one is fine */

/* May these be copies, by their hashes that are not boilerplate?  False where hardly one of those
 * of the one with fewer is in the other. */
bool boilerplate_leaves_copies(const boilerplate *b, const sketch *x, const sketch *y);

#endif
