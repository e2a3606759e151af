/* SPDX-License-Identifier: GPL-3.0-or-later */
/* boilerplate_hashes.h - hashes that are boilerplate, as a list: what an update has of them. */
#ifndef QUIRE_COPIES_BOILERPLATE_HASHES_H
#define QUIRE_COPIES_BOILERPLATE_HASHES_H

#include "copies/grouped.h"

/* Ascending.  To be ended by boilerplate_hashes_free; {0} is an empty list. */
typedef struct {
    uint32_t *hashes;
    size_t n;
    size_t room;
} boilerplate_hashes;

void boilerplate_hashes_free(boilerplate_hashes *list);

/* Add a hash above those that are there.  False when memory is out. */
bool boilerplate_hashes_add(boilerplate_hashes *list, uint32_t hash);

/* As boilerplate_is_passed, where these are all that is boilerplate of two articles. */
bool boilerplate_hashes_leave_copies(const boilerplate_hashes *list, const grouped *g, uint32_t x,
                                     uint32_t y);

#endif
