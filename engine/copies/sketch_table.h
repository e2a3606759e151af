/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch_table.h - the sketches of many articles, side by side: a column of each of their fields,
 * and all hashes in one row. */
#ifndef QUIRE_COPIES_SKETCH_TABLE_H
#define QUIRE_COPIES_SKETCH_TABLE_H

#include "copies/sketch.h"

typedef struct {
    uint32_t narticles;
    uint32_t *firsts; /* into hashes; one more: how many there are */
    uint32_t *hashes; /* ascending within an article */
    uint32_t *nwords;
    uint32_t *bounds; /* of hashes */
    uint16_t *titles;
    int64_t *seconds;
    size_t room; /* articles */
    size_t hashes_room;
} sketch_table;

/* Have room for so many articles in all.  False, here and below, when memory is out. */
bool sketch_table_reserve(sketch_table *t, size_t narticles);

/* Add an article, for which there is room; NULL: one that has no hashes, nor anything else.  False
 * also where there are more hashes than can be counted. */
bool sketch_table_add(sketch_table *t, const sketch *s);

/* The sketch of article i, from 0; its hashes are the table's. */
sketch sketch_table_get(const sketch_table *t, uint32_t i);

void sketch_table_free(sketch_table *t);

#endif
