/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result_place.h - where an article stands among results that score the same. */
#ifndef QUIRE_STORE_RESULT_PLACE_H
#define QUIRE_STORE_RESULT_PLACE_H

#include "store/article_record.h"

/* Newest first, undated last, then by id.  Articles of one segment are numbered so; of two segments
 * their records tell.  A zeroed one is not known yet. */
typedef struct {
    bool is_known;
    int64_t seconds; /* of its date; INT64_MIN: none */
    const char *id;
} result_place;

/* The place of the article of a record, whose id it borrows; of one that is damaged, NULL: the last
 * one, for who shows it says so. */
result_place result_place_of(const article_record *record);

bool result_place_is_before(const result_place *a, const result_place *b);

#endif
