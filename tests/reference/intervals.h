/* SPDX-License-Identifier: GPL-3.0-or-later */
/* intervals.h - where leaves and windows stand in a passage, by trying everything. */
#ifndef QUIRE_TESTS_REFERENCE_INTERVALS_H
#define QUIRE_TESTS_REFERENCE_INTERVALS_H

#include "meaning.h"
#include "naive.h"

/* Does the leaf stand at word number at: its slots, one after the other, in one sentence? */
bool intervals_stands_at(const node *leaf, const naive_passage *p, size_t at);

/* Find the intervals of a leaf, a window (and all that stands in it) or a side of a window. */
void intervals_find(node *n, const naive_passage *p);

#endif
